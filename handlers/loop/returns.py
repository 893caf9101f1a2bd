"""An answer on its way home: the champion's seat has it until somebody was told or cannot be reached."""

from __future__ import annotations

from datetime import datetime

from handlers.loop.reaching import carried
from handlers.messages import Actor, Incoming, Reply
from handlers.place import of as place_of
from handlers.surfaces import done, message
from handlers.wording import say
from storage import Session, commitments


def told(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The champion has carried the answer home, or cannot reach them any more."""
    place = place_of(session, actor.partnership)
    row = commitments.get_return(session, place.id, event.fields.get("return_id", ""))
    if row is None or row.contribution_id not in carried(session, actor):
        return Reply(message("gone", say("return_gone_title"), say("return_gone")))
    row.state = "cannot_reach" if event.fields.get("choice") == "cannot_reach" else "told"
    said = "return_cannot_reach" if row.state == "cannot_reach" else "return_told"
    return done(row.state, "thank_you", said)
