"""What the group decided, entered as minuted in one go by the coordinator, who reads no words.

They see the questions that were before the group, and no line beside them. Each decision is a
proposal until the chair or delegate confirms it; while one of them has a gap, none is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers.answers import BUTTONS
from handlers.loop import proposals
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
from handlers.place import of as place_of
from handlers.surfaces import done, message
from handlers.wording import say
from storage import Session, commitments, releases
from storage.models import Line

MINUTED: tuple[tuple[str, FieldKind], ...] = (
    ("answer", "long_text"),
    ("child_words", "long_text"),
    ("owner_role", "short_text"),
    ("receiver", "short_text"),
    ("due_on", "date"),
)


def before_the_group(session: Session, partnership: str) -> list[Line]:
    """Lines that wait for an answer: for each theme the newest, those waiting longest first."""
    waiting: dict[str, Line] = {}
    for line in releases.shown_lines(session, partnership):
        if commitments.answering(session, line) is None:
            waiting[line.subject] = line
    return list(waiting.values())


def open_form(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Every question that waits, each with room for what was decided."""
    return Reply(_form(before_the_group(session, actor.partnership), {}, {}))


def _form(
    lines: Sequence[Line], typed: Mapping[str, str], errors: Mapping[str, Mapping[str, str]]
) -> Form:
    if not lines:
        return message("minutes", say("minutes_nothing_title"), say("minutes_nothing"))
    parts: list[Part] = [Text(say("minutes_explained"))]
    if errors:
        parts.append(Text(say("error_minutes"), "error"))
    for number, line in enumerate(lines, 1):
        parts += _row(number, line, typed, errors.get(line.id, {}))
    return Form(
        name="minutes",
        title=say("minutes_title"),
        parts=tuple(parts),
        buttons=(Button(say("button_propose_minutes"), "minutes_send", style="main"),),
    )


def _row(
    number: int, line: Line, typed: Mapping[str, str], errors: Mapping[str, str]
) -> tuple[Part, ...]:
    """One question and its fields, each label with the number it has on the decision sheet."""
    picked = f"button.{line.id}"
    unreached = Choice("", say("minutes_not_reached"))
    return (
        Text(line.question, style="voice", heading=f"{number}. {line.title}"),
        Field(
            picked,
            say("minutes_field_button", number=str(number)),
            "select",
            choices=(unreached, *(Choice(b.id, b.label) for b in BUTTONS)),
            value=typed.get(picked, ""),
            error=errors.get("button", ""),
        ),
        *(
            Field(
                f"{name}.{line.id}",
                say(f"minutes_field_{name}", number=str(number)),
                kind,
                value=typed.get(f"{name}.{line.id}", ""),
                error=errors.get(name, ""),
            )
            for name, kind in MINUTED
        ),
    )


def send(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Propose every decision that was entered, or none of them while one has a gap."""
    place = place_of(session, actor.partnership)
    lines = before_the_group(session, place.id)
    entered = {line.id: _typed(line, event.fields) for line in lines}
    decided = {id: typed for id, typed in entered.items() if any(typed.values())}
    today = place.today(now)
    wrong = {
        id: found for id, typed in decided.items() if (found := proposals.errors(typed, today))
    }
    if wrong:
        return Reply(_form(lines, event.fields, wrong))
    if not decided:
        return done("minutes_empty", "minutes_empty_title", "minutes_empty")
    later: list[Outgoing] = []
    for line in lines:
        if line.id in decided:
            later += proposals.keep(session, place, actor, line, decided[line.id], now=now)
    said = "minutes_kept_one" if len(decided) == 1 else "minutes_kept"
    count = str(len(decided))
    return done("minutes_kept", "minutes_kept_title", said, later=tuple(later), count=count)


def _typed(line: Line, fields: Mapping[str, str]) -> dict[str, str]:
    names = ("button", *(name for name, _ in MINUTED))
    found = {name: fields.get(f"{name}.{line.id}", "").strip() for name in names}
    return found | {"sign": "", "status": "", "not_done": ""}
