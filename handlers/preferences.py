"""A person's own pace: away until a date, back, stop, not now, nothing to add, this is too much.

Nobody else is told, and nobody is counted by it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from handlers import welcomed
from handlers.messages import Actor, Button, Field, Form, Incoming, Reply, Text
from handlers.permissions import CHAMPION
from handlers.place import day_words
from handlers.place import of as place_of
from handlers.privacy.withdrawing import withdraw_reflections
from handlers.surfaces import choices, done
from handlers.wording import buttons, say
from storage import Session, people, retention, rounds

PACES = choices("pace", "2", "4", "6")
REST = timedelta(weeks=4)
AT_THE_DOOR = frozenset({"sign_in_link", "join_confirm"})  # for who is asked before they are seated
DUTIES = (
    "digest_issued",
    "lines_to_write",
    "answer_proposed",
    "seat_handed_over",
    "paused",
    "decision_waits",
    "hold_review",
    "request_came",
    "request_due",
    "request_late",
)
ANSWERS = ("answer_to_", "not_answered_yet", "reopened")


def _away_form(value: str = "", error: str = "") -> Form:
    return Form(
        name="away",
        title=say("away_title"),
        parts=(
            Text(say("away_explained")),
            Field("until", say("away_until"), "date", value=value, error=error),
        ),
        needs=("until",),
        buttons=(Button(say("button_away"), "away_set", style="main"),),
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
        return Reply(_away_form(typed, say("error_day_back_needed")))
    if until <= place.today(now):
        return Reply(_away_form(typed, say("error_day_back_passed")))
    open_round = rounds.open_for(session, actor.person, place.id, place.today(now))
    if open_round is not None:
        rounds.replied(session, open_round.id, actor.person)
    people.preference(session, actor.person, place.id).away_until = until
    return done(
        "away_confirmed",
        "away_confirmed_title",
        "away_confirmed",
        button=("button_back", "back"),
        date=day_words(until),
    )


def back(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Here again: answers that waited come now, unless the whole partnership pauses."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    people.preference(session, actor.person, place.id).away_until = today
    paused = rounds.paused_until(session, place.id, today) is not None
    come = not paused and welcomed.come_now(session, actor, place, now)
    note = say("answers_on_their_way_note") if come else ""
    return done("back", "back_title", "back_confirmed", answers_waiting_note=note)


def stop(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Before stopping: whether to still hear what comes of it."""
    answers, nothing, take_back = buttons("stop_choose_hear_back")
    return Reply(
        Form(
            name="stop_choose_hear_back",
            title=say("stop_title"),
            parts=(Text(say("stop_choose_hear_back")),),
            buttons=(
                Button(answers, "stop_set", "answers"),
                Button(nothing, "stop_set", "nothing"),
                Button(take_back, "stop_set", "take_back"),
            ),
        )
    )


def stop_set(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    place = place_of(session, actor.partnership)
    hears = event.fields.get("choice") == "answers"
    choices = people.preference(session, actor.person, place.id)
    choices.stopped_on, choices.hear_back = place.today(now), hears
    if event.fields.get("choice") == "take_back":
        withdraw_reflections(session, actor)
        return done("stop_confirmed", "done_title", "stop_words_taken_back")
    until = day_words(place.today(now) + retention.length("stopped_words"))
    name = "stop_confirmed_hear_back" if hears else "stop_confirmed"
    return done(name, "done_title", name, date=until)


def pace(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """How often to ask me, or away, or stop. Setting a pace also starts again after a stop."""
    chosen = event.fields.get("interval", "")
    if chosen == "away":
        return away(session, actor, event, now=now)
    if chosen == "stop":
        return stop(session, actor, event, now=now)
    if chosen not in {choice.value for choice in PACES}:
        return Reply(
            Form(
                name="pace",
                title=say("pace_title"),
                parts=(Field("interval", say("pace_ask"), "one_of", choices=PACES, value="2"),),
                buttons=(Button(say("button_save"), "pace", style="main"),),
            )
        )
    choices = people.preference(session, actor.person, actor.partnership)
    choices.interval_weeks, choices.stopped_on = int(chosen), None
    label = next(choice.label for choice in PACES if choice.value == chosen)
    return done("pace_saved", "pace_saved_title", "pace_saved", pace=label.lower())


def not_now(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Not this time: the question goes away, without a reminder."""
    return _let_round_go(session, actor, now, "not_now", "not_now_kept")


def nothing_to_add(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    return _let_round_go(session, actor, now, "nothing_to_add", "nothing_to_add_kept")


def _let_round_go(session: Session, actor: Actor, now: datetime, name: str, said: str) -> Reply:
    place = place_of(session, actor.partnership)
    open_round = rounds.open_for(session, actor.person, place.id, place.today(now))
    if open_round is not None:
        rounds.replied(session, open_round.id, actor.person)
    return done(name, "thank_you", said)


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
    return done("too_much", "too_much_title", "too_much", date=day_words(until))


def may_receive(session: Session, partnership: str, person: str, outgoing: str, today: date) -> str:
    """`send`, `wait` or `drop`: looked at again at the moment of sending.

    Questions are never sent to somebody away or stopped; answers wait for their return, and follow
    the choice they made when they stopped. Whoever holds no seat here any more gets nothing, and an
    answer to carry home goes to a champion only.
    """
    if outgoing in AT_THE_DOOR:
        return "send"
    roles = people.roles_in(session, person, partnership)
    if not roles or (outgoing == "answer_to_champion" and CHAMPION not in roles):
        return "drop"
    if outgoing.startswith(("set_aside", "unmask_")) or outgoing == "invitation":
        return "send"
    state = people.away_or_stopped(session, person, partnership, today)
    paused = rounds.paused_until(session, partnership, today) is not None
    if outgoing in ("prompt", "nudge"):
        return "drop" if state or paused else "send"
    if state == "stopped":
        return _after_stop(session, partnership, person, outgoing, today)
    waits_for_pause = paused and outgoing not in DUTIES  # a seat's own work waits for no pause
    return "wait" if state == "away" or waits_for_pause else "send"


def _after_stop(session: Session, partnership: str, person: str, outgoing: str, today: date) -> str:
    """Who stopped hears answers if they chose so, and for as long as they were told."""
    choices = people.preference(session, person, partnership)
    stopped_on = choices.stopped_on or today
    over = stopped_on + retention.length("stopped_words") <= today
    if not choices.hear_back or over or not outgoing.startswith(ANSWERS):
        return "drop"
    return "wait" if rounds.paused_until(session, partnership, today) else "send"
