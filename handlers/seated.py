"""Who somebody is in a partnership: the roles of the seats they hold. Every edge asks here."""

from __future__ import annotations

from handlers.messages import Actor
from handlers.permissions import PRACTITIONER
from storage import Session, people


def actor_of(session: Session, person: str, partnership: str) -> Actor | None:
    """This person as an actor of that partnership; None when they hold no seat there.

    Their agency is the one of their practitioner's seat, where they have one.
    """
    seats = people.seats_of(session, person, partnership)
    if not seats:
        return None
    agency = next((seat.agency for seat in seats if seat.role == PRACTITIONER), seats[0].agency)
    return Actor(person, partnership, frozenset(seat.role for seat in seats), agency)


def actors_of(session: Session, person: str) -> tuple[Actor, ...]:
    """The same person in every partnership that they serve, in the order of its id."""
    found = (actor_of(session, person, id) for id in people.serves(session, person))
    return tuple(actor for actor in found if actor is not None)
