"""The lead opens one item alone, with a reason, and records where it went or that nobody is in danger now.

Nothing live is deleted before its hand-off is confirmed. The deputy is told afterwards, without words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from handlers import permissions
from handlers.messages import Actor, Button, Choice, Field, Form, Incoming, Outgoing, Reply, Text
from handlers.place import Place, day_words, hour_words
from handlers.place import of as place_of
from handlers.recording import record
from handlers.surfaces import choices, message
from handlers.wording import say
from storage import Session, people
from storage import set_aside as shelf
from storage.models import SetAside

DELETE_AFTER = timedelta(hours=72)
AUTHOR_HAS = timedelta(days=14)
REASONS = choices("aside_reasons", "planned", "called", "covering")
HAND_OFF_NEEDS = ("receiver", "reference", "confirmed")


def reader_of(actor: Actor) -> str:
    """Which shelf this actor reads. The second lead never sees the first lead's, nor the other way."""
    if permissions.SECOND_LEAD in actor.roles:
        return "second_lead"
    return "safeguarding_lead"


def item_of(session: Session, actor: Actor, event: Incoming) -> SetAside | None:
    """The item that is meant, if it is on this reader's own shelf."""
    row = shelf.get(session, actor.partnership, event.fields.get("item", ""))
    return row if row is not None and row.reader == reader_of(actor) else None


def open_item(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Open one item alone, with a reason. The deputy is told afterwards, without the words."""
    place = place_of(session, actor.partnership)
    row = item_of(session, actor, event)
    if row is None:
        return Reply(message("gone", say("aside_gone_title"), say("aside_gone")))
    reason = event.fields.get("reason", "")
    if reason not in {choice.value for choice in REASONS}:
        return Reply(open_form(place, row, say("error_aside_reason")))
    if row.state == "waiting":
        row.state = "opened"
    record(session, actor, "aside.open", row.id, now, reason=reason)
    later = tuple(
        Outgoing(
            kind="set_aside_opened_to_deputy",
            to=person,
            once=f"aside-opened:{row.id}:{actor.person}:{now.isoformat()}:{person}",
            due=now,
            about={"reason": reason, "date": place.today(now).isoformat()},
        )
        for person in people.holders(session, place.id, permissions.DEPUTY)
        if person != actor.person
    )
    return Reply(opened_form(session, row), later=later, outcome={"aside": row.id})


def open_form(place: Place, row: SetAside, error: str = "") -> Form:
    return Form(
        name="aside_open",
        title=say("aside_item", date=day_words(row.came_on)),
        tone="sign",
        parts=(
            Text(
                say("aside_sealed", next_read_time=hour_words(place.local(row.next_read_at))),
                style="locked",
                heading=say("aside_sealed_title"),
            ),
            Field("reason", say("aside_why"), "one_of", choices=REASONS, error=error),
        ),
        needs=("reason",),
        buttons=(Button(say("button_aside_open"), "aside_open", style="main"),),
        state={"item": row.id},
    )


def opened_form(
    session: Session,
    row: SetAside,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Form:
    """The words as they were typed, and what can become of them; nothing typed before is lost."""
    typed, errors = typed or {}, errors or {}

    def field(name: str, label: str) -> Field:
        return Field(
            name, label, "short_text", value=typed.get(name, ""), error=errors.get(name, "")
        )

    return Form(
        name="aside_opened",
        title=say("aside_item", date=day_words(row.came_on)),
        tone="sign",
        parts=(
            Text(shelf.words(session, row), style="voice"),
            Text(say("set_aside_hand_off_needed")),
            field("receiver", say("aside_receiver")),
            field("reference", say("aside_reference")),
            Field(
                "confirmed",
                say("aside_confirmed"),
                "any_of",
                choices=(Choice("yes", say("aside_confirmed_yes")),),
                value=typed.get("confirmed", ""),
                error=errors.get("confirmed", ""),
            ),
        ),
        needs=("receiver", "confirmed"),
        buttons=(
            Button(say("button_hand_off"), "aside_hand_off", style="main"),
            Button(say("button_not_live"), "aside_not_live"),
            Button(say("button_aside_who"), "aside_who", style="quiet"),
        ),
        state={"item": row.id},
    )


def hand_off(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Record who has it. Only a confirmed hand-off lets the words be deleted, 72 hours later."""
    place = place_of(session, actor.partnership)
    row = item_of(session, actor, event)
    if row is None or row.state not in ("opened", "handed_off"):
        return Reply(message("gone", say("aside_not_opened_title"), say("aside_not_opened")))
    typed = {name: event.fields.get(name, "").strip()[:120] for name in HAND_OFF_NEEDS}
    errors = {name: say(f"error_aside_{name}") for name, value in typed.items() if not value}
    if errors:
        return Reply(opened_form(session, row, typed, errors))
    receiver, reference = typed["receiver"], typed["reference"]
    row.state, row.delete_at = "handed_off", now + DELETE_AFTER
    row.hand_off = {
        "receiver": receiver,
        "reference": reference,
        "on": place.today(now).isoformat(),
    }
    record(session, actor, "aside.hand_off", row.id, now)
    dates = {"date": row.came_on.isoformat(), "delete_date": place.today(row.delete_at).isoformat()}
    said = say(
        "set_aside_deleted_to_lead",
        date=day_words(place.today(now)),
        delete_date=day_words(place.today(row.delete_at)),
    )
    return Reply(
        message("handed_off", say("aside_state_handed_off"), said),
        later=(_to_author(row.id, "set_aside_outcome_to_contributor", now, dates),),
        outcome={"message": "handed_off"},
    )


def not_live(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Nobody is in danger now: the words go back to their author alone, to reword or let go."""
    place = place_of(session, actor.partnership)
    row = item_of(session, actor, event)
    if row is None or row.state != "opened":
        return Reply(message("gone", say("aside_not_opened_title"), say("aside_not_opened")))
    row.state, row.delete_at = "not_live", now + AUTHOR_HAS
    record(session, actor, "aside.not_live", row.id, now)
    dates = {
        "date": row.came_on.isoformat(),
        "date_2": place.today(row.delete_at).isoformat(),
        "item": row.id,
    }
    return Reply(
        message("not_live", say("not_live_title"), say("not_live")),
        later=(_to_author(row.id, "set_aside_not_live_to_contributor", now, dates),),
        outcome={"message": "not_live"},
    )


def _to_author(id: str, kind: str, now: datetime, about: Mapping[str, str]) -> Outgoing:
    return Outgoing(
        kind=kind, to=id, via="return_address", once=f"{kind}:{id}", due=now, about=about
    )
