"""The coordinator changes the calendar: a coming round moves to another day, or is left out."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from handlers import year
from handlers.messages import Actor, Button, Field, Form, Incoming, Reply, Text
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.surfaces import message
from handlers.wording import say
from storage import Session, audit, rounds

FARTHEST = timedelta(days=28)
AHEAD_WEEKS = 26
GONE = message("gone", say("round_gone_title"), say("round_gone"))


def _planned(session: Session, place: Place, event: Incoming, now: datetime) -> year.Planned | None:
    wanted = event.fields.get("planned", "") or event.fields.get("choice", "")
    ahead = _ahead(session, place, now)
    return next((one for one in ahead if one.planned.isoformat() == wanted), None)


def _ahead(session: Session, place: Place, now: datetime) -> list[year.Planned]:
    return year.rounds_ahead(
        weekday=place.prompt_weekday,
        weeks_between=place.weeks_between,
        terms=place.school_terms,
        changes=rounds.changes(session, place.id),
        after=place.today(now),
        weeks=AHEAD_WEEKS,
    )


def skip(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Leave a coming round out. Nobody is asked, and nobody is told."""
    place = place_of(session, actor.partnership)
    one = _planned(session, place, event, now)
    if one is None:
        return Reply(GONE)
    _change(session, actor, one.planned, None, now)
    return Reply(
        message(
            "round_skipped",
            say("round_left_out"),
            say("round_skipped", date=day_words(one.planned)),
        ),
        outcome={"message": "round_skipped"},
    )


def restore(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Put a moved or left-out round back on the day it was planned for."""
    place = place_of(session, actor.partnership)
    one = _planned(session, place, event, now)
    if one is None:
        return Reply(GONE)
    _change(session, actor, one.planned, one.planned, now)
    return Reply(
        message(
            "round_restored",
            say("round_as_planned"),
            say("round_restored", date=day_words(one.planned)),
        ),
        outcome={"message": "round_restored"},
    )


def move(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Move a coming round to a working day nearby."""
    place = place_of(session, actor.partnership)
    one = _planned(session, place, event, now)
    if one is None:
        return Reply(GONE)
    typed = event.fields.get("to", "")
    fault, to = _fault(session, place, one, typed, now)
    if to is None:
        return Reply(_form(one, typed, fault if "to" in event.fields else ""))
    _change(session, actor, one.planned, to, now)
    return Reply(
        message("round_moved", say("round_moved_title"), say("round_moved", date=day_words(to))),
        outcome={"message": "round_moved"},
    )


def _fault(
    session: Session, place: Place, one: year.Planned, typed: str, now: datetime
) -> tuple[str, date | None]:
    try:
        to = date.fromisoformat(typed)
    except ValueError:
        return say("error_date_unread"), None
    others = {other.on for other in _ahead(session, place, now) if other.planned != one.planned}
    if to <= place.today(now):
        return say("error_round_passed"), None
    if abs(to - one.planned) > FARTHEST:
        return say("error_round_too_far"), None
    if year.working_day(to) != to:
        return say("error_round_no_working_day"), None
    if to in others:
        return say("error_round_taken"), None
    return "", to


def _form(one: year.Planned, typed: str, error: str) -> Form:
    return Form(
        name="round_move",
        title=say("round_move_title", date=day_words(one.planned)),
        parts=(
            Text(say("round_move_explained")),
            Field("to", say("round_move_to"), "date", value=typed, error=error),
        ),
        needs=("to",),
        buttons=(
            Button(say("button_round_move"), "round_move", style="main"),
            Button(say("button_round_skip"), "round_skip", one.planned.isoformat()),
        ),
        state={"planned": one.planned.isoformat()},
    )


def _change(session: Session, actor: Actor, planned: date, to: date | None, now: datetime) -> None:
    rounds.change(session, actor.partnership, planned, to)
    audit.record(
        session,
        partnership=actor.partnership,
        actor=actor.person,
        action="round.change",
        about=planned.isoformat(),
        reason=to.isoformat() if to else "left out",
        at=now,
    )
