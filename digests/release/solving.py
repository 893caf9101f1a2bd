"""Whether some combination of published counts tells about a few: exact, by linear algebra.

Each earlier set and the new one is a row of noughts and ones over people. Whoever knows the number
behind each line can work out every weighted sum of them; a sum in which only a few people are left
tells about those few. So the question is whether the new row, less some weighted sum of the earlier
ones, has a support below the bar: the distance of a word from a linear code, found by branching on
equations that cannot all hold. It is solved, never guessed: where it cannot be solved within
`STEPS`, the answer is `UNSOLVED`, and the caller keeps the line back.

Sums are reckoned modulo a prime, in which a rank can only come out too small when the prime divides
a determinant of noughts and ones. Below 23 rows none reaches it (Hadamard); above, it would have to
be met by chance, at about one in two thousand million for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

PRIME = 2**31 - 1
STEPS = 5_000
SOME_CLASSES, MOST_CLASSES = 300, 1_200

Matrix = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Found(Enum):
    NONE = "no combination is below the bar"
    SOME = "a combination is below the bar"
    UNSOLVED = "not solved within the steps allowed"


@dataclass(frozen=True, slots=True)
class Kin:
    """People whom no published count tells apart: in the same earlier sets, and in the new one or not.

    `mask` has a bit for each earlier set.
    """

    mask: int
    new: bool
    weight: int


def nearest(kin: Mapping[tuple[int, bool], int], bar: int, *, steps: int = STEPS) -> Found:
    """Say whether the new set less some sum of earlier ones leaves 1 to `bar - 1` people.

    `kin` gives how many people have each combination of earlier sets (a bit mask) and of being in the
    new set. A new set that is itself a sum of earlier ones tells nothing new, and finds none.
    """
    if told_apart(kin) >= bar or not tells(kin):
        return Found.NONE
    classes = [
        Kin(mask, new, weight) for (mask, new), weight in kin.items() if weight and (mask or new)
    ]
    classes.sort(
        key=lambda c: (-c.weight, c.mask, c.new)
    )  # the heavy first: they can never be left
    if _clashes(classes, bar) >= bar:
        return Found.NONE
    some = SOME_CLASSES
    while len(classes) > some:  # fewer equations can be met more easily: none here is none at all
        if _solved(classes[:some], bar, steps) is Found.NONE:
            return Found.NONE
        if some >= MOST_CLASSES:
            return Found.UNSOLVED
        some *= 2
    return _solved(classes, bar, steps)


def _solved(classes: Sequence[Kin], bar: int, steps: int) -> Found:
    checks = _checks(classes)
    told = np.array([c.new for c in classes], dtype=np.int64)
    sums = _times(checks, told)
    weights = np.array([c.weight for c in classes], dtype=np.int64)
    return _Search(weights, steps).run(checks, sums, bar - 1, weights < bar)


def tells(kin: Mapping[tuple[int, bool], int]) -> bool:
    """Say whether the new set is something other than a weighted sum of the earlier ones."""
    classes = [Kin(mask, new, 1) for (mask, new), weight in sorted(kin.items()) if weight]
    return bool(_clash(classes, max((c.mask.bit_length() for c in classes), default=0) + 1))


def told_apart(kin: Mapping[tuple[int, bool], int]) -> int:
    """People who are left in every sum: those in the new set whom nothing earlier counts, and of each pair of kin
    alike before, the fewer."""
    found = 0
    for (mask, new), weight in kin.items():
        if new:
            found += min(weight, kin.get((mask, False), 0)) if mask else weight
    return found


def _clashes(classes: Sequence[Kin], bar: int) -> int:
    """How many people must be left at least, counted no further than the bar.

    Finds equations that cannot all hold, sets them apart, and looks on among the rest: out of each such
    set one class has to be left, so that the lightest of each add up.
    """
    rows = max((c.mask.bit_length() for c in classes), default=0) + 1
    pool = sorted(classes, key=lambda c: (c.mask.bit_count(), c.mask))
    found = 0
    while found < bar:
        clash = _clash(pool, rows)
        if not clash:
            return found
        found += min(pool[at].weight for at in clash)
        pool = [c for at, c in enumerate(pool) if at not in clash]
    return found


def _clash(classes: Sequence[Kin], rows: int) -> frozenset[int]:
    """The places of some classes whose equations cannot all hold; empty when all can."""
    echelon = _Echelon(rows)
    for at, c in enumerate(classes):
        used = echelon.clash(_row(c, rows), at)
        if used:
            return frozenset(n for n in range(at + 1) if used >> n & 1)
    return frozenset()


def _row(c: Kin, rows: int) -> Matrix:
    bits = [c.mask >> n & 1 for n in range(rows - 1)]
    return np.array([*bits, int(c.new)], dtype=np.int64)


class _Echelon:
    """Equations over the earlier sets, reduced as they come; the last column is the new set."""

    def __init__(self, columns: int) -> None:
        self._rows: list[tuple[int, Matrix, int]] = []
        self._columns = columns

    def clash(self, row: Matrix, at: int) -> int:
        """Add equation number `at`; return which ones cannot all hold, as bits, or nought."""
        used = 1 << at
        for pivot, kept, behind in self._rows:
            if row[pivot]:
                row = (row - row[pivot] * kept) % PRIME
                used |= behind
        places = np.flatnonzero(row)
        if not places.size:
            return 0
        first = int(places[0])
        if first == self._columns - 1:
            return used
        self._rows.append((first, row * _inverse(int(row[first])) % PRIME, used))
        return 0


def _inverse(value: int) -> int:
    return pow(value, -1, PRIME)


def _times(left: Matrix, right: Matrix) -> Matrix:
    """A product modulo the prime; `right` is of noughts and ones, so that no sum overflows."""
    return left @ right % PRIME


def _checks(classes: Sequence[Kin]) -> Matrix:
    """All sums of the classes' equations in which the earlier sets cancel: one a row."""
    rows = max((c.mask.bit_length() for c in classes), default=0)
    count = len(classes)
    signs = np.array([[c.mask >> n & 1 for n in range(rows)] for c in classes], dtype=np.int64)
    work = signs.reshape(count, rows).T.copy()
    pivots: list[int] = []
    for column in range(count):
        top = len(pivots)
        if top == rows:
            break
        below = np.flatnonzero(work[top:, column])
        if not below.size:
            continue
        swap = top + int(below[0])
        work[[top, swap]] = work[[swap, top]]
        work[top] = work[top] * _inverse(int(work[top, column])) % PRIME
        others = np.flatnonzero(work[:, column])
        others = others[others != top]
        work[others] = (work[others] - work[others, column][:, None] * work[top]) % PRIME
        pivots.append(column)
    free = [column for column in range(count) if column not in set(pivots)]
    checks = np.zeros((len(free), count), dtype=np.int64)
    for at, column in enumerate(free):
        checks[at, column] = 1
        checks[at, pivots] = -work[: len(pivots), column] % PRIME
    return checks


