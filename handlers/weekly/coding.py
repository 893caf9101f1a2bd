"""Themes suggested by machine for whatever no machine has read yet, from the partnership's codebook."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from digests.codebook import read as read_codebook
from digests.themes import Coder, train
from handlers.place import Place
from storage import Session, codings, contributions
from storage.models import Contribution


@lru_cache(maxsize=8)
def coder_for(codebook_text: str) -> Coder:
    """The coder made from a codebook's own descriptions, cues and examples."""
    return train(read_codebook(codebook_text))


def code(session: Session, place: Place, rows: Sequence[Contribution]) -> None:
    """Suggest themes for whatever no machine has read yet."""
    coder = coder_for(place.codebook_text)
    versions = f"{place.codebook.version}/{coder.version}"
    fresh = [row for row in rows if not row.coded_with]
    texts = [contributions.words(session, row) for row in fresh]
    for row, labels in zip(fresh, coder.read_many(texts), strict=True):
        found = [(label.theme, label.score, label.start, label.end) for label in labels]
        codings.by_machine(session, row.id, found, versions=versions)
        row.coded_with = versions
    session.flush()
