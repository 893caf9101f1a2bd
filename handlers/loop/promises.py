"""A promised date that passes: said to those who promised, then higher up, and once to those who wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers import permissions
from handlers.messages import Actor, Incoming, Outgoing, Reply
from handlers.place import of as place_of
from handlers.surfaces import message
from storage import Session, commitments, people, releases, return_addresses, rounds


def keep_promises(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A promised date has passed: chair, then delegate, then scrutineer; contributors hear once."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    due = place.within_hours(now)
    later: list[Outgoing] = []
    for line in releases.shown_lines(session, place.id):
        promised = line.until + timedelta(days=place.answer_within_days)
        if today <= promised or commitments.standing(session, line.id) is not None:
            continue
        about = {"line": line.id, "date": promised.isoformat()}
        steps = (
            (0, "answer_due_reminder", permissions.CHAIR),
            (7, "answer_due_deputy", permissions.DELEGATE),
            (14, "answer_due_scrutineer", permissions.SCRUTINEER),
        )
        for wait, kind, role in steps:
            if today > promised + timedelta(days=wait):
                for person in people.holders(session, place.id, role):
                    later.append(
                        Outgoing(kind, person, f"{kind}:{line.id}:{person}", due, about=about)
                    )
        if rounds.take_slot(session, place.id, f"unanswered:{line.id}", promised):
            owners = {
                address.person
                for c in releases.behind(session, line.id)
                if (address := return_addresses.of(session, c)) is not None and address.person
            }
            for person in sorted(owners):
                later.append(
                    Outgoing(
                        "not_answered_yet",
                        person,
                        f"unanswered:{line.id}:{person}",
                        due,
                        about=about,
                    )
                )
    return Reply(message("promises", "Done"), later=tuple(later))
