"""When the strategic group next meets, and the pack that goes before: its own dates first, then a day it
named, else its next digest.

A day that a person sets is a slot of its own, so that a pack is announced once for each meeting. Where
no day is known, a pack is monthly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers import permissions, year
from handlers.messages import Actor, Button, Field, Form, Incoming, Outgoing, Reply, Text
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.surfaces import done, message
from handlers.wording import say
from storage import Session, commitments, people, releases, rounds

WEEK = timedelta(weeks=1)
MEETING, PACK = "meeting", "pack"  # schedules
PACK_BEFORE, EVERY = timedelta(days=7), timedelta(weeks=4)
MOST_AHEAD = timedelta(weeks=26)


@dataclass(frozen=True)
class Next:
    """The next day on which the group has the question before it, and whether it then meets."""

    day: date
    meets: bool


def after(session: Session, place: Place, today: date) -> Next:
    """The next day after today."""
    ahead = sorted(day for day in _known(session, place) if day > today)
    if ahead:
        return Next(ahead[0], meets=True)
    issued = releases.issued(session, place.id)
    day = issued[0].slot_date if issued else today
    while day <= today:
        day += WEEK
    return Next(year.working_day(day), meets=False)


def _known(session: Session, place: Place) -> Iterator[date]:
    """Every day on which the group meets, as the settings, its people and its answers name them."""
    yield from place.meetings
    yield from rounds.slots(session, place.id, MEETING)
    for row in commitments.confirmed(session, place.id):
        if row.button == "discuss" and row.due_on is not None:
            yield row.due_on


def of_pack(session: Session, place: Place, today: date) -> date:
    """The day a pack is for: the next meeting that is known, else the first working day of a month."""
    known = sorted(_known(session, place))
    ahead = [day for day in known if day >= today]
    if ahead:
        return ahead[0]
    if known and known[-1] + EVERY >= today:
        return year.working_day(known[-1] + EVERY)
    return year.working_day(date(today.year + today.month // 12, today.month % 12 + 1, 1))


def before_pack(session: Session, place: Place, today: date) -> date:
    """The day since when a pack looks: the last meeting, at most the four weeks before."""
    held = [day for day in _known(session, place) if day < today]
    return max(*held, today - EVERY) if held else today - EVERY


def open_form(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Say when the group meets next."""
    place = place_of(session, actor.partnership)
    return Reply(_form(of_pack(session, place, place.today(now)).isoformat(), ""))


def _form(value: str, error: str) -> Form:
    return Form(
        name="meeting",
        title=say("meeting_title"),
        parts=(
            Text(say("meeting_explained")),
            Field("on", say("meeting_field_on"), "date", value=value, error=error),
        ),
        needs=("on",),
        buttons=(Button(say("button_set_meeting"), "meeting_set", style="main"),),
    )


def set_day(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Put the next meeting on a day; another day that was set ahead gives way."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    typed = event.fields.get("on", "").strip()
    try:
        on = date.fromisoformat(typed)
    except ValueError:
        return Reply(_form(typed, say("error_date_unread")))
    if not today <= on <= today + MOST_AHEAD:
        return Reply(_form(typed, say("error_meeting_far")))
    rounds.drop_slots_from(session, place.id, MEETING, today)
    rounds.take_slot(session, place.id, MEETING, on)
    return done("meeting_set", "meeting_set_title", "meeting_set", date=day_words(on))


def announce(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A week before the meeting everybody in the group is told that its pack is there, once."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    on = of_pack(session, place, today)
    if today < on - PACK_BEFORE or not releases.issued(session, place.id):
        return Reply(message("pack", "Done"))
    if not rounds.take_slot(session, place.id, PACK, on):
        return Reply(message("pack", "Done"))
    readers = {
        person
        for role in (permissions.MEMBER, permissions.CHAIR, permissions.DELEGATE)
        for person in people.holders(session, place.id, role)
    }
    due, about = place.within_hours(now), {"on": on.isoformat()}
    return Reply(
        message("pack", "Done"),
        later=tuple(
            Outgoing("pack_ready", person, f"pack:{place.id}:{on}:{person}", due, about=about)
            for person in sorted(readers)
        ),
    )
