"""Working days in England: Monday to Friday without bank holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

import holidays

from handlers.place import Place

DAY = timedelta(days=1)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no bank holiday in England."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def moved(day: date) -> date:
    """The day itself, or the next working day when it is a bank holiday."""
    if day not in bank_holidays(day.year):
        return day
    while not is_working_day(day):
        day += DAY
    return day


def working_day_before(day: date) -> date:
    day -= DAY
    while not is_working_day(day):
        day -= DAY
    return day


def next_hour_to_write(place: Place, at: datetime, *, working_days: bool) -> datetime:
    """This moment, or the next one at which we may write to somebody."""
    moment = place.within_hours(at)
    while working_days and not is_working_day(moment.date()):
        moment = place.at(moment.date() + DAY, place.send_from)
    return moment
