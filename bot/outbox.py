"""The one runner: allow, decide, commit, and only then acknowledge; and the sender that follows.

`perform` gives a handler one transaction and makes it happen once for each key: a repeat gets the same
answer and has no second effect. `deliver` sends what is due and looks at each recipient again first.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from handlers import loop, notices, place, preferences, router
from handlers.again import again
from handlers.messages import Actor, Form, Incoming, Outgoing, Reply
from storage import Database, Session, outgoing
from storage.models import Outbox

WAIT = timedelta(days=1)


def perform(database: Database, key: str, actor: Actor, event: Incoming, *, now: datetime) -> Form:
    """Run what happened once. Returns the synchronous answer; the outbox has the rest.

    Args:
        key: what makes this event itself (a form's one-time key, a slot, a message's identity).

    Raises:
        NotAllowedError: the permission table does not let this actor.
    """
    with database.writing() as session:
        return run(session, key, actor, event, now=now).now


def run(session: Session, key: str, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """`perform` inside a transaction that is already open."""
    router.permit(actor, event)
    before = outgoing.done(session, key)
    if before is not None:
        return Reply(again(session, actor, before, now=now))
    reply = router.handle(session, actor, event, now=now)
    if reply.outcome or reply.later:
        outgoing.mark_done(session, key, reply.outcome, now.date())
        queue(session, actor.partnership, reply.later)
    return reply


def queue(session: Session, partnership: str, later: tuple[Outgoing, ...]) -> None:
    """Put a reply's messages in the outbox, each once."""
    for message in later:
        outgoing.intend(
            session,
            partnership=partnership,
            kind=message.kind,
            to=message.to,
            via=message.via,
            once=message.once,
            about=message.about,
            due=message.due,
        )


def deliver(database: Database, *, now: datetime, limit: int = 500) -> int:
    """Send what is due; returns how many rows were looked at."""
    with database.writing() as session:
        return deliver_in(session, now=now, limit=limit)


def deliver_in(session: Session, *, now: datetime, limit: int = 500) -> int:
    """`deliver` inside a transaction that is already open."""
    rows = outgoing.due(session, now, limit)
    for row in rows:
        _send(session, row, now)
    return len(rows)


def _send(session: Session, row: Outbox, now: datetime) -> None:
    here = place.of(session, row.partnership_id)
    person = outgoing.recipient(session, row)
    if row.via == "return_address":
        owner = loop.reach(session, person)
        if owner is None:
            outgoing.settle(session, row, "dropped", "taken back")
            return
        person = owner
    choice = preferences.may_receive(session, here.id, person, row.kind, here.today(now))
    if choice == "wait":
        row.due_at = now + WAIT
        return
    about: dict[str, Any] = dict(row.about)
    if choice == "drop" or notices.render(session, here, row.kind, about) is None:
        outgoing.settle(session, row, "dropped")
        return
    outgoing.notify(
        session,
        partnership=here.id,
        person=person,
        kind=row.kind,
        about=about,
        at=now,
        id=row.id,
    )
    outgoing.settle(session, row, "sent")


def fresh_key() -> str:
    """A one-time key for a form."""
    return secrets.token_urlsafe(18)
