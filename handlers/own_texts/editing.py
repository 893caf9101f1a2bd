"""Changing an own text: what is typed, what it would change, and only then a new version.

The coordinator does this and reads nobody's words. Each save is a version with a number, a role, a day and a
reason; what somebody else saved meanwhile is never written over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.messages import Actor, Button, Field, Form, Incoming, Part, Reply, Text
from handlers.own_texts import changes, reading_again
from handlers.own_texts.documents import ADDED_TO, KINDS, Kind, document_of
from handlers.own_texts.entry import RefusedText, Values
from handlers.permissions import COORDINATOR
from handlers.place import Place
from handlers.place import of as place_of
from handlers.recording import record
from handlers.surfaces import done, message
from handlers.wording import say
from storage import Session, codings, own_texts
from storage.own_texts import Document

LONGEST_WHY = 120


@dataclass(frozen=True)
class Open:
    """One text as it is now, and the entry in it that somebody is at; an empty id is a new entry."""

    place: Place
    document: Document
    kind: Kind
    text: str
    number: int
    id: str = ""

    @property
    def state(self) -> Mapping[str, str]:
        return {"document": self.document, "entry": self.id, "number": str(self.number)}


def opened(session: Session, actor: Actor, fields: Mapping[str, str]) -> Open | None:
    """What these fields name; None where there is no such text or entry."""
    document = document_of(fields.get("document", ""))
    if document is None:
        return None
    place, kind = place_of(session, actor.partnership), KINDS[document]
    text = own_texts.current(session, place.id, document)
    number = own_texts.number_now(session, place.id, document) or kind.first_number(text)
    id = fields.get("entry", "")
    known = {entry.id for entry in kind.entries(place, text)}
    if id not in known and (id or document not in ADDED_TO):
        return None
    return Open(place, document, kind, text, number, id)


def gone() -> Reply:
    return Reply(message("gone", say("texts_gone_title"), say("texts_gone")))


def edit(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The boxes of one entry, with what was typed before or else with what holds."""
    at = opened(session, actor, event.fields)
    if at is None:
        return gone()
    return Reply(_form(at, _typed(at, event.fields), event.fields.get("why", ""), {}))


def _typed(at: Open, fields: Mapping[str, str]) -> Values:
    before = at.kind.values(at.place, at.text, at.id)
    names = [box.name for box in at.kind.boxes(at.place, at.text)]
    return {name: _same_lines(fields.get(name, before.get(name, ""))) for name in names}


def _same_lines(typed: str) -> str:
    return typed.replace("\r\n", "\n").strip()


def _form(at: Open, typed: Values, why: str, faults: Mapping[str, str]) -> Form:
    entry = next((e for e in at.kind.entries(at.place, at.text) if e.id == at.id and e.id), None)
    boxes = (
        replace(box, value=typed.get(box.name, ""), error=faults.get(box.name, ""))
        for box in at.kind.boxes(at.place, at.text)
    )
    buttons = [Button(say("button_texts_preview"), "text_preview", style="main")]
    if entry is not None and at.document in ADDED_TO:
        label = "button_texts_bring_back" if entry.retired else "button_texts_retire"
        buttons.append(Button(say(label), "text_retire", style="quiet"))
    elif entry is not None and at.id in at.place.wording:
        buttons.append(Button(say("button_texts_shipped"), "text_retire", style="quiet"))
    title = say("texts_edit_title", name=entry.name) if entry else say(f"texts_new_{at.document}")
    return Form(
        name="text_edit",
        title=title,
        parts=(
            Text(say(f"texts_edit_{at.document}")),
            *((Text(say("texts_is_retired")),) if entry is not None and entry.retired else ()),
            *boxes,
            why_box(why, faults.get("why", "")),
        ),
        buttons=tuple(buttons),
        state=at.state,
        needs=("why",),
    )


def why_box(why: str, error: str) -> Field:
    label, hint = say("texts_why"), say("texts_why_hint")
    return Field("why", label, "short_text", hint=hint, value=why, error=error)


def why_fault(why: str) -> str:
    if not why:
        return say("texts_fault_why")
    return say("texts_fault_long", most=str(LONGEST_WHY)) if len(why) > LONGEST_WHY else ""


