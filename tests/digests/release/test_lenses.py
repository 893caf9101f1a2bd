"""Lenses: over what was released only, under the same rule, and beside the ledger."""

from __future__ import annotations

from datetime import date, timedelta

from digests.release import Spoken, entry, through

DAY = date(2026, 9, 7)


def released(value: str, *agencies: str, start: int = 0) -> list[Spoken]:
    return [
        Spoken(f"c{n}", f"p{n}", agency, f"prevention_level:{value}", "", relayed=False)
        for n, agency in enumerate(agencies, start)
    ]


EIGHT = ("a", "a", "a", "b", "b", "b", "c", "c")


def test_a_value_is_seen_when_it_clears_by_itself() -> None:
    (seen,) = through(released("primary", *EIGHT), [], on=DAY)
    assert (seen.subject, seen.rule, seen.band) == (
        "prevention_level:primary",
        "practitioners",
        "5–9",
    )


def test_a_value_with_too_few_is_as_if_nobody_had_named_it() -> None:
    both = released("primary", *EIGHT) + released("tertiary", "a", "b", "c", start=20)
    assert through(both, [], on=DAY) == through(released("primary", *EIGHT), [], on=DAY)


def test_a_value_that_is_all_of_a_line_but_two_people_is_not_seen() -> None:
    everybody = released("primary", *EIGHT) + released("tertiary", "b", "c", start=20)
    shown = entry(
        everybody, rule="practitioners", level="theme", subject="edge", band="10–19", on=DAY
    )
    assert through(everybody, [shown], on=DAY) == ()
    assert through(released("primary", *EIGHT), [], on=DAY)


def test_a_second_value_is_held_against_the_first() -> None:
    nine = released("primary", *EIGHT) + released("primary", "a", start=30)
    second = [
        Spoken(f"d{n}", row.person, row.agency, "network_level:direct", "", relayed=False)
        for n, row in enumerate(released("primary", *EIGHT))
    ]
    seen = through(nine + second, [], on=DAY + timedelta(weeks=1))
    assert [one.subject for one in seen] == ["network_level:direct"]
