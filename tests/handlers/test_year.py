"""The desk's calendar keeps England's bank holidays and shows nobody's time off."""

from __future__ import annotations

from datetime import date

from handlers import year


def marks(found: list[dict[str, object]], caption: str) -> dict[int, str]:
    month = next(m for m in found if m["caption"] == caption)
    weeks = month["weeks"]
    assert isinstance(weeks, list)
    return {cell["day"]: cell["mark"] for week in weeks for cell in week if cell["mark"]}


def ahead(after: date, changes: dict[date, date | None] | None = None) -> list[year.Planned]:
    return year.rounds_ahead(
        weekday=0, weeks_between=2, changes=changes or {}, after=after, weeks=8
    )


def test_a_prompt_on_a_bank_holiday_moves_to_the_next_working_day() -> None:
    coming = [one.on for one in ahead(date(2026, 5, 11))]
    assert date(2026, 6, 1) in coming
    later = year.rounds_ahead(
        weekday=0, weeks_between=1, changes={}, after=date(2026, 5, 18), weeks=1
    )
    assert [one.on for one in later] == [date(2026, 5, 26)]


def test_a_round_that_was_moved_or_left_out_is_shown_so() -> None:
    first, second = (one.planned for one in ahead(date(2026, 9, 7))[:2])
    changed = ahead(date(2026, 9, 7), {first: None, second: date(2026, 10, 7)})
    assert [one.on for one in changed[:2]] == [None, date(2026, 10, 7)]
    assert [one.planned for one in changed[:2]] == [first, second]


def test_weeks_in_which_many_are_away_are_shaded_and_nothing_else_is_hidden() -> None:
    found = year.months(
        date(2026, 11, 2),
        prompts=[date(2026, 11, 3)],
        digests=[],
        quiet_weeks=[date(2026, 11, 2)],
    )
    assert {day: mark for day, mark in marks(found, "November 2026").items() if day < 8} == {
        2: "T",
        3: "P",
        4: "T",
        5: "T",
        6: "R",
    }


def test_christmas_2026_is_kept_with_its_substitute_day() -> None:
    found = year.months(date(2026, 12, 1), prompts=[], digests=[])
    assert [day for day, mark in marks(found, "December 2026").items() if mark == "H"] == [
        25,
        26,
        28,
    ]


def test_three_months_follow_each_other_over_the_end_of_a_year() -> None:
    found = year.months(date(2026, 11, 23), prompts=[], digests=[])
    assert [m["caption"] for m in found] == ["November 2026", "December 2026", "January 2027"]


def test_a_prompt_has_one_reminder() -> None:
    found = year.months(date(2026, 11, 2), prompts=[date(2026, 11, 3)], digests=[])
    november = marks(found, "November 2026")
    assert [day for day, mark in november.items() if mark == "R"] == [6]