def preview(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """What would change, in words; or the boxes again, with what is wrong beside each."""
    made = _made(session, actor, event)
    if isinstance(made, Reply):
        return made
    at, typed, why, text = made
    return Reply(_preview(session, at, text, why, {**at.state, **typed}, "text_save"))


def _preview(
    session: Session, at: Open, text: str, why: str, state: Mapping[str, str], save: str
) -> Form:
    differs = changes.between(at.kind, at.place, at.text, text)
    parts: list[Part] = [Text(say("texts_preview_lede", number=str(at.number + 1)))]
    parts += differs or [Text(say("texts_nothing_changes"), style="hint")]
    if at.document == "codebook" and differs:
        parts.append(Text(reading_again.would_be(session, at.place), style="hint"))
    parts.append(Text(say("texts_preview_why", why=why), style="hint"))
    save_it = Button(say("button_texts_save", number=str(at.number + 1)), save, style="main")
    back = Button(say("button_texts_go_on"), "text_edit")
    return Form(
        name="text_preview",
        title=say("texts_preview_title"),
        parts=tuple(parts),
        buttons=(save_it, back) if differs else (back,),
        state={**state, "why": why},
    )


def _made(session: Session, actor: Actor, event: Incoming) -> Reply | tuple[Open, Values, str, str]:
    """The text as it would be; a reply where something is wrong with what was typed, or it is gone."""
    at = opened(session, actor, event.fields)
    if at is None:
        return gone()
    typed, why = _typed(at, event.fields), event.fields.get("why", "").strip()
    faults = dict(at.kind.faults(at.place, at.text, at.id, typed))
    if fault := why_fault(why):
        faults["why"] = fault
    if event.fields.get("number", "") != str(at.number):
        return Reply(_form(at, typed, why, {**faults, "why": say("texts_fault_meanwhile")}))
    if faults:
        return Reply(_form(at, typed, why, faults))
    try:
        text = at.kind.put(at.place, at.text, at.id, typed, number=at.number + 1, why=why)
    except RefusedText as error:
        return Reply(_form(at, typed, why, {"why": str(error)}))
    return at, typed, why, text


def save(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The new version holds from now on."""
    made = _made(session, actor, event)
    if isinstance(made, Reply):
        return made
    at, _, why, text = made
    if not changes.between(at.kind, at.place, at.text, text):
        return gone()
    return keep(session, actor, at, text, why, now)


def keep(session: Session, actor: Actor, at: Open, text: str, why: str, now: datetime) -> Reply:
    """Let this text hold, and say so; after a change of the codebook offer to read everything again."""
    number = own_texts.keep(
        session,
        at.place.id,
        at.document,
        text,
        by=COORDINATOR,
        on=at.place.today(now),
        why=why,
        first=at.number,
    )
    record(session, actor, "text.change", f"{at.document} {number}", now)
    offer = at.document == "codebook" and codings.how_many_readable(session, at.place.id) > 0
    return done(
        "text_saved",
        "texts_saved_title",
        "texts_saved_codebook_held" if offer else f"texts_saved_{at.document}",
        button=("button_texts_read_again", "text_read_again") if offer else None,
        number=str(number),
    )


def retire(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """What it means to retire an entry, or to bring it back, and why it is done."""
    at = opened(session, actor, event.fields)
    if at is None or not at.id:
        return gone()
    return Reply(_retiring(at, event.fields.get("why", ""), ""))


def _retiring(at: Open, why: str, fault: str) -> Form:
    entry = next(e for e in at.kind.entries(at.place, at.text) if e.id == at.id)
    what = "shipped" if at.document == "wording" else "bring_back" if entry.retired else "retire"
    return Form(
        name="text_retire",
        title=say(f"texts_{what}_title", name=entry.name),
        parts=(Text(say(f"texts_{what}_{at.document}")), why_box(why, fault)),
        buttons=(Button(say(f"button_texts_{what}"), "text_retire_save", style="main"),),
        state=at.state,
        needs=("why",),
    )


def retire_save(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    at = opened(session, actor, event.fields)
    if at is None or not at.id:
        return gone()
    why = event.fields.get("why", "").strip()
    fault = why_fault(why)
    if event.fields.get("number", "") != str(at.number):
        fault = say("texts_fault_meanwhile")
    if fault:
        return Reply(_retiring(at, why, fault))
    entry = next(e for e in at.kind.entries(at.place, at.text) if e.id == at.id)
    try:
        text = at.kind.retire(
            at.place, at.text, at.id, not entry.retired, number=at.number + 1, why=why
        )
    except RefusedText as error:
        return Reply(_retiring(at, why, str(error)))
    return keep(session, actor, at, text, why, now)
