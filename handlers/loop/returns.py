"""An answer on its way home: the champion's seat has it until somebody was told or cannot be reached."""

from __future__ import annotations

from datetime import datetime

from handlers.messages import Actor, Incoming, Reply
from handlers.place import of as place_of
from handlers.surfaces import message
from storage import Session, commitments, people, return_addresses


def told(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The champion has carried the answer home, or cannot reach them any more."""
    place = place_of(session, actor.partnership)
    row = commitments.get_return(session, place.id, event.fields.get("return_id", ""))
    seats = [s.id for s in people.seats_of(session, actor.person, place.id) if s.role == "champion"]
    carried = {c for seat in seats for c in return_addresses.carried_by(session, place.id, seat)}
    if row is None or row.contribution_id not in carried:
        return Reply(message("gone", "Nothing to bring back", "This answer has already got home."))
    row.state = "cannot_reach" if event.fields.get("choice") == "cannot_reach" else "told"
    said = (
        "Thank you for trying. It is kept that this answer did not get home."
        if row.state == "cannot_reach"
        else "Thank you for carrying it home."
    )
    return Reply(message(row.state, "Thank you", said), outcome={"message": row.state})
