"""Who somebody is in a partnership: the roles of the seats they hold. Every edge asks here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from handlers.messages import Actor, Address
from handlers.permissions import PRACTITIONER
from storage import Session, addresses, people


def actors_of(session: Session, person: str) -> tuple[Actor, ...]:
    """The same person in every partnership that they serve, in the order of its id."""
    return _actors(people.held_by(session, person))


def actors_at(session: Session, address: Address) -> tuple[Actor, ...]:
    """Whoever writes from this address, in the same way; empty when nobody is known there."""
    return _actors(people.held_from(session, addresses.tag_of(session, address)))


def actor_of(session: Session, person: str, partnership: str) -> Actor | None:
    """This person as an actor of that partnership; None when they hold no seat there."""
    found = actors_of(session, person)
    return next((actor for actor in found if actor.partnership == partnership), None)


def _actors(seats: Sequence[people.Held]) -> tuple[Actor, ...]:
    """One actor for each partnership. Their agency is the one of their practitioner's seat, where they have one."""
    found = []
    for (person, partnership), held in groupby(seats, key=lambda s: (s.person, s.partnership)):
        mine = list(held)
        agency = next((seat.agency for seat in mine if seat.role == PRACTITIONER), mine[0].agency)
        found.append(Actor(person, partnership, frozenset(seat.role for seat in mine), agency))
    return tuple(found)
