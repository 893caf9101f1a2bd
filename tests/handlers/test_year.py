"""The desk's calendar keeps England's bank holidays and shows nobody's time off."""

from __future__ import annotations

from datetime import date

from handlers import year


def marks(found: list[dict[str, object]], caption: str) -> dict[int, str]:
    month = next(m for m in found if m["caption"] == caption)
    weeks = month["weeks"]
    assert isinstance(weeks, list)
    return {cell["day"]: cell["mark"] for week in weeks for cell in week if cell["mark"]}


def test_a_prompt_on_a_bank_holiday_moves_to_the_next_working_day() -> None:
    found = year.months(date(2026, 5, 11), prompts=[date(2026, 5, 11)], digests=[], weeks_between=2)
    assert marks(found, "May 2026")[25] == "H"
    assert marks(found, "May 2026")[26] == "P"


def test_christmas_2026_is_kept_with_its_substitute_day() -> None:
    found = year.months(date(2026, 12, 1), prompts=[], digests=[], weeks_between=2)
    assert [day for day, mark in marks(found, "December 2026").items() if mark == "H"] == [
        25,
        26,
        28,
    ]


def test_three_months_follow_each_other_over_the_end_of_a_year() -> None:
    found = year.months(date(2026, 11, 23), prompts=[], digests=[], weeks_between=2)
    assert [m["caption"] for m in found] == ["November 2026", "December 2026", "January 2027"]


def test_digests_go_on_weekly_and_a_prompt_has_one_reminder() -> None:
    found = year.months(
        date(2026, 11, 2), prompts=[date(2026, 11, 3)], digests=[date(2026, 11, 4)], weeks_between=2
    )
    november = marks(found, "November 2026")
    assert [day for day, mark in november.items() if mark == "D"] == [4, 11, 18, 25]
    assert [day for day, mark in november.items() if mark == "R"] == [6, 20]
