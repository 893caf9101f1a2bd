"""The chair or delegate says that this is the group's answer; then everybody behind it is told, once.

Everybody hears the way they came in; champions get the words to carry back.
"""

from __future__ import annotations

from datetime import datetime

from handlers.loop.reaching import reach
from handlers.messages import Actor, Incoming, Outgoing, Reply
from handlers.place import Place
from handlers.place import of as place_of
from handlers.surfaces import message
from storage import Session, audit, commitments, releases, return_addresses
from storage.models import Commitment


def confirm(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The chair or delegate says that this is the group's answer; now everybody is told."""
    place = place_of(session, actor.partnership)
    row = commitments.get(session, place.id, _commitment_id(event))
    if row is None or row.state != "proposed":
        return Reply(message("gone", "Nothing to confirm", "This proposal has been dealt with."))
    standing = commitments.standing(session, row.line_id)
    if standing is not None:
        standing.state = "superseded"
    row.state, row.confirmed_by, row.confirmed_on = "confirmed", actor.person, place.today(now)
    audit.record(
        session,
        partnership=place.id,
        actor=actor.person,
        action="answer.confirm",
        about=row.id,
        at=now,
    )
    later = _tell(session, place, row, now)
    return Reply(
        message(
            "answer_confirmed", "Confirmed", "Everybody behind it is told, the way they came in."
        ),
        later=later,
        outcome={"message": "confirmed"},
    )


def _commitment_id(event: Incoming) -> str:
    return event.fields.get("commitment", "") or event.fields.get("choice", "")


def _tell(session: Session, place: Place, row: Commitment, now: datetime) -> tuple[Outgoing, ...]:
    """One message for each person behind the line; a return for each relay."""
    due = place.within_hours(now)
    later = []
    for contribution in releases.behind(session, row.line_id):
        address = return_addresses.of(session, contribution)
        if address is None:
            continue
        if address.seat:
            commitments.add_return(
                session, partnership=place.id, commitment=row.id, contribution=contribution
            )
        person = reach(session, contribution)
        if person is None:
            continue  # nobody is in the seat: the return waits in it for the next holder
        kind = "answer_to_champion" if address.seat else "answer_to_practitioner"
        later.append(
            Outgoing(
                kind, person, f"told:{row.id}:{kind}:{person}", due, about={"commitment": row.id}
            )
        )
    return tuple(later)


def send_back(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    row = commitments.get(session, actor.partnership, _commitment_id(event))
    if row is None or row.state != "proposed":
        return Reply(message("gone", "Nothing to send back", "This proposal has been dealt with."))
    row.state = "sent_back"
    return Reply(
        message("sent_back", "Sent back", "The question is open to the group again."),
        outcome={"message": "sent_back"},
    )
