"""What each page may show to the one who opens it: read only, checked against the same table.

A coordinator's page has no words, a theme editor's no identity, an approver's no sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from digests import digest as pages
from digests import protect
from handlers import danger, permissions, questions, year
from handlers.answers import STATUS_LABELS
from handlers.curation import PROVENANCES
from handlers.loop_words import own_loops, returns_of
from handlers.messages import Actor, Form
from handlers.notices import render, status_words
from handlers.permissions import ROLES, require
from handlers.place import Place, day_words, hour_words
from handlers.place import of as place_of
from handlers.preferences import PACES
from storage import (
    Session,
    codings,
    commitments,
    contributions,
    outgoing,
    people,
    releases,
    rounds,
    set_aside,
)
from storage.models import Line

Values = dict[str, Any]


def home(session: Session, actor: Actor, *, now: datetime) -> Values:
    """My open prompt, my loops, my returns, my pace, and what else waits for me."""
    require(actor, "own.home")
    place = place_of(session, actor.partnership)
    today = place.today(now)
    opened = rounds.open_for(session, actor.person, place.id, today)
    prompt = place.prompt(opened.prompt_id) if opened else None
    asked: Values | None = None
    if opened is not None and prompt is not None:
        asked = {
            "questions": list(prompt.questions),
            "minutes": f"{prompt.minutes:g}",
            "what_for": prompt.what_for,
            "who_reads": "A theme editor, with no name on it. Others see only themes",
            "open_until": day_words(opened.closes_on),
            "round_id": opened.id,
        }
    pace = people.preference(session, actor.person, place.id).interval_weeks
    label = next((c.label for c in PACES if c.value == str(pace)), PACES[0].label)
    champion = None
    if permissions.CHAMPION in actor.roles:
        champion = {"returns": returns_of(session, actor)}
    return {
        "today": day_words(today),
        "prompt": asked,
        "loops": own_loops(session, actor),
        "champion": champion,
        "pace": {"interval": label.lower()},
        "duties": _duties(actor),
    }


DUTIES = (
    ("lines.write", "Lines", "/lines", "Write the lines of the next digest"),
    ("lines.sign", "Sign", "/sign", "Sign lines that someone else wrote"),
    ("digest.read", "Digest", "/digest", "Read what cleared, and answer"),
    ("answer.confirm", "Proposals", "/proposals", "Confirm an answer; then people are told"),
    ("aside.read", "Set aside", "/aside", "Open what was set aside, with a reason"),
    ("desk.read", "Desk", "/desk", "People, rounds and seats; no words"),
)


def _duties(actor: Actor) -> list[dict[str, str]]:
    return [
        {"label": label, "href": href, "sentence": sentence}
        for action, label, href, sentence in DUTIES
        if permissions.allowed(actor, action)
    ]


def navigation(actor: Actor) -> tuple[tuple[str, str], ...]:
    """The pages this actor may open, in order."""
    duties = tuple((d["label"], d["href"]) for d in _duties(actor))
    return (("Home", "/home"), ("Chat", "/chat"), *duties, ("Board", "/board"))


def thread(session: Session, actor: Actor, *, now: datetime) -> list[tuple[datetime, Form]]:
    """A person's own thread: each message rendered now, whatever is gone left out.

    A question that has closed or been replied to keeps its words and loses its buttons, and its
    reminder goes.
    """
    require(actor, "own.home")
    place = place_of(session, actor.partnership)
    opened = rounds.open_for(session, actor.person, place.id, place.today(now))
    shown = []
    for notice in outgoing.thread(session, place.id, actor.person):
        form = render(session, place, notice.kind, notice.about)
        closed = notice.kind in ("prompt", "nudge") and (
            opened is None or opened.id != notice.about.get("round")
        )
        if form is None or (closed and notice.kind == "nudge"):
            continue
        shown.append((place.local(notice.at), replace(form, buttons=()) if closed else form))
    return shown


PROVENANCE_IDS = {label: id for id, label in PROVENANCES.items()}
LINE_STATES = {
    "draft": "To write",
    "ready": "Ready to sign",
    "signed": "Signed",
    "kept_back": "Kept back",
}


def _band_words(line: Line) -> str:
    bands = []
    if line.practitioners_band:
        bands.append(f"{line.practitioners_band} practitioners")
    if line.voices_band:
        bands.append(f"{line.voices_band} voices, carried by several champions")
    return "; ".join(bands)


def lines(session: Session, actor: Actor, *, open_id: str = "") -> Values:
    """The editor's queue, and one line beside its protected words. No names, no tags."""
    require(actor, "lines.write")
    place = place_of(session, actor.partnership)
    made = releases.draft(session, place.id)
    drafts: Sequence[Line] = releases.lines_of(session, made.id) if made else []
    current = next((line for line in drafts if line.id == open_id), drafts[0] if drafts else None)
    return {
        "lines": [
            {
                "line_id": line.id,
                "number": number,
                "title": line.title,
                "sentence": line.sentence,
                "meta": f"{_band_words(line)}. {line.provenance}",
                "state": line.state,
                "state_label": LINE_STATES[line.state],
                "current": current is not None and line.id == current.id,
                "href": f"/lines?line={line.id}",
            }
            for number, line in enumerate(drafts, 1)
        ],
        "open": _open_line(session, place, current) if current else None,
    }


