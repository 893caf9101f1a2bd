"""The same answer to the same key: made again from the outcome that was remembered, never stored.

Words that are gone by now stay gone; a receipt then says so calmly.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from handlers import danger
from handlers.contributions import own, phrase, reflect, relay
from handlers.loop import opinions
from handlers.messages import Actor, Form
from handlers.place import of as place_of
from handlers.surfaces import message, said_again
from handlers.wording import say
from storage import Session, contributions, return_addresses, set_aside

GONE = message("gone", say("done_before_title"), say("done_before_gone"))


def again(session: Session, actor: Actor, outcome: Mapping[str, str], *, now: datetime) -> Form:
    """The form that belongs to this outcome."""
    place = place_of(session, actor.partnership)
    mine = return_addresses.owned_by(session, place.id, actor.person)
    if "receipt" in outcome and (form := _receipt(session, actor, outcome["receipt"], now)):
        return form
    if changed := own.mine(session, actor, outcome.get("changed", "")):
        row = contributions.get(session, *changed[0])
        return own.changed(place, contributions.words(session, row)) if row is not None else GONE
    if (id := outcome.get("signpost", "")) in mine:
        item = set_aside.get(session, place.id, id)
        if item is None:
            return GONE
        return danger.signpost(place, item.route, place.local(item.next_read_at), id, actor.agency)
    if "phrase" in outcome:
        missed = outcome["phrase"] == "not_found"
        return phrase.not_found(place, "") if missed else phrase.said_afresh(place)
    if "opinion" in outcome:
        return opinions.thanks(outcome["opinion"])
    if "said" in outcome:
        return said_again(outcome)
    return message("done_before", say("done_before_title"), say("done_before"))


def _receipt(session: Session, actor: Actor, ids: str, now: datetime) -> Form | None:
    """A receipt with whatever is still kept of it, in each partnership; None when it is not this person's."""
    place = place_of(session, actor.partnership)
    mine = own.mine(session, actor, ids)
    if not mine:
        return None
    rows = [(at, row) for at, id in mine if (row := contributions.get(session, at, id))]
    if not rows:
        return GONE
    words = contributions.words(session, rows[0][1])
    if rows[0][1].kind == "relay":
        return relay.receipt(place, words, rows[0][1].id, "", now)
    kept = [(place_of(session, at), row.id) for at, row in rows]
    return reflect.receipt(place, words, kept, now)
