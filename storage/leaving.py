"""How people go: out of one partnership, or altogether when no seat holds them any more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from storage import addresses, decisions, people, sign_in
from storage.database import Session
from storage.models import (
    Channel,
    Invitation,
    Notice,
    Person,
    Preference,
    Round,
    Rows,
    Seat,
    SignInLink,
    TaskGroup,
    TaskGroupMember,
)


def forget_unseated(session: Session) -> None:
    """Forget everybody who holds no seat anywhere and has no link left that could give them one."""
    waiting = select(SignInLink.person_id)
    seated = select(Seat.person_id).where(Seat.person_id.is_not(None))
    ids = session.scalars(
        select(Person.id).where(Person.id.not_in(seated), Person.id.not_in(waiting))
    ).all()
    held = decisions.persons_held(session)
    forget(session, [id for id in ids if id not in held])


def forget(session: Session, persons: Sequence[str]) -> None:
    """Delete people who hold no seat: names, addresses, choices, and every way to reach them."""
    session.flush()
    for start in range(0, len(persons), people.AT_ONCE):
        some = persons[start : start + people.AT_ONCE]
        addresses.forget_all(session, some)
        for table in Rows.metadata.tables.values():
            for key in table.foreign_keys:
                if key.column.table.name == Person.__tablename__ and not key.parent.nullable:
                    session.execute(delete(table).where(key.parent.in_(some)))
        for person in some:
            session.destroy_key("people", person)
        session.execute(delete(Person).where(Person.id.in_(some)))


def seated(session: Session, persons: Sequence[str]) -> frozenset[str]:
    """Which of these people hold a seat in any partnership."""
    found: set[str] = set()
    for start in range(0, len(persons), people.AT_ONCE):
        some = persons[start : start + people.AT_ONCE]
        held = select(Seat.person_id).where(Seat.person_id.in_(some))
        found |= {id for id in session.scalars(held) if id}
    return frozenset(found)


def leave(session: Session, partnership: str, person: str) -> None:
    """End every way in to one partnership, and forget the person when nothing else holds them."""
    sign_in.end_all(session, person, partnership)
    here = select(Round.id).where(Round.partnership_id == partnership)
    for statement in (
        delete(Invitation).where(Invitation.person_id == person, Invitation.round_id.in_(here)),
        delete(Preference).where(
            Preference.person_id == person, Preference.partnership_id == partnership
        ),
        delete(TaskGroupMember).where(
            TaskGroupMember.person_id == person,
            TaskGroupMember.group_id.in_(
                select(TaskGroup.id).where(TaskGroup.partnership_id == partnership)
            ),
        ),
        delete(Channel).where(Channel.person_id == person, Channel.partnership_id == partnership),
        delete(Notice).where(Notice.person_id == person, Notice.partnership_id == partnership),
    ):
        session.execute(statement)
    if not seated(session, [person]) and person not in decisions.persons_held(session):
        forget(session, [person])
