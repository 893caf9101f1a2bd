"""A pilot for a few people: one shared question that stays open long, and a live session beside it.

With ten people little would ever clear by itself, and the bar is never lowered. So everybody is asked the
same one question, once, and has weeks to answer; the rounds wait until it is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from handlers.messages import Actor, Button, Choice, Field, Form, Incoming, Reply, Text
from handlers.permissions import require
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.recording import record
from handlers.surfaces import done, message
from handlers.wording import say
from storage import Session, live

SHORTEST, LONGEST = timedelta(weeks=2), timedelta(weeks=13)


def desk(session: Session, actor: Actor, *, now: datetime) -> list[Form]:
    """Begin a pilot, or see the one that runs and end it."""
    require(actor, "pilot.set")
    place = place_of(session, actor.partnership)
    running = live.pilot(session, place.id, place.today(now))
    if running is None:
        return [_form(place, {}, {})]
    prompt = place.prompt(running.prompt_id)
    asked = Text(" ".join(prompt.questions) if prompt else "", style="voice")
    until = Text(say("pilot_runs", date=day_words(running.until)))
    ending = Button(say("button_pilot_end"), "pilot_end")
    return [Form("pilot_runs", say("pilot_runs_title"), parts=(until, asked), buttons=(ending,))]


def _form(place: Place, typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    prompts = tuple(Choice(p.id, " ".join(p.questions)) for p in place.prompts)
    return Form(
        name="pilot",
        title=say("pilot_title"),
        parts=(
            Text(say("pilot_explained")),
            Field(
                "prompt",
                say("pilot_field_prompt"),
                "select",
                choices=prompts,
                value=typed.get("prompt", ""),
                error=errors.get("prompt", ""),
            ),
            Field(
                "until",
                say("pilot_field_until"),
                "date",
                hint=say("pilot_hint_until"),
                value=typed.get("until", ""),
                error=errors.get("until", ""),
            ),
        ),
        needs=("prompt", "until"),
        buttons=(Button(say("button_pilot_begin"), "pilot_begin", style="main"),),
    )


def begin(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """One question for everybody, until a day between two weeks and a quarter ahead."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    prompt = place.prompt(event.fields.get("prompt", ""))
    errors = {} if prompt else {"prompt": say("error_choose_one")}
    try:
        until = date.fromisoformat(event.fields.get("until", "").strip())
    except ValueError:
        return Reply(_form(place, event.fields, errors | {"until": say("error_date_unread")}))
    if not today + SHORTEST <= until <= today + LONGEST:
        errors["until"] = say("error_pilot_until")
    if errors or prompt is None:
        return Reply(_form(place, event.fields, errors))
    live.begin_pilot(session, place.id, prompt=prompt.id, until=until)
    record(session, actor, "pilot.begin", until.isoformat(), now)
    return done("pilot_begun", "pilot_begun_title", "pilot_begun", date=day_words(until))


def end(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The rounds begin; what was said keeps its place in its window."""
    place = place_of(session, actor.partnership)
    if live.pilot(session, place.id, place.today(now)) is None:
        return Reply(message("gone", say("pilot_gone_title"), say("pilot_gone")))
    live.end_pilot(session, place.id)
    record(session, actor, "pilot.end", "", now)
    return done("pilot_ended", "pilot_ended_title", "pilot_ended")
