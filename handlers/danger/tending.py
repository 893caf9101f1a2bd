"""What the timetable does with what is set aside: an alarm for what nobody read, an end for what may go."""

from __future__ import annotations

from datetime import datetime

from handlers import permissions
from handlers.messages import Actor, Incoming, Outgoing, Reply
from handlers.place import hour_words
from handlers.place import of as place_of
from handlers.surfaces import message
from storage import Session, decisions, people, return_addresses
from storage import set_aside as shelf
from storage.models import SetAside


def forget(session: Session, row: SetAside) -> None:
    return_addresses.forget(session, row.id)
    shelf.forget(session, row)


def tend(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The timetable: alarm for what was not read in time, delete what may go."""
    place = place_of(session, actor.partnership)
    later: list[Outgoing] = []
    for row in shelf.unread_after(session, place.id, now):
        row.alarmed = True
        about = {
            "next_read_time": hour_words(place.local(row.next_read_at)),
            "hours": str(int((now - row.next_read_at).total_seconds() // 3600)),
        }
        readers = {*people.holders(session, place.id, row.reader)}
        if row.reader == "safeguarding_lead":
            readers |= {*people.holders(session, place.id, permissions.DEPUTY)}
        later += [
            Outgoing(
                kind="set_aside_unread_alarm",
                to=person,
                once=f"alarm:{row.id}:{person}",
                due=now,
                about=about,
            )
            for person in sorted(readers)
        ]
    for row in shelf.due_for_deletion(session, place.id, now):
        if decisions.covers_day(session, place.id, row.came_on):
            continue
        forget(session, row)
    return Reply(message("done", "Done"), later=tuple(later))
