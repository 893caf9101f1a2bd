"""The signpost in the same reply, and what its reader chooses.

Numbers first, then what happens to the words, then the other routes. Whatever the writer chooses, what was
set aside stays set aside; the notice to the lead carries no words, no name and no agency.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from digests import danger as danger_cues
from handlers import permissions
from handlers.danger import rota
from handlers.messages import Actor, Button, Form, Incoming, Outgoing, Reply, Text
from handlers.place import Place, hour_words
from handlers.place import of as place_of
from handlers.surfaces import message, numbers, other_routes
from handlers.wording import buttons, say
from storage import Session, people, return_addresses, rounds
from storage import set_aside as shelf
from storage.models import SetAside

WAIT_FOR_CHOICE = timedelta(minutes=10)  # so that the first lead is not told of what she cannot see
CHOICES = ("passed_on", "will_do", "nobody", "about_reader")


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
    next_read = rota.next_read(session, place, permissions.LEAD, now)
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
    notices = _notices(session, place, permissions.LEAD, id, now + WAIT_FOR_CHOICE)
    return Reply(
        signpost(place, seen.route, place.local(next_read), id, actor.agency),
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


def signpost(place: Place, route: str, next_read: datetime, id: str, agency: str) -> Form:
    """Numbers first, then what happens to the words, then the other routes."""
    words = {**place.words, "next_read_time": hour_words(next_read)}
    name = {"staff": "danger_signpost_staff", "about_self": "danger_signpost_about_self"}.get(
        route, "danger_signpost"
    )
    near = (
        agency if name == "danger_signpost" else ""
    )  # what is about staff is no colleague's to take
    return Form(
        name=name,
        title=say("danger_signpost_title"),
        tone="sign",
        parts=(
            numbers(place, near),
            Text(say(name, **words)),
            Text(
                say("danger_kept", **words),
                style="locked",
                heading=say("danger_kept_title"),
            ),
            other_routes(place),
        ),
        buttons=(
            *(
                Button(label, "danger_choice", value)
                for value, label in zip(CHOICES, buttons("danger_signpost"), strict=True)
            ),
        ),
        state={"item": id},
    )


def choose(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The writer says whether it has been passed on. Whatever they choose, it stays set aside."""
    place = place_of(session, actor.partnership)
    item = own_item(session, actor, place, event)
    if item is None or item.state != "waiting":
        return Reply(message("gone", say("thank_you"), say("danger_already_read")))
    choice = event.fields.get("choice", "")
    item.writer_choice = choice
    if choice == "about_reader":
        item.reader = permissions.SECOND_LEAD
        item.next_read_at = rota.next_read(session, place, item.reader, now)
    read = hour_words(place.local(item.next_read_at))
    if choice == "about_reader":
        words = {**place.words, "next_read_time": read}
        return Reply(
            message(
                "danger_other_lead",
                say("danger_other_lead_title"),
                say("danger_signpost_other_lead", **words),
            ),
            later=_notices(session, place, item.reader, item.id, now),
            outcome={"message": "danger_choice"},
        )
    thanks = choice if choice in ("passed_on", "will_do") else "said_so"
    said = (
        say(f"danger_thanks_{thanks}", **place.words),
        say("danger_stays", next_read_time=read, **place.words),
    )
    return Reply(
        message("danger_choice", say("thank_you"), *said), outcome={"message": "danger_choice"}
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
        (Button(say("button_general_point"), kind, "general_point"),)
        if seen.route == "whistleblowing"
        else ()
    )
    return Form(
        name=name,
        title=say("other_route_title"),
        parts=(Text(say(name, **place.words)),),
        buttons=(
            *keep,
            Button(say("button_let_me_change"), edit),
            Button(say("button_throw_away"), "throw_away"),
        ),
        state={**state, "words": words},
    )
