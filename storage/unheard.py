"""Words that waited long: who must be asked, what they chose, and what goes because nobody chose.

Nothing here knows whose words they are; the dates are those of a whole month's asking.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select

from storage.database import Session
from storage.models import Contribution, LineContribution, WaitedLong
from storage.retention import length


def to_ask(
    session: Session, partnership: str, until: date, waiting: timedelta
) -> Sequence[Contribution]:
    """What will have waited so long by this day, and whose author has not been asked about it."""
    return session.scalars(
        select(Contribution)
        .outerjoin(WaitedLong, WaitedLong.contribution_id == Contribution.id)
        .where(
            *_waits(partnership),
            or_(
                WaitedLong.contribution_id.is_(None) & (Contribution.on_date <= until - waiting),
                WaitedLong.kept_until <= until,
            ),
        )
        .order_by(Contribution.id)
    ).all()


def _waits(partnership: str) -> tuple[ColumnElement[bool], ...]:
    """Not shown, and not reserved for a draft: what is in a draft may still be heard this week."""
    reserved = select(LineContribution.contribution_id)
    return (
        Contribution.partnership_id == partnership,
        Contribution.state == "waiting",
        Contribution.id.not_in(reserved),
    )


def ask(session: Session, contribution: str, choose_by: date) -> None:
    session.merge(WaitedLong(contribution_id=contribution, choose_by=choose_by, kept_until=None))


def ask_afresh(session: Session, contribution: str) -> None:
    """Take the question back, for somebody who could not have seen it; they are asked again."""
    row = session.get(WaitedLong, contribution)
    if row is not None:
        session.delete(row)


def open_questions(
    session: Session, partnership: str, contributions: Sequence[str], choose_by: date
) -> Sequence[Contribution]:
    """Which of these still wait for a choice by that day."""
    return session.scalars(
        select(Contribution)
        .join(WaitedLong, WaitedLong.contribution_id == Contribution.id)
        .where(
            *_waits(partnership),
            Contribution.id.in_(contributions),
            WaitedLong.choose_by == choose_by,
            WaitedLong.kept_until.is_(None),
        )
        .order_by(Contribution.on_date, Contribution.id)
    ).all()


def wait_on(session: Session, contribution: str) -> date:
    """Their author lets them wait: returns until when."""
    row = session.get_one(WaitedLong, contribution)
    row.kept_until = row.choose_by + length("waiting_on")
    return row.kept_until


def unanswered(session: Session, partnership: str, today: date) -> Sequence[str]:
    """What goes because the day to choose by has passed without a choice."""
    return session.scalars(
        select(Contribution.id)
        .join(WaitedLong, WaitedLong.contribution_id == Contribution.id)
        .where(*_waits(partnership), WaitedLong.choose_by < today, WaitedLong.kept_until.is_(None))
        .order_by(Contribution.id)
    ).all()
