"""Which words people should code first: those that would teach the coder most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

UNLABELLED = 0.6
"""How doubtful a text without a label is: it may be none of these, or a theme not yet understood."""


def teaches_most(scores: Mapping[str, Sequence[float]], coded: Sequence[str] = ()) -> list[str]:
    """Ids in the order in which a person's look would teach most.

    `scores` are the machine's, 0 to 1, for each id; 0.5 is the bar, so close to it is most doubtful.
    What people have coded already comes last. Ties are in the order of the ids.
    """
    done = set(coded)
    return sorted(scores, key=lambda id: (id in done, -_doubt(scores[id]), id))


def _doubt(scores: Sequence[float]) -> float:
    """From 0, sure of every label, to 1, one label that might as well not be there."""
    return max((1 - 2 * abs(score - 0.5) for score in scores), default=UNLABELLED)
