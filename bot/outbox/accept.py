"""Allow, decide, commit, and only then acknowledge.

`perform` gives a handler one transaction and makes it happen once for each key: a repeat gets the same
answer and has no second effect. What is kept is a keyed hash of the key and the outcome, no payload.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime

from bot import metrics
from bot.lease import steady
from bot.outbox.policy import policy_of
from bot.outbox.together import queue_of
from handlers import router
from handlers.again import again
from handlers.messages import Actor, Form, Incoming, Outgoing, Reply
from handlers.permissions import NotAllowedError
from storage import Database, DatabaseError, Session, outgoing

PATIENCE = 2.0  # seconds: a platform waits three for its acknowledgement
log = logging.getLogger("heardback.accepting")


class NotSavedError(Exception):
    """The database could not take it, so nothing may be acknowledged.

    What a platform sends again by itself is answered 503. What it does not (actions, views, dialogs,
    our own forms) gets `handlers.surfaces.not_saved` in the form that is still open. `sure` says that
    nothing was kept; else the commit's answer was lost, and the same key makes a repeat safe.
    """

    def __init__(self, *, sure: bool) -> None:
        super().__init__("nothing was kept" if sure else "perhaps it was kept")
        self.sure = sure


def perform(database: Database, key: str, actor: Actor, event: Incoming, *, now: datetime) -> Form:
    """Run what happened once. Returns the synchronous answer; the outbox has the rest.

    Args:
        key: what makes this event itself (a form's one-time key, a slot, a message's identity).

    Raises:
        NotAllowedError: the permission table does not let this actor.
        NotSavedError: the database cannot take it now.
    """
    began = steady()
    try:
        form = _perform(database, key, actor, event, now=now)
    except NotAllowedError:
        known = event.kind if event.kind in router.KINDS else "unknown"
        log.warning("not allowed: %s", known)
        raise
    except NotSavedError:
        metrics.ACCEPTED.labels("no").observe(steady() - began)
        raise
    metrics.ACCEPTED.labels("yes").observe(steady() - began)
    return form


def _perform(database: Database, key: str, actor: Actor, event: Incoming, *, now: datetime) -> Form:
    committing = False
    try:
        if database.one_writer:
            form = _together(database, key, actor, event, now)
            if form is not None:
                return form
        with database.writing(patience=PATIENCE) as session:
            alone = run(session, key, actor, event, now=now).now
            committing = True
    except DatabaseError as error:
        kind = event.kind if event.kind in router.KINDS else "unknown"
        log.error("an event of kind %s was not kept: %s", kind, type(error).__name__)
        if not committing:
            raise NotSavedError(sure=True) from error
    else:
        return alone
    try:  # the commit may have got through: under the same key once more, it happens once
        with database.writing(patience=PATIENCE) as session:
            return run(session, key, actor, event, now=now).now
    except DatabaseError as error:
        raise NotSavedError(sure=False) from error


def _together(
    database: Database, key: str, actor: Actor, event: Incoming, now: datetime
) -> Form | None:
    """The answer, committed with whatever else waited; None when that was not kept and it is alone now."""
    return queue_of(database).take(
        database, lambda session: run(session, key, actor, event, now=now).now, patience=PATIENCE
    )


def run(session: Session, key: str, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """`perform` inside a transaction that is already open."""
    router.permit(actor, event)
    outgoing.only_one(session, key)
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
    intents = [
        outgoing.Intent(
            kind=message.kind,
            to=message.to,
            via=message.via,
            once=message.once,
            about=message.about,
            due=message.due,
            rank=policy_of(message.kind).rank,
        )
        for message in later
    ]
    if intents and outgoing.intend(session, partnership, intents) and session.announce:
        session.announce(session)


def fresh_key() -> str:
    """A one-time key for a form."""
    return secrets.token_urlsafe(18)
