"""Receipt phrases: three plain words, kept only as a keyed fingerprint, with a limit on guessing."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import delete, select

from storage.database import Session
from storage.models import PhraseTry, ReceiptPhrase


def _fingerprint(session: Session, partnership: str, phrase: str) -> str:
    return session.keyring.tag("receipt", partnership, *sorted_words(phrase))


def sorted_words(phrase: str) -> list[str]:
    """The words in lower case, in the order given; what stands between them does not matter."""
    return re.findall(r"[^\W\d_]+", phrase.lower())


def keep(session: Session, partnership: str, phrase: str, contribution: str) -> bool:
    """Remember a phrase; False when it is already somebody's."""
    fingerprint = _fingerprint(session, partnership, phrase)
    if session.get(ReceiptPhrase, fingerprint) is not None:
        return False
    session.add(
        ReceiptPhrase(
            fingerprint=fingerprint, partnership_id=partnership, contribution_id=contribution
        )
    )
    session.flush()
    return True


def find(session: Session, partnership: str, phrase: str) -> str | None:
    row = session.get(ReceiptPhrase, _fingerprint(session, partnership, phrase))
    return row.contribution_id if row else None


def forget(session: Session, contribution: str) -> None:
    session.execute(delete(ReceiptPhrase).where(ReceiptPhrase.contribution_id == contribution))


def tries(session: Session, partnership: str, person: str, on: date) -> int:
    """How many wrong phrases this person has typed today."""
    tag = session.keyring.tag("receipt", "tries", partnership, person)
    row = session.scalar(
        select(PhraseTry).where(PhraseTry.person_tag == tag, PhraseTry.on_date == on)
    )
    return row.tries if row else 0


def missed(session: Session, partnership: str, person: str, on: date) -> None:
    tag = session.keyring.tag("receipt", "tries", partnership, person)
    row = session.get(PhraseTry, (tag, on))
    if row is None:
        session.add(PhraseTry(person_tag=tag, on_date=on, tries=1))
    else:
        row.tries += 1
