"""My words as a quote: see what is asked, say yes or no, and take it back without taking the words back."""

from __future__ import annotations

from datetime import datetime

from handlers.messages import Actor, Button, Form, Incoming, Reply, Text
from handlers.place import of as place_of
from handlers.surfaces import fixed_line, message
from handlers.wording import say
from storage import Session, audit, quotes, return_addresses
from storage.models import Quote

GONE = message("gone", say("quote_nothing_asked_title"), say("quote_nothing_asked"))


def _mine(session: Session, actor: Actor, event: Incoming) -> Quote | None:
    """The quote that is meant, if it is of this person's own words."""
    row = quotes.get(session, actor.partnership, event.fields.get("choice", ""))
    if row is None or not row.contribution_id:
        return None
    mine = return_addresses.owned_by(session, actor.partnership, actor.person)
    return row if row.contribution_id in mine else None


def see(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The very words that would be read, in this reply only."""
    row = _mine(session, actor, event)
    opened = quotes.opened(session, row) if row is not None else None
    if row is None or opened is None or row.state != "asked":
        return Reply(GONE)
    place = place_of(session, actor.partnership)
    return Reply(
        Form(
            name="quote_see",
            title=say("quote_see_title"),
            parts=(Text(opened[0], style="voice"), Text(say("quote_terms")), fixed_line(place)),
            buttons=(
                Button(say("button_as_they_are"), "quote_yes", row.id, style="main"),
                Button(say("button_no"), "quote_no", row.id),
            ),
        )
    )


def yes(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Agreement to this quote, from the one who said it."""
    row = _mine(session, actor, event)
    if row is None or row.state != "asked":
        return Reply(GONE)
    row.state = "agreed"
    _record(session, row, "quote.agree", now)
    return Reply(
        message("quote_yes", say("thank_you"), say("quote_yes")), outcome={"message": "quote_yes"}
    )


def no(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A no is a no, and the copy that was made for asking is gone."""
    row = _mine(session, actor, event)
    if row is None or row.state != "asked":
        return Reply(GONE)
    quotes.end(session, row, "refused")
    _record(session, row, "quote.refuse", now)
    return Reply(
        message("quote_no", say("thank_you"), say("quote_no")), outcome={"message": "quote_no"}
    )


def take_back(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Empty the quote's place everywhere; the words themselves stay part of their theme."""
    row = _mine(session, actor, event)
    if row is not None:
        quotes.end(session, row, "taken_back")
        _record(session, row, "quote.take_back", now)
    return Reply(
        message("quote_taken_back", say("withdraw_confirmed_title"), say("quote_taken_back")),
        outcome={"message": "quote_taken_back"},
    )


def _record(session: Session, row: Quote, action: str, now: datetime) -> None:
    """That it happened and when; not who did it, for that would name who spoke."""
    audit.record(
        session,
        partnership=row.partnership_id,
        actor="contributor",
        action=action,
        about=row.id,
        at=now,
    )
