"""People, the seats they hold, and their own choices about being asked.

A name or an address is only ever opened for showing or sending. Who is away or has stopped can be asked
of one person at a time, for that person or for the one who decides whom to ask.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Executable, bindparam, select

from storage.database import Session
from storage.models import Person, PersonAddress, Preference, Seat
from storage.statements import insert_once

AT_ONCE = 500  # people in one statement
ANYWHERE = "-"  # a person belongs to no single partnership


@dataclass(frozen=True)
class Known:
    """A person as the coordinator sees them."""

    id: str
    name: str
    email: str


def mail_tag(session: Session, email: str) -> str:
    """By which a person is found from their e-mail address, in whatever letters."""
    return session.keyring.tag("mail", email.strip().lower())


def enrol(session: Session, *, name: str, email: str = "", id: str = "") -> str:
    """Add a person, or find the one with this address; returns their id."""
    if email:
        known = session.scalar(select(Person).where(Person.email_tag == mail_tag(session, email)))
        if known is not None:
            known.sealed_name = session.seal("people", ANYWHERE, known.id, name)
            return known.id
    id = id or secrets.token_hex(16)
    session.expect_new("people", [id])
    session.add(
        Person(
            id=id,
            sealed_name=session.seal("people", ANYWHERE, id, name),
            sealed_email=session.seal("people", ANYWHERE, id, email) if email else None,
            email_tag=mail_tag(session, email) if email else None,
        )
    )
    session.flush()
    return id


def by_email(session: Session, email: str) -> str | None:
    """The id of the person with this address, in whatever letters it was typed."""
    return session.scalar(select(Person.id).where(Person.email_tag == mail_tag(session, email)))


def known(session: Session, id: str) -> Known:
    return _opened(session, session.get_one(Person, id))


def _opened(session: Session, row: Person) -> Known:
    email = session.open("people", ANYWHERE, row.id, row.sealed_email) if row.sealed_email else ""
    return Known(row.id, session.open("people", ANYWHERE, row.id, row.sealed_name), email)


def known_all(session: Session, ids: Iterable[str]) -> dict[str, Known]:
    """Many people at once, by id."""
    wanted = sorted(set(ids))
    found = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        session.fetch_keys("people", some)
        for row in session.scalars(select(Person).where(Person.id.in_(some))):
            found[row.id] = _opened(session, row)
    return found


def seat(
    session: Session, *, partnership: str, person: str, role: str, agency: str, on: date
) -> str:
    """Give a person a seat; returns its id. A seat of that role already theirs is kept."""
    held = session.scalar(
        select(Seat).where(
            Seat.partnership_id == partnership, Seat.person_id == person, Seat.role == role
        )
    )
    if held is not None:
        held.agency = agency
        return held.id
    row = Seat(
        id=secrets.token_hex(16),
        partnership_id=partnership,
        role=role,
        agency=agency,
        person_id=person,
        since=on,
    )
    session.add(row)
    session.flush()
    return row.id


def seats_of(session: Session, person: str, partnership: str) -> Sequence[Seat]:
    return session.scalars(
        select(Seat)
        .where(Seat.person_id == person, Seat.partnership_id == partnership)
        .order_by(Seat.role)
    ).all()


@dataclass(frozen=True)
class Held:
    """A seat that somebody holds, as it says who they are."""

    person: str
    partnership: str
    role: str
    agency: str


_HELD = select(Seat.person_id, Seat.partnership_id, Seat.role, Seat.agency).order_by(
    Seat.partnership_id, Seat.role
)
_HELD_BY = _HELD.where(Seat.person_id == bindparam("person"))
_HELD_BY_MANY = _HELD.where(Seat.person_id.in_(bindparam("persons", expanding=True)))
_HELD_FROM = _HELD.join(PersonAddress, PersonAddress.person_id == Seat.person_id).where(
    PersonAddress.tag == bindparam("tag")
)


def held_by(session: Session, person: str) -> Sequence[Held]:
    """Every seat of this person, by partnership and then by role."""
    return _held(session, _HELD_BY, person=person)


def held_from(session: Session, tag: str) -> Sequence[Held]:
    """The same of whoever writes from the address with this tag; none when nobody is known there."""
    return _held(session, _HELD_FROM, tag=tag)


def _held(session: Session, seats: Executable, **of: str | Sequence[str]) -> Sequence[Held]:
    return [Held(*row) for row in session.connection().execute(seats, of)]


def seat_by_id(session: Session, partnership: str, id: str) -> Seat | None:
    """This seat, if it belongs to this partnership."""
    row = session.get(Seat, id)
    return row if row is not None and row.partnership_id == partnership else None


def remove_seat(session: Session, row: Seat) -> None:
    session.delete(row)
    session.flush()


def serves(session: Session, person: str) -> Sequence[str]:
    """Ids of the partnerships in which this person holds a seat."""
    return session.scalars(
        select(Seat.partnership_id)
        .where(Seat.person_id == person)
        .distinct()
        .order_by(Seat.partnership_id)
    ).all()


def practises_in(session: Session, person: str) -> Sequence[str]:
    """Ids of the partnerships that ask this person, in one order for all of them."""
    return session.scalars(
        select(Seat.partnership_id)
        .where(Seat.person_id == person, Seat.role == "practitioner")
        .distinct()
        .order_by(Seat.partnership_id)
    ).all()


def seats_in(session: Session, partnership: str) -> Sequence[Seat]:
    return session.scalars(
        select(Seat).where(Seat.partnership_id == partnership).order_by(Seat.role, Seat.id)
    ).all()


def holders(session: Session, partnership: str, role: str) -> Sequence[str]:
    """Ids of the people who hold a seat of this role, longest first."""
    rows = session.scalars(
        select(Seat)
        .where(Seat.partnership_id == partnership, Seat.role == role, Seat.person_id.is_not(None))
        .order_by(Seat.since, Seat.id)
    )
    return [row.person_id for row in rows if row.person_id]


def holder_of(session: Session, seat_id: str) -> str | None:
    row = session.get(Seat, seat_id)
    return row.person_id if row else None


def preference(session: Session, person: str, partnership: str) -> Preference:
    """A person's own choices; made with the defaults when they have made none."""
    row = session.get(Preference, (person, partnership))
    if row is None:
        session.info.pop("choices", None)
        insert_once(  # somebody's first two choices may come at the same moment
            session,
            Preference,
            person_id=person,
            partnership_id=partnership,
            interval_weeks=2,
            hear_back=True,
        )
        row = session.get_one(Preference, (person, partnership))
    return row


