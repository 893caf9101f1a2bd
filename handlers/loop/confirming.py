"""The chair or delegate says that this is the group's answer; then everybody behind it is told, once.

Everybody hears the way they came in; champions get the words to carry back. An answer that changes
nothing of what people were told tells nobody anything.
"""

from __future__ import annotations

from datetime import datetime

from handlers.loop.reaching import hearers
from handlers.messages import Actor, Incoming, Outgoing, Reply
from handlers.place import Place
from handlers.place import of as place_of
from handlers.surfaces import done, message
from handlers.wording import say
from storage import Session, audit, commitments, groups, return_addresses
from storage.models import Commitment

TOLD = ("status", "answer", "child_words", "owner_role", "receiver", "due_on")  # what people read


def confirm(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The chair or delegate says that this is the group's answer; now everybody is told."""
    place = place_of(session, actor.partnership)
    row = commitments.get(session, place.id, _commitment_id(event))
    if row is None or row.state != "proposed":
        return Reply(message("gone", say("confirm_gone_title"), say("proposal_gone")))
    standing = commitments.standing(session, row.line_id)
    if standing is not None and _same(standing, row):
        row.state = "superseded"
        groups.reported(session, row.id, place.today(now))
        return done("answer_unchanged", "answer_unchanged_title", "answer_unchanged")
    if standing is not None:
        standing.state = "superseded"
    row.state, row.confirmed_by, row.confirmed_on = "confirmed", actor.person, place.today(now)
    groups.reported(session, row.id, place.today(now))
    audit.record(
        session,
        partnership=place.id,
        actor=actor.person,
        action="answer.confirm",
        about=row.id,
        at=now,
    )
    later = _tell(session, place, row, now)
    return done("answer_confirmed", "answer_confirmed_title", "answer_confirmed", later=later)


def _same(standing: Commitment, row: Commitment) -> bool:
    return all(getattr(standing, name) == getattr(row, name) for name in TOLD)


def _commitment_id(event: Incoming) -> str:
    return event.fields.get("commitment", "") or event.fields.get("choice", "")


def _tell(session: Session, place: Place, row: Commitment, now: datetime) -> tuple[Outgoing, ...]:
    """One message for each person behind the line; a return for each relay."""
    due = place.within_hours(now)
    for contribution in commitments.behind(session, row):
        address = return_addresses.of(session, contribution)
        if address is not None and address.seat:
            commitments.add_return(
                session, partnership=place.id, commitment=row.id, contribution=contribution
            )
    later = []
    for person, carries in hearers(session, commitments.behind(session, row)).items():
        kind = "answer_to_champion" if carries else "answer_to_practitioner"
        once = f"told:{row.id}:{kind}:{person}"
        later.append(Outgoing(kind, person, once, due, about={"commitment": row.id}))
    return tuple(later)


def send_back(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The proposal goes back to the group, and nobody else ever hears of it."""
    row = commitments.get(session, actor.partnership, _commitment_id(event))
    if row is None or row.state != "proposed":
        return Reply(message("gone", say("send_back_gone_title"), say("proposal_gone")))
    row.state = "sent_back"
    return done("sent_back", "sent_back_title", "sent_back")
