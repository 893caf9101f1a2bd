"""What a legal hold keeps: nothing that it names is deleted, and whoever takes words back is told so.

Words that are taken back under a hold leave everything at once (themes, counts, quotes, the ledger). Only
the sealed text stays, for as long as the hold does, and then it goes with its key.
"""

from __future__ import annotations

from storage import (
    Session,
    contributions,
    decisions,
    retention,
    return_addresses,
)


def held(session: Session, partnership: str) -> frozenset[str]:
    """Ids of every contribution that a hold covers now."""
    found: frozenset[str] = frozenset()
    for row in decisions.holds(session, partnership):
        theirs = None
        if row.subject:
            theirs = return_addresses.owned_by(session, partnership, row.subject)
        found |= decisions.covered(session, row, theirs)
    return found


def is_held(session: Session, partnership: str, contribution: str) -> bool:
    return contribution in held(session, partnership)


def set_by(session: Session, partnership: str, contribution: str) -> None:
    """Take words out of everything but the hold."""
    row = contributions.get(session, partnership, contribution)
    if row is not None:
        retention.stop_counting(session, contribution)
        decisions.take_back(session, row)


def let_go(session: Session, partnership: str) -> int:
    """Delete what was taken back and no hold covers any more; returns how many."""
    still = held(session, partnership)
    gone = [id for id in decisions.taken_back(session, partnership) if id not in still]
    for id in gone:
        retention.forget(session, partnership, id)
    return len(gone)
