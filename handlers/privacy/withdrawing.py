"""Taking words back, whoever asks for it: they leave everything at once, with their keys."""

from __future__ import annotations

from handlers.messages import Actor
from handlers.place import day_words
from handlers.privacy import holding
from handlers.wording import say
from storage import Session, contributions, ledger, quotes, releases, retention, return_addresses


def withdraw_reflections(session: Session, actor: Actor) -> None:
    """Take back everything that this person said for themselves; what they carry for others stays."""
    for id in return_addresses.owned_by(session, actor.partnership, actor.person):
        row = contributions.get(session, actor.partnership, id)
        if row is not None and row.kind == "reflection":
            withdraw_one(session, actor.partnership, id)


def withdraw_one(session: Session, partnership: str, id: str) -> str:
    """End them everywhere, with their keys; returns the note about what was issued.

    What a legal hold covers leaves everything too, and its sealed text stays until the hold ends.
    """
    line = releases.line_behind(session, id)
    note = ""
    if line is not None:
        note = say("withdraw_published_note", date=day_words(line.until))
    quotes.end_of(session, id, "taken_back")
    ledger.blind(session, id)
    if holding.is_held(session, partnership, id):
        holding.set_by(session, partnership, id)
    else:
        retention.forget(session, partnership, id)
    return note
