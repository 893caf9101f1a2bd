"""The own texts at the desk: lists, versions, and a prompt as the people who are asked will see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers.contributions import reflect
from handlers.messages import Actor, Form
from handlers.notices import prompt_card
from handlers.own_texts import reading_again
from handlers.own_texts.documents import ADDED_TO, DOCUMENTS, KINDS
from handlers.own_texts.editing import opened
from handlers.own_texts.entry import Entry, lines_of
from handlers.permissions import ROLES, require
from handlers.place import Prompt, day_words
from handlers.place import of as place_of
from handlers.prompts import OPEN_FOR
from handlers.wording import fill, say
from storage import Session, codings, own_texts
from storage.models import TextVersion
from storage.own_texts import Document

Values = dict[str, Any]
CARD = "questions"  # the box by which a form is known to be about a prompt


def texts(session: Session, actor: Actor) -> Values:
    """Each text with its entries by group, what is retired, and its versions. No words of anybody's."""
    require(actor, "texts.change")
    place = place_of(session, actor.partnership)
    found = []
    for document in DOCUMENTS:
        kind, text = KINDS[document], own_texts.current(session, place.id, document)
        entries = kind.entries(place, text)
        kept = own_texts.versions(session, place.id, document)
        found.append(
            {
                "id": document,
                "title": say(f"texts_{document}"),
                "lede": say(f"texts_{document}_lede"),
                "number": kept[0].number if kept else kind.first_number(text),
                "groups": _groups(document, [one for one in entries if not one.retired]),
                "retired": [_entry(document, one) for one in entries if one.retired],
                "versions": [_version(document, row, row is kept[0]) for row in kept],
                "versions_title": say(f"texts_versions_of_{document}"),
                "add": f"/texts/{document}/new" if document in ADDED_TO else "",
                "add_label": say(f"texts_add_{document}") if document in ADDED_TO else "",
            }
        )
    return {
        "documents": found,
        "reading": reading_again.progress(session, place),
        "may_read_again": bool(codings.how_many_readable(session, place.id)),
    }


def _groups(document: Document, entries: list[Entry]) -> list[Values]:
    names = dict.fromkeys(one.group for one in entries)
    return [
        {
            "name": name,
            "entries": [_entry(document, one) for one in entries if one.group == name],
        }
        for name in names
    ]


def _entry(document: Document, one: Entry) -> Values:
    return {"name": one.name, "said": one.said, "href": f"/texts/{document}/entry/{one.id}"}


def _version(document: Document, row: TextVersion, now: bool) -> Values:
    role = ROLES.get(row.by) or say("texts_from_settings")
    said = say("texts_version_one", number=str(row.number), date=day_words(row.on_date), role=role)
    return {
        "said": said,
        "why": row.why,
        "now": now,
        "number": row.number,
        "href": "" if now else f"/texts/{document}/version/{row.number}",
    }


def cards(
    session: Session, actor: Actor, fields: Mapping[str, str], *, now: datetime
) -> tuple[Form, ...]:
    """A prompt as it stands in these fields: the message, and the form that it opens; else nothing."""
    require(actor, "texts.change")
    at = opened(session, actor, fields)
    if at is None or at.document != "prompts" or CARD not in fields:
        return ()
    asked = Prompt(
        "as_seen",
        lines_of(fields[CARD]),
        float(fields["minutes"]),
        fill(fields["what_for"], at.place.words),
    )
    today = at.place.today(now)
    posted = prompt_card(asked, today, today + OPEN_FOR)
    opens = reflect.form(replace(at.place, prompts=(asked,)), asked.id, {}, {})
    return posted, opens
