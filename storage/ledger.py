"""The ledger of issued lines: who stood behind each, sealed, and forgotten after its horizon.

Read by `handlers.weekly` alone. When somebody takes their words back, their tag is replaced by a random
one: the place stays counted, because the digest was read, and nothing leads to them any more.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from storage.database import Session
from storage.models import CountingTag, LedgerEntry, LineContribution

OF_SEVERAL = ""  # the line of an entry that is about what several lines have shown
Units = Mapping[str, tuple[int, tuple[str, ...]]]  # tag -> weight, and who knows of it


@dataclass(frozen=True)
class Issued:
    """An entry, opened."""

    rule: str
    level: str
    subject: str
    band: str
    issued_on: date
    units: Units


def enter(session: Session, partnership: str, issued: Issued, *, line: str) -> None:
    """Add an entry of a line, or of one of its sides."""
    _add(session, partnership, issued, line)


def since(session: Session, partnership: str, day: date) -> list[Issued]:
    """Entries issued after that day, oldest first."""
    rows = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.partnership_id == partnership, LedgerEntry.issued_on > day)
        .order_by(LedgerEntry.issued_on, LedgerEntry.id)
    )
    return [_opened(session, row) for row in rows]


def forget_before(session: Session, partnership: str, day: date) -> None:
    """Delete entries issued on that day or earlier, with their keys."""
    old = select(LedgerEntry).where(
        LedgerEntry.partnership_id == partnership, LedgerEntry.issued_on <= day
    )
    for row in session.scalars(old).all():
        _delete(session, row)


def blind(session: Session, contribution: str) -> None:
    """Somebody takes these words back: put a random tag where theirs stood.

    A person who has other words behind the same line still stands behind it and keeps their tag. To
    be called before the counting tag is forgotten.
    """
    behind = session.get(LineContribution, contribution)
    tag = session.get(CountingTag, contribution)
    if behind is None or tag is None:
        return
    again = _speaks_again(session, behind.line_id, tag)
    gone = {contribution} if again else {contribution, tag.person_tag}
    rows = session.scalars(
        select(LedgerEntry).where(
            LedgerEntry.partnership_id == tag.partnership_id,
            LedgerEntry.line_id.in_((behind.line_id, OF_SEVERAL)),
        )
    )
    for row in rows.all():
        found = _opened(session, row)
        own = gone & found.units.keys()
        if not own:
            continue
        units = {secrets.token_hex(16) if t in own else t: unit for t, unit in found.units.items()}
        _delete(session, row)
        blinded = Issued(row.rule, row.level, row.subject, row.band, row.issued_on, units)
        _add(session, row.partnership_id, blinded, row.line_id)


def _speaks_again(session: Session, line: str, tag: CountingTag) -> bool:
    others = (
        select(CountingTag.contribution_id)
        .join(LineContribution, LineContribution.contribution_id == CountingTag.contribution_id)
        .where(
            LineContribution.line_id == line,
            CountingTag.person_tag == tag.person_tag,
            CountingTag.contribution_id != tag.contribution_id,
        )
    )
    return session.scalars(others).first() is not None


def _add(session: Session, partnership: str, issued: Issued, line: str) -> None:
    id = secrets.token_hex(16)  # a new one each time: the key of what was blinded is destroyed
    text = json.dumps({t: [weight, *knowers] for t, (weight, knowers) in issued.units.items()})
    session.add(
        LedgerEntry(
            id=id,
            partnership_id=partnership,
            line_id=line,
            issued_on=issued.issued_on,
            rule=issued.rule,
            level=issued.level,
            subject=issued.subject,
            band=issued.band,
            sealed_units=session.seal("ledger", partnership, id, text),
        )
    )
    session.flush()


def _opened(session: Session, row: LedgerEntry) -> Issued:
    kept = json.loads(session.open("ledger", row.partnership_id, row.id, row.sealed_units))
    units = {tag: (unit[0], tuple(unit[1:])) for tag, unit in kept.items()}
    return Issued(row.rule, row.level, row.subject, row.band, row.issued_on, units)


def _delete(session: Session, row: LedgerEntry) -> None:
    session.destroy_key("ledger", row.id)
    session.delete(row)
    session.flush()
