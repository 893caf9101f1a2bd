"""A person's own pace: away until a date, back, stop, not now, nothing to add, this is too much.

Nobody else is told, and nobody is counted by it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from handlers.messages import Actor, Button, Choice, Field, Form, Incoming, Reply, Text
from handlers.permissions import CHAMPION
from handlers.place import day_words
from handlers.place import of as place_of
from handlers.surfaces import message
from handlers.wording import say
from storage import Session, people, retention, rounds

PACES = (
    Choice("2", "Every two weeks"),
    Choice("4", "Once a month"),
    Choice("6", "Twice a term"),
)
REST = timedelta(weeks=4)
AT_THE_DOOR = frozenset({"sign_in_link", "join_confirm"})  # for who is asked before they are seated


def _away_form(value: str = "", error: str = "") -> Form:
    return Form(
        name="away",
        title="Away until a date",
        parts=(
            Text(
                "While you are away you are not asked and not counted, and nobody else can see it."
            ),
            Field("until", "First day back", "date", value=value, error=error),
        ),
        buttons=(Button("I’m away until then", "away_set", style="main"),),
    )


def away(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    return Reply(_away_form())


def away_set(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Away until a date that is still to come."""
    place = place_of(session, actor.partnership)
    typed = event.fields.get("until", "")
    try:
        until = date.fromisoformat(typed)
    except ValueError:
        return Reply(_away_form(typed, "Please give the day you are back, like 4 January 2027."))
    if until <= place.today(now):
        return Reply(_away_form(typed, "That day has passed. Which day are you back?"))
    people.preference(session, actor.person, place.id).away_until = until
    open_round = rounds.open_for(session, actor.person, place.id, place.today(now))
    if open_round is not None:
        rounds.replied(session, open_round.id, actor.person)
    return Reply(
        Form(
            name="away_confirmed",
            title="You’re away",
            parts=(Text(say("away_confirmed", date=day_words(until))),),
            buttons=(Button("I’m back", "back"),),
        ),
        outcome={"message": "away_confirmed"},
    )


def back(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    place = place_of(session, actor.partnership)
    people.preference(session, actor.person, place.id).away_until = place.today(now)
    return Reply(
        message("back", "Welcome back", say("back_confirmed", answers_waiting_note="")),
        outcome={"message": "back"},
    )


def stop(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Before stopping: whether to still hear what comes of it."""
    return Reply(
        Form(
            name="stop_choose_hear_back",
            title="Before I stop",
            parts=(Text(say("stop_choose_hear_back")),),
            buttons=(
                Button("Yes, only the answers", "stop_set", "answers"),
                Button("No, nothing more", "stop_set", "nothing"),
            ),
        )
    )


def stop_set(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    place = place_of(session, actor.partnership)
    hears = event.fields.get("choice") == "answers"
    choices = people.preference(session, actor.person, place.id)
    choices.stopped_on, choices.hear_back = place.today(now), hears
    until = day_words(place.today(now) + retention.length("stopped_words"))
    name = "stop_confirmed_hear_back" if hears else "stop_confirmed"
    return Reply(message(name, "Done", say(name, date=until)), outcome={"message": name})


def pace(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """How often to ask me. Setting a pace also starts again after a stop."""
    chosen = event.fields.get("interval", "")
    if chosen not in {choice.value for choice in PACES}:
        return Reply(
            Form(
                name="pace",
                title="Your pace",
                parts=(Field("interval", "Ask me", "one_of", choices=PACES, value="2"),),
                buttons=(Button("Save", "pace", style="main"),),
            )
        )
    choices = people.preference(session, actor.person, actor.partnership)
    choices.interval_weeks, choices.stopped_on = int(chosen), None
    label = next(choice.label for choice in PACES if choice.value == chosen)
    return Reply(
        message("pace_saved", "Saved", f"I’ll ask you: {label.lower()}."),
        outcome={"message": "pace"},
    )


def not_now(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Not this time: the question goes away, without a reminder."""
    return _let_round_go(session, actor, now, "not_now", "Fine. I won’t remind you of this one.")


def nothing_to_add(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    return _let_round_go(
        session, actor, now, "nothing_to_add", "“Nothing to add” is a good answer."
    )


def _let_round_go(session: Session, actor: Actor, now: datetime, name: str, said: str) -> Reply:
    place = place_of(session, actor.partnership)
    open_round = rounds.open_for(session, actor.person, place.id, place.today(now))
    if open_round is not None:
        rounds.replied(session, open_round.id, actor.person)
    return Reply(message(name, "Thank you", said), outcome={"message": name})


def too_much(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A rest, and a signal that the group hears only together with others'."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    rounds.too_much(
        session, partnership=place.id, person=actor.person, agency=actor.agency, on=today
    )
    open_round = rounds.open_for(session, actor.person, place.id, today)
    if open_round is not None:
        rounds.replied(session, open_round.id, actor.person)
    until = today + REST
    people.preference(session, actor.person, place.id).away_until = until
    return Reply(
        message("too_much", "Thank you for saying so", say("too_much", date=day_words(until))),
        outcome={"message": "too_much"},
    )


def may_receive(session: Session, partnership: str, person: str, outgoing: str, today: date) -> str:
    """`send`, `wait` or `drop`: looked at again at the moment of sending.

    Questions are never sent to somebody away or stopped; answers wait for their return, and follow
    the choice they made when they stopped. Whoever holds no seat here any more gets nothing, and an
    answer to carry home goes to a champion only.
    """
    if outgoing not in AT_THE_DOOR:
        roles = {seat.role for seat in people.seats_of(session, person, partnership)}
        if not roles or (outgoing == "answer_to_champion" and CHAMPION not in roles):
            return "drop"
    state = people.away_or_stopped(session, person, partnership, today)
    if not state or outgoing.startswith("set_aside"):
        return "send"
    if outgoing in ("prompt", "nudge"):
        return "drop"
    if state == "away":
        return "wait"
    if outgoing == "quote_request":
        return "drop"
    choices = people.preference(session, person, partnership)
    stopped_on = choices.stopped_on or today
    over = stopped_on + retention.length("stopped_words") <= today
    return "send" if choices.hear_back and not over else "drop"
