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
from handlers.surfaces import message
from storage import Session, audit, joining

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
    _record(session, actor, "join_link.make", agency, now)
    only = f" Only addresses that end in @{typed['domain']} are taken." if typed["domain"] else ""
    return Reply(
        Form(
            name="join_link",
            title=f"A way in for {enrolment.agency_words(agency)}",
            parts=(
                Text(f"{place.address}/join/{token}", style="phrase"),
                Text(
                    "Copy it now: it is not shown again. It opens until "
                    f"{day_words(place.today(until))}, for {typed['uses']} people at most.{only} "
                    "Whoever opens it gives their name and address, and is in when they open the "
                    "mail that is sent there. You can end it at the desk."
                ),
            ),
        ),
        outcome={"message": "join_link"},
    )


def _errors(typed: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    if not enrolment.agency_of(typed["agency"]):
        errors["agency"] = "Please give an agency."
    if typed["domain"] and not DOMAIN.fullmatch(typed["domain"]):
        errors["domain"] = "Please give a domain, like housing.example, or leave it empty."
    for name, most in (("uses", MOST_USES), ("days", MOST_DAYS)):
        if not re.fullmatch(r"\d{1,4}", typed[name]) or not 1 <= int(typed[name]) <= most:
            errors[name] = f"Please give a whole number from 1 to {most}."
    return errors


def _form(typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    def field(name: str, label: str, hint: str = "") -> Field:
        value, error = typed.get(name, ""), errors.get(name, "")
        return Field(name, label, "short_text", hint=hint, value=value, error=error)

    return Form(
        name="join_link_make",
        title="A join link for an agency",
        parts=(
            field("agency", "Agency", "Whoever joins gets a practitioner's seat in it."),
            field(
                "domain",
                "E-mail domain (optional)",
                "Then only addresses that end in it are taken.",
            ),
            field("uses", "For how many people at most"),
            field("days", "For how many days"),
        ),
        buttons=(Button("Make the link", "join_link_make", "make", style="main"),),
    )


def end(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """End a join link; what it let in stays in."""
    id = event.fields.get("link", "") or event.fields.get("choice", "")
    ended = joining.end(session, actor.partnership, id)
    if ended is None:
        return Reply(message("gone", "No such link", "It has ended already."))
    _record(session, actor, "join_link.end", ended.agency, now)
    return Reply(
        message("join_link_ended", "Ended", "The link opens nothing any more."),
        outcome={"message": "join_link_ended"},
    )


def _record(session: Session, actor: Actor, action: str, about: str, now: datetime) -> None:
    audit.record(
        session,
        partnership=actor.partnership,
        actor=actor.person,
        action=action,
        about=about,
        at=now,
    )
