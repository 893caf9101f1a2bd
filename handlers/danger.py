"""Possible present danger: the signpost in the same reply, set aside, opened with a reason, handed off.

This is not a referral channel. Nothing live is deleted before its hand-off is confirmed; the notice to
the lead carries no words, no name and no agency.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from digests import danger as danger_cues
from handlers import permissions
from handlers.messages import Actor, Button, Choice, Field, Form, Incoming, Outgoing, Reply, Text
from handlers.place import Place, day_words, hour_words
from handlers.place import of as place_of
from handlers.surfaces import message, numbers, other_routes
from handlers.wording import say
from storage import Session, audit, people, return_addresses, rounds
from storage import set_aside as shelf
from storage.models import SetAside

WAIT_FOR_CHOICE = timedelta(minutes=10)  # so that the first lead is not told of what she cannot see
DELETE_AFTER = timedelta(hours=72)
AUTHOR_HAS = timedelta(days=14)
REASONS = (
    Choice("planned", "Planned reading"),
    Choice("called", "Called about it"),
    Choice("covering", "Covering for the lead"),
)
HAND_OFF_NEEDS = {
    "receiver": "Say who has it.",
    "reference": "Write down their reference.",
    "confirmed": "It stays here until they have confirmed.",
}


def set_aside(
    session: Session,
    actor: Actor,
    words: str,
    seen: danger_cues.Danger,
    *,
    place: Place,
    round_id: str,
    now: datetime,
) -> Reply:
    """Seal what was typed for the lead alone, and put the signpost in the same reply."""
    next_read = place.next_read(now)
    id = shelf.put(
        session,
        partnership=place.id,
        words=words,
        route=seen.route,
        on=place.today(now),
        next_read=next_read,
    )
    return_addresses.keep(
        session,
        partnership=place.id,
        contribution=id,
        address=return_addresses.Address(actor.person),
    )
    if round_id:
        rounds.replied(session, round_id, actor.person)
    notices = _notices(session, place, "safeguarding_lead", id, now + WAIT_FOR_CHOICE)
    return Reply(
        signpost(place, seen.route, place.local(next_read), id),
        later=notices,
        outcome={"signpost": id},
    )


def _notices(
    session: Session, place: Place, reader: str, id: str, due: datetime
) -> tuple[Outgoing, ...]:
    return tuple(
        Outgoing(
            kind="set_aside_notice_to_lead",
            to=person,
            once=f"aside:{id}:{reader}:{person}",
            due=due,
            about={"date": place.today(due).isoformat(), "item": id, "reader": reader},
        )
        for person in people.holders(session, place.id, reader)
    )


def signpost(place: Place, route: str, next_read: datetime, id: str) -> Form:
    """Numbers first, then what happens to the words, then the other routes."""
    words = {**place.words, "next_read_time": hour_words(next_read)}
    name = {"staff": "danger_signpost_staff", "about_self": "danger_signpost_about_self"}.get(
        route, "danger_signpost"
    )
    return Form(
        name=name,
        title="Is someone not safe now?",
        tone="sign",
        parts=(
            numbers(place),
            Text(say(name, **words)),
            Text(
                f"Only {place.words['lead_role']} can open them. They are in no theme. Next read: "
                f"**{hour_words(next_read)}**. This is not a referral.",
                style="locked",
                heading="Your words are kept, and set aside.",
            ),
            other_routes(place),
        ),
        buttons=(
            Button("I have passed this on", "danger_choice", "passed_on"),
            Button("I will do it now", "danger_choice", "will_do"),
            Button("Nobody is in danger", "danger_choice", "nobody"),
            Button("It is about someone who might open this", "danger_choice", "about_reader"),
        ),
        state={"item": id},
    )


def choose(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The writer says whether it has been passed on. Whatever they choose, it stays set aside."""
    place = place_of(session, actor.partnership)
    item = own_item(session, actor, place, event)
    if item is None or item.state != "waiting":
        return Reply(message("gone", "Thank you", "This has already been read."))
    choice = event.fields.get("choice", "")
    item.writer_choice = choice
    read = hour_words(place.local(item.next_read_at))
    if choice == "about_reader":
        item.reader = "second_lead"
        words = {**place.words, "next_read_time": read}
        return Reply(
            message(
                "danger_other_lead",
                "Someone else reads it",
                say("danger_signpost_other_lead", **words),
            ),
            later=_notices(session, place, "second_lead", item.id, now),
            outcome={"message": "danger_choice"},
        )
    thanks = {
        "passed_on": "Thank you for passing it on.",
        "will_do": f"Please ring {place.words['front_door_name']} on "
        f"{place.words['front_door_number']} now.",
    }.get(choice, "Thank you for saying so.")
    stays = (
        f"What you wrote stays set aside for {place.words['lead_role']}, and is next read {read}. "
        "This is not a referral."
    )
    return Reply(
        message("danger_choice", "Thank you", thanks, stays), outcome={"message": "danger_choice"}
    )


