"""Which communities a text speaks of, by the partnership's own phrases: a suggestion, used for nothing but to see
of whom there is enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from digests.codebook import Community
from digests.themes import cues


def spoken_of(communities: Sequence[Community], text: str) -> frozenset[str]:
    """Ids of the communities that one of whose phrases stands in this text, in any form of its words."""
    hits = cues.find(cues.words_of([text])[0], _table(tuple(communities)))
    return frozenset(communities[hit.theme].id for hit in hits)


@lru_cache(maxsize=16)
def _table(
    communities: tuple[Community, ...],
) -> Mapping[str, Sequence[tuple[tuple[frozenset[str], ...], int]]]:
    return cues.table([one.cues for one in communities])
