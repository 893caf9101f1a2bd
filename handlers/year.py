"""The desk's calendar: prompts, reminders, digests and bank holidays. Nobody's time off is in it.

What has been is taken from rounds and digests; what is planned follows the partnership's own rhythm and
changes, and moves to the next working day over a bank holiday. The timetable asks the same functions.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import holidays

from handlers.wording import say

MONTHS = 3
REMINDER = timedelta(days=3)
MONDAY = date(2024, 1, 1)  # weeks are counted from here, so that every machine counts alike


@lru_cache(maxsize=8)
def bank_holidays(year: int) -> Mapping[date, str]:
    """England's bank holidays of a year, with their names."""
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year))


def working_day(day: date) -> date:
    """This day, or the next one that is neither a weekend nor a bank holiday."""
    while day.weekday() >= 5 or day in bank_holidays(day.year):
        day += timedelta(days=1)
    return day


@dataclass(frozen=True)
class Planned:
    """A coming round: the day it was planned for, and the day it is on (None: left out)."""

    planned: date
    on: date | None


Terms = Sequence[tuple[date, date]]  # first and last days of school terms, in order


def is_round_week(day: date, usual: int, terms: Terms = ()) -> bool:
    """Whether a round falls into the week of this day. Weeks are counted from one Monday.

    `usual` is the number of weeks between two rounds; twice as many while the schools are closed, where
    that is known.
    """
    known = bool(terms) and terms[0][0] <= day <= terms[-1][1]
    closed = known and not any(first <= day <= last for first, last in terms)
    return bool((day - MONDAY).days // 7 % (2 * usual if closed else usual) == 0)


def rounds_ahead(
    *,
    weekday: int,
    weeks_between: int,
    terms: Terms = (),
    changes: Mapping[date, date | None],
    after: date,
    weeks: int,
) -> list[Planned]:
    """The rounds planned for the coming weeks, with what was moved or left out."""
    found = []
    for ahead in range(1, weeks * 7 + 1):
        day = after + timedelta(days=ahead)
        if day.weekday() == weekday and is_round_week(day, weeks_between, terms):
            planned = on_working_day(day)
            found.append(Planned(planned, changes.get(planned, planned)))
    return found


def on_working_day(day: date) -> date:
    """The day itself, or the next working day when it is a bank holiday."""
    return working_day(day) if day in bank_holidays(day.year) else day


def months(
    today: date,
    *,
    prompts: Iterable[date],
    digests: Iterable[date],
    quiet_weeks: Iterable[date] = (),
) -> list[dict[str, Any]]:
    """Three months from this one, week by week: each day with its mark and the words for it.

    `quiet_weeks` are the Mondays of weeks in which many people are away.
    """
    asked, issued = set(prompts), set(digests)
    marks = {
        monday + timedelta(days=n): ("T", say("calendar_many_away"))
        for monday in quiet_weeks
        for n in range(5)
    }
    marks |= dict.fromkeys(issued, ("D", say("calendar_digest")))
    marks |= {working_day(day + REMINDER): ("R", say("calendar_reminder")) for day in asked}
    marks |= dict.fromkeys(asked, ("P", say("calendar_prompt")))
    found = []
    year, month = today.year, today.month
    for _ in range(MONTHS):
        weeks = [
            [_cell(day, month, today, marks) for day in week]
            for week in calendar.Calendar().monthdatescalendar(year, month)
        ]
        found.append({"caption": f"{calendar.month_name[month]} {year}", "weeks": weeks})
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def _cell(
    day: date, month: int, today: date, marks: Mapping[date, tuple[str, str]]
) -> dict[str, Any]:
    if day.month != month:
        return {"day": "", "mark": "", "words": "", "now": False, "weekend": False}
    name = bank_holidays(day.year).get(day)
    mark, words = ("H", name) if name else marks.get(day, ("", ""))
    return {
        "day": day.day,
        "mark": mark,
        "words": words,
        "now": day == today,
        "weekend": day.weekday() >= 5,
    }
