"""Who hears about a contribution, asked of the guarded door and of nobody else."""

from __future__ import annotations

from storage import Session, people, releases, return_addresses


def reach(session: Session, contribution: str) -> str | None:
    """Who hears about this contribution: the seat's holder for a relay, else its author.

    None when it was taken back, or while nobody is in the seat.
    """
    address = return_addresses.of(session, contribution)
    if address is None:
        return None
    holder = people.holder_of(session, address.seat) if address.seat else ""
    return holder or address.person or None


def addresses_behind(session: Session, line_id: str) -> list[return_addresses.Address]:
    """Where answers to a line go: what was taken back, or came through an empty seat, goes nowhere."""
    found = [return_addresses.of(session, c) for c in releases.behind(session, line_id)]
    return [address for address in found if address is not None and address.person]
