"""The public board: you said, we did, in the words that a second person found safe for anybody."""

from __future__ import annotations

from typing import Any

from handlers import board as entries_of
from handlers.answers import STATUS_LABELS, status_words
from handlers.place import day_words
from handlers.place import of as place_of
from handlers.wording import say
from storage import Session
from storage import board as kept

Values = dict[str, Any]
ON_POSTER = 4  # on one sheet of A4


def board(session: Session, partnership: str) -> Values:
    """You said, we did. Anyone may read it.

    An entry is here only while its answer stands, its line cleared at the bar for what leaves the
    partnership, and after a safety check of its own. What is not here has no line, count or gap.
    """
    place = place_of(session, partnership)
    entries: list[Values] = []
    children: list[Values] = []
    poster: list[Values] = []
    for entry, answer, _ in kept.standing(session, place.id, "up"):
        following = say("board_next", date=day_words(answer.due_on)) if answer.due_on else ""
        entries.append(
            {
                "said": entry.said,
                "status": answer.status,
                "status_label": status_words(answer),
                "did": entry.did,
                "next": following,
            }
        )
        kind = {"changed": "yes", "partly": "yes", "not_now": "no", "not_ours": "no"}
        own = entries_of.child_line(session, entry)
        child = {
            "said": f"“{own}”" if own else entry.child_said,
            "by": say("board_by_child") if own else say("board_by_us"),
            "kind": kind.get(answer.status, "wait"),
            "did_label": say(f"board_{LABELS.get(answer.status, 'wait')}"),
            "did": entry.child_did,
        }
        children.append(child)
        if entry.on_poster and len(poster) < ON_POSTER:
            poster.append(child)
    return {
        "entries": entries,
        "children": children,
        "poster": poster,
        "labels": STATUS_LABELS,
    }


LABELS = {"changed": "yes", "partly": "yes", "not_now": "no", "not_ours": "not_ours"}
