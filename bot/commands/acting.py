"""Who does something from the command line: a person by their address, with the seats that they hold."""

from __future__ import annotations

from bot.commands.refusal import refuse
from bot.commands.seating import Desk
from handlers.messages import Actor
from handlers.seated import actor_of
from storage import people


def actor_with(desk: Desk, email: str) -> Actor:
    """The person with this address; their seats say what they may."""
    with desk.database.reading() as session:
        person = people.by_email(session, email)
        actor = actor_of(session, person, desk.partnership) if person else None
    if actor is None:
        raise refuse(f"Nobody with the address {email} has a seat here.")
    return actor
