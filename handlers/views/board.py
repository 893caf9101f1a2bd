"""The public board: you said, we did, in our own words only."""

from __future__ import annotations

from typing import Any

from digests import protect
from handlers.answers import STATUS_LABELS, status_words
from handlers.place import day_words
from handlers.place import of as place_of
from handlers.wording import say
from storage import Session, commitments, releases

Values = dict[str, Any]


def board(session: Session, partnership: str) -> Values:
    """You said, we did: in our own words only, kinds of place at most. Anyone may read it.

    A line is here only when it cleared at the bar for what leaves the partnership.
    """
    place = place_of(session, partnership)
    entries, children = [], []
    for row in reversed(commitments.confirmed(session, place.id)):
        line = releases.line(session, place.id, row.line_id)
        if line is None or not line.may_leave or protect.find(row.answer):
            continue
        following = say("board_next", date=day_words(row.due_on)) if row.due_on else ""
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
        label = say(f"board_{kind}")
        children.append(
            {"said": line.title, "did_label": label, "did": row.child_words, "kind": kind}
        )
    return {"entries": entries, "children": children, "labels": STATUS_LABELS}
