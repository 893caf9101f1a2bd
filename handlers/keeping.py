"""The retention clock: words that waited long are their author's to keep or let go, and closed loops end.

Nobody's words go unheard without their author being asked first, unless that author stopped; who is away
is asked on return. For relayed words the question goes to the champion's seat.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from handlers import closing
from handlers.loop.reaching import carried, owned
from handlers.messages import Actor, Button, Form, Incoming, Outgoing, Part, Reply, Text
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.privacy import deciding, holding, requests
from handlers.surfaces import done, fixed_line, message
from handlers.wording import buttons, say
from storage import (
    Session,
    contributions,
    live,
    people,
    retention,
    return_addresses,
    rounds,
    unheard,
)
from storage.models import Contribution

GONE = "waited_long_gone"
QUESTIONS = {"reflection": "waited_long", "relay": "waited_long_champion"}


def tend(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Once a day: delete what has had its time; once a month: ask about what waited long."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    held = holding.held(session, place.id)
    holding.let_go(session, place.id)
    for id in set(retention.closed(session, place.id, today)) - held:
        retention.forget(session, place.id, id)
    for id in set(retention.never_closed(session, place.id, today)) - held:
        retention.forget_words(session, place.id, id)
    ended = {
        _let_go_unanswered(session, place, id, today)
        for id in set(unheard.unanswered(session, place.id, today)) - held
    }
    gone = tuple(
        Outgoing(GONE, person, f"{GONE}:{today}:{person}", place.within_hours(now))
        for person in sorted(ended - {""})
    )
    later: tuple[Outgoing, ...] = ()
    paused = rounds.paused_until(session, place.id, today) is not None
    if not paused and rounds.take_slot(session, place.id, "waited_long", today.replace(day=1)):
        later = _ask(session, place, today, now, held)
    live.end_since(session, place.id, today - retention.length("live_session"))
    retention.sweep(session, now)
    watched = (
        *deciding.remind(session, place, now),
        *requests.tend(session, place, now),
        *closing.tend(session, place, now),
    )
    return Reply(message("kept", "Done"), later=(*gone, *later, *watched))


def _let_go_unanswered(session: Session, place: Place, id: str, today: date) -> str:
    """Nobody chose by the day that was named; who was away, or in a pause, is asked again instead.

    Returns who is told that it went; empty when nobody is.
    """
    person = _whom(session, id)
    away = person and people.away_or_stopped(session, person, place.id, today) == "away"
    if away or rounds.paused_until(session, place.id, today):
        unheard.ask_afresh(session, id)
        return ""
    retention.forget(session, place.id, id)
    return person or ""


def _ask(
    session: Session, place: Place, today: date, now: datetime, held: frozenset[str]
) -> tuple[Outgoing, ...]:
    """One question for each person, about everything of theirs that has waited long by this month's end."""
    month_end = today.replace(day=calendar.monthrange(today.year, today.month)[1])
    choose_by = max(month_end, today + retention.length("waiting_choice"))
    months: dict[tuple[str, str], set[str]] = {}
    waiting = timedelta(weeks=place.waiting_weeks)
    for row in unheard.to_ask(session, place.id, month_end, waiting):
        person = _whom(session, row.id)
        if row.id in held:
            continue  # its author is asked when the hold has ended
        if person is None:
            if row.on_date <= today - 2 * waiting:
                retention.forget(session, place.id, row.id)  # a seat that nobody took up
        elif _stopped_long(session, place, person, today):
            retention.forget(session, place.id, row.id)
        elif not people.away_or_stopped(session, person, place.id, today):
            unheard.ask(session, row.id, choose_by)
            asked = months.setdefault((person, QUESTIONS[row.kind]), set())
            asked.add(row.on_date.strftime("%Y-%m"))
    return tuple(
        Outgoing(
            kind,
            person,
            f"{kind}:{choose_by}:{person}",
            place.within_hours(now),
            about={"by": choose_by.isoformat(), "months": ",".join(sorted(spoken))},
        )
        for (person, kind), spoken in sorted(months.items())
    )


