"""Erasing a person from a partnership: their words, their name, and every way to reach them, with the keys.

What they carried for others stays with the seat, because it is others' voices; nothing leads from it to them.
"""

from __future__ import annotations

from datetime import datetime

from handlers import seats
from handlers.messages import Actor
from handlers.place import Place
from handlers.privacy.withdrawing import withdraw_reflections
from handlers.wording import say
from storage import Session, decisions, leaving, people, requests, retention, return_addresses


def in_the_way(session: Session, place: Place, person: str) -> str:
    """Why this person cannot be erased now, in a sentence; empty when nothing is in the way."""
    if person in decisions.persons_held(session):
        return say("error_erase_held")
    held = people.seats_of(session, person, place.id)
    if any(seats.is_last_coordinator(session, seat) for seat in held):
        return say("error_erase_last_coordinator")
    return ""


def erase(session: Session, actor: Actor, place: Place, person: str, *, now: datetime) -> None:
    """End everything of theirs here, once this transaction is committed."""
    withdraw_reflections(session, Actor(person, place.id, frozenset()))
    for seat in people.seats_of(session, person, place.id):
        seats.vacate(session, actor, seat, now)
    kept = set(decisions.taken_back(session, place.id))
    for id in return_addresses.owned_by(session, place.id, person):
        if id not in kept:  # the words went earlier; now the way back goes too
            retention.forget(session, place.id, id)
    for id in kept & set(return_addresses.owned_by(session, place.id, person)):
        return_addresses.forget(session, id)  # a hold keeps the words, and not who said them
    for row in requests.of_person(session, place.id, person):
        requests.forget(session, row)
    leaving.leave(session, place.id, person)
