"""Neighbours: two partnerships agree, each for itself, to share themes that they released; either can end it.

What is shared is a theme's name and its question, never words, bands or answers. A pattern across the boundary
is a theme that each side cleared alone at ten. Between two deployments the same goes as a signed text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from digests.content import Shared
from handlers import permissions
from handlers.messages import Actor, Button, Field, Form, Incoming, Part, Reply, Text
from handlers.permissions import require
from handlers.place import Place
from handlers.place import of as place_of
from handlers.recording import record
from handlers.surfaces import done, message
from handlers.wording import say
from storage import Session, neighbours, partnerships, signing
from storage.models import Neighbour
from storage.neighbours import Theme

WINDOW = timedelta(weeks=12)
FORM = "heardback-themes-1"
CLOCKS_DIFFER = timedelta(hours=1)  # between two deployments
MOST_THEMES, LONGEST = 60, 300  # of what is taken in from elsewhere


def patterns(session: Session, partnership: str, today: date) -> tuple[Shared, ...]:
    """Themes that both sides released alone within twelve weeks, with the neighbour's own question."""
    found = []
    for row in neighbours.active(session, partnership):
        own = {one.subject: one for one in neighbours.shared(session, row.id, today - WINDOW)}
        for theirs in neighbours.came(session, row, today - WINDOW):
            if theirs.subject in own:
                found.append(Shared(own[theirs.subject].title, row.name, theirs.question))
    return tuple(sorted(found, key=lambda one: (one.title, one.neighbour)))


def desk(session: Session, actor: Actor, *, now: datetime) -> list[Form]:
    """The joint digest of each neighbour, and for the chair what may be agreed, ended, sent and taken in."""
    require(actor, "neighbour.read")
    place = place_of(session, actor.partnership)
    today = place.today(now)
    may = permissions.allowed(actor, "neighbour.agree")
    forms = [
        _joint(session, row, may, now, today) for row in neighbours.standing(session, place.id)
    ]
    if may:
        forms += [*_ask_forms(session, place), _elsewhere_form(session, place, {}, {})]
    return forms


def _joint(session: Session, row: Neighbour, may: bool, now: datetime, today: date) -> Form:
    """What stands between two partnerships now: patterns first, then what each side shares."""
    parts: list[Part] = []
    title = say("neighbour_joint_title", name=row.name)
    tail = say("button_tail", title=row.name)
    waits = row.other_id and neighbours.other_side(session, row) is None
    if waits:
        parts.append(Text(say("neighbour_waits", name=row.name)))
    else:
        parts += _themes(session, row, today)
    buttons: list[Button] = []
    if may:
        if not row.other_id:
            parts += [
                Text(
                    _export(session, row, now, today), heading=say("neighbour_send"), style="hint"
                ),
                Field("sent", say("neighbour_field_sent"), hint=say("neighbour_hint_sent")),
            ]
            buttons.append(
                Button(say("button_neighbour_take_in"), "neighbour_take_in", style="main")
            )
        buttons.append(
            Button(say("button_neighbour_end"), "neighbour_end", style="quiet", tail=tail)
        )
    return Form("neighbour", title, tuple(parts), tuple(buttons), state={"neighbour": row.id})


def _themes(session: Session, row: Neighbour, today: date) -> list[Part]:
    own = neighbours.shared(session, row.id, today - WINDOW)
    theirs = neighbours.came(session, row, today - WINDOW)
    both = {one.subject for one in own} & {one.subject for one in theirs}
    parts: list[Part] = []
    for one in own:
        if one.subject in both:
            other = next(x for x in theirs if x.subject == one.subject)
            parts.append(Text(say("neighbour_both", name=row.name), heading=one.title))
            parts.append(Text(one.question, style="voice", heading=say("neighbour_we_ask")))
            parts.append(Text(other.question, style="voice", heading=say("neighbour_they_ask")))
    for said, some in (("neighbour_only_theirs", theirs), ("neighbour_only_ours", own)):
        alone = [one.title for one in some if one.subject not in both]
        if alone:
            parts.append(Text(", ".join(alone), heading=say(said, name=row.name)))
    return parts or [Text(say("neighbour_nothing"))]


def _ask_forms(session: Session, place: Place) -> list[Form]:
    """Other partnerships here that have agreed and wait for this one, or could be asked."""
    agreed = {row.other_id for row in neighbours.standing(session, place.id)}
    asked = {row.partnership_id for row in neighbours.asked_by(session, place.id)}
    forms = []
    for other in partnerships.every(session):
        if other.id == place.id or other.id in agreed:
            continue
        waits = other.id in asked
        said = say("neighbour_asks" if waits else "neighbour_may_ask", name=other.name)
        forms.append(
            Form(
                name="neighbour_ask",
                title=say("neighbour_ask_title", name=other.name),
                parts=(Text(said), Text(say("neighbour_what"), style="hint")),
                buttons=(
                    Button(say("button_neighbour_agree"), "neighbour_agree", other.id, "main"),
                ),
            )
        )
    return forms


