"""The timetable: which slots are due, in the partnership's own time, and each of them once.

Prompts and digests that fall on a bank holiday move to the next working day; a draft is made on the
working day before its digest, so that people have a day to write and sign. Slots follow the local
clock when it changes; prompts thin out in school holidays. What is set aside is looked after every
hour, holidays included.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.config import PartnershipSettings, Settings
from bot.days import DAY, is_working_day, moved, working_day_before
from bot.outbox import run
from handlers import permissions
from handlers.messages import Incoming
from storage import Database, outgoing

FARTHEST_MOVE = timedelta(days=7)  # a slot never waits longer for a working day
LATE = timedelta(hours=12)  # shorter than from draft to digest: nobody's day to sign is lost
MONDAY = date(2024, 1, 1)  # weeks are counted from here, so that every machine counts alike
DAILY_AT = time(10, 0)
DAILY = ("tick_nudge", "tick_ask_again", "tick_promises", "tick_keeping")


def due(place: PartnershipSettings, after: datetime, until: datetime) -> list[tuple[datetime, str]]:
    """What falls due after one moment and up to another, in order: local time and kind."""
    zone = ZoneInfo(place.zone)
    start, end = after.astimezone(UTC), until.astimezone(UTC)
    found = []
    day = start.astimezone(zone).date() - FARTHEST_MOVE
    last = end.astimezone(zone).date() + FARTHEST_MOVE
    while day <= last:
        for on, hour, kind in _slots(place, day):
            moment = datetime.combine(on, hour, zone).astimezone(UTC)
            if start < moment <= end:
                found.append((moment, kind))
        day += DAY
    hour_mark = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while hour_mark <= end:
        found.append((hour_mark, "tick_aside"))
        hour_mark += timedelta(hours=1)
    return [(moment.astimezone(zone), kind) for moment, kind in sorted(found)]


def _slots(place: PartnershipSettings, day: date) -> Iterator[tuple[date, time, str]]:
    """The slots that belong to this day, each on the day to which it moves."""
    week = (day - MONDAY).days // 7
    if day.weekday() == place.prompt_weekday and week % _interval(place, day) == 0:
        yield moved(day), place.prompt_time, "tick_ask"
    if day.weekday() == place.digest_weekday:
        issued_on = moved(day)
        yield working_day_before(issued_on), place.digest_time, "tick_draft"
        yield issued_on, place.digest_time, "issue"
    if is_working_day(day):
        for kind in DAILY:
            yield day, DAILY_AT, kind


def _interval(place: PartnershipSettings, day: date) -> int:
    """Weeks between two prompts: twice as many while the schools are closed, where that is known."""
    terms = place.school_terms
    known = bool(terms) and terms[0][0] <= day <= terms[-1][1]
    if known and not any(first <= day <= last for first, last in terms):
        return 2 * place.interval_weeks
    return place.interval_weeks


def tick(database: Database, settings: Settings, *, now: datetime) -> int:
    """Run what has fallen due; returns how many slots were run. What comes of it, the sender sends.

    A slot that was run is never run again, also when nothing came of it: otherwise a digest that
    had nothing to issue would issue the next draft before anybody could sign it.
    """
    ran = 0
    for place in settings.partnerships:
        for moment, kind in due(place, now - LATE, now):
            ran += _once(database, place.id, kind, moment, now=now)
    if ran:
        database.empty_logs()
    return ran


def _once(
    database: Database, partnership: str, kind: str, moment: datetime, *, now: datetime
) -> int:
    slot = moment.isoformat() if kind == "tick_aside" else moment.date().isoformat()
    key = f"slot:{partnership}:{kind}:{slot}"
    with database.writing() as session:
        if outgoing.done(session, key) is not None:
            return 0
        run(session, key, permissions.clock(partnership), Incoming(kind), now=now)
        outgoing.mark_done(session, key, {"slot": kind}, moment.date())
    return 1
