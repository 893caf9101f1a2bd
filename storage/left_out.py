"""The log of what cleared and was not shown, and why."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from storage.database import Session
from storage.models import LeftOut


def log(
    session: Session,
    partnership: str,
    *,
    digest: str,
    title: str,
    why: str,
    on: date,
    said: str = "",
) -> None:
    """Add an entry; the same thing left out of the same digest for the same reason has one."""
    known = select(LeftOut.id).where(
        LeftOut.digest_id == digest, LeftOut.title == title, LeftOut.why == why
    )
    if session.scalars(known).first() is not None:
        return
    session.add(
        LeftOut(
            id=secrets.token_hex(16),
            partnership_id=partnership,
            digest_id=digest,
            title=title,
            why=why,
            said=said,
            on_date=on,
        )
    )
    session.flush()


def latest(session: Session, partnership: str, *, most: int) -> Sequence[LeftOut]:
    """The newest entries first."""
    return session.scalars(
        select(LeftOut)
        .where(LeftOut.partnership_id == partnership)
        .order_by(LeftOut.on_date.desc(), LeftOut.title, LeftOut.id)
        .limit(most)
    ).all()


def of_digest(session: Session, digest: str) -> Sequence[LeftOut]:
    return session.scalars(
        select(LeftOut).where(LeftOut.digest_id == digest).order_by(LeftOut.title, LeftOut.id)
    ).all()