def own_item(session: Session, actor: Actor, place: Place, event: Incoming) -> SetAside | None:
    id = event.fields.get("item", "")
    if id not in return_addresses.owned_by(session, place.id, actor.person):
        return None
    return shelf.get(session, place.id, id)


def elsewhere(
    place: Place,
    seen: danger_cues.Elsewhere,
    words: str,
    *,
    kind: str,
    edit: str,
    state: Mapping[str, str],
) -> Form:
    """What belongs elsewhere: the route is shown, nothing is passed on and nothing kept."""
    name = f"other_route_{seen.route}"
    keep = (
        (Button("Keep the general point", kind, "general_point"),)
        if seen.route == "whistleblowing"
        else ()
    )
    return Form(
        name=name,
        title="This belongs somewhere else",
        parts=(Text(say(name, **place.words)),),
        buttons=(*keep, Button("Let me change it", edit), Button("Throw it away", "throw_away")),
        state={**state, "words": words},
    )


def reader_of(actor: Actor) -> str:
    """Which shelf this actor reads. The second lead never sees the first lead's, nor the other way."""
    if permissions.SECOND_LEAD in actor.roles:
        return "second_lead"
    return "safeguarding_lead"


def _item(session: Session, actor: Actor, event: Incoming) -> SetAside | None:
    row = shelf.get(session, actor.partnership, event.fields.get("item", ""))
    return row if row is not None and row.reader == reader_of(actor) else None