def agree(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """This side agrees; themes are shared once both have."""
    place = place_of(session, actor.partnership)
    wanted = event.fields.get("choice", "")
    other = next((p for p in partnerships.every(session) if p.id == wanted), None)
    if other is None or other.id == place.id:
        return _gone()
    row = neighbours.agree(session, place.id, other=other.id, name=other.name, on=place.today(now))
    record(session, actor, "neighbour.agree", row.id, now)
    both = neighbours.other_side(session, row) is not None
    said = "neighbour_agreed_both" if both else "neighbour_agreed"
    return done("neighbour_agreed", "neighbour_agreed_title", said)


def end(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Either side ends it at once, without the other."""
    row = _own(session, actor, event)
    if row is None:
        return _gone()
    neighbours.end(session, row, place_of(session, actor.partnership).today(now))
    record(session, actor, "neighbour.end", row.id, now)
    return done("neighbour_ended", "neighbour_ended_title", "neighbour_ended")


def _own(session: Session, actor: Actor, event: Incoming) -> Neighbour | None:
    row = neighbours.get(session, actor.partnership, event.fields.get("neighbour", ""))
    return row if row is not None and row.ended_on is None else None


def _gone() -> Reply:
    return Reply(message("gone", say("neighbour_gone_title"), say("neighbour_gone")))


def _elsewhere_form(
    session: Session, place: Place, typed: Mapping[str, str], errors: Mapping[str, str]
) -> Form:
    """A neighbour in another deployment: its name, and its key as it was said to somebody who knows it."""
    own = signing.public_key(session.keyring, place.id)
    return Form(
        name="neighbour_elsewhere",
        title=say("neighbour_elsewhere_title"),
        parts=(
            Text(say("neighbour_elsewhere_explained", key=own)),
            *(
                Field(
                    name,
                    say(f"neighbour_field_{name}"),
                    "short_text",
                    value=typed.get(name, ""),
                    error=errors.get(name, ""),
                )
                for name in ("name", "their_key")
            ),
        ),
        buttons=(Button(say("button_neighbour_agree"), "neighbour_agree_elsewhere", style="main"),),
    )


def agree_elsewhere(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    place = place_of(session, actor.partnership)
    typed = {name: event.fields.get(name, "").strip() for name in ("name", "their_key")}
    key = typed["their_key"].lower()
    errors = {}
    if not 0 < len(typed["name"]) <= 80:
        errors["name"] = say("error_neighbour_name")
    known = len(key) == signing.KEY and all(digit in "0123456789abcdef" for digit in key)
    if not known or key == signing.public_key(session.keyring, place.id):
        errors["their_key"] = say("error_neighbour_key")
    if errors:
        return Reply(_elsewhere_form(session, place, typed, errors))
    row = neighbours.agree(
        session, place.id, name=typed["name"], public_key=key, on=place.today(now)
    )
    record(session, actor, "neighbour.agree", row.id, now)
    return done("neighbour_agreed", "neighbour_agreed_title", "neighbour_agreed_elsewhere")


def _export(session: Session, row: Neighbour, now: datetime, today: date) -> str:
    """What is shared with a neighbour elsewhere, as one signed text."""
    themes = neighbours.shared(session, row.id, today - WINDOW)
    content = {
        "form": FORM,
        "to": row.public_key,
        "at": now.isoformat(timespec="seconds"),
        "themes": [[one.subject, one.title, one.question, one.on.isoformat()] for one in themes],
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    signature = signing.sign(session.keyring, row.partnership_id, text)
    return json.dumps({"text": text, "signature": signature}, separators=(",", ":"))


def take_in(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Take in what a neighbour elsewhere sent: signed with its key, meant for us, and of our window."""
    place = place_of(session, actor.partnership)
    row = _own(session, actor, event)
    if row is None or row.other_id:
        return _gone()
    own = signing.public_key(session.keyring, place.id)
    sent = read_sent(event.fields.get("sent", ""), key=row.public_key, to=own)
    if sent is None or sent.at > now + CLOCKS_DIFFER:
        return done("neighbour_not_taken", "neighbour_not_taken_title", "neighbour_not_taken")
    if row.taken_at is not None and sent.at < row.taken_at:
        return done("neighbour_older", "neighbour_not_taken_title", "neighbour_older")
    themes = [one for one in sent.themes if one.on <= place.today(now)]
    neighbours.take_in(session, row, themes, sent.at)
    record(session, actor, "neighbour.take_in", row.id, now)
    return done("neighbour_taken", "neighbour_taken_title", "neighbour_taken")


@dataclass(frozen=True)
class Sent:
    """What a neighbour elsewhere shares, and when it was made there."""

    themes: Sequence[Theme]
    at: datetime


def read_sent(sent: str, *, key: str, to: str) -> Sent | None:
    """What a signed text says; None unless this key signed it, for us, and every piece is lawful."""
    try:
        outer = json.loads(sent.strip())
        text, signature = outer["text"], outer["signature"]
        if not signing.verified(key, str(text), str(signature)):
            return None
        content = json.loads(text)
        if (content["form"], content["to"]) != (FORM, to) or len(content["themes"]) > MOST_THEMES:
            return None
        found = [Theme(s, t, q, date.fromisoformat(on)) for s, t, q, on in content["themes"]]
        at = datetime.fromisoformat(content["at"])
    except (ValueError, KeyError, TypeError):
        return None
    pieces = [piece for one in found for piece in (one.subject, one.title, one.question)]
    if not all(isinstance(piece, str) and 0 < len(piece) <= LONGEST for piece in pieces):
        return None
    short = all(len(one.title) <= 120 and len(one.subject) <= 120 for one in found)
    return Sent(found, at) if short and at.tzinfo is not None else None
