"""The same answer to the same key: made again from the outcome that was remembered, never stored.

Words that are gone by now stay gone; a receipt then says so calmly.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from handlers import danger
from handlers.contributions import reflect, relay
from handlers.messages import Actor, Form
from handlers.place import of as place_of
from handlers.surfaces import message
from storage import Session, contributions, return_addresses, set_aside

GONE = message(
    "gone", "This has been done", "It happened once, and what it was about is gone by now."
)


def again(session: Session, actor: Actor, outcome: Mapping[str, str], *, now: datetime) -> Form:
    """The form that belongs to this outcome."""
    place = place_of(session, actor.partnership)
    mine = return_addresses.owned_by(session, place.id, actor.person)
    if (id := outcome.get("receipt", "")) in mine:
        row = contributions.get(session, place.id, id)
        if row is None:
            return GONE
        words = contributions.words(session, row)
        if row.kind == "relay":
            return relay.receipt(place, words, id, "", now)
        return reflect.receipt(place, words, id, now)
    if (id := outcome.get("signpost", "")) in mine:
        item = set_aside.get(session, place.id, id)
        if item is None:
            return GONE
        return danger.signpost(place, item.route, place.local(item.next_read_at), id)
    return message("done_before", "This has been done", "It happened once. Nothing happened twice.")
