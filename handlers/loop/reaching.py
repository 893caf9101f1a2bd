"""Who hears about a contribution, asked of the guarded door and of nobody else."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.messages import Actor
from handlers.permissions import CHAMPION
from storage import Session, people, return_addresses


def reach(session: Session, contribution: str) -> str | None:
    """Who hears about this contribution: the seat's holder for a relay, else its author.

    None when it was taken back, or while nobody is in the seat.
    """
    address = return_addresses.of(session, contribution)
    if address is None:
        return None
    holder = people.holder_of(session, address.seat) if address.seat else ""
    return holder or address.person or None


def hearers(session: Session, contributions: Iterable[str]) -> dict[str, bool]:
    """Everybody behind these, each once, and whether they have it to carry home for somebody."""
    found: dict[str, bool] = {}
    for contribution in contributions:
        address = return_addresses.of(session, contribution)
        person = reach(session, contribution)
        if address is not None and person is not None:
            found[person] = found.get(person, False) or bool(address.seat)
    return dict(sorted(found.items()))


def seats_of(session: Session, actor: Actor) -> list[str]:
    """The champion's seats that this actor holds now."""
    held = people.seats_of(session, actor.person, actor.partnership)
    return [seat.id for seat in held if seat.role == CHAMPION]


def carried(session: Session, actor: Actor) -> set[str]:
    """Relays of the seats that this actor holds now, and none of a seat they have left."""
    return {
        id
        for seat in seats_of(session, actor)
        for id in return_addresses.carried_by(session, actor.partnership, seat)
    }


def owned(session: Session, actor: Actor) -> set[str]:
    """What this actor typed themselves."""
    return set(return_addresses.owned_by(session, actor.partnership, actor.person))
