"""Entries of the public board: one for each answer at most, and what waits to become one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from storage.database import Session
from storage.models import BoardEntry, Commitment, Line


def write(
    session: Session,
    partnership: str,
    *,
    commitment: str,
    said: str,
    did: str,
    child_said: str,
    child_did: str,
    quote: str,
    on_poster: bool,
    by: str,
    on: date,
) -> BoardEntry:
    """Write the entry of an answer, or write it anew; it is not up before somebody else has checked it."""
    row = of_answer(session, commitment)
    if row is None:
        row = BoardEntry(
            id=secrets.token_hex(16), partnership_id=partnership, commitment_id=commitment
        )
        session.add(row)
    row.said, row.did, row.child_said, row.child_did = said, did, child_said, child_did
    row.quote_id, row.on_poster = quote, on_poster
    row.state, row.written_by, row.written_on = "written", by, on
    row.checked_by, row.checked_on = "", None
    session.flush()
    return row


def get(session: Session, partnership: str, id: str) -> BoardEntry | None:
    row = session.get(BoardEntry, id)
    return row if row is not None and row.partnership_id == partnership else None


def of_answer(session: Session, commitment: str) -> BoardEntry | None:
    return session.scalars(select(BoardEntry).where(BoardEntry.commitment_id == commitment)).first()


def standing(
    session: Session, partnership: str, *states: str
) -> Sequence[tuple[BoardEntry, Commitment, Line]]:
    """Entries in these states whose answer stands and whose line may leave; the newest answer first."""
    rows = session.execute(
        select(BoardEntry, Commitment, Line)
        .join(Commitment, Commitment.id == BoardEntry.commitment_id)
        .join(Line, Line.id == Commitment.line_id)
        .where(
            BoardEntry.partnership_id == partnership,
            BoardEntry.state.in_(states),
            Commitment.state == "confirmed",
            Line.may_leave,
        )
        .order_by(Commitment.confirmed_on.desc(), Commitment.id)
    )
    return [(entry, answer, line) for entry, answer, line in rows]


def to_write(session: Session, partnership: str) -> Sequence[tuple[Commitment, Line]]:
    """Answers that stand, to lines that may leave, of which there is no entry yet; the oldest first."""
    rows = session.execute(
        select(Commitment, Line)
        .join(Line, Line.id == Commitment.line_id)
        .outerjoin(BoardEntry, BoardEntry.commitment_id == Commitment.id)
        .where(
            Commitment.partnership_id == partnership,
            Commitment.state == "confirmed",
            Line.may_leave,
            BoardEntry.id.is_(None),
        )
        .order_by(Commitment.confirmed_on, Commitment.id)
    )
    return [(answer, line) for answer, line in rows]