def _whom(session: Session, id: str) -> str | None:
    """Its author, or for a relay whoever holds the seat now; None while the seat is empty."""
    address = return_addresses.of(session, id)
    if address is None:
        return None
    return people.holder_of(session, address.seat) if address.seat else address.person


def _stopped_long(session: Session, place: Place, person: str, today: date) -> bool:
    """Whether this person stopped so long ago that what still waits goes, as they were told then."""
    stopped = people.preference(session, person, place.id).stopped_on
    return stopped is not None and stopped <= today - retention.length("stopped_words")


def question(place: Place, kind: str, by: date, months: Sequence[str]) -> Form:
    """The question itself: it names months and a day, and none of the words."""
    named = [f"{date.fromisoformat(month + '-01'):%B}" for month in months]
    keep, let_go, see = buttons(kind)
    return Form(
        name=kind,
        title=say(f"{kind}_title"),
        parts=(Text(say(kind, month=f" {say('and')} ".join(named), date=day_words(by))),),
        buttons=(
            Button(keep, "waited_keep"),
            Button(let_go, "waited_let_go"),
            Button(see, "waited_see", style="quiet"),
        ),
        state={"by": by.isoformat(), "question": kind},
    )


def _asked(session: Session, actor: Actor, event: Incoming) -> Sequence[Contribution]:
    """What this actor was asked about and has not chosen yet: their own words, or their seats' relays."""
    try:
        by = date.fromisoformat(event.fields.get("by", ""))
    except ValueError:
        return ()
    kind = event.fields.get("question", "")
    mine = owned(session, actor) if kind == "waited_long" else carried(session, actor)
    rows = unheard.open_questions(session, actor.partnership, sorted(mine), by)
    return [row for row in rows if QUESTIONS[row.kind] == kind]


def keep(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Let it wait on; its author is asked once more when that time is over."""
    rows = _asked(session, actor, event)
    if not rows:
        return _decided()
    until = max(unheard.wait_on(session, row.id) for row in rows)
    day = day_words(until)
    return done("waited_long_kept", "waited_long_kept_title", "waited_long_kept", date=day)


def let_go(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Delete it now: words, way back and keys."""
    rows = _asked(session, actor, event)
    if not rows:
        return _decided()
    held = holding.held(session, actor.partnership) & {row.id for row in rows}
    for row in rows:
        if row.id in held:
            holding.set_by(session, actor.partnership, row.id)
        else:
            retention.forget(session, actor.partnership, row.id)
    if held:
        return done("waited_long_let_go", "withdraw_held_title", "withdraw_held")
    return done("waited_long_let_go", "waited_long_let_go_title", "waited_long_let_go")


def _decided() -> Reply:
    return Reply(message("gone", say("waited_long_decided_title"), say("waited_long_decided")))


def see(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Their own words once more, in this reply only; a seat's next holder never sees what was typed."""
    rows = _asked(session, actor, event)
    if not rows:
        return _decided()
    own = owned(session, actor)
    parts: list[Part] = [
        Text(contributions.words(session, row), style="voice", heading=day_words(row.on_date))
        for row in rows
        if row.id in own
    ]
    if len(parts) < len(rows):
        parts.append(Text(say("waited_long_not_yours_to_see"), style="hint"))
    keep_label, let_go_label, _ = buttons(event.fields["question"])
    place = place_of(session, actor.partnership)
    return Reply(
        Form(
            name="waited_long_seen",
            title=say("waited_long_seen_title"),
            parts=(*parts, fixed_line(place)),
            buttons=(Button(keep_label, "waited_keep"), Button(let_go_label, "waited_let_go")),
            state={"by": event.fields["by"], "question": event.fields["question"]},
        )
    )
