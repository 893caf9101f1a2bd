"""The solver against the plain definition, by trying every few people with exact fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from digests.release.solving import Found, nearest, tells

Kin = dict[tuple[int, bool], int]


def rank(rows: Sequence[Sequence[int]]) -> int:
    work = [[Fraction(value) for value in row] for row in rows]
    found = 0
    for column in range(len(work[0]) if work else 0):
        pivot = next((n for n in range(found, len(work)) if work[n][column]), None)
        if pivot is None:
            continue
        work[found], work[pivot] = work[pivot], work[found]
        for n in range(found + 1, len(work)):
            factor = work[n][column] / work[found][column]
            work[n] = [a - factor * b for a, b in zip(work[n], work[found], strict=True)]
        found += 1
    return found


def can_hold(classes: Sequence[tuple[int, bool]], sets: int) -> bool:
    plain = [[mask >> n & 1 for n in range(sets)] for mask, _ in classes]
    with_new = [[*row, int(new)] for row, (_, new) in zip(plain, classes, strict=True)]
    return rank(plain) == rank(with_new)


def isolates(kin: Kin, bar: int, sets: int) -> bool:
    """Leave out every few people in turn: can the rest be a weighted sum of the earlier sets?"""
    classes = [c for c, weight in kin.items() if weight]
    if can_hold(classes, sets):
        return False
    few = [
        out
        for size in range(1, bar)
        for out in combinations(classes, size)
        if sum(kin[c] for c in out) < bar
    ]
    return any(can_hold([c for c in classes if c not in out], sets) for out in few)


@st.composite
def towns(draw: st.DrawFn) -> tuple[Kin, int, int]:
    """Who is in which of up to five earlier sets and in the new one, which is often close to a sum."""
    sets = draw(st.integers(0, 5))
    people = draw(st.integers(1, 11))
    masks = [draw(st.integers(0, 2**sets - 1)) for _ in range(people)]
    near = draw(st.integers(0, 2**sets - 1))
    inside = [
        bool(mask & near) if sets and draw(st.integers(0, 3)) else draw(st.booleans())
        for mask in masks
    ]
    kin: Kin = {}
    for mask, new in zip(masks, inside, strict=True):
        kin[mask, new] = kin.get((mask, new), 0) + draw(st.sampled_from([1, 1, 1, 2, 6]))
    return kin, draw(st.integers(2, 5)), sets


@given(towns())
@settings(max_examples=200)
def test_the_answer_is_that_of_trying_everything(town: tuple[Kin, int, int]) -> None:
    kin, bar, sets = town
    assert nearest(kin, bar) is (Found.SOME if isolates(kin, bar, sets) else Found.NONE)
    assert tells(kin) == (not can_hold([c for c, w in kin.items() if w], sets))


def test_a_union_less_its_third_part_is_seen() -> None:
    # three sets in a ring of two people each: first + second - third is twice the two in both
    kin = {(0b011, True): 8, (0b110, True): 8, (0b101, False): 8, (0b011, False): 2}
    assert nearest(kin, 5) is Found.SOME
    assert nearest(kin, 2) is Found.NONE


def test_what_cannot_be_solved_in_the_steps_allowed_is_said_to_be_unsolved() -> None:
    kin = {((n * 2654435761) >> 3 & 0xFFFF, bool(n % 3)): 1 for n in range(1, 40)}
    assert nearest(kin, 5, steps=1) is Found.UNSOLVED


def test_a_set_that_is_there_already_tells_nothing_new() -> None:
    assert not tells({(1, True): 3, (2, False): 9})
    assert nearest({(1, True): 3, (2, False): 9}, 5) is Found.NONE


def test_thousands_of_people_in_many_sets_are_settled_at_once() -> None:
    kin = {(1 << n % 40 | 1 << n * 7 % 40, n % 9 == 0): 1 + n % 3 for n in range(4_000)}
    kin[0, True] = 12
    assert nearest(kin, 5) is Found.NONE
