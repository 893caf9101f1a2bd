"""Signing in: single-use links and sessions, both kept as keyed hashes. No passwords of our own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete

from storage.database import Session
from storage.models import EntryTry, SignInLink, WebSession

IDLE = timedelta(minutes=30)
SEEN_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True)
class Opened:
    """What a link opened: a session, its page, and the join link that the person came through, if any."""

    token: str
    person: str
    partnership: str
    lands_on: str
    joins: str


@dataclass(frozen=True)
class SignedIn:
    """Whose session it is. With `own_only` it opens nothing but a contributor's own pages."""

    person: str
    partnership: str
    own_only: bool


def make_link(
    session: Session,
    *,
    person: str,
    partnership: str,
    expires_at: datetime,
    reusable: bool = False,
    token: str = "",
    lands_on: str = "/home",
    own_only: bool = False,
    joins: str = "",
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
            lands_on=lands_on,
            own_only=own_only,
            joins=joins,
        )
    )
    session.flush()
    return token


def use_link(session: Session, token: str, *, now: datetime) -> Opened | None:
    """Start a session with a link; None when the link does not open."""
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
            own_only=link.own_only,
        )
    )
    opened = Opened(fresh, link.person_id, link.partnership_id, link.lands_on, link.joins)
    if not link.reusable:
        session.delete(link)
    session.flush()
    return opened


def take_code(session: Session, code: str, *, now: datetime) -> tuple[str, str] | None:
    """`(person, partnership)` of a link's token used as a code in a chat; it works once."""
    link = session.get(SignInLink, session.keyring.tag("sign_in", code))
    if link is None or link.reusable or link.own_only or link.expires_at <= now:
        return None
    session.delete(link)
    return link.person_id, link.partnership_id


def who(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Whose live session this is, or None after 30 idle minutes."""
    row = session.get(WebSession, session.keyring.tag("sign_in", "session", token))
    if row is None or row.seen_at + IDLE <= now:
        return None
    return SignedIn(row.person_id, row.partnership_id, row.own_only)


def stale(session: Session, token: str, *, now: datetime) -> bool:
    """Whether `seen` should be said again: at most once a minute, so that looking writes nothing."""
    row = session.get(WebSession, session.keyring.tag("sign_in", "session", token))
    return row is not None and now - row.seen_at >= SEEN_AGAIN


def seen(session: Session, token: str, *, now: datetime) -> None:
    row = session.get(WebSession, session.keyring.tag("sign_in", "session", token))
    if row is not None:
        row.seen_at = now


def end(session: Session, token: str) -> None:
    tag = session.keyring.tag("sign_in", "session", token)
    session.execute(delete(WebSession).where(WebSession.tag == tag))


def end_all(session: Session, person: str, partnership: str) -> None:
    """End every session and every link of a person in one partnership."""
    for table in (WebSession, SignInLink):
        session.execute(
            delete(table).where(table.person_id == person, table.partnership_id == partnership)
        )


def prune(session: Session, *, now: datetime) -> None:
    """Delete links whose time is over, sessions that ended, and tries that count no more."""
    session.execute(delete(SignInLink).where(SignInLink.expires_at <= now))
    session.execute(delete(WebSession).where(WebSession.seen_at <= now - IDLE))
    session.execute(delete(EntryTry).where(EntryTry.since <= now - timedelta(days=1)))


def may_try(session: Session, what: str, *, now: datetime, most: int, within: timedelta) -> bool:
    """Count one try under the keyed hash of `what`; False when there were too many of late."""
    tag = session.keyring.tag("sign_in", "try", what)
    row = session.get(EntryTry, tag)
    if row is None or row.since + within <= now:
        session.merge(EntryTry(tag=tag, since=now, tries=1))
        session.flush()
        return True
    row.tries += 1
    return row.tries <= most


def tries(session: Session, what: str, *, now: datetime, within: timedelta) -> int:
    """How many tries were counted under the keyed hash of `what` of late; counts none itself."""
    row = session.get(EntryTry, session.keyring.tag("sign_in", "try", what))
    return row.tries if row is not None and row.since + within > now else 0


def csrf(session: Session, token: str) -> str:
    """The token that every form of this session must carry."""
    return session.keyring.tag("sign_in", "csrf", token)
