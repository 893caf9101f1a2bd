"""The timetable: which slots are due, in the partnership's own time, and each of them once.

Prompts and digests that fall on a bank holiday move to the next working day; a draft is made on the
working day before its digest, so that people have a day to write and sign. Slots follow the local
clock when it changes; prompts thin out in school holidays. What is set aside is looked after every
hour, holidays included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot import lease
from bot.config import PartnershipSettings, Settings
from bot.days import DAY, is_working_day, moved, working_day_before
from bot.outbox import run
from handlers import permissions, planning, year
from handlers.messages import Incoming
from storage import Database, Session, budgets, outgoing, rounds

FARTHEST_MOVE = timedelta(days=7)  # a slot never waits longer for a working day
LATE = timedelta(hours=12)  # shorter than from draft to digest: nobody's day to sign is lost
DAILY_AT = time(10, 0)
DAILY = (
    "tick_nudge",
    "tick_ask_again",
    "tick_promises",
    "tick_keeping",
    "tick_people",
    "tick_pack",
    "tick_groups",
)


def due(
    place: PartnershipSettings,
    after: datetime,
    until: datetime,
    *,
    changes: Mapping[date, date | None] = MappingProxyType({}),
) -> list[tuple[datetime, str]]:
    """What falls due after one moment and up to another, in order: local time and kind.

    `changes` are the rounds that the coordinator moved to another day, or (None) left out.
    """
    zone = ZoneInfo(place.zone)
    start, end = after.astimezone(UTC), until.astimezone(UTC)
    found = []
    reach = FARTHEST_MOVE + planning.FARTHEST if changes else FARTHEST_MOVE
    day = start.astimezone(zone).date() - reach
    last = end.astimezone(zone).date() + reach
    while day <= last:
        for on, hour, kind in _slots(place, day, changes):
            moment = datetime.combine(on, hour, zone).astimezone(UTC)
            if start < moment <= end:
                found.append((moment, kind))
        day += DAY
    hour_mark = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while hour_mark <= end:
        found.append((hour_mark, "tick_aside"))
        hour_mark += timedelta(hours=1)
    return [(moment.astimezone(zone), kind) for moment, kind in sorted(found)]


def _slots(
    place: PartnershipSettings, day: date, changes: Mapping[date, date | None]
) -> Iterator[tuple[date, time, str]]:
    """The slots that belong to this day, each on the day to which it moves."""
    if day.weekday() == place.prompt_weekday and year.is_round_week(
        day, place.interval_weeks, place.school_terms
    ):
        asked_on = changes.get(moved(day), moved(day))
        if asked_on is not None:
            yield asked_on, place.prompt_time, "tick_ask"
    if day.weekday() == place.digest_weekday:
        issued_on = moved(day)
        yield working_day_before(issued_on), place.digest_time, "tick_draft"
        yield issued_on, place.digest_time, "issue"
    if is_working_day(day):
        for kind in DAILY:
            yield day, DAILY_AT, kind


def tick(database: Database, settings: Settings, *, now: datetime) -> int:
    """Run what has fallen due; returns how many slots were run. What comes of it, the sender sends.

    A slot that was run is never run again, also when nothing came of it: otherwise a digest that
    had nothing to issue would issue the next draft before anybody could sign it.
    """
    ran = 0
    for place in settings.partnerships:
        for moment, kind in due(place, now - LATE, now, changes=_changes(database, place.id)):
            ran += _once(database, place.id, kind, moment, now=now)
    if ran:
        with database.writing() as session:
            budgets.forget_idle(session, lease.tick(session))
        database.empty_logs()
    return ran


def _changes(database: Database, partnership: str) -> Mapping[date, date | None]:
    with database.reading() as session:
        return rounds.changes(session, partnership)


SENDING = frozenset({"tick_ask", "tick_nudge", "tick_ask_again", "issue"})


def pass_over(session: Session, settings: Settings, *, after: datetime, now: datetime) -> None:
    """Take the slots since then that would write to people: what they sent may have gone out already."""
    for place in settings.partnerships:
        changes = rounds.changes(session, place.id)
        for moment, kind in due(place, max(after, now - LATE), now, changes=changes):
            if kind in SENDING:
                key = _key(place.id, kind, moment)
                outgoing.mark_done(session, key, {"slot": kind}, moment.date())


def _key(partnership: str, kind: str, moment: datetime) -> str:
    slot = moment.isoformat() if kind == "tick_aside" else moment.date().isoformat()
    return f"slot:{partnership}:{kind}:{slot}"


def _once(
    database: Database, partnership: str, kind: str, moment: datetime, *, now: datetime
) -> int:
    key = _key(partnership, kind, moment)
    with database.writing() as session:
        if outgoing.done(session, key) is not None:
            return 0
        outgoing.only_one(session, key)  # another machine may be at it: then look again after it
        if outgoing.done(session, key) is not None:
            return 0
        run(session, key, permissions.clock(partnership), Incoming(kind), now=now)
        outgoing.mark_done(session, key, {"slot": kind}, moment.date())
    return 1
