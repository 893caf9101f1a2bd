"""From a question to a proposed answer: five buttons, all the same size, each with what it must carry.

An answer is a proposal until the chair or delegate confirms it, and nobody is told before.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime

from handlers import permissions
from handlers.answers import AFTER_ACT, BUTTONS, BY_ID, STATUS_LABELS
from handlers.messages import (
    Actor,
    Button,
    Choice,
    Field,
    Form,
    Incoming,
    Outgoing,
    Part,
    Reply,
    Text,
)
from handlers.place import of as place_of
from handlers.surfaces import message
from handlers.wording import say
from storage import Session, commitments, people, releases
from storage.models import Commitment, Line

OWN_FIELDS = ("answer", "child_words", "sign", "owner_role", "receiver", "due_on")


def open_form(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The answer form for one line that the group has been shown."""
    line = _line(session, actor, event)
    if line is None:
        return Reply(message("gone", "No such question", "This question is not before the group."))
    return Reply(form(line, {"button": event.fields.get("choice", ""), **event.fields}, {}))


def _line(session: Session, actor: Actor, event: Incoming) -> Line | None:
    row = releases.line(session, actor.partnership, event.fields.get("line_id", ""))
    return row if row is not None and row.state == "shown" else None


def form(line: Line, typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    """Five answers, all the same size; whatever was typed before is still in it."""

    def field(name: str, label: str, hint: str, kind: str = "long_text") -> Field:
        return Field(
            name,
            label,
            "short_text" if kind == "short_text" else "date" if kind == "date" else "long_text",
            hint=hint,
            value=typed.get(name, ""),
            error=errors.get(name, ""),
        )

    parts: tuple[Part, ...] = (
        Text(line.question, style="voice", heading=line.title),
        Field(
            "button",
            "The group will",
            "one_of",
            choices=tuple(
                Choice(b.id, b.label, f"{b.meaning} People read: {STATUS_LABELS[b.status]}")
                for b in BUTTONS
            ),
            value=typed.get("button", ""),
            error=errors.get("button", ""),
        ),
        field(
            "answer",
            "What, and why, in words people will be told",
            "Two plain sentences. A champion may say them to a young person.",
        ),
        field(
            "child_words", "The same for a young person", "Short words. One idea in each sentence."
        ),
        field("owner_role", "Who has it (a role, for Act)", "Never a name.", "short_text"),
        field("receiver", "Who it goes to (for Not ours)", "", "short_text"),
        field(
            "due_on",
            "The date (report, meeting, or next look)",
            "No answer stays open without one.",
            "date",
        ),
        field(
            "sign",
            "How would we know it helped? (optional)",
            "Contributors are asked in four weeks.",
        ),
    )
    return Form(
        name="answer",
        title="Propose an answer",
        parts=parts,
        buttons=(Button("Propose this answer", "answer_propose", style="main"),),
        state={"line_id": line.id},
    )


def propose(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Keep a proposal and let the chair and delegate know. Nobody else is told."""
    place = place_of(session, actor.partnership)
    line = _line(session, actor, event)
    if line is None:
        return Reply(message("gone", "No such question", "This question is not before the group."))
    typed = {name: event.fields.get(name, "").strip() for name in (*OWN_FIELDS, "button", "status")}
    errors = _errors(typed, place.today(now))
    if errors:
        return Reply(form(line, typed, errors))
    chosen = BY_ID[typed["button"]]
    status = (
        typed["status"] if typed["status"] in AFTER_ACT and chosen.id == "act" else chosen.status
    )
    earlier = commitments.open_proposal(session, line.id)
    if earlier is not None:
        earlier.state = "superseded"
    id = commitments.propose(
        session,
        Commitment(
            id=secrets.token_hex(16),
            partnership_id=place.id,
            line_id=line.id,
            button=chosen.id,
            status=status,
            answer=typed["answer"],
            child_words=typed["child_words"],
            sign=typed["sign"],
            owner_role=typed["owner_role"],
            receiver=typed["receiver"],
            due_on=date.fromisoformat(typed["due_on"]) if typed["due_on"] else None,
            state="proposed",
            proposed_by=actor.person,
            proposed_on=place.today(now),
        ),
    )
    confirmers = {
        person
        for role in (permissions.CHAIR, permissions.DELEGATE)
        for person in people.holders(session, place.id, role)
    }
    later = tuple(
        Outgoing(
            "answer_proposed", person, f"proposed:{id}:{person}", now, about={"commitment": id}
        )
        for person in sorted(confirmers)
    )
    said = "The chair or delegate sees it next. Nobody has been told yet."
    return Reply(
        message("answer_proposed", "Proposed", said), later=later, outcome={"message": "proposed"}
    )


def _errors(typed: Mapping[str, str], today: date) -> dict[str, str]:
    errors = {}
    chosen = BY_ID.get(typed["button"])
    if chosen is None:
        errors["button"] = "Choose one of the five. Each of them is a good answer."
    needs = chosen.needs if chosen else ()
    if not typed["answer"]:
        errors["answer"] = {
            "not_now": say("answer_reason_needed"),
            "hold": say("answer_hold_needs"),
        }.get(typed["button"], "Write at least one sentence, so they hear back.")
    if not typed["child_words"]:
        errors["child_words"] = "Write what a young person will hear."
    if "owner_role" in needs and not typed["owner_role"]:
        errors["owner_role"] = "Act needs a role that has it."
    if "receiver" in needs and not typed["receiver"]:
        errors["receiver"] = "Say who it was passed to."
    if typed["due_on"]:
        try:
            if date.fromisoformat(typed["due_on"]) < today:
                errors["due_on"] = "That day has passed."
        except ValueError:
            errors["due_on"] = "Please give a day, like 14 January 2027."
    elif "due_on" in needs:
        errors["due_on"] = "This answer needs a date."
    return errors
