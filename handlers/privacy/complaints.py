"""A complaint about how somebody's words or data were handled: made from anywhere, and answered within 30 days.

Its words are sealed; whoever looks after it is told that one came, and nobody handles their own. The receipt
names the day by which it is answered, and the Information Commissioner's Office besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from handlers import danger, permissions
from handlers.messages import Actor, Button, Field, Form, Incoming, Outgoing, Part, Reply, Text
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.surfaces import choices, done, fixed_line, message
from handlers.wording import say
from storage import Session, audit, people, requests
from storage.models import Request

ANSWERED_WITHIN = timedelta(days=30)
LONGEST = 3_000  # characters
ABOUT = choices("complaint_about", "anything", "officer")
READERS = (permissions.PRIVACY, permissions.SCRUTINEER, permissions.CHAIR)


def open_form(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """An empty form, or what was typed before, to be put another way."""
    place = place_of(session, actor.partnership)
    return Reply(_form(session, actor, place, event.fields, {}))


def _form(
    session: Session,
    actor: Actor,
    place: Place,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Form:
    earlier: list[Part] = [
        Text(say(f"complaint_{row.state}", date=day_words(row.came_on)), "hint")
        for row in requests.of_person(session, place.id, actor.person)
        if row.kind == "complaint"
    ]
    return Form(
        name="complain",
        title=say("complain_title"),
        parts=(
            Text(say("complain_how", days=str(ANSWERED_WITHIN.days))),
            *earlier,
            Field(
                "words",
                say("complain_words"),
                value=typed.get("words", ""),
                error=errors.get("words", ""),
            ),
            Field(
                "about",
                say("complain_about"),
                "one_of",
                choices=ABOUT,
                value=typed.get("about", "anything"),
            ),
            fixed_line(place),
            Text(say("complain_ico"), "hint"),
        ),
        buttons=(Button(say("button_complain"), "complain_send", style="main"),),
    )


def send(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Keep it, sealed; danger is looked for first, as in everything that somebody types."""
    place = place_of(session, actor.partnership)
    words = event.fields.get("words", "").strip()
    if wrong := fault(words):
        return Reply(_form(session, actor, place, event.fields, {"words": wrong}))
    about = event.fields.get("about", "")
    way = danger.Way("complain_send", "complain", {"about": about})
    stopped = danger.stops(session, actor, words, event.fields, way=way, place=place, now=now)
    if stopped is not None:
        return stopped
    reader = _reader(session, actor, place, about)
    row = requests.begin(
        session,
        place.id,
        kind="complaint",
        reader=reader,
        person=actor.person,
        words=words,
        came_on=place.today(now),
        due_on=place.today(now) + ANSWERED_WITHIN,
    )
    audit.record(
        session,
        partnership=place.id,
        actor=actor.person,
        action="complaint.made",
        about=row.id,
        at=now,
    )
    return done(
        "complaint_kept",
        "complaint_kept_title",
        "complaint_kept",
        later=came(session, place, row, now),
        date=day_words(row.due_on),
        role_name=permissions.ROLES[reader].lower(),
    )


def fault(words: str) -> str:
    """Why a complaint or its answer cannot be taken, as an error beside the box; empty when it can."""
    if not words:
        return say("error_nothing_written")
    return say("error_too_many_letters", most=f"{LONGEST:,}") if len(words) > LONGEST else ""


def _reader(session: Session, actor: Actor, place: Place, about: str) -> str:
    """The role that looks after it: never the one that it is about, and never its author's alone."""
    roles = READERS[1:] if about == "officer" else READERS
    officers = set(people.holders(session, place.id, permissions.PRIVACY))
    barred = {actor.person} | (officers if about == "officer" else set())
    for role in roles:
        if set(people.holders(session, place.id, role)) - barred:
            return role
    return roles[0]


def came(session: Session, place: Place, row: Request, now: datetime) -> tuple[Outgoing, ...]:
    """Whoever looks after it is told at once that something came, and when it is due."""
    return tuple(
        Outgoing(
            "request_came",
            person,
            f"request_came:{row.id}:{person}",
            place.within_hours(now),
            about={"due": row.due_on.isoformat()},
        )
        for person in people.holders(session, place.id, row.reader)
        if person != row.person_id
    )


def see(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Their own complaint and its answer, in this reply only."""
    row = _own(session, actor, event)
    if row is None:
        return _gone()
    parts: list[Part] = []
    if words := requests.words(session, row):
        parts.append(Text(words, "voice", heading=say("complaint_you_said")))
    if answer := requests.answer(session, row):
        parts.append(Text(answer, heading=say("complaint_answer")))
    parts.append(Text(say("complaint_not_settled"), "hint"))
    settled = Button(say("button_complaint_settled"), "complaint_settled", row.id, style="main")
    return Reply(
        Form(
            name="complaint_seen",
            title=say("complaint_seen_title"),
            parts=tuple(parts),
            buttons=(
                *((settled,) if row.state == "answered" else ()),
                Button(say("button_complain_again"), "complain", style="quiet"),
            ),
        )
    )


def settled(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Its author says that this settles it."""
    row = _own(session, actor, event)
    if row is None or row.state != "answered":
        return _gone()
    row.state, row.closed_on = "closed", place_of(session, actor.partnership).today(now)
    audit.record(
        session,
        partnership=row.partnership_id,
        actor=actor.person,
        action="complaint.settled",
        about=row.id,
        at=now,
    )
    return done("complaint_closed", "done_title", "complaint_settled")


def _own(session: Session, actor: Actor, event: Incoming) -> Request | None:
    id = event.fields.get("request", "") or event.fields.get("choice", "")
    row = requests.get(session, actor.partnership, id)
    return row if row is not None and row.person_id == actor.person else None


def _gone() -> Reply:
    return Reply(message("gone", say("complaint_gone_title"), say("complaint_gone")))
