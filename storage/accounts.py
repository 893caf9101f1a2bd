"""Accounts with an OpenID provider: whose they are, and the way there and back.

An account is known by the keyed hash of its issuer and subject, never by a name or an address. A way
there and back belongs to one browser, works once and for ten minutes; its nonce and its code verifier
are made from the browser's own secret, so that the database alone could complete none.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from storage.database import Session
from storage.models import OpenidAccount, OpenidTry

LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Way:
    """What goes along to the provider: state, nonce and the secret that the code challenge is made of."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Back:
    """Somebody came back: with what they left, and for whom an account is tied, if it is."""

    nonce: str
    verifier: str
    lands_on: str
    person: str
    partnership: str


@dataclass(frozen=True)
class Tied:
    """Whose account it is, in one partnership."""

    person: str
    partnership: str


def set_out(
    session: Session,
    *,
    provider: str,
    browser: str,
    lands_on: str,
    now: datetime,
    person: str = "",
    partnership: str = "",
) -> Way:
    """Begin a way to this provider from the browser with this secret."""
    state = secrets.token_urlsafe(32)
    session.add(
        OpenidTry(
            tag=session.keyring.tag("sign_in", "state", state),
            provider=provider,
            browser=session.keyring.tag("sign_in", "browser", browser),
            lands_on=lands_on,
            person_id=person,
            partnership_id=partnership,
            expires_at=now + LASTS,
        )
    )
    session.flush()
    return Way(state, *_made(session, browser, state))


def come_back(
    session: Session, *, provider: str, browser: str, state: str, now: datetime
) -> Back | None:
    """What was left under this state; None unless it is this provider's and this browser's. It works once.

    A state that came to the wrong browser is used up too: whoever carried it there may try no other.
    """
    row = session.get(OpenidTry, session.keyring.tag("sign_in", "state", state))
    if row is None:
        return None
    session.delete(row)
    session.flush()
    same_browser = bool(browser) and row.browser == session.keyring.tag(
        "sign_in", "browser", browser
    )
    if row.provider != provider or not same_browser or row.expires_at <= now:
        return None
    nonce, verifier = _made(session, browser, state)
    return Back(nonce, verifier, row.lands_on, row.person_id, row.partnership_id)


def _made(session: Session, browser: str, state: str) -> tuple[str, str]:
    return (
        session.keyring.tag("sign_in", "nonce", browser, state),
        session.keyring.tag("sign_in", "verifier", browser, state),
    )


def tie(
    session: Session,
    *,
    provider: str,
    issuer: str,
    subject: str,
    person: str,
    partnership: str,
    on: date,
) -> bool:
    """Tie an account to a person in one partnership; False where it is somebody else's already."""
    tag = _tag(session, issuer, subject)
    others = session.scalars(
        select(OpenidAccount.tag).where(OpenidAccount.tag == tag, OpenidAccount.person_id != person)
    ).first()
    if others is not None:
        return False
    untie(session, provider=provider, person=person, partnership=partnership)
    session.add(
        OpenidAccount(
            tag=tag,
            partnership_id=partnership,
            person_id=person,
            provider=provider,
            since=on,
        )
    )
    session.flush()
    return True


def untie(session: Session, *, provider: str, person: str, partnership: str) -> None:
    """From now on no account with this provider opens this person's pages in this partnership."""
    session.execute(
        delete(OpenidAccount).where(
            OpenidAccount.provider == provider,
            OpenidAccount.person_id == person,
            OpenidAccount.partnership_id == partnership,
        )
    )


def tied(session: Session, issuer: str, subject: str) -> Sequence[Tied]:
    """Whose account this is, in each partnership in which it was tied; the last tied comes first."""
    rows = session.scalars(
        select(OpenidAccount)
        .where(OpenidAccount.tag == _tag(session, issuer, subject))
        .order_by(OpenidAccount.since.desc(), OpenidAccount.partnership_id)
    )
    return [Tied(row.person_id, row.partnership_id) for row in rows]


def providers_of(session: Session, person: str, partnership: str) -> frozenset[str]:
    """With which providers this person has a tied account in this partnership."""
    return frozenset(
        session.scalars(
            select(OpenidAccount.provider).where(
                OpenidAccount.person_id == person, OpenidAccount.partnership_id == partnership
            )
        )
    )


def has_any(session: Session, person: str, provider: str) -> bool:
    """Whether an account with this provider is tied to this person anywhere."""
    found = select(OpenidAccount.tag).where(
        OpenidAccount.person_id == person, OpenidAccount.provider == provider
    )
    return session.scalars(found).first() is not None


def partnerships_of(session: Session, person: str, provider: str) -> Sequence[str]:
    """The partnerships in which an account with this provider is tied to this person."""
    return session.scalars(
        select(OpenidAccount.partnership_id)
        .where(OpenidAccount.person_id == person, OpenidAccount.provider == provider)
        .order_by(OpenidAccount.partnership_id)
    ).all()


def _tag(session: Session, issuer: str, subject: str) -> str:
    return session.keyring.tag("sign_in", "account", issuer, subject)
