"""From a question to a proposed answer: five buttons, all the same size, each with what it must carry.

An answer is a proposal until the chair or delegate confirms it, and nobody is told before. An Act may
report at once or later: changed, or partly with both halves.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime

from handlers import child_words, permissions
from handlers.answers import AFTER_ACT, BUTTONS, BY_ID, STATUS_LABELS
from handlers.digest_message import band_words
from handlers.messages import (
    Actor,
    Button,
    Choice,
    Field,
    FieldKind,
    Form,
    Incoming,
    Outgoing,
    Part,
    Reply,
    Text,
)
from handlers.place import Place
from handlers.place import of as place_of
from handlers.surfaces import done, message
from handlers.wording import say
from storage import Session, commitments, people, releases
from storage.models import Commitment, Line

OWN_FIELDS = ("answer", "child_words", "sign", "owner_role", "receiver", "due_on")
ASKED: tuple[tuple[str, FieldKind], ...] = (
    ("answer", "long_text"),
    ("not_done", "long_text"),
    ("child_words", "long_text"),
    ("owner_role", "short_text"),
    ("receiver", "short_text"),
    ("due_on", "date"),
    ("sign", "long_text"),
)


def open_form(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The answer form for one line that the group has been shown."""
    line = line_of(session, actor, event)
    if line is None:
        return no_such_question()
    return Reply(form(line, {"button": event.fields.get("choice", ""), **event.fields}, {}))


def no_such_question() -> Reply:
    return Reply(message("gone", say("question_gone_title"), say("question_gone")))


def line_of(session: Session, actor: Actor, event: Incoming) -> Line | None:
    row = releases.line(session, actor.partnership, event.fields.get("line_id", ""))
    return row if row is not None and row.state == "shown" else None


