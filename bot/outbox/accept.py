"""Allow, decide, commit, and only then acknowledge.

`perform` gives a handler one transaction and makes it happen once for each key: a repeat gets the same
answer and has no second effect. What is kept is a keyed hash of the key and the outcome, no payload.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from starlette.concurrency import run_in_threadpool

from bot import metrics
from bot.lease import steady
from bot.outbox.policy import policy_of
from bot.outbox.together import Work, queue_of
from handlers import router
from handlers.again import again
from handlers.messages import Actor, Form, Incoming, Outgoing, Reply
from handlers.permissions import NotAllowedError
from storage import Database, DatabaseError, Session, outgoing

Who = Actor | Callable[[Session], Actor]
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


def perform(database: Database, key: str, actor: Who, event: Incoming, *, now: datetime) -> Form:
    """Run what happened once. Returns the synchronous answer; the outbox has the rest.

    Args:
        actor: who did it, or how to find that out in the transaction itself.
        key: what makes this event itself (a form's one-time key, a slot, a message's identity).

    Raises:
        NotAllowedError: the permission table does not let this actor.
        NotSavedError: the database cannot take it now.
    """
    happen = _happening(key, actor, event, now)
    with _counted(event.kind):
        if database.one_writer:
            form = queue_of(database).take(database, happen, patience=PATIENCE, key=key)
            if form is not None:
                return form
        return _alone(database, happen)


async def perform_soon(
    database: Database, key: str, actor: Who, event: Incoming, *, now: datetime
) -> Form:
    """`perform`, for the event loop, which goes on meanwhile."""
    happen = _happening(key, actor, event, now)
    with _counted(event.kind):
        form = await queue_of(database).soon(database, happen, patience=PATIENCE, key=key)
        return form if form is not None else await run_in_threadpool(_alone, database, happen)


def _happening(key: str, actor: Who, event: Incoming, now: datetime) -> Work:
    def happen(session: Session) -> Form:
        who = actor if isinstance(actor, Actor) else actor(session)
        return run(session, key, who, event, now=now).now

    return happen


@contextmanager
def _counted(kind: str) -> Iterator[None]:
    """How long it took and whether it was kept, for the metrics and the log."""
    began = steady()
    known = kind if kind in router.KINDS else "unknown"
    try:
        yield
    except NotAllowedError:
        log.warning("not allowed: %s", known)
        raise
    except (NotSavedError, DatabaseError) as error:
        why = error if isinstance(error, DatabaseError) else error.__cause__
        log.error("an event of kind %s was not kept: %s", known, type(why).__name__)
        metrics.ACCEPTED.labels("no").observe(steady() - began)
        raise error if isinstance(error, NotSavedError) else NotSavedError(sure=True) from error
    metrics.ACCEPTED.labels("yes").observe(steady() - began)


def _alone(database: Database, happen: Work) -> Form:
    """One event in a transaction of its own.

    Raises:
        NotSavedError: nothing was kept; or the commit's answer was lost twice, and perhaps it was.
    """
    committing = False
    try:
        with database.writing(patience=PATIENCE) as session:
            form = happen(session)
            committing = True
    except DatabaseError as error:
        if not committing:
            raise NotSavedError(sure=True) from error
    else:
        return form
    try:  # the commit may have got through: under the same key once more, it happens once
        with database.writing(patience=PATIENCE) as session:
            return happen(session)
    except DatabaseError as error:
        raise NotSavedError(sure=False) from error


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
