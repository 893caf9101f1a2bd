"""Who hears about a contribution, asked of the guarded door and of nobody else."""

from __future__ import annotations

from storage import Session, people, releases, return_addresses


def reach(session: Session, contribution: str) -> str | None:
    """Who hears about this contribution: the seat's holder for a relay, else its author."""
    address = return_addresses.of(session, contribution)
    if address is None:
        return None
    return (people.holder_of(session, address.seat) if address.seat else "") or address.person


def addresses_behind(session: Session, line_id: str) -> list[return_addresses.Address]:
    """Where answers to a line go; what was taken back has no address any more."""
    found = [return_addresses.of(session, c) for c in releases.behind(session, line_id)]
    return [address for address in found if address is not None]
