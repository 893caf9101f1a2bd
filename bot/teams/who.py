"""Where somebody of a Teams tenant is written to, and so whose account it is: tenant and object id.

The chat to write to is kept with the account, and follows when Teams moves it.
"""

from __future__ import annotations

from datetime import date

from bot.accounts import Accounts
from bot.teams.apps import Person
from handlers.messages import Address
from storage import Session, addresses

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


def channel_of(who: Person) -> Address:
    """The channel in which this person speaks, and not the thread of replies there."""
    channel = who.conversation.partition(";")[0]
    return Address(PLATFORM, who.account, channel, f"{who.service} {channel}")


accounts = Accounts(address_of)


def moved(session: Session, who: Person) -> bool:
    """Whether Teams now writes from another place than we have kept, so that `settle` is worth while."""
    person = accounts.person(session, who)
    if person is None or not place(who):
        return False
    return address_of(who) not in [address for _, address in addresses.of(session, person)]


def settle(session: Session, who: Person, *, on: date) -> None:
    """Keep where this person can be written to from now on."""
    person = accounts.person(session, who)
    if person is not None and place(who):
        addresses.keep(session, person=person, address=address_of(who), on=on)
