"""The coordinator’s desk: people, rounds, seats, and what needs a person. No words, no themes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from handlers import permissions, year
from handlers.messages import Actor
from handlers.permissions import ROLES, require
from handlers.place import of as place_of
from storage import Session, outgoing, people, releases, rounds

Values = dict[str, Any]


def desk(session: Session, actor: Actor, *, now: datetime) -> Values:
    """People, rounds, seats and what needs a person. No words, no themes, nobody's absence."""
    require(actor, "desk.read")
    place = place_of(session, actor.partnership)
    today = place.today(now)
    needs: list[Values] = [
        {
            "title": "A message could not be confirmed",
            "sentence": f"{row.kind.replace('_', ' ').capitalize()}. {row.reason}",
            "buttons": [],
        }
        for row in outgoing.parked(session, place.id)
    ]
    if rounds.load_is_heavy(session, place.id, today - timedelta(weeks=4), place.k):
        needs.append(
            {
                "title": "The load is heavy",
                "sentence": "Enough people pressed “too much right now” to say so.",
                "buttons": [],
            }
        )
    seats = people.seats_in(session, place.id)
    by_person: dict[str, list[tuple[str, str]]] = {}
    for seat in seats:
        if seat.person_id:
            by_person.setdefault(seat.person_id, []).append((ROLES[seat.role], seat.agency))
        else:
            needs.append(
                {"title": "A seat is empty", "sentence": f"{ROLES[seat.role]}.", "buttons": []}
            )
    names = {id: people.known(session, id).name for id in by_person}
    roles = [role for role in ROLES if role not in (permissions.PRACTITIONER, permissions.CHAMPION)]
    return {
        "needs": needs,
        "people": []
        if not permissions.allowed(actor, "desk.people")
        else [
            {
                "name": names[id],
                "agency": held[0][1].replace("_", " ").capitalize(),
                "seats": ", ".join(dict.fromkeys(role for role, _ in held)),
                "channel": "Web",
            }
            for id, held in sorted(by_person.items(), key=lambda item: names[item[0]])
        ],
        "seats": _seats(roles, seats, names),
        "months": year.months(
            today,
            prompts=rounds.opening_days(session, place.id),
            digests=[row.slot_date for row in releases.issued(session, place.id)],
            weeks_between=2,
        ),
    }


def _seats(roles: Sequence[str], seats: Sequence[Any], names: dict[str, str]) -> list[Values]:
    found = []
    for role in roles:
        held = [names[s.person_id] for s in seats if s.role == role and s.person_id]
        found.append(
            {
                "title": ROLES[role],
                "sentence": ", ".join(held) or "Nobody yet",
                "filled": bool(held),
            }
        )
    return found
