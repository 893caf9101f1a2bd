"""What is set aside for one reader, unopened."""

from __future__ import annotations

from typing import Any

from handlers import danger
from handlers.messages import Actor
from handlers.permissions import require
from handlers.place import day_words, hour_words
from handlers.place import of as place_of
from handlers.wording import say
from storage import Session, set_aside

Values = dict[str, Any]


def aside(session: Session, actor: Actor) -> Values:
    """What is set aside for this reader, unopened: the words come only in the reply to opening."""
    require(actor, "aside.read")
    place = place_of(session, actor.partnership)
    rows = set_aside.for_reader(session, place.id, danger.reader_of(actor))
    return {
        "items": [
            {
                "item_id": row.id,
                "date": day_words(row.came_on),
                "said": say(
                    "aside_state_late"
                    if row.alarmed and row.state == "waiting"
                    else "aside_state_and_next",
                    state=say(f"aside_state_{row.state}"),
                    next_read_time=hour_words(place.local(row.next_read_at)),
                ),
                "form": danger.open_form(place, row)
                if row.state in ("waiting", "opened")
                else None,
            }
            for row in rows
        ]
    }
