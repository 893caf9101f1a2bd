"""Decisions that need two people: legal holds, their ends, and the erasure of a person."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from storage.database import Session
from storage.models import Coding, Contribution, Decision, Line, LineContribution

HELD = "held"  # the state of a contribution that was taken back while a hold covers it


@dataclass(frozen=True)
class Asked:
    """What somebody asks for."""

    kind: str
    reference: str
    subject: str = ""
    theme: str = ""
    from_day: date | None = None
    until_day: date | None = None
    review_on: date | None = None
    to_whom: str = ""


def ask(session: Session, partnership: str, asked: Asked, *, by: str, on: date) -> Decision:
    row = Decision(
        id=secrets.token_hex(16),
        partnership_id=partnership,
        state="asked",
        asked_by=by,
        asked_on=on,
        decided_by="",
        **vars(asked),
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, partnership: str, id: str) -> Decision | None:
    row = session.get(Decision, id)
    return row if row is not None and row.partnership_id == partnership else None


def waiting(session: Session, partnership: str) -> Sequence[Decision]:
    """What was asked and nobody has decided, oldest first."""
    return session.scalars(
        select(Decision)
        .where(Decision.partnership_id == partnership, Decision.state == "asked")
        .order_by(Decision.asked_on, Decision.id)
    ).all()


def holds(session: Session, partnership: str) -> Sequence[Decision]:
    """Holds that stand, oldest first."""
    return session.scalars(
        select(Decision)
        .where(
            Decision.partnership_id == partnership,
            Decision.kind == "hold",
            Decision.state == "agreed",
        )
        .order_by(Decision.decided_on, Decision.id)
    ).all()


def under_hold(session: Session) -> frozenset[str]:
    """Ids of the partnerships in which a hold stands."""
    return frozenset(
        session.scalars(
            select(Decision.partnership_id).where(
                Decision.kind == "hold", Decision.state == "agreed"
            )
        )
    )


def persons_held(session: Session) -> frozenset[str]:
    """Ids of the people whom a hold names."""
    return frozenset(
        session.scalars(
            select(Decision.subject).where(
                Decision.kind == "hold", Decision.state == "agreed", Decision.subject != ""
            )
        )
    )


def covered(session: Session, row: Decision, theirs: Sequence[str] | None) -> frozenset[str]:
    """Ids of the contributions that match a hold; `theirs` are those of its person, None for everybody's."""
    wanted = select(Contribution.id).where(Contribution.partnership_id == row.partnership_id)
    if row.from_day is not None:
        wanted = wanted.where(Contribution.on_date >= row.from_day)
    if row.until_day is not None:
        wanted = wanted.where(Contribution.on_date <= row.until_day)
    if row.theme:
        coded = select(Coding.contribution_id).where(Coding.theme == row.theme)
        shown = (
            select(LineContribution.contribution_id)
            .join(Line, Line.id == LineContribution.line_id)
            .where(Line.subject == row.theme)
        )
        wanted = wanted.where(or_(Contribution.id.in_(coded), Contribution.id.in_(shown)))
    found = frozenset(session.scalars(wanted))
    return found if theirs is None else found & frozenset(theirs)


def covers_day(session: Session, partnership: str, day: date) -> bool:
    """Whether a hold on days alone covers this one: what is set aside has neither theme nor person."""
    return any(
        not row.theme
        and not row.subject
        and (row.from_day is None or row.from_day <= day)
        and (row.until_day is None or day <= row.until_day)
        for row in holds(session, partnership)
    )


def take_back(session: Session, row: Contribution) -> None:
    """These words were taken back, and a hold keeps them: no backup makes them anything else again."""
    row.state = HELD
    session.bury("words", mark_of(row.id))


def mark_of(contribution: str) -> str:
    """What stands among the names of destroyed keys for words that were taken back under a hold."""
    return f"{contribution}/{HELD}"


def taken_back(session: Session, partnership: str) -> Sequence[str]:
    """Ids of contributions that were taken back and are kept for a hold alone."""
    return session.scalars(
        select(Contribution.id).where(
            Contribution.partnership_id == partnership, Contribution.state == HELD
        )
    ).all()


def agreed(session: Session, partnership: str, kind: str) -> Sequence[Decision]:
    """What two people agreed to of this kind and has not been done yet, newest first."""
    return session.scalars(
        select(Decision)
        .where(
            Decision.partnership_id == partnership,
            Decision.kind == kind,
            Decision.state == "agreed",
        )
        .order_by(Decision.decided_on.desc(), Decision.id)
    ).all()
