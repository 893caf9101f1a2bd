"""Intents to send, the keys of what has been done, and the notices in web threads.

Rows hold kinds and sealed ids; a sent row loses its address and its data key.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from storage.database import Session, insert_once
from storage.models import Done, Notice, Outbox


def done(session: Session, key: str) -> Mapping[str, Any] | None:
    """The outcome remembered under this key, or None when it has not happened."""
    row = session.get(Done, session.keyring.tag("done", key))
    return row.outcome if row else None


def mark_done(session: Session, key: str, outcome: Mapping[str, str], on: date) -> bool:
    """Claim the key; False when somebody else's transaction was first."""
    tag = session.keyring.tag("done", key)
    return insert_once(session, Done(key_tag=tag, outcome=dict(outcome), on_date=on))


def intend(
    session: Session,
    *,
    partnership: str,
    kind: str,
    to: str,
    via: str,
    once: str,
    about: Mapping[str, str],
    due: datetime,
) -> bool:
    """Put something in the outbox, unless the same was put there before."""
    id = secrets.token_hex(16)
    return insert_once(
        session,
        Outbox(
            id=id,
            partnership_id=partnership,
            kind=kind,
            once_tag=session.keyring.tag("done", "outbox", partnership, once),
            via=via,
            sealed_to=session.seal("outbox", partnership, id, to),
            about=dict(about),
            due_at=due,
            state="due",
        ),
    )


def due(session: Session, now: datetime, limit: int = 500) -> Sequence[Outbox]:
    return session.scalars(
        select(Outbox)
        .where(Outbox.state == "due", Outbox.due_at <= now)
        .order_by(Outbox.due_at, Outbox.id)
        .limit(limit)
    ).all()


def recipient(session: Session, row: Outbox) -> str:
    if row.sealed_to is None:
        raise LookupError("this message has already been sent")
    return session.open("outbox", row.partnership_id, row.id, row.sealed_to)


def settle(session: Session, row: Outbox, state: str, reason: str = "") -> None:
    """Sent, dropped or parked. Unless parked, the address and its key are purged."""
    row.state, row.reason = state, reason
    if state != "parked":
        session.destroy_key("outbox", row.id)
        row.sealed_to = None
        row.about = {}


def parked(session: Session, partnership: str) -> Sequence[Outbox]:
    return session.scalars(
        select(Outbox).where(Outbox.partnership_id == partnership, Outbox.state == "parked")
    ).all()


def notify(
    session: Session,
    *,
    partnership: str,
    person: str,
    kind: str,
    about: Mapping[str, Any],
    at: datetime,
    id: str,
) -> None:
    """Put a message in somebody's web thread, once for each outbox row."""
    insert_once(
        session,
        Notice(
            id=id, partnership_id=partnership, person_id=person, kind=kind, about=dict(about), at=at
        ),
    )


def thread(session: Session, partnership: str, person: str, limit: int = 20) -> Sequence[Notice]:
    """A person's latest notices, oldest first."""
    rows = session.scalars(
        select(Notice)
        .where(Notice.partnership_id == partnership, Notice.person_id == person)
        .order_by(Notice.at.desc(), Notice.id)
        .limit(limit)
    ).all()
    return rows[::-1]