def form(line: Line, typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    """Five answers, all the same size; whatever was typed before is still in it."""

    def field(name: str, kind: FieldKind) -> Field:
        return Field(
            name,
            say(f"answer_field_{name}"),
            kind,
            hint=say(f"answer_hint_{name}"),
            value=typed.get(name, ""),
            error=errors.get(name, ""),
        )

    parts: list[Part] = [
        Text(line.question, style="voice", heading=_about(line)),
        Field(
            "button",
            say("answer_field_button"),
            "one_of",
            choices=tuple(
                Choice(
                    b.id,
                    b.label,
                    say("answer_people_read", meaning=b.meaning, status=STATUS_LABELS[b.status]),
                )
                for b in BUTTONS
            ),
            value=typed.get("button", ""),
            error=errors.get("button", ""),
        ),
    ]
    parts += [_report_field(typed), *(field(name, kind) for name, kind in ASKED)]
    return Form(
        name="answer",
        title=say("answer_title"),
        parts=tuple(parts),
        needs=("button", "answer"),
        buttons=(Button(say("button_propose"), "answer_propose", style="main"),),
        state={"line_id": line.id},
    )


def _about(line: Line) -> str:
    """The theme, and in bands who is behind it."""
    bands = band_words(line.practitioners_band, line.voices_band)
    return say("answer_about", theme_name=line.title, bands=bands)


def _report_field(typed: Mapping[str, str]) -> Field:
    """For an Act: is it being looked at, or is there something to report already?"""
    still = Choice("", say("answer_still_looked_at"))
    reported = (Choice(id, STATUS_LABELS[id], say(f"answer_{id}_asks")) for id in AFTER_ACT)
    return Field(
        "status",
        say("answer_field_status"),
        "one_of",
        choices=(still, *reported),
        value=typed.get("status", ""),
    )


def propose(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Keep a proposal and let the chair and delegate know. Nobody else is told."""
    place = place_of(session, actor.partnership)
    line = line_of(session, actor, event)
    if line is None:
        return no_such_question()
    typed = typed_in(event)
    wrong = errors(typed, place.today(now))
    if wrong:
        return Reply(form(line, typed, wrong))
    later = keep(session, place, actor, line, typed, now=now)
    return done("answer_proposed", "proposed_title", "proposed", later=later)


def keep(
    session: Session,
    place: Place,
    actor: Actor,
    line: Line,
    typed: Mapping[str, str],
    *,
    now: datetime,
) -> tuple[Outgoing, ...]:
    """Keep what was typed as the proposal for a line, in place of an open one; tell who confirms.

    `typed` has no errors, and has every name of `OWN_FIELDS` beside its button, status and not_done.
    """
    earlier = commitments.open_proposal(session, line.id)
    if earlier is not None:
        earlier.state = "superseded"
    id = commitments.propose(session, made(actor, line, typed, place.today(now)))
    confirmers = {
        person
        for role in (permissions.CHAIR, permissions.DELEGATE)
        for person in people.holders(session, place.id, role)
    }
    return tuple(
        Outgoing(
            "answer_proposed", person, f"proposed:{id}:{person}", now, about={"commitment": id}
        )
        for person in sorted(confirmers)
    )


def typed_in(event: Incoming) -> dict[str, str]:
    """What stands in the form's fields, by name; empty where nothing does."""
    wanted = (*OWN_FIELDS, "button", "status", "not_done")
    return {name: event.fields.get(name, "").strip() for name in wanted}


def made(actor: Actor, line: Line, typed: Mapping[str, str], today: date) -> Commitment:
    """The proposal as it would be kept; a button must have been chosen. Nothing is kept by this."""
    status, answer = status_of(typed), typed["answer"]
    if status == "partly":
        answer = say("answer_both_halves", done=answer, not_done=typed["not_done"])
    return Commitment(
        id=secrets.token_hex(16),
        partnership_id=actor.partnership,
        line_id=line.id,
        button=typed["button"],
        status=status,
        answer=answer,
        child_words=typed["child_words"],
        sign=typed["sign"],
        owner_role=typed["owner_role"],
        receiver=typed["receiver"],
        due_on=_day(typed["due_on"]),
        state="proposed",
        proposed_by=actor.person,
        proposed_on=today,
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def status_of(typed: Mapping[str, str]) -> str:
    """The button's own status, or what is reported after an Act."""
    chosen = BY_ID.get(typed["button"])
    if chosen is None:
        return ""
    if chosen.id == "act" and typed["status"] in AFTER_ACT:
        return typed["status"]
    return chosen.status


def errors(typed: Mapping[str, str], today: date) -> dict[str, str]:
    """What is missing or wrong in an answer, by the name of its field; each a sentence."""
    found: dict[str, str] = {}
    status, chosen = status_of(typed), BY_ID.get(typed["button"])
    if chosen is None:
        found["button"] = say("error_choose_button")
    reported = status in AFTER_ACT
    needs = chosen.needs if chosen and not reported else ()
    if not typed["answer"]:
        own = {"not_now": "answer_reason_needed", "hold": "answer_hold_needs"}
        found["answer"] = say(own.get(typed["button"], "error_answer_needed"))
    if not typed["child_words"]:
        found["child_words"] = say("error_child_words_needed")
    elif hard := child_words.too_hard(typed["child_words"]):
        found["child_words"] = hard
    if "owner_role" in needs and not typed["owner_role"]:
        found["owner_role"] = say("error_owner_needed")
    if "receiver" in needs and not typed["receiver"]:
        found["receiver"] = say("error_receiver_needed")
    if status == "changed" and not typed["sign"]:
        found["sign"] = say("error_sign_needed")
    if status == "partly" and not typed["not_done"]:
        found["not_done"] = say("error_not_done_needed")
    if error := _date_error(typed["due_on"], "due_on" in needs, today):
        found["due_on"] = error
    return found


def _date_error(typed: str, needed: bool, today: date) -> str:
    if not typed:
        return say("error_date_needed") if needed else ""
    day = _day(typed)
    if day is None:
        return say("error_date_unread")
    return say("error_date_passed") if day < today else ""
