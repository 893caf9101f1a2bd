"""Who reads what is set aside, and when next: the times of the rota at which one of its readers is there.

A bank holiday, an empty seat and a reader's own time off all take a time out, so that no message names a time
at which nobody reads. Before a gap comes its readers and the coordinator hear from when until when; never why,
and never who is away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from handlers import permissions, year
from handlers.messages import Outgoing
from handlers.place import Place, hour_words
from handlers.wording import say
from storage import Session, people

READERS = {
    permissions.LEAD: (permissions.LEAD, permissions.DEPUTY),
    permissions.SECOND_LEAD: (permissions.SECOND_LEAD,),
}
AHEAD = timedelta(weeks=8)  # how far the rota is looked along
NOTICE = timedelta(weeks=3)  # how long before it comes a gap is told
HOLIDAYS = timedelta(days=2)  # longer than usual; a bank-holiday weekend is no gap


@dataclass(frozen=True)
class Gap:
    """Aware times, local: the first one left out, and the next at which somebody reads (None: not known)."""

    reader: str
    first: datetime
    until: datetime | None
    named: datetime  # what people who write are told


def next_read(session: Session, place: Place, reader: str, now: datetime) -> datetime:
    """The next time at which somebody reads for this seat.

    With nobody in sight it is the next of the rota, by which somebody has to be found: its readers and the
    coordinator have been told, and an alarm follows.
    """
    there = _who_is_there(session, place, reader)
    times = list(_times(place, now))
    return next((at for at in times if there(at)), times[0])


def _who_is_there(session: Session, place: Place, reader: str) -> Callable[[datetime], bool]:
    """Whether one of a seat's readers is there at a time: stopping ends no duty, time off does."""
    held = readers(session, place, reader)

    def there(at: datetime) -> bool:
        states = (people.away_or_stopped(session, one, place.id, place.today(at)) for one in held)
        return any(state != "away" for state in states)

    return there


def readers(session: Session, place: Place, reader: str) -> tuple[str, ...]:
    """Everybody who reads for this seat: its holders, and for the lead the deputies."""
    held = (people.holders(session, place.id, role) for role in READERS.get(reader, (reader,)))
    return tuple(dict.fromkeys(person for some in held for person in some))


def _times(place: Place, now: datetime) -> Iterator[datetime]:
    """The rota's own times after this moment, as far as we look, without bank holidays; local, in order."""
    day, last = place.today(now), place.today(now + AHEAD)
    while day <= last:
        if day not in year.bank_holidays(day.year):
            for hour in sorted(
                hour for weekday, hour in place.read_times if weekday == day.weekday()
            ):
                if (moment := place.at(day, hour)) > now:
                    yield moment
        day += timedelta(days=1)


def longest(place: Place) -> timedelta:
    """The longest that something waits on this rota in an ordinary week."""
    monday = datetime(2024, 1, 1, tzinfo=place.zone)
    week = [
        monday + timedelta(days=day, hours=hour.hour, minutes=hour.minute)
        for day, hour in sorted(place.read_times)
    ]
    return max(
        later - earlier for earlier, later in pairwise((*week, week[0] + timedelta(weeks=1)))
    )


def gaps(session: Session, place: Place, now: datetime) -> list[Gap]:
    """Every gap that begins within three weeks, for each seat, the soonest first."""
    found = [gap for reader in READERS if (gap := _gap(session, place, reader, now)) is not None]
    return sorted(found, key=lambda gap: (gap.first, gap.reader))


def _gap(session: Session, place: Place, reader: str, now: datetime) -> Gap | None:
    there = _who_is_there(session, place, reader)
    before = place.local(now)
    times = list(_times(place, now))
    if not times:
        raise ValueError("the rota names no time at which anybody reads")
    kept = [at for at in times if there(at)]
    for at in kept:
        if at - before > longest(place) + HOLIDAYS:
            return _told(place, reader, before, at, times)
        before = at
    if kept:
        return None
    return Gap(reader, times[0], None, times[0])


def _told(
    place: Place, reader: str, before: datetime, until: datetime, times: list[datetime]
) -> Gap | None:
    """The gap between two times at which somebody reads, if it begins soon enough to be told now."""
    out = [at for at in times if before < at < until]
    first = out[0] if out else before + longest(place)
    return Gap(reader, first, until, until) if first - times[0] <= NOTICE else None


def told(session: Session, place: Place, now: datetime) -> list[Outgoing]:
    """Tell the readers and the coordinator of each gap, once for each way it could end."""
    later = []
    for gap in gaps(session, place, now):
        end = gap.until.isoformat() if gap.until else f"open:{gap.first:%G-%V}"
        about = {"first": gap.first.isoformat(), "next": gap.named.isoformat()}
        if gap.until is not None:
            about["until"] = gap.until.isoformat()
        hears = {
            *readers(session, place, gap.reader),
            *people.holders(session, place.id, permissions.COORDINATOR),
        }
        later += [
            Outgoing(
                "set_aside_rota_gap", person, f"rota:{gap.reader}:{end}:{person}", now, about=about
            )
            for person in sorted(hears)
        ]
    return later


def words(place: Place, first: datetime, until: datetime | None, named: datetime) -> str:
    """What is said of a gap, to whoever is told."""
    if until is None:
        return say(
            "set_aside_rota_open",
            from_time=hour_words(place.local(first)),
            next_read_time=hour_words(place.local(named)),
        )
    return say(
        "set_aside_rota_gap",
        from_time=hour_words(place.local(first)),
        to_time=hour_words(place.local(until)),
        next_read_time=hour_words(place.local(named)),
    )
