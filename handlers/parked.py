"""Messages that the machine gave up on: a person tries again, or lets one go.

Keeps the promise that nothing owed is lost unseen. Whoever decides reads the kind and the reason, and
neither the words nor whose it is.
"""

from __future__ import annotations

from datetime import datetime

from handlers.messages import Actor, Button, Incoming, Reply
from handlers.place import of as place_of
from handlers.recording import record
from handlers.surfaces import done, message
from handlers.wording import ids, say
from storage import Session, outgoing, posting
from storage.models import Outbox


def try_again(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Send it at the next turn; what may have come before comes with a note that says so."""
    row = _row(session, actor, event)
    if row is None:
        return _gone()
    record(session, actor, "message.again", row.id, now, reason=row.kind)
    posting.try_again(row, now)
    return done("message_again", "done_title", "message_again")


def let_go(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Not sent, by a person's word; where it would have gone is deleted."""
    row = _row(session, actor, event)
    if row is None:
        return _gone()
    record(session, actor, "message.let_go", row.id, now, reason=row.kind)
    place = place_of(session, actor.partnership)
    outgoing.settle(session, row, "dropped", place.today(now), say("parked_let_go"))
    return done("message_let_go", "message_let_go_title", "message_let_go")


def kind_words(kind: str) -> str:
    """What a message is, in words that name nobody and no theme."""
    id = f"kind_{kind}"
    return say(id if id in ids() else "kind_other")


def buttons(row: Outbox) -> tuple[Button, ...]:
    return (
        Button(say("button_try_again"), "message_again", row.id),
        Button(say("button_let_go"), "message_let_go", row.id),
    )


def _row(session: Session, actor: Actor, event: Incoming) -> Outbox | None:
    return outgoing.parked_one(session, actor.partnership, event.fields.get("choice", ""))


def _gone() -> Reply:
    return Reply(message("gone", say("message_gone_title"), say("message_gone")))
