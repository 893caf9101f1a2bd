"""Looking at an older version of an own text, and taking it up again as a new one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from handlers.messages import Actor, Button, Form, Incoming, Part, Reply, Text
from handlers.own_texts import changes
from handlers.own_texts.documents import KINDS, document_of
from handlers.own_texts.editing import Open, gone, keep, why_box, why_fault
from handlers.place import of as place_of
from handlers.wording import say
from storage import Session, own_texts


def look(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """An older version: what taking it up again would change now, and the whole of it."""
    at, old = _older(session, actor, event)
    if at is None or old is None:
        return gone()
    text = at.kind.take_up(at.place, at.text, old, number=at.number + 1, why="")
    return Reply(_look(at, old, text, event.fields, ""))


def _older(session: Session, actor: Actor, event: Incoming) -> tuple[Open | None, str | None]:
    fields = {"document": event.fields.get("document", "")}
    document = document_of(fields["document"])
    number = event.fields.get("version", "")
    if document is None or not number.isdecimal() or len(number) > 6:
        return None, None
    place, kind = place_of(session, actor.partnership), KINDS[document]
    row = own_texts.version(session, place.id, document, int(number))
    text = own_texts.current(session, place.id, document)
    now = own_texts.number_now(session, place.id, document) or kind.first_number(text)
    return Open(place, document, kind, text, now), row.text if row is not None else None


def _look(at: Open, old: str, text: str, fields: Mapping[str, str], fault: str) -> Form:
    differs = changes.between(at.kind, at.place, at.text, text)
    number = fields.get("version", "")
    parts: list[Part] = []
    if differs:
        parts += [Text(say("texts_version_would")), *differs]
        parts.append(why_box(fields.get("why", ""), fault))
    else:
        parts.append(Text(say("texts_version_same")))
    parts.append(Text(say("texts_version_whole", number=number)))
    parts += [
        Text(entry.said, heading=entry.name)
        for entry in at.kind.entries(at.place, old)
        if not entry.retired
    ]
    take = Button(say("button_texts_take_up", number=number), "text_take_up", style="main")
    return Form(
        name="text_version",
        title=say(f"texts_version_{at.document}", number=number),
        parts=tuple(parts),
        buttons=(take,) if differs else (),
        state={"document": at.document, "version": number, "number": str(at.number)},
        needs=("why",) if differs else (),
    )


def take_up(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """An older version holds again, as a new one."""
    at, old = _older(session, actor, event)
    if at is None or old is None:
        return gone()
    why = event.fields.get("why", "").strip()
    text = at.kind.take_up(at.place, at.text, old, number=at.number + 1, why=why)
    fault = why_fault(why)
    if event.fields.get("number", "") != str(at.number):
        fault = say("texts_fault_meanwhile")
    if fault:
        return Reply(_look(at, old, text, event.fields, fault))
    return keep(session, actor, at, text, why, now)
