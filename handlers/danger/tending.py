"""What the timetable does with what is set aside: a gap in the rota told, an alarm for what nobody read, an end."""

from __future__ import annotations

from datetime import datetime

from handlers.danger import rota
from handlers.messages import Actor, Incoming, Outgoing, Reply
from handlers.place import hour_words
from handlers.place import of as place_of
from handlers.surfaces import message
from storage import Session, decisions, return_addresses
from storage import set_aside as shelf
from storage.models import SetAside


def forget(session: Session, row: SetAside) -> None:
    return_addresses.forget(session, row.id)
    shelf.forget(session, row)


def tend(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The timetable: tell of gaps before they come, alarm for what was not read, delete what may go."""
    place = place_of(session, actor.partnership)
    later = rota.told(session, place, now)
    for row in shelf.unread_after(session, place.id, now):
        row.alarmed = True
        about = {
            "next_read_time": hour_words(place.local(row.next_read_at)),
            "hours": str(int((now - row.next_read_at).total_seconds() // 3600)),
        }
        later += [
            Outgoing(
                kind="set_aside_unread_alarm",
                to=person,
                once=f"alarm:{row.id}:{person}",
                due=now,
                about=about,
            )
            for person in sorted(rota.readers(session, place, row.reader))
        ]
    for row in shelf.due_for_deletion(session, place.id, now):
        if decisions.covers_day(session, place.id, row.came_on):
            continue
        forget(session, row)
    return Reply(message("done", "Done"), later=tuple(later))
