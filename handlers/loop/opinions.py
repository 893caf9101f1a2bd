"""Four weeks later: did it change anything? Those who say no can open the theme again.

They can when what they said would clear the release rule by itself, and no fewer said no than yes or
partly: so that an opening tells no more about anybody than a digest may.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from digests import release
from handlers.loop import meetings
from handlers.loop.reaching import carried, hearers, owned, seats_of
from handlers.messages import Actor, Button, Choice, Form, Incoming, Outgoing, Reply
from handlers.place import Place
from handlers.place import of as place_of
from handlers.surfaces import message
from handlers.weekly.gathering import spoken, those
from handlers.wording import buttons, say
from storage import Session, commitments, releases, return_addresses
from storage.models import Commitment

ASK_AGAIN_AFTER = timedelta(weeks=4)
ANSWERS = ("yes", "partly", "no", "cannot_tell")
OPINIONS = tuple(
    Choice(answer, label)
    for answer, label in zip(ANSWERS, buttons("four_weeks_later"), strict=True)
)


def ask_again(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Four weeks after an answer: did it change anything?"""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    later = []
    for row in commitments.ask_again_due(session, place.id, today - ASK_AGAIN_AFTER):
        row.asked_again_on = today
        for person in hearers(session, commitments.behind(session, row)):
            once = f"again:{row.id}:{person}"
            about = {"commitment": row.id}
            due = place.within_hours(now)
            later.append(Outgoing("four_weeks_later", person, once, due, about=about))
    return Reply(message("asked_again", "Done"), later=tuple(later))


def opinion(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Keep one opinion for each person or seat; the last one counts."""
    place = place_of(session, actor.partnership)
    row = commitments.get(session, place.id, event.fields.get("commitment", ""))
    answer = event.fields.get("choice", "")
    if row is None or answer not in ANSWERS or (tag := _speaks_as(session, actor, row)) is None:
        return Reply(message("gone", say("thank_you"), say("question_closed")))
    commitments.say(session, commitment=row.id, owner_tag=tag, answer=answer)
    session.flush()
    later: tuple[Outgoing, ...] = ()
    if row.state == "confirmed" and _opens_again(session, place, row):
        row.state, row.ended_on = "reopened", place.today(now)
        later = _tell_it_is_open(session, place, row, now)
    return Reply(thanks(answer), later=later, outcome={"opinion": answer})


def thanks(answer: str) -> Form:
    """Who says no, or partly, is asked whether they like to say more."""
    if answer in ("no", "partly"):
        more = (Button(say("button_say_more"), "something_else"),)
        said = (say("opinion_kept"), say("opinion_say_more"))
        return message("opinion", say("thank_you"), *said, buttons=more)
    return message("opinion", say("thank_you"), say("opinion_kept"))


def _speaks_as(session: Session, actor: Actor, row: Commitment) -> str | None:
    """The tag under which this actor has an opinion: their own, or that of a seat they hold now."""
    behind = set(commitments.behind(session, row))
    if behind & owned(session, actor):
        return return_addresses.owner_tag(session, actor.partnership, actor.person)
    if behind & carried(session, actor):
        seat = min(
            seat
            for seat in seats_of(session, actor)
            if behind & set(return_addresses.carried_by(session, actor.partnership, seat))
        )
        return return_addresses.owner_tag(session, actor.partnership, seat)
    return None


def _opens_again(session: Session, place: Place, row: Commitment) -> bool:
    """Whether those who say no would clear by themselves, and are not outnumbered."""
    given = commitments.opinions(session, row.id)
    no = [tag for tag, answer in given.items() if answer == "no"]
    if len(no) < sum(answer in ("yes", "partly") for answer in given.values()):
        return False
    line = releases.line(session, place.id, row.line_id)
    said = set(return_addresses.tagged(session, place.id, no))
    ids = sorted(said & set(commitments.behind(session, row)))
    under = [
        one
        for one in spoken(place, those(session, place, ids))
        if line is not None and line.subject in (one.theme, one.group)
    ]
    return line is not None and any(
        cleared.subject == line.subject for cleared in release.clear(under, k=place.k)
    )


def _tell_it_is_open(
    session: Session, place: Place, row: Commitment, now: datetime
) -> tuple[Outgoing, ...]:
    """Everybody who was told the answer hears that it does not stand."""
    following = meetings.after(session, place, place.today(now))
    about = {"commitment": row.id, "next": following.day.isoformat()}
    due = place.within_hours(now)
    return tuple(
        Outgoing("reopened", person, f"reopened:{row.id}:{person}", due, about=about)
        for person in hearers(session, commitments.behind(session, row))
    )