def _open_line(session: Session, place: Place, line: Line) -> Values:
    codes, sources, labelled = [], [], []
    for id in releases.behind(session, line.id):
        row = contributions.get(session, place.id, id)
        if row is None:
            continue
        words = contributions.words(session, row)
        sources.append(words)
        labels = [
            {
                "theme_id": label.theme,
                "name": place.theme_words(label.theme)[0],
                "phrase": words[label.start : label.end],
            }
            for label in codings.of(session, id)
            if label.theme != codings.NONE_OF_THESE
        ]
        labelled.append(labels)
        codes.append({"contribution_id": id, "words": words, "labels": labels})
    group = line.subject if line.level == "group" else place.codebook.group_of(line.subject).id
    forms = list(dict.fromkeys((line.question, *questions.forms().get(group, ()))))
    phrase = next(
        (lb["phrase"] for labels in labelled for lb in labels if lb["theme_id"] == line.subject), ""
    )
    details = protect.find(line.sentence)
    return {
        "line_id": line.id,
        "title": line.title,
        "sources": sources,
        "suggestion": {"theme": line.title, "phrase": phrase},
        "sentence": line.sentence,
        "questions": [{"value": form, "text": form} for form in forms],
        "question": line.question,
        "provenance": PROVENANCE_IDS.get(line.provenance, "paraphrase"),
        "checks": [
            {"ok": not details, "sentence": "No name, place or number left in the line"},
            {"ok": True, "sentence": "Passes the release rule; looked at again when it is issued"},
        ],
        "codes": codes,
    }


def sign(session: Session, actor: Actor) -> Values:
    """The approver's page: lines only, never their sources."""
    require(actor, "lines.sign")
    made = releases.draft(session, actor.partnership)
    drafts: Sequence[Line] = releases.lines_of(session, made.id) if made else []
    return {
        "lines": [
            {
                "line_id": line.id,
                "title": line.title,
                "sentence": line.sentence,
                "question": line.question,
                "meta": _band_words(line),
                "can_sign": line.state == "ready" and line.editor != actor.person,
                "why_not": "You wrote this line"
                if line.editor == actor.person
                else "Not ready yet",
                "signed": line.state == "signed",
            }
            for line in drafts
            if line.state in ("ready", "signed")
        ]
    }


def aside(session: Session, actor: Actor) -> Values:
    """What is set aside for this reader, unopened: the words come only in the reply to opening."""
    require(actor, "aside.read")
    place = place_of(session, actor.partnership)
    rows = set_aside.for_reader(session, place.id, danger.reader_of(actor))
    states = {
        "waiting": "Not opened",
        "opened": "Opened",
        "handed_off": "Handed off",
        "not_live": "Not live",
    }
    return {
        "items": [
            {
                "item_id": row.id,
                "date": day_words(row.came_on),
                "next_read": hour_words(place.local(row.next_read_at)),
                "state": states[row.state],
                "form": danger.open_form(place, row)
                if row.state in ("waiting", "opened")
                else None,
            }
            for row in rows
        ]
    }


def digest(session: Session, actor: Actor, *, number: int | None = None) -> pages.Digest | None:
    """One issued digest, frozen as it was; the newest when no number is given."""
    require(actor, "digest.read")
    if number is None:
        issued = releases.issued(session, actor.partnership)
        row = issued[0] if issued else None
    else:
        row = releases.numbered(session, actor.partnership, number)
    return pages.from_json(row.frozen) if row is not None and row.state == "issued" else None


