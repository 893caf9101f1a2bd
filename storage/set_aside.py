"""What is set aside: sealed for the safeguarding lead with the key class `danger`.

Nothing is deleted before its hand-off is confirmed, or before its words went back to their author.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from storage.database import Session
from storage.models import SetAside


def put(
    session: Session, *, partnership: str, words: str, route: str, on: date, next_read: datetime
) -> str:
    id = secrets.token_hex(16)
    session.add(
        SetAside(
            id=id,
            partnership_id=partnership,
            reader="safeguarding_lead",
            route=route,
            came_on=on,
            writer_choice="",
            next_read_at=next_read,
            state="waiting",
            sealed_words=session.seal("danger", partnership, id, words),
        )
    )
    session.flush()
    return id


def get(session: Session, partnership: str, id: str) -> SetAside | None:
    row = session.get(SetAside, id)
    return row if row is not None and row.partnership_id == partnership else None


def words(session: Session, row: SetAside) -> str:
    return session.open("danger", row.partnership_id, row.id, row.sealed_words)


def for_reader(session: Session, partnership: str, reader: str) -> Sequence[SetAside]:
    """What waits for this reader. The first lead cannot find what is about them."""
    return session.scalars(
        select(SetAside)
        .where(SetAside.partnership_id == partnership, SetAside.reader == reader)
        .order_by(SetAside.next_read_at, SetAside.id)
    ).all()


def unread_after(session: Session, partnership: str, now: datetime) -> Sequence[SetAside]:
    return session.scalars(
        select(SetAside).where(
            SetAside.partnership_id == partnership,
            SetAside.state == "waiting",
            SetAside.alarmed.is_(False),
            SetAside.next_read_at < now,
        )
    ).all()


def unfinished(session: Session, partnership: str) -> bool:
    """Whether something was not opened yet, or has neither a hand-off nor gone back to its author."""
    row = select(SetAside.id).where(
        SetAside.partnership_id == partnership, SetAside.state.in_(("waiting", "opened"))
    )
    return session.scalars(row.limit(1)).first() is not None


def due_for_deletion(session: Session, partnership: str, now: datetime) -> Sequence[SetAside]:
    return session.scalars(
        select(SetAside).where(
            SetAside.partnership_id == partnership,
            SetAside.state.in_(("handed_off", "not_live")),
            SetAside.delete_at <= now,
        )
    ).all()


def forget(session: Session, row: SetAside) -> None:
    session.destroy_key("danger", row.id)
    session.delete(row)
    session.flush()
