"""The coordinator's side of join links: make one for an agency, and end it.

The link is shown once, when it is made; only a keyed hash of it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from handlers import enrolment
from handlers.messages import Actor, Button, Field, Form, Incoming, Reply, Text
from handlers.place import day_words
from handlers.place import of as place_of
from handlers.recording import record
from handlers.surfaces import message
from handlers.wording import say
from storage import Session, joining

MOST_DAYS, MOST_USES = 60, 500
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


def make(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A way in for one agency, for so many people and so many days."""
    place = place_of(session, actor.partnership)
    typed = {
        name: enrolment.plain(event.fields.get(name, default))
        for name, default in (("agency", ""), ("domain", ""), ("uses", "50"), ("days", "14"))
    }
    typed["domain"] = typed["domain"].lower().removeprefix("@")
    if event.fields.get("choice") != "make":
        return Reply(_form(typed, {}))
    if errors := _errors(typed):
        return Reply(_form(typed, errors))
    until = now + timedelta(days=int(typed["days"]))
    agency = enrolment.agency_of(typed["agency"])
    token = joining.make(
        session,
        partnership=place.id,
        agency=agency,
        domain=typed["domain"],
        expires_at=until,
        uses=int(typed["uses"]),
    )
    record(session, actor, "join_link.make", agency, now)
    only = say("join_link_only", domain=typed["domain"]) if typed["domain"] else ""
    return Reply(
        Form(
            name="join_link",
            title=say("join_link_title", agency=enrolment.agency_words(agency)),
            parts=(
                Text(f"{place.address}/join/{token}", style="phrase"),
                Text(
                    say(
                        "join_link_made",
                        date=day_words(place.today(until)),
                        uses=typed["uses"],
                        only=only,
                    )
                ),
            ),
        ),
        outcome={"message": "join_link"},
    )


def _errors(typed: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    if not enrolment.agency_of(typed["agency"]):
        errors["agency"] = say("error_agency_needed")
    if typed["domain"] and not DOMAIN.fullmatch(typed["domain"]):
        errors["domain"] = say("error_domain")
    for name, most in (("uses", MOST_USES), ("days", MOST_DAYS)):
        if not re.fullmatch(r"\d{1,4}", typed[name]) or not 1 <= int(typed[name]) <= most:
            errors[name] = say("error_whole_number", most=str(most))
    return errors


def _form(typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    def field(name: str, label: str, hint: str = "") -> Field:
        value, error = typed.get(name, ""), errors.get(name, "")
        return Field(name, label, "short_text", hint=hint, value=value, error=error)

    return Form(
        name="join_link_make",
        title=say("join_link_make_title"),
        parts=(
            field("agency", say("seat_agency"), say("join_link_agency_hint")),
            field("domain", say("join_link_domain"), say("join_link_domain_hint")),
            field("uses", say("join_link_uses")),
            field("days", say("join_link_days")),
        ),
        buttons=(Button(say("button_join_link_make"), "join_link_make", "make", style="main"),),
    )


def end(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """End a join link; what it let in stays in."""
    id = event.fields.get("link", "") or event.fields.get("choice", "")
    ended = joining.end(session, actor.partnership, id)
    if ended is None:
        return Reply(message("gone", say("join_link_gone_title"), say("join_link_gone")))
    record(session, actor, "join_link.end", ended.agency, now)
    return Reply(
        message("join_link_ended", say("join_link_ended_title"), say("join_link_ended")),
        outcome={"message": "join_link_ended"},
    )
