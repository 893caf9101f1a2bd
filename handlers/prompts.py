"""Who is due what: a round opens on its slot, everybody due is asked once, and reminded once.

The slot is unique in the database, so a late or doubled tick asks nobody twice. People who are away,
have stopped, or keep a slower pace are left out; nobody is told. When most people stay silent twice
running, everybody is asked half as often until they no longer do: silence is an answer too.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from handlers import permissions
from handlers.messages import Actor, Incoming, Outgoing, Reply
from handlers.place import of as place_of
from handlers.surfaces import message
from storage import Session, decisions, live, outgoing, people, rounds

OPEN_FOR = timedelta(days=10)
BETWEEN = timedelta(days=6)  # at least, from one question to the next, whichever partnership asks
NUDGE_AFTER = timedelta(days=3)
NUDGE_AT = time(10, 0)


def ask(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Open the round of this slot and ask everybody due."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    done = message("asked", "Asked")
    rounds.close_before(session, today)
    if rounds.changes(session, place.id).get(today, today) != today:
        return Reply(done)  # the coordinator moved this round, or left it out
    if not rounds.take_slot(session, place.id, "prompt", today):
        return Reply(done)
    if rounds.paused_until(session, place.id, today) or decisions.agreed(
        session, place.id, "close"
    ):
        return Reply(done)  # this round is not sent, and not sent later either
    number = rounds.count(session, place.id)
    before = rounds.last_asked(session, place.id)
    prompt = min(place.prompts, key=lambda one: before.get(one.id, date.min)).id
    closes = today + OPEN_FOR
    pilot = live.pilot(session, place.id, today)
    if pilot is not None:
        if pilot.round_id:
            return Reply(done)  # the one question is open already, and stays so
        prompt, closes = pilot.prompt_id, pilot.until
    opened = rounds.open_round(
        session, partnership=place.id, prompt=prompt, opens=today, closes=closes
    )
    if pilot is not None:
        pilot.round_id = opened.id
    nudge_at = place.at(today + NUDGE_AFTER, NUDGE_AT)
    slower = 2 if rounds.replies_have_fallen(session, place.id) else 1
    lately = outgoing.noticed_since(session, "prompt", place.at(today - BETWEEN, time.max))
    later = []
    for person in people.holders(session, place.id, permissions.PRACTITIONER):
        if people.away_or_stopped(session, person, place.id, today):
            continue
        if person in lately or _asked_elsewhere(session, place.id, person, today):
            continue
        every = people.pace(session, person, place.id) // 2 * slower
        if number % every and pilot is None:
            continue  # a pilot's one question is everybody's
        rounds.invite(session, opened.id, person, nudge_at)
        later.append(
            Outgoing(
                kind="prompt",
                to=person,
                once=f"prompt:{opened.id}:{person}",
                due=now,
                about={"round": opened.id},
            )
        )
    opened.asked = len(later)
    return Reply(done, later=tuple(later), outcome={"round": opened.id})


def _asked_elsewhere(session: Session, partnership: str, person: str, today: date) -> bool:
    """Whether somebody who serves several partnerships is asked by another: by the first that may."""
    may_ask = [
        other
        for other in people.practises_in(session, person)
        if not people.away_or_stopped(session, person, other, today)
        and not rounds.paused_until(session, other, today)
    ]
    return bool(may_ask) and may_ask[0] != partnership


def nudge(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The one reminder, for whoever has not replied in any way."""
    place = place_of(session, actor.partnership)
    later = tuple(
        Outgoing(
            kind="nudge",
            to=person,
            once=f"nudge:{round_.id}:{person}",
            due=now,
            about={"round": round_.id},
        )
        for round_, person in rounds.due_for_nudge(session, place.id, now)
        if round_.closes_on > place.today(now)
    )
    return Reply(message("nudged", "Done"), later=later)
