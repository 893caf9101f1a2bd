"""Four weeks later: did it change anything? Enough 'no' answers open the theme again."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.loop.reaching import addresses_behind
from handlers.messages import Actor, Choice, Incoming, Outgoing, Reply
from handlers.place import of as place_of
from handlers.surfaces import message
from storage import Session, commitments, releases, return_addresses
from storage.models import Commitment

ASK_AGAIN_AFTER = timedelta(weeks=4)
OPINIONS = (
    Choice("yes", "Yes"),
    Choice("partly", "Partly"),
    Choice("no", "No"),
    Choice("cannot_tell", "I can’t tell"),
)


def ask_again(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Four weeks after an answer: did it change anything?"""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    later = []
    for row in commitments.ask_again_due(session, place.id, today - ASK_AGAIN_AFTER):
        row.asked_again_on = today
        for person in sorted(
            {address.person for address in addresses_behind(session, row.line_id)}
        ):
            later.append(
                Outgoing(
                    "four_weeks_later",
                    person,
                    f"again:{row.id}:{person}",
                    place.within_hours(now),
                    about={"commitment": row.id},
                )
            )
    return Reply(message("asked_again", "Done"), later=tuple(later))


def opinion(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Did it change anything? Enough 'no' answers open the theme again, and everybody told hears so."""
    place = place_of(session, actor.partnership)
    row = commitments.get(session, place.id, event.fields.get("commitment", ""))
    answer = event.fields.get("choice", "")
    if (
        row is None
        or answer not in {choice.value for choice in OPINIONS}
        or not _behind(session, actor, row)
    ):
        return Reply(message("gone", "Thank you", "This question has closed."))
    tag = return_addresses.owner_tag(session, place.id, actor.person)
    commitments.say(session, commitment=row.id, owner_tag=tag, answer=answer)
    session.flush()
    given = commitments.opinions(session, row.id)
    thanks = message("opinion", "Thank you", "That helps the group to see what its answer did.")
    if (
        row.state != "confirmed"
        or given.get("no", 0) < place.k
        or 2 * given["no"] < sum(given.values())
    ):
        return Reply(thanks, outcome={"message": "opinion"})
    row.state = "reopened"
    due = place.within_hours(now)
    told_before = {a.person for a in addresses_behind(session, row.line_id)}
    later = tuple(
        Outgoing(
            "reopened", person, f"reopened:{row.id}:{person}", due, about={"commitment": row.id}
        )
        for person in sorted(told_before)
    )
    return Reply(thanks, later=later, outcome={"message": "opinion"})


def _behind(session: Session, actor: Actor, row: Commitment) -> bool:
    mine = set(return_addresses.owned_by(session, actor.partnership, actor.person))
    return bool(mine & set(releases.behind(session, row.line_id)))
