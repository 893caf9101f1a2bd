"""The desk's calendar: prompts, reminders, digests and bank holidays. Nobody's time off is in it.

What has been is taken from rounds and digests; what is planned goes on in the same rhythm and moves
to the next working day over a bank holiday, as the timetable does.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import holidays

MONTHS = 3
REMINDER = timedelta(days=3)
PLANNED = timedelta(weeks=12)


@lru_cache(maxsize=8)
def bank_holidays(year: int) -> Mapping[date, str]:
    """England's bank holidays of a year, with their names."""
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year))


def working_day(day: date) -> date:
    """This day, or the next one that is neither a weekend nor a bank holiday."""
    while day.weekday() >= 5 or day in bank_holidays(day.year):
        day += timedelta(days=1)
    return day


def planned(last: date | None, every: timedelta, until: date) -> list[date]:
    """The days after `last` in the same rhythm."""
    days = []
    day = last + every if last else until + timedelta(days=1)
    while day <= until:
        days.append(working_day(day))
        day += every
    return days


def months(
    today: date, *, prompts: Iterable[date], digests: Iterable[date], weeks_between: int
) -> list[dict[str, Any]]:
    """Three months from this one, week by week: each day with its mark and the words for it."""
    asked, issued = sorted(prompts), sorted(digests)
    until = today + PLANNED
    asked += planned(asked[-1] if asked else None, timedelta(weeks=weeks_between), until)
    issued += planned(issued[-1] if issued else None, timedelta(weeks=1), until)
    marks = dict.fromkeys(issued, ("D", "digest released"))
    marks |= {working_day(day + REMINDER): ("R", "one reminder") for day in asked}
    marks |= dict.fromkeys(asked, ("P", "prompt goes out"))
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
