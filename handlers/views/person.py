"""One person as the coordinator sees them: name, address, seats. Nothing about what they said or when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers import enrolment
from handlers.messages import Actor
from handlers.permissions import ROLES, require
from handlers.wording import say
from storage import Session, people
from storage.models import Seat

Values = dict[str, Any]


def person(session: Session, actor: Actor, id: str) -> Values:
    """The person with the seats that they hold here; empty when they hold none."""
    require(actor, "desk.people")
    seats = people.seats_of(session, id, actor.partnership)
    if not seats:
        return {}
    known = people.known(session, id)
    return {"person": _card(known, seats)}


def _card(known: people.Known, seats: Sequence[Seat]) -> Values:
    return {
        "id": known.id,
        "name": known.name,
        "email": known.email,
        "seats": [
            {
                "id": seat.id,
                "title": ROLES[seat.role],
                "sentence": say(
                    "seat_since",
                    agency=enrolment.agency_words(seat.agency),
                    date=f"{seat.since.day} {seat.since:%B %Y}",
                ),
                "own": seat.role == "practitioner",
            }
            for seat in seats
        ],
    }
