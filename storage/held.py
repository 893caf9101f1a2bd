"""What else is kept about a person beside their words: sign-ins, accounts, groups, questions, bare messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from storage.database import Session
from storage.models import (
    Audit,
    Invitation,
    Notice,
    OpenidAccount,
    Round,
    Seat,
    TaskGroup,
    TaskGroupMember,
    WebSession,
)


def beside_words(
    session: Session, partnership: str, person: str
) -> Mapping[str, Sequence[Mapping[str, str]]]:
    """By the name of each kind: what it is and its day, YYYY-MM-DD, oldest first."""
    groups = (
        select(TaskGroup.name, TaskGroup.set_up_on)
        .join(TaskGroupMember, TaskGroupMember.group_id == TaskGroup.id)
        .where(TaskGroup.partnership_id == partnership, TaskGroupMember.person_id == person)
    )
    wanted = {
        "signed_in": select(WebSession.browser, WebSession.seen_at).where(
            WebSession.partnership_id == partnership, WebSession.person_id == person
        ),
        "signs_in_with": select(OpenidAccount.provider, OpenidAccount.since).where(
            OpenidAccount.partnership_id == partnership, OpenidAccount.person_id == person
        ),
        "groups": groups,
        "open_questions": select(Round.prompt_id, Round.opens_on)
        .join(Invitation, Invitation.round_id == Round.id)
        .where(Round.partnership_id == partnership, Invitation.person_id == person),
        "messages": select(Notice.kind, Notice.at).where(
            Notice.partnership_id == partnership, Notice.person_id == person
        ),
    }
    found = {}
    for name, statement in wanted.items():
        rows = sorted((f"{day:%Y-%m-%d}", what) for what, day in session.execute(statement))
        found[name] = [{"on": day, "what": what} for day, what in rows]
    return found


def recorded_about(session: Session, partnership: str, person: str) -> Sequence[tuple[date, str]]:
    """What others did about this person or their seats, by the record; not who did it."""
    seats = session.scalars(
        select(Seat.id).where(Seat.partnership_id == partnership, Seat.person_id == person)
    ).all()
    rows = session.execute(
        select(Audit.at, Audit.action)
        .where(
            Audit.partnership_id == partnership,
            Audit.about.in_([person, *seats]),
            Audit.actor != person,
        )
        .order_by(Audit.sequence)
    )
    return [(at.date(), action) for at, action in rows]
