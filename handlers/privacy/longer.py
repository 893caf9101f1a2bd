"""More time for everything held about a person: up to two further months, once, with a reason they are told.

Source: UK GDPR, Article 12(3): only where a request is complex or its person made many, and they are told within
the first month. The reason is one of two sentences, so that no message holds anything about anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from handlers.messages import Actor, Button, Field, Form, Incoming, Outgoing, Reply, Text
from handlers.place import day_words
from handlers.place import of as place_of
from handlers.privacy import requests as desk
from handlers.recording import record
from handlers.surfaces import choices, done, message
from handlers.wording import say
from storage import Session
from storage.models import Request

MONTHS = choices("request_months", "1", "2")
WHYS = choices("request_whys", "complex", "many")


def may_take(row: Request, today: date) -> bool:
    """Whether this one may still be given longer: once, and while its first month runs."""
    return row.kind == "access" and row.extended_on is None and today <= row.due_on


def open_form(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """How much longer, and why; sent, the clock is set and the person told."""
    row = desk.of(session, actor, event)
    if row is None or row.kind != "access":
        return desk.gone()
    place = place_of(session, actor.partnership)
    if not may_take(row, place.today(now)):
        return Reply(
            message("no_longer", say("request_longer_not_title"), say("request_longer_not"))
        )
    if "months" not in event.fields and "why" not in event.fields:
        return Reply(_form(row, {}, {}))
    errors = {
        name: say("error_choose_one")
        for name, known in (("months", MONTHS), ("why", WHYS))
        if event.fields.get(name, "") not in {choice.value for choice in known}
    }
    if errors:
        return Reply(_form(row, event.fields, errors))
    row.due_on = desk.months_after(row.came_on, 1 + int(event.fields["months"]))
    row.extended_on, row.extended_why = place.today(now), event.fields["why"]
    record(session, actor, "access.longer", row.id, now, reason=row.reference)
    told = Outgoing(
        "request_longer",
        row.person_id,
        f"request_longer:{row.id}",
        place.within_hours(now),
        about={
            "came": row.came_on.isoformat(),
            "due": row.due_on.isoformat(),
            "why": row.extended_why,
        },
    )
    return done(
        "request_longer",
        "done_title",
        "request_longer_kept",
        later=(told,),
        date=day_words(row.due_on),
    )


def _form(row: Request, typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    return Form(
        name="request_longer",
        title=say("request_longer_title"),
        parts=(
            Text(say("request_longer_how", date=day_words(row.due_on))),
            Field(
                "months",
                say("request_longer_months"),
                "one_of",
                choices=MONTHS,
                value=typed.get("months", ""),
                error=errors.get("months", ""),
            ),
            Field(
                "why",
                say("request_longer_why"),
                "one_of",
                hint=say("request_longer_why_hint"),
                choices=WHYS,
                value=typed.get("why", ""),
                error=errors.get("why", ""),
            ),
        ),
        needs=("months", "why"),
        buttons=(Button(say("button_request_longer_set"), "request_longer", style="main"),),
        state={"request": row.id},
    )


def notice(about: Mapping[str, str]) -> Form:
    """What the person reads: until when, why, and what they can do about it."""
    came, due = (day_words(date.fromisoformat(about[name])) for name in ("came", "due"))
    why = say(f"request_longer_because_{about['why']}")
    return Form(
        name="request_longer",
        title=say("request_longer_told_title"),
        parts=(Text(say("request_longer_told", date=came, due=due, why=why)),),
        buttons=(
            Button(say("button_my_data"), "my_data"),
            Button(say("button_complain_form"), "complain", style="quiet"),
        ),
    )
