"""How well a coder would do on words it has not seen: measured on people's coding, told honestly.

Every coded text is read by a coder that never saw it, at a bar set without it. A theme with fewer
than five examples gets no figure: too few to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from digests.codebook import Codebook
from digests.themes.training import Coded, best_reading, lessons_of, micro, picked

FEWEST = 5  # examples of a theme from which it is measured
FEWEST_TEXTS = 20


@dataclass(frozen=True)
class Proved:
    """One theme: how many coded texts have it, and its F1, or None where there are too few to say."""

    theme: str
    examples: int
    f1: float | None


@dataclass(frozen=True)
class Proof:
    """Cross-validated figures; None where there are too few to say.

    `micro` counts every label of every theme; `macro` is the mean over themes with five examples.
    """

    texts: int
    micro: float | None
    macro: float | None
    themes: tuple[Proved, ...]


def prove(codebook: Codebook, coded: Iterable[Coded]) -> Proof:
    """What a coder made from all of this may be expected to do."""
    lessons = lessons_of(codebook, coded)
    truth = lessons.truth[len(lessons.texts) - lessons.coded :].astype(int)
    counts = truth.sum(axis=0)
    ids = [theme.id for theme in codebook.themes]
    if lessons.coded < FEWEST_TEXTS or (counts >= FEWEST).sum() == 0:
        few = tuple(Proved(id, int(n), None) for id, n in zip(ids, counts, strict=True))
        return Proof(lessons.coded, None, None, few)
    held_out, truth = lessons.held_out()
    said = np.zeros_like(truth)
    for out in lessons.folds():
        others = np.setdiff1d(np.arange(lessons.coded), out)
        weighing, bar = best_reading(held_out.of(others), truth[others])
        said[out] = picked(held_out.of(out).scores(weighing), bar)
    both, either = (said & truth).sum(axis=0), said.sum(axis=0) + truth.sum(axis=0)
    proved = tuple(
        Proved(id, int(n), round(float(2 * b / e), 3) if n >= FEWEST else None)
        for id, n, b, e in zip(ids, counts, both, either, strict=True)
    )
    figures = [one.f1 for one in proved if one.f1 is not None]
    return Proof(
        lessons.coded,
        round(micro(said, truth), 3),
        round(sum(figures) / len(figures), 3),
        proved,
    )
