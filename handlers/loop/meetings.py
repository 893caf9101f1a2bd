"""When the strategic group next meets: its own dates first, then a day it named, else its next digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from handlers import year
from handlers.place import Place
from storage import Session, commitments, releases

WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Next:
    """The next day on which the group has the question before it, and whether it then meets."""

    day: date
    meets: bool


def after(session: Session, place: Place, today: date) -> Next:
    """The next day after today."""
    named = [
        row.due_on
        for row in commitments.confirmed(session, place.id)
        if row.button == "discuss" and row.due_on is not None
    ]
    ahead = sorted(day for day in (*place.meetings, *named) if day > today)
    if ahead:
        return Next(ahead[0], meets=True)
    issued = releases.issued(session, place.id)
    day = issued[0].slot_date if issued else today
    while day <= today:
        day += WEEK
    return Next(year.working_day(day), meets=False)