class _Search:
    """Which classes to leave out of the equations so that the rest can hold, within a budget."""

    def __init__(self, weights: Matrix, steps: int) -> None:
        self._weights = weights
        self._steps = steps
        self._chance = np.random.default_rng(PRIME)  # the answer does not depend on it

    def run(self, checks: Matrix, sums: Matrix, budget: int, open_: Mask) -> Found:
        self._steps -= 1
        if self._steps < 0:
            return Found.UNSOLVED
        may = open_ & (self._weights <= budget)
        wrong = np.flatnonzero(sums)
        if not wrong.size:
            return Found.SOME
        choices = checks[wrong] != 0
        choices &= may
        counts = choices.sum(axis=1)
        fewest = int(counts.argmin())
        if not counts[fewest]:
            return Found.NONE
        lightest = int(self._weights[may].min())
        if budget < 3 * lightest:
            row = int(wrong[fewest])
            if self._one_more(checks, sums, row, may):
                return Found.SOME
            if budget < 2 * lightest:
                return Found.NONE
            return self._two_more(checks, sums, may, budget)
        left = open_.copy()
        for column in np.flatnonzero(choices[fewest]):
            rest, remaining = _left_out(checks, sums, int(column))
            left[column] = False  # a later branch need not try it again
            found = self.run(rest, remaining, budget - int(self._weights[column]), left)
            if found is not Found.NONE:
                return found
        return Found.NONE

    def _one_more(self, checks: Matrix, sums: Matrix, row: int, may: Mask) -> bool:
        """Is there one class whose column is the sums, up to a factor?"""
        columns = np.flatnonzero(may & (checks[row] != 0))
        crossed = checks[:, columns] * int(sums[row]) % PRIME
        straight = sums[:, None] * checks[row, columns][None, :] % PRIME
        return bool((crossed == straight).all(axis=0).any())

    def _two_more(self, checks: Matrix, sums: Matrix, may: Mask, budget: int) -> Found:
        """Are there two classes, neither enough alone, whose columns add up to the sums?

        Looked for in three sums of the checks with small factors, in which every such pair has a
        determinant of nought; whatever has one there is looked at whole.
        """
        columns = np.flatnonzero(may)
        factors = self._chance.integers(1, 1 << 20, size=(3, len(checks)))
        small = factors @ checks[:, columns] % PRIME
        told = factors @ sums % PRIME
        crossed = _cross(told[:, None], small)
        flat = sum(small[n][:, None] * crossed[n][None, :] % PRIME for n in range(3)) % PRIME
        weights = self._weights[columns]
        pairs = np.argwhere(np.triu((flat == 0) & (weights[:, None] + weights <= budget), 1))
        for first, second in pairs:
            if not _cross(small[:, first], small[:, second]).any():
                continue  # alike: what the two can do, one can, and that was looked at
            self._steps -= 1
            if self._steps < 0:
                return Found.UNSOLVED
            rest, remaining = _left_out(checks, sums, int(columns[first]))
            if not rest[:, columns[second]].any():
                continue
            if not _left_out(rest, remaining, int(columns[second]))[1].any():
                return Found.SOME
        return Found.NONE


def _cross(left: Matrix, right: Matrix) -> Matrix:
    """The cross product of columns of three, modulo the prime."""
    return np.stack(
        [
            (left[a] * right[b] % PRIME - left[b] * right[a] % PRIME) % PRIME
            for a, b in ((1, 2), (2, 0), (0, 1))
        ]
    )


def _left_out(checks: Matrix, sums: Matrix, column: int) -> tuple[Matrix, Matrix]:
    """The checks that do not speak of this class."""
    speak = np.flatnonzero(checks[:, column])
    pivot, others = int(speak[0]), speak[1:]
    rest, remaining = checks.copy(), sums.copy()
    factors = checks[others, column] * _inverse(int(checks[pivot, column])) % PRIME
    rest[others] = (checks[others] - factors[:, None] * checks[pivot]) % PRIME
    remaining[others] = (sums[others] - factors * sums[pivot]) % PRIME
    return np.delete(rest, pivot, axis=0), np.delete(remaining, pivot)
