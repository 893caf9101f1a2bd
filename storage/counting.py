"""How many different people spoke: a keyed tag per person and partnership, never beside words.

Writing is open to `handlers.contributions`; reading only to the release (`handlers.weekly`).
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from storage.database import Session
from storage.models import CountingTag


def tag(
    session: Session, *, partnership: str, contribution: str, person: str, agency: str, voices: int
) -> None:
    session.add(
        CountingTag(
            contribution_id=contribution,
            partnership_id=partnership,
            person_tag=session.keyring.tag("counting", partnership, person),
            agency_tag=session.keyring.tag("agency", partnership, agency),
            voices=voices,
        )
    )


def forget(session: Session, contribution: str) -> None:
    session.execute(delete(CountingTag).where(CountingTag.contribution_id == contribution))


def of(session: Session, partnership: str, wanted: Iterable[str]) -> dict[str, CountingTag]:
    """The tags of these contributions, by contribution. For the release only."""
    keep = set(wanted)
    rows = session.scalars(select(CountingTag).where(CountingTag.partnership_id == partnership))
    return {row.contribution_id: row for row in rows if row.contribution_id in keep}


def roster(
    session: Session, partnership: str, seats: Iterable[tuple[str, str]]
) -> dict[str, set[str]]:
    """Everybody who may be asked, as tags by agency tag: `(person, agency)` each. For the release only."""
    found: dict[str, set[str]] = {}
    for person, agency in seats:
        agency_tag = session.keyring.tag("agency", partnership, agency)
        found.setdefault(agency_tag, set()).add(
            session.keyring.tag("counting", partnership, person)
        )
    return found
