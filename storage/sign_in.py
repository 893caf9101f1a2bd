"""Signing in: single-use links and sessions, both kept as keyed hashes. No passwords of our own.

A session ends after 30 minutes without use, and after twelve hours whatever happens. For its first
quarter of an hour it is fresh, where it is known when whoever it is showed who they are.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from storage.database import Session
from storage.models import EntryTry, OpenidAccount, OpenidTry, SignInLink, WebSession

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SEEN_AGAIN = timedelta(minutes=1)
FRESH = timedelta(minutes=15)
IN_A_CHAT = "chat"  # what a code lands on: it ties an account, and opens no page


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
    """Whose session it is. With `own_only` it opens nothing but a contributor's own pages.

    `fresh` says that they showed who they are a short time ago.
    """

    person: str
    partnership: str
    own_only: bool
    fresh: bool


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


def begin(
    session: Session,
    *,
    person: str,
    partnership: str,
    now: datetime,
    proved_at: datetime | None,
    browser: str = "",
    own_only: bool = False,
    instead_of: str = "",
) -> str:
    """A new session's token. `browser` is its kind and no more; `instead_of` is a token that ends.

    `proved_at` is when they showed who they are; None where nobody said.
    """
    if instead_of:
        end(session, instead_of)
    return _begun(
        session,
        WebSession(
            person_id=person,
            partnership_id=partnership,
            seen_at=now,
            began_at=now,
            proved_at=proved_at,
            own_only=own_only,
            browser=browser,
        ),
    )


def go_over(session: Session, token: str, partnership: str, *, now: datetime) -> str:
    """The same session in another partnership under a new token; no time of it begins again."""
    row = session.get_one(WebSession, session.keyring.tag("sign_in", "session", token))
    there = WebSession(
        person_id=row.person_id,
        partnership_id=partnership,
        seen_at=now,
        began_at=row.began_at,
        proved_at=row.proved_at,
        own_only=row.own_only,
        browser=row.browser,
    )
    session.delete(row)
    return _begun(session, there)


def _begun(session: Session, row: WebSession) -> str:
    token = secrets.token_urlsafe(24)
    row.tag = session.keyring.tag("sign_in", "session", token)
    session.add(row)
    session.flush()
    return token


def use_link(
    session: Session, token: str, *, now: datetime, browser: str = "", instead_of: str = ""
) -> Opened | None:
    """Start a session with a link; None when the link does not open."""
    link = session.get(SignInLink, session.keyring.tag("sign_in", token))
    if link is None or link.expires_at <= now or link.lands_on == IN_A_CHAT:
        return None
    fresh = begin(
        session,
        person=link.person_id,
        partnership=link.partnership_id,
        now=now,
        proved_at=None if link.own_only else now,
        browser=browser,
        own_only=link.own_only,
        instead_of=instead_of,
    )
    opened = Opened(fresh, link.person_id, link.partnership_id, link.lands_on, link.joins)
    if not link.reusable:
        session.delete(link)
    session.flush()
    return opened


def take_code(session: Session, code: str, *, now: datetime) -> tuple[str, str] | None:
    """`(person, partnership)` of a code that was made for a chat; it works once, and opens no page."""
    link = session.get(SignInLink, session.keyring.tag("sign_in", code))
    if link is None or link.lands_on != IN_A_CHAT or link.expires_at <= now:
        return None
    session.delete(link)
    return link.person_id, link.partnership_id


def who(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Whose live session this is, or None after 30 idle minutes or twelve hours in all."""
    row = session.get(WebSession, session.keyring.tag("sign_in", "session", token))
    if row is None or row.seen_at + IDLE <= now or row.began_at + LONGEST <= now:
        return None
    fresh = row.proved_at is not None and row.proved_at + FRESH > now
    return SignedIn(row.person_id, row.partnership_id, row.own_only, fresh)


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


@dataclass(frozen=True)
class Place:
    """Somewhere that a person is signed in. `handle` names it and opens nothing."""

    handle: str
    browser: str
    seen_at: datetime
    here: bool


def places(session: Session, person: str, token: str, *, now: datetime) -> tuple[Place, ...]:
    """Where this person is signed in, in every partnership, last used first; `token` is here."""
    rows = session.scalars(
        select(WebSession)
        .where(
            WebSession.person_id == person,
            WebSession.seen_at > now - IDLE,
            WebSession.began_at > now - LONGEST,
        )
        .order_by(WebSession.seen_at.desc(), WebSession.tag)
    )
    own = session.keyring.tag("sign_in", "session", token)
    return tuple(
        Place(_handle(session, row.tag), row.browser, row.seen_at, row.tag == own) for row in rows
    )


def end_place(session: Session, person: str, handle: str) -> bool:
    """End the one of this person's sessions that has this handle; False where none has."""
    for row in session.scalars(select(WebSession).where(WebSession.person_id == person)):
        if _handle(session, row.tag) == handle:
            session.delete(row)
            return True
    return False


def end_everywhere(session: Session, person: str) -> None:
    """End every session of a person, and every link and code that could begin another."""
    for table in (WebSession, SignInLink):
        session.execute(delete(table).where(table.person_id == person))


def _handle(session: Session, tag: str) -> str:
    return session.keyring.tag("sign_in", "handle", tag)[:24]


def end_all(session: Session, person: str, partnership: str) -> None:
    """End every session, every link and every tied account of a person in one partnership."""
    for table in (WebSession, SignInLink, OpenidAccount, OpenidTry):
        session.execute(
            delete(table).where(table.person_id == person, table.partnership_id == partnership)
        )


def end_here(session: Session, partnership: str, person: str = "") -> None:
    """End the sessions and links of one person in a partnership, or of everybody in it."""
    for table in (WebSession, SignInLink):
        whose = [table.partnership_id == partnership]
        if person:
            whose.append(table.person_id == person)
        session.execute(delete(table).where(*whose))


def prune(session: Session, *, now: datetime) -> None:
    """Delete links whose time is over, sessions that ended, and tries that count no more."""
    session.execute(delete(SignInLink).where(SignInLink.expires_at <= now))
    session.execute(delete(WebSession).where(WebSession.seen_at <= now - IDLE))
    session.execute(delete(WebSession).where(WebSession.began_at <= now - LONGEST))
    session.execute(delete(OpenidTry).where(OpenidTry.expires_at <= now))
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
