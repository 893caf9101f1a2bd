"""What people ask about themselves: all that is held, or a complaint. Its words and its answer are sealed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from storage.database import Session
from storage.models import Request


def begin(
    session: Session,
    partnership: str,
    *,
    kind: str,
    reader: str,
    person: str = "",
    reference: str = "",
    words: str = "",
    came_on: date,
    due_on: date,
) -> Request:
    """Keep one that came; its clock runs from the day on which it came."""
    id = secrets.token_hex(16)
    row = Request(
        id=id,
        partnership_id=partnership,
        kind=kind,
        state="open",
        reader=reader,
        person_id=person,
        reference=reference,
        came_on=came_on,
        due_on=due_on,
        sealed_words=session.seal("people", partnership, id, words) if words else None,
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, partnership: str, id: str) -> Request | None:
    row = session.get(Request, id)
    return row if row is not None and row.partnership_id == partnership else None


def words(session: Session, row: Request) -> str:
    """What was complained of; empty where it came by another way."""
    return _opened(session, row, row.sealed_words)


def answer(session: Session, row: Request) -> str:
    return _opened(session, row, row.sealed_answer)


def _opened(session: Session, row: Request, sealed: bytes | None) -> str:
    return session.open("people", row.partnership_id, row.id, sealed) if sealed else ""


def put_answer(session: Session, row: Request, text: str, on: date) -> None:
    row.sealed_answer = session.seal("people", row.partnership_id, row.id, text)
    row.state, row.answered_on = "answered", on
    session.flush()


def not_closed(session: Session, partnership: str) -> Sequence[Request]:
    """What is open or answered, what is due first at the head."""
    return session.scalars(
        select(Request)
        .where(Request.partnership_id == partnership, Request.state != "closed")
        .order_by(Request.due_on, Request.id)
    ).all()


def of_person(session: Session, partnership: str, person: str) -> Sequence[Request]:
    """What this person asked for or complained of, oldest first."""
    return session.scalars(
        select(Request)
        .where(Request.partnership_id == partnership, Request.person_id == person)
        .order_by(Request.came_on, Request.id)
    ).all()


def closed_before(session: Session, partnership: str, day: date) -> Sequence[Request]:
    return session.scalars(
        select(Request).where(
            Request.partnership_id == partnership,
            Request.state == "closed",
            Request.closed_on < day,
        )
    ).all()


def forget(session: Session, row: Request) -> None:
    session.destroy_key("people", row.id)
    session.delete(row)
    session.flush()
