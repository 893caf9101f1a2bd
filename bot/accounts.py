"""Whom an account on a chat platform belongs to: somebody who said so from their own signed-in web chat.

Nobody is matched by name or by mail address. A code made in the web chat works once and for a short
time, and ties an account to that person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Generic, TypeVar

from handlers.messages import Actor, Address, Incoming
from handlers.seated import actors_at
from storage import Session, addresses, audit, sign_in

P = TypeVar("P")


class Accounts(Generic[P]):
    """One platform's accounts. `address_of` says where somebody of it is written to."""

    def __init__(self, address_of: Callable[[P], Address]) -> None:
        self.address_of = address_of

    def person(self, session: Session, who: P) -> str | None:
        """The id of the person behind this account, if it is known."""
        address = self.address_of(who)
        return addresses.who(session, address.platform, address.account, address.user)

    def actors(self, session: Session, who: P, /) -> Sequence[Actor]:
        """This person in every partnership that they serve; empty when the account is not known."""
        return actors_at(session, self.address_of(who))

    def actor(self, session: Session, who: P, partnership: str, /) -> Actor | None:
        """This person in one partnership; in their first where none is named."""
        found = self.actors(session, who)
        if not partnership:
            return found[0] if found else None
        return next((one for one in found if one.partnership == partnership), None)

    def at_the_door(self, who: P, event: Incoming, /) -> Incoming:
        """The same event with the account that did it, as the platform says, whatever its fields claim."""
        address = self.address_of(who)
        said = {"platform": address.platform, "account": address.account, "user": address.user}
        return replace(event, fields={**event.fields, **said})

    def connect(self, session: Session, who: P, code: str, /, *, now: datetime) -> str:
        """Tie this account to the person whose code it is; returns the id of the sentence to say."""
        found = sign_in.take_code(session, code, now=now)
        if found is None:
            return "connect_not_found"
        person, partnership = found
        try:
            addresses.keep(session, person=person, address=self.address_of(who), on=now.date())
        except addresses.AddressTakenError:
            return "connect_taken"
        audit.record(
            session, partnership=partnership, actor=person, action="address.connect", at=now
        )
        return "connected"
