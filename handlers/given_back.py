"""Stop, merge or shorten a meeting: an action of the group's own, with the hours it gives back.

Hours are of everybody who sits there together, so that no person's time is measured. A proposal until the
chair or delegate confirms it; the group sees about itself what came back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from handlers import permissions
from handlers.messages import Actor, Button, Field, Form, Incoming, Outgoing, Part, Reply, Text
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.recording import record
from handlers.surfaces import choices, done, message
from handlers.wording import say
from storage import Session, groups, people
from storage.models import MeetingChange

CHANGES = ("stop", "merge", "shorten")
MOST_AHEAD = timedelta(weeks=52)
MOST_HOURS = 1_000  # a month; beyond this somebody has mistyped
NUMBERS = ("people", "minutes", "times")
MOST = {"people": 200, "minutes": 480, "times": 31}


def desk(session: Session, actor: Actor, place: Place, *, now: datetime) -> list[Form]:
    """What came back so far, what waits for the chair, and the form for another."""
    forms = []
    given = groups.changes(session, place.id, "confirmed")
    if given:
        lines = tuple(Text(sentence(row), heading=row.meeting) for row in given)
        forms.append(Form("given_back", given_back_words(session, place), parts=lines))
    if permissions.allowed(actor, "answer.confirm"):
        forms += [_proposed(row) for row in groups.changes(session, place.id, "proposed")]
    if permissions.allowed(actor, "answer.propose"):
        forms.append(_form({}, {}))
    return forms


def given_back_words(session: Session, place: Place) -> str:
    """How many hours a month came back in all."""
    minutes = sum(row.minutes_a_month for row in groups.changes(session, place.id, "confirmed"))
    return say("given_back_title", hours=hours_words(minutes))


def hours_words(minutes: int) -> str:
    """Whole hours, or halves of them, of so many minutes."""
    halves = round(minutes / 30)
    return f"{halves // 2}{'½' if halves % 2 else ''}" if halves > 1 else "½"


def sentence(row: MeetingChange) -> str:
    """What happens to a meeting, from when, and what it gives back."""
    return say(
        f"given_back_{row.change}",
        into=row.into,
        date=day_words(row.from_on),
        hours=hours_words(row.minutes_a_month),
    )


def _form(typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    parts: list[Part] = [Text(say("meeting_change_explained"))]
    for name in ("meeting", "change", "into", *NUMBERS, "from_on"):
        parts.append(
            Field(
                name,
                say(f"meeting_change_{name}"),
                "one_of" if name == "change" else "date" if name == "from_on" else "short_text",
                choices=choices("meeting_changes", *CHANGES) if name == "change" else (),
                value=typed.get(name, ""),
                error=errors.get(name, ""),
            )
        )
    return Form(
        name="meeting_change",
        title=say("meeting_change_title"),
        parts=tuple(parts),
        buttons=(Button(say("button_meeting_change"), "meeting_change", style="main"),),
    )


def propose(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Keep a proposal, and let the chair and delegate know."""
    place = place_of(session, actor.partnership)
    names = ("meeting", "change", "into", *NUMBERS, "from_on")
    typed = {name: event.fields.get(name, "").strip() for name in names}
    errors = _errors(typed, place.today(now))
    if errors:
        return Reply(_form(typed, errors))
    a_month = int(typed["people"]) * int(typed["minutes"]) * int(typed["times"])
    row = groups.propose_change(
        session,
        place.id,
        meeting=typed["meeting"],
        change=typed["change"],
        into=typed["into"] if typed["change"] == "merge" else "",
        minutes_a_month=a_month,
        from_on=date.fromisoformat(typed["from_on"]),
        by=actor.person,
    )
    confirmers = {
        person
        for role in (permissions.CHAIR, permissions.DELEGATE)
        for person in people.holders(session, place.id, role)
    }
    later = tuple(
        Outgoing(
            "meeting_change_proposed",
            person,
            f"change:{row.id}:{person}",
            now,
            about={"meeting_change": row.id},
        )
        for person in sorted(confirmers)
    )
    return done("meeting_change_kept", "proposed_title", "meeting_change_kept", later=later)


def _errors(typed: Mapping[str, str], today: date) -> dict[str, str]:
    found = {}
    if not typed["meeting"] or len(typed["meeting"]) > 80:
        found["meeting"] = say("error_meeting_name")
    if typed["change"] not in CHANGES:
        found["change"] = say("error_choose_one")
    if typed["change"] == "merge" and not 0 < len(typed["into"]) <= 80:
        found["into"] = say("error_meeting_into")
    for name in NUMBERS:
        number = int(typed[name]) if typed[name].isdecimal() and len(typed[name]) < 5 else 0
        if not 0 < number <= MOST[name]:
            found[name] = say("error_meeting_number", number=str(MOST[name]))
    if not found.keys() & set(NUMBERS):
        minutes = int(typed["people"]) * int(typed["minutes"]) * int(typed["times"])
        if minutes > MOST_HOURS * 60:
            found["minutes"] = say("error_meeting_hours", number=str(MOST_HOURS))
    try:
        if not today <= date.fromisoformat(typed["from_on"]) <= today + MOST_AHEAD:
            found["from_on"] = say("error_meeting_from")
    except ValueError:
        found["from_on"] = say("error_date_unread")
    return found


def _proposed(row: MeetingChange) -> Form:
    tail = say("button_tail", title=row.meeting)
    return Form(
        name="meeting_change_proposed",
        title=say("meeting_change_proposed_title", name=row.meeting),
        parts=(Text(sentence(row)),),
        buttons=(
            Button(
                say("button_confirm"), "meeting_change_confirm", row.id, style="main", tail=tail
            ),
            Button(say("button_send_back"), "meeting_change_back", row.id, tail=tail),
        ),
    )


def notice(session: Session, place: Place, about: Mapping[str, str]) -> Form | None:
    """What the chair reads; nothing once it has been dealt with."""
    row = groups.change(session, place.id, about["meeting_change"])
    return _proposed(row) if row is not None and row.state == "proposed" else None


def confirm(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    return _decide(session, actor, event, "confirmed", now)


def send_back(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    return _decide(session, actor, event, "sent_back", now)


def _decide(session: Session, actor: Actor, event: Incoming, state: str, now: datetime) -> Reply:
    row = groups.change(session, actor.partnership, event.fields.get("choice", ""))
    if row is None or row.state != "proposed":
        return Reply(message("gone", say("confirm_gone_title"), say("proposal_gone")))
    row.state = state
    row.confirmed_on = place_of(session, actor.partnership).today(now)
    record(session, actor, f"meeting.{state}", row.id, now)
    return done(f"meeting_{state}", f"meeting_{state}_title", f"meeting_{state}")
