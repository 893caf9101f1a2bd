"""Strengths beside worries, under the same rule as everything that is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from digests.release import Roster, Spoken
from handlers.weekly import sides
from handlers.weekly.sides import Sides

AGENCIES = ("housing", "health", "education", "police", "parks")


NOBODY = Roster({})


def judge(
    told: Mapping[str, frozenset[str]], rows: Sequence[Spoken], *, usual: str, k: int
) -> Sides:
    return sides.judge(told, rows, usual=usual, k=k, roster=NOBODY)


def said(count: int, side: str, start: int = 0) -> dict[str, frozenset[str]]:
    return {f"c{n}": frozenset({side}) for n in range(start, start + count)}


def people(count: int, *, agencies: tuple[str, ...] = AGENCIES) -> list[Spoken]:
    return [
        Spoken(f"c{n}", f"p{n}", agencies[n % len(agencies)], "turning_18", "transitions", False)
        for n in range(count)
    ]


def test_both_sides_are_shown_only_when_each_clears_alone() -> None:
    told = said(8, "strength") | said(8, "worry", start=8)
    found = judge(told, people(16), usual="worry", k=5)
    assert (found.leaning, found.both) == ("worry", True)
    assert {part.subject: len(part.contributions) for part in found.parts} == {
        "strength": 8,
        "worry": 8,
    }
    told = said(13, "strength") | said(3, "worry", start=13)
    assert judge(told, people(16), usual="worry", k=5) == Sides("strength")


def test_a_line_leans_to_where_most_of_it_is_and_to_its_theme_when_even() -> None:
    told = said(4, "strength") | said(3, "worry", start=4)
    assert judge(told, people(7), usual="worry", k=5).leaning == "strength"
    told = said(3, "strength") | said(3, "worry", start=3)
    assert judge(told, people(6), usual="worry", k=5).leaning == "worry"
    assert judge({}, people(6), usual="strength", k=5).leaning == "strength"


def test_one_agency_alone_is_never_a_side() -> None:
    told = said(8, "strength") | said(8, "worry", start=8)
    housing = people(8, agencies=("housing",))
    others = [
        row for row in people(16) if row.contribution not in {r.contribution for r in housing}
    ]
    assert judge(told, [*housing, *others], usual="worry", k=5) == Sides("worry")


@pytest.mark.parametrize(
    ("carried", "apart"),
    [("worry", "practitioners_help"), ("strength", "voices_help")],
)
def test_a_side_that_one_kind_of_speaker_alone_is_on_is_named(carried: str, apart: str) -> None:
    other = "worry" if carried == "strength" else "strength"
    told = said(8, other) | said(8, carried, start=8)
    rows = [row._replace(relayed=row.contribution in list(told)[8:]) for row in people(16)]
    assert judge(told, rows, usual="worry", k=5).apart == apart
    assert judge(told, people(16), usual="worry", k=5).apart == "", "practitioners on both"
    few = {id: side for id, side in told.items() if id not in list(told)[11:]}
    assert judge(few, rows, usual="worry", k=5).apart == "", (
        "too few voices to say whose side it is"
    )


def test_who_tells_of_both_counts_on_one_side_only() -> None:
    told = {f"c{n}": frozenset({"strength", "worry"}) for n in range(8)}
    assert judge(told, people(8), usual="worry", k=5).both is False


def test_a_higher_bar_holds_for_each_side() -> None:
    told = said(8, "strength") | said(8, "worry", start=8)
    assert judge(told, people(16), usual="worry", k=10).both is False


def test_a_side_that_everybody_of_an_agency_is_on_is_no_side() -> None:
    told = said(8, "strength") | said(8, "worry", start=8)
    everybody = {
        agency: {f"p{n}" for n in range(8) if AGENCIES[n % 5] == agency} for agency in AGENCIES
    }
    assert sides.judge(told, people(16), usual="worry", k=5, roster=NOBODY).both
    assert not sides.judge(told, people(16), usual="worry", k=5, roster=Roster(everybody)).both