def digests(session: Session, actor: Actor) -> list[dict[str, str]]:
    require(actor, "digest.read")
    return [
        {
            "number": str(row.number),
            "date": day_words(row.slot_date),
            "href": f"/digest/{row.number}",
            "sentence": pages.from_json(row.frozen).opening,
        }
        for row in releases.issued(session, actor.partnership)
    ]


def proposals(session: Session, actor: Actor) -> list[Values]:
    """Proposals that wait for the chair or delegate, oldest first."""
    require(actor, "answer.confirm")
    place = place_of(session, actor.partnership)
    found = []
    for row in commitments.proposed(session, place.id):
        line = releases.line(session, place.id, row.line_id)
        form = render(session, place, "answer_proposed", {"commitment": row.id})
        if line is None or form is None:
            continue
        found.append(
            {
                "title": line.title,
                "status": row.status,
                "status_label": status_words(row),
                "sentence": row.answer,
                "child_words": row.child_words,
                "then": "In four weeks: did it change anything?",
                "form": form,
            }
        )
    return found


def board(session: Session, partnership: str) -> Values:
    """You said, we did: in our own words only, kinds of place at most. Anyone may read it."""
    place = place_of(session, partnership)
    entries, children = [], []
    for row in reversed(commitments.confirmed(session, place.id)):
        line = releases.line(session, place.id, row.line_id)
        if line is None or protect.find(row.answer):
            continue
        following = f"By {day_words(row.due_on)}." if row.due_on else ""
        entries.append(
            {
                "said": line.sentence,
                "status": row.status,
                "status_label": status_words(row),
                "did": row.answer,
                "next": following,
            }
        )
        kind = {"changed": "yes", "partly": "yes", "not_now": "no"}.get(row.status, "wait")
        label = {"yes": "What we did", "no": "Not for now", "wait": "We are still working on it"}[
            kind
        ]
        children.append(
            {"said": line.title, "did_label": label, "did": row.child_words, "kind": kind}
        )
    return {"entries": entries, "children": children, "labels": STATUS_LABELS}


def desk(session: Session, actor: Actor, *, now: datetime) -> Values:
    """People, rounds, seats and what needs a person. No words, no themes, nobody's absence."""
    require(actor, "desk.read")
    place = place_of(session, actor.partnership)
    today = place.today(now)
    needs: list[Values] = [
        {
            "title": "A message could not be confirmed",
            "sentence": f"{row.kind.replace('_', ' ').capitalize()}. {row.reason}",
            "buttons": [],
        }
        for row in outgoing.parked(session, place.id)
    ]
    if rounds.load_is_heavy(session, place.id, today - timedelta(weeks=4), place.k):
        needs.append(
            {
                "title": "The load is heavy",
                "sentence": "Enough people pressed “too much right now” to say so.",
                "buttons": [],
            }
        )
    seats = people.seats_in(session, place.id)
    by_person: dict[str, list[tuple[str, str]]] = {}
    for seat in seats:
        if seat.person_id:
            by_person.setdefault(seat.person_id, []).append((ROLES[seat.role], seat.agency))
        else:
            needs.append(
                {"title": "A seat is empty", "sentence": f"{ROLES[seat.role]}.", "buttons": []}
            )
    names = {id: people.known(session, id).name for id in by_person}
    roles = [role for role in ROLES if role not in (permissions.PRACTITIONER, permissions.CHAMPION)]
    return {
        "needs": needs,
        "people": []
        if not permissions.allowed(actor, "desk.people")
        else [
            {
                "name": names[id],
                "agency": held[0][1].replace("_", " ").capitalize(),
                "seats": ", ".join(dict.fromkeys(role for role, _ in held)),
                "channel": "Web",
            }
            for id, held in sorted(by_person.items(), key=lambda item: names[item[0]])
        ],
        "seats": _seats(roles, seats, names),
        "months": year.months(
            today,
            prompts=rounds.opening_days(session, place.id),
            digests=[row.slot_date for row in releases.issued(session, place.id)],
            weeks_between=2,
        ),
    }


def _seats(roles: Sequence[str], seats: Sequence[Any], names: dict[str, str]) -> list[Values]:
    found = []
    for role in roles:
        held = [names[s.person_id] for s in seats if s.role == role and s.person_id]
        found.append(
            {
                "title": ROLES[role],
                "sentence": ", ".join(held) or "Nobody yet",
                "filled": bool(held),
            }
        )
    return found
