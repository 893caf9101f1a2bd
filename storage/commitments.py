"""Answers: proposals, confirmed commitments, the returns champions carry, and opinions afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from storage.database import Session
from storage.models import Commitment, Line, LineContribution, Opinion, Return
from storage.statements import insert_once


def propose(session: Session, row: Commitment) -> str:
    session.add(row)
    session.flush()
    return row.id


def get(session: Session, partnership: str, id: str) -> Commitment | None:
    row = session.get(Commitment, id)
    return row if row is not None and row.partnership_id == partnership else None


def proposed(session: Session, partnership: str) -> Sequence[Commitment]:
    return _in_state(session, partnership, "proposed")


def confirmed(session: Session, partnership: str) -> Sequence[Commitment]:
    return _in_state(session, partnership, "confirmed")


def ever_confirmed(session: Session, partnership: str) -> Sequence[Commitment]:
    """Every answer that people were told, also those that a later one took the place of."""
    return session.scalars(
        select(Commitment).where(
            Commitment.partnership_id == partnership, Commitment.confirmed_on.is_not(None)
        )
    ).all()


def _in_state(session: Session, partnership: str, state: str) -> Sequence[Commitment]:
    return session.scalars(
        select(Commitment)
        .where(Commitment.partnership_id == partnership, Commitment.state == state)
        .order_by(Commitment.proposed_on, Commitment.id)
    ).all()


def standing(session: Session, line_id: str) -> Commitment | None:
    """The confirmed answer to a line, if there is one."""
    return session.scalars(
        select(Commitment)
        .where(Commitment.line_id == line_id, Commitment.state == "confirmed")
        .order_by(Commitment.confirmed_on.desc())
    ).first()


def last_ended(session: Session, line_id: str) -> Commitment | None:
    """The newest answer that stands no longer because its time was over or people said it did not help."""
    return session.scalars(
        select(Commitment)
        .where(Commitment.line_id == line_id, Commitment.ended_on.is_not(None))
        .order_by(Commitment.ended_on.desc())
    ).first()


def answering(session: Session, line: Line) -> Commitment | None:
    """The confirmed answer that speaks to a line: its own, else the one to its theme given since."""
    spoken_to = _spoken_to(session, line)
    return standing(session, spoken_to) if spoken_to else None


def behind(session: Session, row: Commitment) -> Sequence[str]:
    """Contributions behind every line that an answer speaks to: one answer for all behind a theme."""
    own = session.get_one(Line, row.line_id)
    same_theme = session.scalars(
        select(Line)
        .where(
            Line.partnership_id == row.partnership_id,
            Line.subject == own.subject,
            Line.state == "shown",
        )
        .order_by(Line.until, Line.id)
    )
    lines = [x.id for x in same_theme if x.id == own.id or _spoken_to(session, x) == own.id]
    return session.scalars(
        select(LineContribution.contribution_id).where(LineContribution.line_id.in_(lines))
    ).all()


def _spoken_to(session: Session, line: Line) -> str | None:
    """The line whose answer speaks to this one: itself once answered, else the next of its theme."""
    given = session.scalars(
        select(Commitment)
        .join(Line, Line.id == Commitment.line_id)
        .where(
            Line.partnership_id == line.partnership_id,
            Line.subject == line.subject,
            Commitment.confirmed_on >= line.until,
        )
        .order_by(Commitment.confirmed_on, Commitment.id)
    ).all()
    if any(row.line_id == line.id for row in given):
        return line.id
    return given[0].line_id if given else None


def open_proposal(session: Session, line_id: str) -> Commitment | None:
    return session.scalars(
        select(Commitment).where(Commitment.line_id == line_id, Commitment.state == "proposed")
    ).first()


def ask_again_due(session: Session, partnership: str, before: date) -> Sequence[Commitment]:
    """Confirmed before this day and not yet asked about."""
    return session.scalars(
        select(Commitment).where(
            Commitment.partnership_id == partnership,
            Commitment.state == "confirmed",
            Commitment.confirmed_on <= before,
            Commitment.asked_again_on.is_(None),
        )
    ).all()


def add_return(session: Session, *, partnership: str, commitment: str, contribution: str) -> str:
    """An answer ready to be carried home; one for each relay and answer."""
    id = secrets.token_hex(16)
    insert_once(
        session,
        Return,
        id=id,
        partnership_id=partnership,
        commitment_id=commitment,
        contribution_id=contribution,
        state="ready",
    )
    return id


def returns_for(
    session: Session, partnership: str, contributions: Sequence[str]
) -> Sequence[Return]:
    return session.scalars(
        select(Return).where(
            Return.partnership_id == partnership, Return.contribution_id.in_(list(contributions))
        )
    ).all()


def return_of(session: Session, commitment: str, contribution: str) -> Return | None:
    """The return of one relay for one answer."""
    return session.scalar(
        select(Return).where(
            Return.commitment_id == commitment, Return.contribution_id == contribution
        )
    )


def not_home(session: Session, partnership: str, since: date) -> Sequence[Return]:
    """What a champion could not carry home, of the answers confirmed since this day."""
    return session.scalars(
        select(Return)
        .join(Commitment, Commitment.id == Return.commitment_id)
        .where(
            Return.partnership_id == partnership,
            Return.state == "cannot_reach",
            Commitment.confirmed_on >= since,
        )
        .order_by(Return.id)
    ).all()


def get_return(session: Session, partnership: str, id: str) -> Return | None:
    row = session.get(Return, id)
    return row if row is not None and row.partnership_id == partnership else None


def say(session: Session, *, commitment: str, owner_tag: str, answer: str) -> None:
    """Keep one opinion for each person behind an answer; the last one counts."""
    session.merge(Opinion(commitment_id=commitment, person_tag=owner_tag, answer=answer))


def opinions(session: Session, commitment: str) -> dict[str, str]:
    """What each said, under the tag of their return address."""
    rows = session.scalars(select(Opinion).where(Opinion.commitment_id == commitment))
    return {row.person_tag: row.answer for row in rows}
