"""What the strategic group reads: issued digests, and proposals that wait for the chair."""

from __future__ import annotations

from typing import Any

from digests import digest as pages
from handlers import quotes
from handlers.answers import status_words
from handlers.messages import Actor
from handlers.notices import render
from handlers.permissions import require
from handlers.place import day_words
from handlers.place import of as place_of
from handlers.wording import say
from storage import Session, commitments, releases

Values = dict[str, Any]


def digest(session: Session, actor: Actor, *, number: int | None = None) -> pages.Digest | None:
    """One issued digest, frozen as it was; the newest when no number is given."""
    require(actor, "digest.read")
    if number is None:
        issued = releases.issued(session, actor.partnership)
        row = issued[0] if issued else None
    else:
        row = releases.numbered(session, actor.partnership, number)
    return pages.from_json(row.frozen) if row is not None and row.state == "issued" else None


def quoted(session: Session, actor: Actor, *, number: int) -> list[dict[str, str]]:
    """What stands now in the places for quotes of one issued digest."""
    require(actor, "digest.read")
    row = releases.numbered(session, actor.partnership, number)
    if row is None or row.state != "issued":
        return []
    return quotes.shown(session, place_of(session, actor.partnership), row.frozen)


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
                "then": say("answer_then"),
                "form": form,
            }
        )
    return found
