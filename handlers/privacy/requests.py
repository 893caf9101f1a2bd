"""What came to the privacy officer, and its clock: everything held about a person (a month), or a complaint (30).

Whoever it is about never handles it. Every look at its words, every pack and every answer is in the record,
without a word of them; a week before it is due its readers are reminded, and once it is late the scrutineer hears.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from handlers import permissions
from handlers.enrolment import plain
from handlers.messages import Actor, Button, Field, Form, Incoming, Outgoing, Part, Reply, Text
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.privacy import complaints
from handlers.recording import record
from handlers.surfaces import choices, done, fixed_line, message
from handlers.wording import say
from storage import Session, people, requests, retention
from storage.models import Request

REMIND_BEFORE = timedelta(days=7)
LONGEST_REFERENCE = 60
KINDS = choices("request_kinds", "access", "complaint")


def months_after(day: date, months: int = 1) -> date:
    """The same day so many months on, or that month's last where it has none: UK GDPR, Article 12(3)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def write_down(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Write down what came by post, by telephone or at a counter, so that its clock is seen."""
    place = place_of(session, actor.partnership)
    typed = {n: plain(event.fields.get(n, "")) for n in ("what", "email", "reference", "day")}
    if event.fields.get("choice") != "record":
        return Reply(record_form(typed, {}))
    errors, person, on = _faults(session, actor, place, typed, place.today(now))
    if errors or on is None:
        return Reply(record_form(typed, errors))
    complaint = typed["what"] == "complaint"
    row = requests.begin(
        session,
        place.id,
        kind=typed["what"],
        reader=permissions.PRIVACY,
        person=person,
        reference=typed["reference"],
        came_on=on,
        due_on=on + complaints.ANSWERED_WITHIN if complaint else months_after(on),
    )
    record(session, actor, f"{row.kind}.recorded", row.id, now, reason=row.reference)
    later = complaints.came(session, place, row, now)
    return done(
        "request_kept", "done_title", "request_kept", later=later, date=day_words(row.due_on)
    )


def _faults(
    session: Session, actor: Actor, place: Place, typed: Mapping[str, str], today: date
) -> tuple[dict[str, str], str, date | None]:
    errors = {}
    if typed["what"] not in {choice.value for choice in KINDS}:
        errors["what"] = say("error_choose_one")
    if not typed["reference"]:
        errors["reference"] = say("error_reference")
    elif len(typed["reference"]) > LONGEST_REFERENCE:
        errors["reference"] = say("error_reference_long", most=str(LONGEST_REFERENCE))
    person = people.by_email(session, typed["email"]) if typed["email"] else None
    here = person is not None and people.seats_of(session, person, place.id)
    if (typed["email"] and not here) or (typed["what"] == "access" and not here):
        errors["email"] = say("error_nobody_here")
    elif person == actor.person:
        errors["email"] = say("error_request_oneself")
    try:
        on = date.fromisoformat(typed["day"])
    except ValueError:
        on = None
    if on is None or not today - timedelta(days=366) <= on <= today:
        errors["day"] = say("error_came")
    return errors, person or "", on


