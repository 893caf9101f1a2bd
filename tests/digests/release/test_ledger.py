"""The ledger: a new line beside what was issued never tells about a few, for any reader assumed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.release import HORIZON, SIDE, Entry, Rule, Spoken, entry, refusal

MONDAY = date(2026, 9, 7)
WEEK = timedelta(weeks=1)


def line(people: str, *, on: date = MONDAY, rule: Rule = "practitioners") -> Entry:
    """Letters are people; each of them belongs to the agency of its place in the alphabet, by threes."""
    rows = [
        Spoken(f"{on}{p}", p, f"agency{ord(p) % 3}", "edge", "places", relayed=False)
        for p in people
    ]
    return entry(rows, rule=rule, level="theme", subject="edge", band="5–9", on=on)


def side(people: str, *, on: date = MONDAY) -> Entry:
    return replace(line(people, on=on), level=SIDE)


def carried(voices: dict[str, int], number: int, *, on: date = MONDAY) -> Entry:
    rows = [
        Spoken(f"{number}{c}", c, f"agency {c}", "edge", "places", relayed=True, voices=count)
        for c, count in voices.items()
    ]
    return entry(rows, rule="relayed", level="theme", subject="edge", band="5–9", on=on)


def test_one_person_more_than_before_is_not_shown() -> None:
    assert refusal([line("abcdefgh")], line("abcdefghi"), k=5) == "isolates"
    assert refusal([line("abcdefghi")], line("abcdefgh"), k=5) == "isolates"


def test_the_same_people_again_or_quite_other_people_may_be_shown() -> None:
    assert refusal([line("abcdefgh")], line("abcdefgh"), k=5) == ""
    assert refusal([line("abcdefgh")], line("ijklmnopqr"), k=5) == ""
    assert refusal([], line("abcdefgh"), k=5) == ""


def test_two_lines_that_share_some_people_and_differ_by_many_may_be_shown() -> None:
    assert refusal([line("abcdefghijk")], line("ghijklmnopqrstu"), k=5) == ""


def test_a_line_that_is_two_earlier_ones_and_one_person_more_is_not_shown() -> None:
    earlier = [line("abcdefghi"), line("jklmnopqr")]
    assert refusal(earlier, line("abcdefghijklmnopqrs"), k=5) == "isolates"
    assert refusal(earlier, line("abcdefghijklmnopqr"), k=5) == ""


def test_a_line_less_both_its_sides_is_not_a_few_who_told_of_neither() -> None:
    whole, helps = line("abcdefghijklmnopq"), side("abcdefgh")
    assert refusal([whole], helps, k=5) == ""
    assert refusal([whole, helps], side("ijklmnop"), k=5) == "isolates"  # and q alone is left
    assert refusal([whole, helps], side("ijklmnopq"), k=5) == ""


def test_a_line_less_one_side_of_an_earlier_one_is_not_one_person() -> None:
    earlier, helps = line("abcdefghijklmnopqr"), side("abcdefghi")
    new = line("abcdefghijk"[:10], on=MONDAY + WEEK)
    assert refusal([earlier], new, k=5) == ""
    assert refusal([earlier, helps], new, k=5) == "isolates"


def test_a_side_consumes_nothing_of_its_own() -> None:
    whole = carried({"x": 4, "y": 4, "z": 4, "v": 4, "w": 4, "u": 4}, 1)
    some = {tag: unit for tag, unit in whole.units.items() if tag[-1] in "xyz"}
    assert refusal([whole], replace(whole, level=SIDE, units=some), k=5) == ""
    assert refusal([whole], replace(whole, units=some), k=5) == "consumed"


def test_what_an_agency_knows_of_its_own_people_is_taken_out_first() -> None:
    # six more than before: three of them are one agency's own, and it would be left with three others
    assert refusal([line("abcdefghi")], line("abcdefghijkmnpq"), k=5) == "isolates_beside_own"


def test_a_difference_that_lies_in_one_agency_is_not_shown() -> None:
    more = "abcdefghi" + "jmpsvy"  # all of one agency
    assert refusal([line("abcdefghi")], line(more), k=5) == "one_agency"


def test_a_contribution_is_never_issued_twice() -> None:
    first = carried({"col": 5, "kit": 3, "wen": 3}, 1)
    assert refusal([first], first, k=5) == "consumed"
    assert refusal([first], carried({"col": 5, "kit": 3, "wen": 3}, 2), k=5) == ""


def test_a_champion_who_takes_out_their_own_voices_is_not_left_with_two() -> None:
    assert refusal([], carried({"col": 9, "kit": 1, "wen": 1}, 1), k=5) == "isolates_beside_own"
    assert refusal([], carried({"col": 9, "kit": 2, "wen": 1}, 1), k=5) == ""


def test_what_is_older_than_the_horizon_is_forgotten() -> None:
    old = line("abcdefgh", on=MONDAY)
    new = line("abcdefghi", on=MONDAY + HORIZON)
    assert refusal([old], new, k=5) == ""
    assert refusal([old], replace(new, issued_on=MONDAY + HORIZON - WEEK), k=5) == "isolates"


def test_practitioners_and_voices_are_not_the_same_people() -> None:
    voices = carried({"col": 5, "kit": 3, "wen": 3}, 1)
    assert refusal([voices], line("abcdefgh"), k=5) == ""


@pytest.mark.parametrize("k", [4, 0])
def test_the_bar_is_never_lowered(k: int) -> None:
    with pytest.raises(ValueError, match="never lowered"):
        refusal([], line("abcdefgh"), k=k)


PEOPLE = [chr(ord("a") + n) for n in range(20)]
subsets = st.sets(st.sampled_from(PEOPLE), min_size=8).map(lambda s: "".join(sorted(s)))


@given(st.lists(subsets, min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_no_two_issued_lines_ever_differ_by_a_few(weeks: list[str]) -> None:
    issued: list[Entry] = []
    for n, people in enumerate(weeks):
        new = line(people, on=MONDAY + n * WEEK)
        if refusal(issued, new, k=5) == "":
            issued.append(new)
    for new in issued:
        for other in issued:
            for agency in ("", "agency0", "agency1", "agency2"):
                difference = {
                    p
                    for p in new.units.keys() ^ other.units.keys()
                    if f"agency{ord(p) % 3}" != agency
                }
                assert not 0 < len(difference) < 5


@given(st.lists(subsets, min_size=2, max_size=5), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_ledger_changes_nothing(weeks: list[str], random: object) -> None:
    *issued, new = [line(people, on=MONDAY + n * WEEK) for n, people in enumerate(weeks)]
    shuffled = sorted(issued, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert refusal(issued, new, k=5) == refusal(shuffled, new, k=5)
