"""Who did what, chained by keyed hash so that a change, a gap or a new order shows. No words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from storage.database import Session
from storage.models import Audit


def _chain(session: Session, row: Audit) -> str:
    return session.keyring.tag(
        "audit",
        str(row.sequence),
        row.at.isoformat(),
        row.partnership_id,
        row.actor,
        row.action,
        row.about,
        row.reason,
        row.previous,
    )


def record(
    session: Session,
    *,
    partnership: str,
    actor: str,
    action: str,
    about: str = "",
    reason: str = "",
    at: datetime,
) -> None:
    """Append one row to the chain."""
    last = session.scalars(select(Audit).order_by(Audit.sequence.desc()).limit(1)).first()
    row = Audit(
        sequence=(last.sequence if last else 0) + 1,
        at=at,
        partnership_id=partnership,
        actor=actor,
        action=action,
        about=about,
        reason=reason,
        previous=last.chain if last else "",
        chain="",
    )
    row.chain = _chain(session, row)
    session.add(row)
    session.flush()


def verify(session: Session) -> Sequence[int]:
    """Sequence numbers at which the chain does not hold; empty when all is as it was written."""
    broken, previous, expected = [], "", 1
    for row in session.scalars(select(Audit).order_by(Audit.sequence)):
        if (
            row.sequence != expected
            or row.previous != previous
            or row.chain != _chain(session, row)
        ):
            broken.append(row.sequence)
        previous, expected = row.chain, row.sequence + 1
    return broken


def head(session: Session, partnership: str) -> str:
    """The newest hash, short, for a digest's footer."""
    row = session.scalars(
        select(Audit)
        .where(Audit.partnership_id == partnership)
        .order_by(Audit.sequence.desc())
        .limit(1)
    ).first()
    return row.chain[:12] if row else ""