def record_form(typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    """What came, about whom, and when: the day on which it reached the partnership."""

    def field(name: str, kind: str) -> Field:
        return Field(
            name,
            say(f"request_{name}"),
            "date" if kind == "date" else "short_text",
            hint=say(f"request_{name}_hint"),
            value=typed.get(name, ""),
            error=errors.get(name, ""),
        )

    what = Field(
        "what",
        say("request_what"),
        "one_of",
        choices=KINDS,
        value=typed.get("what", ""),
        error=errors.get("what", ""),
    )
    return Form(
        name="request_record",
        title=say("request_record_title"),
        parts=(
            Text(say("request_record_how"), "hint"),
            what,
            field("email", "text"),
            field("day", "date"),
            field("reference", "text"),
        ),
        buttons=(Button(say("button_request_record"), "request_record", "record", style="main"),),
    )


def waiting(session: Session, actor: Actor) -> Sequence[Request]:
    """What this actor looks after: of their own roles, and never what is their own."""
    return [
        row
        for row in requests.not_closed(session, actor.partnership)
        if row.reader in actor.roles and row.person_id != actor.person
    ]


def of(session: Session, actor: Actor, event: Incoming) -> Request | None:
    """The one that is meant, if this actor looks after it."""
    id = event.fields.get("request", "") or event.fields.get("choice", "")
    return next((row for row in waiting(session, actor) if row.id == id), None)


def read(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A complaint's words, in this reply only, and a box for its answer; the record has that it was read."""
    row = of(session, actor, event)
    if row is None or row.kind != "complaint":
        return gone()
    record(session, actor, "complaint.read", row.id, now, reason=row.reference)
    return Reply(_answer_form(session, row, {}, ""))


def _answer_form(session: Session, row: Request, typed: Mapping[str, str], error: str) -> Form:
    place = place_of(session, row.partnership_id)
    words = requests.words(session, row) or say("complaint_elsewhere", reference=row.reference)
    before = requests.answer(session, row)
    said: tuple[Part, ...] = (Text(before, heading=say("complaint_answer")),) if before else ()
    return Form(
        name="complaint_read",
        title=say("request_complaint_title"),
        parts=(
            Text(words, "voice"),
            *said,
            Text(say("complaint_answer_how"), "hint"),
            Field(
                "answer", say("complaint_answer_box"), value=typed.get("answer", ""), error=error
            ),
            fixed_line(place),
        ),
        buttons=(Button(say("button_complaint_answer"), "complaint_answer", style="main"),),
        state={"request": row.id},
    )


def give_answer(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """What came of it, told to whoever complained; they say whether it settles it."""
    row = of(session, actor, event)
    if row is None or row.kind != "complaint":
        return gone()
    text = event.fields.get("answer", "").strip()
    if wrong := complaints.fault(text):
        return Reply(_answer_form(session, row, event.fields, wrong))
    place = place_of(session, actor.partnership)
    requests.put_answer(session, row, text, place.today(now))
    record(session, actor, "complaint.answered", row.id, now, reason=row.reference)
    later: tuple[Outgoing, ...] = ()
    if row.person_id:
        told = Outgoing(
            "complaint_answered",
            row.person_id,
            f"complaint_answered:{row.id}:{now.isoformat()}",
            place.within_hours(now),
            about={"request": row.id, "came": row.came_on.isoformat()},
        )
        later = (told,)
    said = "complaint_answer_sent" if later else "complaint_answer_kept"
    return done("complaint_answered", "done_title", said, later=later)


def close(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """It is dealt with: the pack was handed over, or nothing more is to be said about a complaint."""
    row = of(session, actor, event)
    if row is None:
        return gone()
    if row.kind == "complaint" and row.state != "answered":
        return Reply(message("not_yet", say("request_not_yet_title"), say("request_not_yet")))
    today = place_of(session, actor.partnership).today(now)
    row.state, row.closed_on = "closed", today
    row.answered_on = row.answered_on or today
    record(session, actor, f"{row.kind}.closed", row.id, now, reason=row.reference)
    return done("request_closed", "done_title", "request_closed")


def gone() -> Reply:
    return Reply(message("gone", say("request_gone_title"), say("request_gone")))


def tend(session: Session, place: Place, now: datetime) -> tuple[Outgoing, ...]:
    """Once a day: who must be reminded, and what was closed so long ago that it goes."""
    today = place.today(now)
    for row in requests.closed_before(session, place.id, today - retention.length("requests")):
        requests.forget(session, row)
    later: list[Outgoing] = []
    for row in requests.not_closed(session, place.id):
        if row.state != "open" or today < row.due_on - REMIND_BEFORE:
            continue
        late = today > row.due_on
        again = "+" if row.extended_on else ""  # another clock, and another reminder
        told = {*people.holders(session, place.id, row.reader)}
        if late:
            told |= {*people.holders(session, place.id, permissions.SCRUTINEER)}
        kind = "request_late" if late else "request_due"
        later += [
            Outgoing(
                kind,
                person,
                f"{kind}:{row.id}{again}:{person}",
                place.within_hours(now),
                about={"due": row.due_on.isoformat()},
            )
            for person in sorted(told - {row.person_id})
        ]
    return tuple(later)
