"""Whom a Slack account belongs to: somebody who said so from their own signed-in web chat.

Nobody is matched by name or by mail address. A code made in the web chat works once and for a short
time, and ties this account to that person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.slack.happened import Person
from handlers.messages import Actor, Address, Incoming
from handlers.seated import actors_of
from storage import Session, addresses, audit, sign_in

PLATFORM = "slack"


def address_of(who: Person) -> Address:
    return Address(PLATFORM, who.account, who.user)


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
    """The same event with the account that did it, as Slack says, whatever else its fields claim."""
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
