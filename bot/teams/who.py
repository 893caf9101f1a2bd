"""Whom a Teams account belongs to: somebody who said so from their own signed-in web chat.

Nobody is matched by name or by mail address. A code made in the web chat works once and for a short
time, and ties this account (tenant and object id) to that person, with the chat to write to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.teams.apps import Person
from handlers.messages import Actor, Address, Incoming
from handlers.seated import actors_of
from storage import Session, addresses, audit, sign_in

PLATFORM = "teams"


def address_of(who: Person) -> Address:
    return Address(PLATFORM, who.account, who.user, place(who))


def place(who: Person) -> str:
    """The connector's address and the chat's id as they are kept; empty where either is not known."""
    return f"{who.service} {who.conversation}" if who.service and who.conversation else ""


def placed(address: Address) -> tuple[str, str] | None:
    """Where to write: the connector's address and the chat's id."""
    service, _, conversation = address.conversation.partition(" ")
    return (service, conversation) if service and conversation else None


def actors(session: Session, who: Person) -> Sequence[Actor]:
    """This person in every partnership that they serve; empty when the account is not known."""
    person = addresses.who(session, PLATFORM, who.account, who.user)
    return actors_of(session, person) if person else ()


def actor(session: Session, who: Person, partnership: str) -> Actor | None:
    """This person in one partnership; in their first where none is named."""
    found = actors(session, who)
    if not partnership:
        return found[0] if found else None
    return next((one for one in found if one.partnership == partnership), None)


def at_the_door(who: Person, event: Incoming) -> Incoming:
    """The same event with the account that did it, as Teams says, whatever else its fields claim."""
    said = {"platform": PLATFORM, "account": who.account, "user": who.user}
    return replace(event, fields={**event.fields, **said})


def connect(session: Session, who: Person, code: str, *, now: datetime) -> str:
    """Tie this account to the person whose code it is; returns the id of the sentence to say."""
    found = sign_in.take_code(session, code, now=now)
    if found is None:
        return "connect_not_found"
    person, partnership = found
    try:
        addresses.keep(session, person=person, address=address_of(who), on=now.date())
    except addresses.AddressTakenError:
        return "connect_taken"
    audit.record(session, partnership=partnership, actor=person, action="address.connect", at=now)
    return "connected"


def moved(session: Session, who: Person) -> bool:
    """Whether Teams now writes from another place than we have kept, so that `settle` is worth while."""
    person = addresses.who(session, PLATFORM, who.account, who.user)
    if person is None or not place(who):
        return False
    return address_of(who) not in [address for _, address in addresses.of(session, person)]


def settle(session: Session, who: Person, *, on: date) -> None:
    """Keep where this person can be written to from now on."""
    person = addresses.who(session, PLATFORM, who.account, who.user)
    if person is not None and place(who):
        addresses.keep(session, person=person, address=address_of(who), on=on)
