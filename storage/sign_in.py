"""Signing in: single-use links and sessions, both kept as keyed hashes. No passwords of our own."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete

from storage.database import Session
from storage.models import SignInLink, WebSession

IDLE = timedelta(minutes=30)


def make_link(
    session: Session,
    *,
    person: str,
    partnership: str,
    expires_at: datetime,
    reusable: bool = False,
    token: str = "",
) -> str:
    """A new token for this person; only its keyed hash is kept."""
    token = token or secrets.token_urlsafe(24)
    session.merge(
        SignInLink(
            tag=session.keyring.tag("sign_in", token),
            person_id=person,
            partnership_id=partnership,
            expires_at=expires_at,
            reusable=reusable,
        )
    )
    return token


def use_link(session: Session, token: str, *, now: datetime) -> str | None:
    """Start a session with a link; returns its token, or None when the link does not open."""
    link = session.get(SignInLink, session.keyring.tag("sign_in", token))
    if link is None or link.expires_at <= now:
        return None
    fresh = secrets.token_urlsafe(24)
    session.add(
        WebSession(
            tag=session.keyring.tag("sign_in", "session", fresh),
            person_id=link.person_id,
            partnership_id=link.partnership_id,
            seen_at=now,
        )
    )
    if not link.reusable:
        session.delete(link)
    return fresh


def who(session: Session, token: str, *, now: datetime) -> tuple[str, str] | None:
    """`(person, partnership)` of a live session, or None after 30 idle minutes."""
    row = session.get(WebSession, session.keyring.tag("sign_in", "session", token))
    if row is None or row.seen_at + IDLE <= now:
        return None
    return row.person_id, row.partnership_id


def seen(session: Session, token: str, *, now: datetime) -> None:
    row = session.get(WebSession, session.keyring.tag("sign_in", "session", token))
    if row is not None:
        row.seen_at = now


def end(session: Session, token: str) -> None:
    tag = session.keyring.tag("sign_in", "session", token)
    session.execute(delete(WebSession).where(WebSession.tag == tag))


def csrf(session: Session, token: str) -> str:
    """The token that every form of this session must carry."""
    return session.keyring.tag("sign_in", "csrf", token)
