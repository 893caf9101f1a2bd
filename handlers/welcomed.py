"""Welcome back: whoever was away hears that an answer came meanwhile, once, with the first one or when they say it.

What waited bears the day until which its reader was away, and nobody's name; which return has been greeted is
a done key.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from handlers.loop import reach
from handlers.messages import Actor
from handlers.place import Place
from handlers.wording import say
from storage import Session, outgoing, people

ANSWERS = "answer_to_"
GREETS = "greets"  # in `about`, of the one answer that says welcome back


def waits(
    session: Session, place: Place, person: str, kind: str, about: Mapping[str, str], today: date
) -> Mapping[str, str]:
    """What to remember of a message that is put off: for an answer, until when its reader is away."""
    choices = people.choices(session, person, place.id)
    away = people.away_or_stopped(session, person, place.id, today) == "away"
    if not away or choices is None or choices.away_until is None or not kind.startswith(ANSWERS):
        return about
    return {**about, outgoing.WAITED: choices.away_until.isoformat()}


def comes(
    session: Session, place: Place, person: str, about: Mapping[str, str], today: date
) -> Mapping[str, str]:
    """What to remember of an answer that waited and may go now: only the first after a return greets."""
    rest = {name: value for name, value in about.items() if name != outgoing.WAITED}
    if _first(session, place, person, about[outgoing.WAITED], today):
        return {**rest, GREETS: "yes"}
    return rest


def _first(session: Session, place: Place, person: str, until: str, today: date) -> bool:
    return outgoing.mark_done(session, f"welcome:{place.id}:{person}:{until}", {}, today)


def come_now(session: Session, actor: Actor, place: Place, now: datetime) -> bool:
    """Let the answers that waited for this person come; whether there were any."""
    found = False
    for row in outgoing.waited(session, place.id, ANSWERS):
        to = outgoing.recipient(session, row)
        person = reach(session, to) if row.via == "return_address" else to
        if person == actor.person:
            _first(session, place, person, row.about[outgoing.WAITED], place.today(now))
            row.due_at, found = now, True
    return found


def greeting() -> str:
    return say("back_confirmed", answers_waiting_note=say("answers_waiting_note"))
