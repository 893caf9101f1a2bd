"""Join links: one agency's way in, which expires, can be ended, and opens only so often."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from storage.database import Session
from storage.models import JoinLink


def make(
    session: Session,
    *,
    partnership: str,
    agency: str,
    domain: str,
    expires_at: datetime,
    uses: int,
) -> str:
    """A new join link; returns its token, of which only a keyed hash is kept."""
    token = secrets.token_urlsafe(24)
    session.add(
        JoinLink(
            id=secrets.token_hex(16),
            partnership_id=partnership,
            tag=_tag(session, token),
            agency=agency,
            domain=domain,
            expires_at=expires_at,
            uses_left=uses,
        )
    )
    session.flush()
    return token


def _tag(session: Session, token: str) -> str:
    return session.keyring.tag("sign_in", "join", token)


def open_to(session: Session, token: str, *, now: datetime) -> JoinLink | None:
    """The link behind this token, unless it is unknown, ended, over or used up."""
    row = session.scalar(select(JoinLink).where(JoinLink.tag == _tag(session, token)))
    return row if row is not None and _open(row, now) else None


def _open(row: JoinLink, now: datetime) -> bool:
    return row.expires_at > now and row.uses_left > 0


def use(session: Session, id: str, *, now: datetime) -> JoinLink | None:
    """Take one use of a link that is still open; None when it is not."""
    row = session.get(JoinLink, id, with_for_update=True)
    if row is None or not _open(row, now):
        return None
    row.uses_left -= 1
    return row


def of(session: Session, partnership: str, *, now: datetime) -> Sequence[JoinLink]:
    """The links that still open, soonest to end first."""
    return session.scalars(
        select(JoinLink)
        .where(
            JoinLink.partnership_id == partnership,
            JoinLink.expires_at > now,
            JoinLink.uses_left > 0,
        )
        .order_by(JoinLink.expires_at, JoinLink.id)
    ).all()


def end(session: Session, partnership: str, id: str) -> JoinLink | None:
    """End a link at once; returns what it was."""
    row = session.get(JoinLink, id)
    if row is None or row.partnership_id != partnership:
        return None
    session.delete(row)
    session.flush()
    return row
