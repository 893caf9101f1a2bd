"""Where people can be reached, sealed as people are, and where each wants to be written to.

Everybody has the web thread; an address is what they have besides. Whoever writes from an address is
found by a keyed tag of platform, account and user, so that no address stands anywhere in the clear.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from storage.database import Session
from storage.models import Channel, Person, PersonAddress
from storage.people import ANYWHERE, known

WEB = "web"
MAIL = "mail"


@dataclass(frozen=True)
class Address:
    """A person on a platform.

    `platform` is "web", "slack", "teams" or "mail". `account` is whose installation it is: a Slack
    workspace, a Teams tenant with its app; empty for mail. `user` is the person there (a mail address
    for mail). `conversation` is what the platform needs besides to write to them, as it likes.
    """

    platform: str
    account: str
    user: str
    conversation: str = ""


def to_text(address: Address) -> str:
    """An address as it is sealed."""
    return json.dumps(vars(address))


def from_text(text: str) -> Address:
    return Address(**json.loads(text))


class AddressTakenError(Exception):
    """This address belongs to somebody else here; somebody has to look before it moves."""


def tag_of(session: Session, address: Address) -> str:
    """By which whoever writes from an address is found."""
    return session.keyring.tag("address", address.platform, address.account, address.user)


def keep(session: Session, *, person: str, address: Address, on: date) -> str:
    """Add an address, or bring its conversation up to date; returns its id.

    Raises:
        AddressTakenError: it is somebody else's.
    """
    session.info.pop("addresses", None)
    tag = tag_of(session, address)
    row = session.scalar(select(PersonAddress).where(PersonAddress.tag == tag))
    if row is not None and row.person_id != person:
        raise AddressTakenError
    if row is None:
        row = PersonAddress(
            id=secrets.token_hex(16),
            person_id=person,
            platform=address.platform,
            tag=tag,
            since=on,
        )
        session.add(row)
    elif _open(session, row) == address:
        return row.id
    row.sealed = session.seal("people", ANYWHERE, row.id, to_text(address))
    session.flush()
    return row.id


def _open(session: Session, row: PersonAddress) -> Address:
    return from_text(session.open("people", ANYWHERE, row.id, row.sealed))


def who(session: Session, platform: str, account: str, user: str) -> str | None:
    """The person who writes from there, if we know them."""
    tag = tag_of(session, Address(platform, account, user))
    return session.scalar(select(PersonAddress.person_id).where(PersonAddress.tag == tag))


def fetch(session: Session, persons: Sequence[str]) -> None:
    """Read addresses and channels of many people at once, to be looked up until `forget_fetched`."""
    session.fetch_keys("people", persons)
    known_people = session.scalars(select(Person).where(Person.id.in_(persons))).all()
    rows = session.scalars(select(PersonAddress).where(PersonAddress.person_id.in_(persons))).all()
    session.fetch_keys("people", [row.id for row in rows])
    found: dict[str, list[PersonAddress]] = {person: [] for person in persons}
    for row in sorted(rows, key=lambda row: (-row.since.toordinal(), row.id)):
        found[row.person_id].append(row)
    chosen = session.scalars(select(Channel).where(Channel.person_id.in_(persons)))
    session.info["addresses"] = found
    session.info["channels"] = {(row.person_id, row.partnership_id): row.choice for row in chosen}
    session.info["people"] = known_people  # held, or the session lets them go


def forget_fetched(session: Session) -> None:
    for name in ("addresses", "channels", "people"):
        session.info.pop(name, None)


def _choice(session: Session, person: str, partnership: str) -> str | None:
    if person in session.info.get("addresses", ()):
        choice: str | None = session.info["channels"].get((person, partnership))
        return choice
    row = session.get(Channel, (person, partnership))
    return row.choice if row is not None else None


def chosen(session: Session, person: str, partnership: str) -> str:
    """What a person chose in this partnership: an address's id, `mail` or `web`; empty for no choice."""
    return _choice(session, person, partnership) or ""


def of(session: Session, person: str) -> Sequence[tuple[str, Address]]:
    """A person's addresses with their ids, newest first."""
    if person in session.info.get("addresses", ()):
        return [(row.id, _open(session, row)) for row in session.info["addresses"][person]]
    rows = session.scalars(
        select(PersonAddress)
        .where(PersonAddress.person_id == person)
        .order_by(PersonAddress.since.desc(), PersonAddress.id)
    )
    return [(row.id, _open(session, row)) for row in rows]


def listed(session: Session, person: str) -> Sequence[tuple[str, str, date]]:
    """A person's addresses as id, platform and since when, newest first; none is opened."""
    rows = session.scalars(
        select(PersonAddress)
        .where(PersonAddress.person_id == person)
        .order_by(PersonAddress.since.desc(), PersonAddress.id)
    )
    return [(row.id, row.platform, row.since) for row in rows]


def choose(session: Session, person: str, partnership: str, choice: str) -> None:
    """Keep where a person wants to be written to: the id of an address of theirs, `mail` or `web`.

    Raises:
        LookupError: the address is not theirs.
    """
    session.info.pop("addresses", None)
    if choice not in (WEB, MAIL) and choice not in {id for id, _ in of(session, person)}:
        raise LookupError("that address is not theirs")
    session.merge(Channel(person_id=person, partnership_id=partnership, choice=choice))
    session.flush()


def preferred(
    session: Session, person: str, partnership: str, among: frozenset[str]
) -> Address | None:
    """Where to write to this person beside their web thread; None for the thread alone.

    `among` are the platforms that this deployment can send to. Without a choice it is the newest
    chat address, and else the mail address they were enrolled with.
    """
    chosen = _choice(session, person, partnership)
    if chosen == WEB:
        return None
    if chosen == MAIL and "mail" in among and (letters := by_mail(session, person)) is not None:
        return letters
    there = [(id, address) for id, address in of(session, person) if address.platform in among]
    for id, address in there:
        if id == chosen:
            return address
    for _, address in sorted(there, key=lambda found: found[1].platform == "mail"):
        return address
    return by_mail(session, person) if "mail" in among else None


def by_mail(session: Session, person: str) -> Address | None:
    """Where this person gets letters: the newest mail address, or the one they were enrolled with."""
    for _, address in of(session, person):
        if address.platform == "mail":
            return address
    email = known(session, person).email
    return Address("mail", "", email) if email else None


def forget(session: Session, id: str) -> None:
    """Delete one address, its key, and the choices that named it."""
    session.info.pop("addresses", None)
    session.execute(delete(Channel).where(Channel.choice == id))
    row = session.get(PersonAddress, id)
    if row is not None:
        session.destroy_key("people", id)
        session.delete(row)
        session.flush()


def forget_all(session: Session, persons: Sequence[str]) -> None:
    """Delete every address of these people, with its key, and what they chose; a few hundred at once."""
    session.info.pop("addresses", None)
    for id in session.scalars(select(PersonAddress.id).where(PersonAddress.person_id.in_(persons))):
        session.destroy_key("people", id)
    session.execute(delete(Channel).where(Channel.person_id.in_(persons)))
    session.execute(delete(PersonAddress).where(PersonAddress.person_id.in_(persons)))