def choices(session: Session, person: str, partnership: str) -> Preference | None:
    """What a person chose for themself; None when they have chosen nothing."""
    return session.get(Preference, (person, partnership))


def pace(session: Session, person: str, partnership: str) -> int:
    """Weeks between two questions to this person; two when they have chosen nothing."""
    row = session.get(Preference, (person, partnership))
    return row.interval_weeks if row is not None else 2


def fetch(session: Session, persons: Sequence[str]) -> None:
    """Read the choices and roles of many people at once, to be looked up until `forget_fetched`."""
    rows = session.scalars(select(Preference).where(Preference.person_id.in_(persons)))
    found = {(row.person_id, row.partnership_id): row for row in rows}
    session.info["choices"] = (frozenset(persons), found)
    roles: dict[tuple[str, str], set[str]] = defaultdict(set)
    for seat in _held(session, _HELD_BY_MANY, persons=persons):
        roles[seat.person, seat.partnership].add(seat.role)
    session.info["roles"] = (frozenset(persons), roles)


def forget_fetched(session: Session) -> None:
    session.info.pop("choices", None)
    session.info.pop("roles", None)


def roles_in(session: Session, person: str, partnership: str) -> frozenset[str]:
    """The roles of the seats that this person holds there."""
    asked, roles = session.info.get("roles", (frozenset(), {}))
    if person in asked:
        return frozenset(roles.get((person, partnership), ()))
    held = _held(session, _HELD_BY, person=person)
    return frozenset(seat.role for seat in held if seat.partnership == partnership)


def _choices(session: Session, person: str, partnership: str) -> Preference | None:
    asked, found = session.info.get("choices", (frozenset(), {}))
    if person in asked:
        row: Preference | None = found.get((person, partnership))
        return row
    return session.get(Preference, (person, partnership))


def weeks_many_are_away(
    session: Session, partnership: str, mondays: Sequence[date], *, least: int
) -> frozenset[date]:
    """Of these weeks, those in which at least a third of all people, and never fewer than `least`, are away.

    Every agency is added together, and no number leaves this function.
    """
    seats = select(Seat.person_id).where(
        Seat.partnership_id == partnership, Seat.person_id.is_not(None)
    )
    here = set(session.scalars(seats))
    until = [
        day
        for person, day in session.execute(
            select(Preference.person_id, Preference.away_until).where(
                Preference.partnership_id == partnership, Preference.away_until.is_not(None)
            )
        )
        if person in here and day is not None
    ]
    return frozenset(
        monday
        for monday in mondays
        if (away := sum(day > monday for day in until)) >= least and 3 * away >= len(here)
    )


def away_or_stopped(session: Session, person: str, partnership: str, on: date) -> str:
    """`away`, `stopped`, or empty: whether this person may be asked on that day."""
    row = _choices(session, person, partnership)
    if row is None:
        return ""
    if row.stopped_on is not None:
        return "stopped"
    return "away" if row.away_until is not None and row.away_until > on else ""
