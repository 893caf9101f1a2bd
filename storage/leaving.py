"""How people go: out of one partnership, or altogether when no seat holds them any more."""

from __future__ import annotations

from sqlalchemy import delete, select

from storage import addresses, decisions, sign_in
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
    for id in ids:
        if id not in held:
            forget(session, id)


def forget(session: Session, person: str) -> None:
    """Delete a person who holds no seat: name, address, choices, and every way to reach them."""
    addresses.forget_all(session, person)
    for table in Rows.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table.name == Person.__tablename__ and not key.parent.nullable:
                session.execute(delete(table).where(key.parent == person))
    session.destroy_key("people", person)
    session.execute(delete(Person).where(Person.id == person))
    session.flush()


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
    if session.scalar(select(Seat.id).where(Seat.person_id == person).limit(1)) is not None:
        return
    if person not in decisions.persons_held(session):
        forget(session, person)
