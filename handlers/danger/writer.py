"""Who wrote what is set aside: told to the lead who opened it, with a second reason, each time recorded.

The deputy and the privacy officer are told that it was asked, without a name. The writer is told too,
unless the lead says that this would harm somebody.
"""

from __future__ import annotations

from datetime import datetime

from handlers import permissions
from handlers.danger.opening import item_of
from handlers.enrolment import agency_words
from handlers.messages import Actor, Button, Choice, Field, Form, Incoming, Outgoing, Reply
from handlers.place import Place
from handlers.place import of as place_of
from handlers.recording import record
from handlers.seated import actor_of
from handlers.surfaces import choices, message
from handlers.wording import say
from storage import Session, people, return_addresses
from storage.models import SetAside

REASONS = choices("aside_who_reasons", "safe_now", "asked_by", "ring_back")
TELL = choices("aside_who_tell", "tell", "harm")
OPENED = ("opened", "handed_off")


def ask_who(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Show who wrote one opened item, when a reason and whether to tell them were given."""
    place = place_of(session, actor.partnership)
    row = item_of(session, actor, event)
    if row is None or row.state not in OPENED:
        return Reply(message("gone", say("aside_not_opened_title"), say("aside_not_opened")))
    reason, tell = event.fields.get("who_reason", ""), event.fields.get("tell", "")
    errors = {}
    if reason not in {choice.value for choice in REASONS}:
        errors["who_reason"] = say("error_aside_reason")
    if tell not in {choice.value for choice in TELL}:
        errors["tell"] = say("error_aside_tell")
    if errors:
        asked = "who_reason" in event.fields or "tell" in event.fields
        return Reply(_form(row, event, errors if asked else {}))
    found = return_addresses.of(session, row.id)
    record(session, actor, "aside.who", row.id, now, reason=f"{reason} {tell}")
    if found is None:
        return Reply(message("aside_who_gone", say("aside_who_title"), say("aside_who_gone")))
    later = (
        *_watchers(session, place, actor, row, reason, now),
        *(_writer(place, row, now) if tell == "tell" else ()),
    )
    name = people.known(session, found.person).name
    writer = actor_of(session, found.person, place.id)
    agency = agency_words(writer.agency) if writer is not None else say("aside_who_left")
    said = say("aside_who", name=name, agency_name=agency)
    return Reply(
        message("aside_who", say("aside_who_title"), said),
        later=later,
        outcome={"message": "aside_who"},
    )


def _form(row: SetAside, event: Incoming, errors: dict[str, str]) -> Form:
    def field(name: str, label: str, options: tuple[Choice, ...]) -> Field:
        return Field(
            name,
            label,
            "one_of",
            choices=options,
            value=event.fields.get(name, ""),
            error=errors.get(name, ""),
        )

    return Form(
        name="aside_who",
        title=say("aside_who_title"),
        tone="sign",
        parts=(
            field("who_reason", say("aside_who_why"), REASONS),
            field("tell", say("aside_who_told"), TELL),
        ),
        buttons=(Button(say("button_aside_who_show"), "aside_who", style="main"),),
        state={"item": row.id},
    )


def _watchers(
    session: Session, place: Place, actor: Actor, row: SetAside, reason: str, now: datetime
) -> tuple[Outgoing, ...]:
    """The deputy and the privacy officer hear that it was asked, and why."""
    told = {
        person
        for role in (permissions.DEPUTY, permissions.PRIVACY)
        for person in people.holders(session, place.id, role)
    }
    return tuple(
        Outgoing(
            kind="set_aside_who_asked",
            to=person,
            once=f"aside-who:{row.id}:{actor.person}:{now.isoformat()}:{person}",
            due=now,
            about={"reason": reason, "date": place.today(now).isoformat()},
        )
        for person in sorted(told - {actor.person})
    )


def _writer(place: Place, row: SetAside, now: datetime) -> tuple[Outgoing, ...]:
    """The writer hears once that their name was asked for, and by which role."""
    return (
        Outgoing(
            kind="set_aside_who_to_contributor",
            to=row.id,
            via="return_address",
            once=f"set_aside_who_to_contributor:{row.id}",
            due=now,
            about={"date": row.came_on.isoformat(), "date_2": place.today(now).isoformat()},
        ),
    )
