"""A pause that anybody in the strategic group may call: no questions, and answers wait until it is over.

Everybody who is asked hears once that there is a pause and when it ends; nobody hears who called it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from handlers import permissions
from handlers.messages import Actor, Button, Field, Form, Incoming, Outgoing, Reply, Text
from handlers.place import day_words
from handlers.place import of as place_of
from handlers.surfaces import done, message
from handlers.wording import say
from storage import Session, people, rounds

LONGEST = timedelta(weeks=13)


def open_form(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Until when; or, in a pause, the way to end it early."""
    place = place_of(session, actor.partnership)
    until = rounds.paused_until(session, place.id, place.today(now))
    if until is None:
        return Reply(_form())
    return Reply(
        message(
            "paused_now",
            say("paused_now_title"),
            say("paused_now", date=day_words(until)),
            buttons=(Button(say("button_end_pause"), "pause_end"),),
        )
    )


def _form(value: str = "", error: str = "") -> Form:
    return Form(
        name="pause",
        title=say("pause_title"),
        parts=(
            Text(say("pause_explained")),
            Field("until", say("pause_until"), "date", value=value, error=error),
        ),
        needs=("until",),
        buttons=(Button(say("button_pause"), "pause_set", style="main"),),
    )


def call(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """No questions until that day; everybody who is asked hears so once."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    typed = event.fields.get("until", "")
    try:
        until = date.fromisoformat(typed)
    except ValueError:
        return Reply(_form(typed, say("error_day_needed")))
    if until <= today:
        return Reply(_form(typed, say("error_day_passed")))
    if until > today + LONGEST:
        latest = day_words(today + LONGEST)
        return Reply(_form(typed, say("error_pause_too_long", date=latest)))
    rounds.pause(session, place.id, until)
    asked = {
        person
        for role in (permissions.PRACTITIONER, permissions.CHAMPION)
        for person in people.holders(session, place.id, role)
    }
    later = tuple(
        Outgoing(
            "paused",
            person,
            f"paused:{today}:{until}:{person}",
            place.within_hours(now),
            about={"until": until.isoformat()},
        )
        for person in sorted(asked)
    )
    day = day_words(until)
    return done("pause_called", "pause_called_title", "pause_called", later=later, date=day)


def end(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Over from today: what waited goes out, and questions come with the next round."""
    place = place_of(session, actor.partnership)
    rounds.pause(session, place.id, place.today(now))
    return done("pause_over", "pause_over_title", "pause_over")