def open_item(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Open one item alone, with a reason. The deputy is told afterwards, without the words."""
    place = place_of(session, actor.partnership)
    row = _item(session, actor, event)
    if row is None:
        return Reply(message("gone", "Nothing here", "There is nothing here for you to open."))
    reason = event.fields.get("reason", "")
    if reason not in {choice.value for choice in REASONS}:
        return Reply(open_form(place, row, "Please say why."))
    if row.state == "waiting":
        row.state = "opened"
    audit.record(
        session,
        partnership=place.id,
        actor=actor.person,
        action="aside.open",
        about=row.id,
        reason=reason,
        at=now,
    )
    later = tuple(
        Outgoing(
            kind="set_aside_opened_to_deputy",
            to=person,
            once=f"aside-opened:{row.id}:{actor.person}:{now.isoformat()}",
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
        title=f"Item from {day_words(row.came_on)}",
        tone="sign",
        parts=(
            Text(
                "Its writer was shown the front door and told that you read next on "
                f"{hour_words(place.local(row.next_read_at))}. Opening is recorded each time. The deputy is told "
                "afterwards.",
                style="locked",
                heading="Sealed for its reader alone.",
            ),
            Field("reason", "Why are you opening it?", "one_of", choices=REASONS, error=error),
        ),
        buttons=(Button("Open it", "aside_open", style="main"),),
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
        title=f"Item from {day_words(row.came_on)}",
        tone="sign",
        parts=(
            Text(shelf.words(session, row), style="voice"),
            Text(say("set_aside_hand_off_needed")),
            field("receiver", "Who has it now?"),
            field("reference", "Their reference"),
            Field(
                "confirmed",
                "Have they confirmed that they have it?",
                "any_of",
                choices=(Choice("yes", "Yes, they have confirmed"),),
                value=typed.get("confirmed", ""),
                error=errors.get("confirmed", ""),
            ),
        ),
        buttons=(
            Button("Record the hand-off", "aside_hand_off", style="main"),
            Button("Not live: back to its writer", "aside_not_live"),
        ),
        state={"item": row.id},
    )


def hand_off(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Record who has it. Only a confirmed hand-off lets the words be deleted, 72 hours later."""
    place = place_of(session, actor.partnership)
    row = _item(session, actor, event)
    if row is None or row.state not in ("opened", "handed_off"):
        return Reply(message("gone", "Open it first", "This item has not been opened."))
    typed = {
        name: event.fields.get(name, "").strip()[:120]
        for name in ("receiver", "reference", "confirmed")
    }
    errors = {name: HAND_OFF_NEEDS[name] for name, value in typed.items() if not value}
    if errors:
        return Reply(opened_form(session, row, typed, errors))
    receiver, reference = typed["receiver"], typed["reference"]
    row.state, row.delete_at = "handed_off", now + DELETE_AFTER
    row.hand_off = {
        "receiver": receiver,
        "reference": reference,
        "on": place.today(now).isoformat(),
    }
    audit.record(
        session,
        partnership=place.id,
        actor=actor.person,
        action="aside.hand_off",
        about=row.id,
        at=now,
    )
    dates = {"date": row.came_on.isoformat(), "delete_date": place.today(row.delete_at).isoformat()}
    said = say(
        "set_aside_deleted_to_lead",
        date=day_words(place.today(now)),
        delete_date=day_words(place.today(row.delete_at)),
    )
    return Reply(
        message("handed_off", "Handed off", said),
        later=(_to_author(row.id, "set_aside_outcome_to_contributor", now, dates),),
        outcome={"message": "handed_off"},
    )


def not_live(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Nobody is in danger now: the words go back to their author alone, to reword or let go."""
    place = place_of(session, actor.partnership)
    row = _item(session, actor, event)
    if row is None or row.state != "opened":
        return Reply(message("gone", "Open it first", "This item has not been opened."))
    row.state, row.delete_at = "not_live", now + AUTHOR_HAS
    audit.record(
        session,
        partnership=place.id,
        actor=actor.person,
        action="aside.not_live",
        about=row.id,
        at=now,
    )
    dates = {
        "date": row.came_on.isoformat(),
        "date_2": place.today(row.delete_at).isoformat(),
        "item": row.id,
    }
    return Reply(
        message(
            "not_live", "Back to its writer", "The words are theirs again, to reword or let go."
        ),
        later=(_to_author(row.id, "set_aside_not_live_to_contributor", now, dates),),
        outcome={"message": "not_live"},
    )


def _to_author(id: str, kind: str, now: datetime, about: Mapping[str, str]) -> Outgoing:
    return Outgoing(
        kind=kind, to=id, via="return_address", once=f"{kind}:{id}", due=now, about=about
    )


def forget(session: Session, row: SetAside) -> None:
    return_addresses.forget(session, row.id)
    shelf.forget(session, row)


def tend(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The timetable: alarm for what was not read in time, delete what may go."""
    place = place_of(session, actor.partnership)
    later: list[Outgoing] = []
    for row in shelf.unread_after(session, place.id, now):
        row.alarmed = True
        about = {
            "next_read_time": hour_words(place.local(row.next_read_at)),
            "hours": str(int((now - row.next_read_at).total_seconds() // 3600)),
        }
        readers = {*people.holders(session, place.id, row.reader)}
        if row.reader == "safeguarding_lead":
            readers |= {*people.holders(session, place.id, permissions.DEPUTY)}
        later += [
            Outgoing(
                kind="set_aside_unread_alarm",
                to=person,
                once=f"alarm:{row.id}:{person}",
                due=now,
                about=about,
            )
            for person in sorted(readers)
        ]
    for row in shelf.due_for_deletion(session, place.id, now):
        forget(session, row)
    return Reply(message("done", "Done"), later=tuple(later))
