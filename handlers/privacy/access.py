"""Everything held about one person, for the officer to hand over when they asked for it: a subject-access pack.

Third parties are protected: what others said to a champion is left out with the reason, details of anybody that
stayed in the person's own words are taken out, and the record says what others did without saying who.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from digests import protect
from handlers.messages import Actor, Button, Form, Incoming, Part, Reply, Text
from handlers.place import day_words
from handlers.place import of as place_of
from handlers.privacy import mine, shown
from handlers.privacy import requests as desk
from handlers.wording import say
from storage import Session, audit, held, people
from storage.models import Request


def pack(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The pack to read, in this reply only; each time it is made is in the record."""
    row, found = _made(session, actor, event, now)
    if row is None:
        return desk.gone()
    parts: list[Part] = [Text(say("access_how", date=day_words(row.due_on)), "hint")]
    for heading, lines in shown.in_words(found, place_of(session, actor.partnership)):
        said = "\n".join(lines) if lines else say("my_data_nothing")
        parts.append(Text(said, heading=heading))
    for one in found["words"]:
        kind = say(f"my_data_kind_{one['kind']}")
        when = say("access_said_on", date=shown.day(one["on"]), kind=kind)
        parts.append(Text(one["words"] or one["left_out"], "voice", heading=when))
    about = shown.record(found["recorded_about_them"])
    nothing = say("my_data_nothing")
    parts.append(Text("\n".join(about) or nothing, heading=say("access_recorded_title")))
    parts.append(Text(found["not_here"], "hint", heading=say("my_data_not_here_title")))
    return Reply(
        Form(
            name="access_pack",
            title=say("access_title", name=found["name"]),
            parts=tuple(parts),
            buttons=(
                Button(say("button_access_file"), "access_file", row.id, style="main"),
                Button(say("button_access_handed_over"), "request_close", row.id),
            ),
            state={"request": row.id},
        )
    )


def file(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The same as JSON, one text, for a page or the command line to write down."""
    row, found = _made(session, actor, event, now)
    if row is None:
        return desk.gone()
    text = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    return Reply(Form(name="access_file", title=say("access_file_title"), parts=(Text(text),)))


def _made(
    session: Session, actor: Actor, event: Incoming, now: datetime
) -> tuple[Request | None, Mapping[str, Any]]:
    row = desk.of(session, actor, event)
    if row is None or row.kind != "access" or not people.known_all(session, [row.person_id]):
        return None, {}
    audit.record(
        session,
        partnership=row.partnership_id,
        actor=actor.person,
        action="access.pack",
        about=row.id,
        reason=row.reference,
        at=now,
    )
    return row, _held(session, row, now)


def _held(session: Session, row: Request, now: datetime) -> Mapping[str, Any]:
    """What a person sees of themself, without what is others'."""
    found = dict(mine.about(session, row.partnership_id, row.person_id))
    found["words"] = [_without_others(one) for one in found["words"]]
    found["requests_and_complaints"] = [
        {**one, "words": _protected(one["words"])} for one in found["requests_and_complaints"]
    ]
    found["recorded_about_them"] = [
        {"on": on.isoformat(), "what": action}
        for on, action in held.recorded_about(session, row.partnership_id, row.person_id)
    ]
    found["made_on"] = place_of(session, row.partnership_id).today(now).isoformat()
    found["reference"] = row.reference
    found["not_here"] = say("access_not_here")
    return found


def _without_others(one: Mapping[str, Any]) -> Mapping[str, Any]:
    if one["kind"] == "relay":
        return {**one, "words": "", "left_out": say("access_others_words")}
    return {**one, "words": _protected(one["words"]), "left_out": ""}


def _protected(words: str) -> str:
    return protect.replace(words, protect.find(words))
