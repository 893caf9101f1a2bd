"""How many different people spoke: a keyed tag per person and partnership, never beside words.

Writing is open to `handlers.contributions`; reading only to the release (`handlers.weekly`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select

from storage.database import Session
from storage.models import CountingTag
from storage.statements import in_parts


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


@dataclass(frozen=True, slots=True)
class Tags:
    """Who counts behind one contribution: keyed tags, and the voices that were attested."""

    person_tag: str
    agency_tag: str
    voices: int


def of(session: Session, partnership: str, wanted: Iterable[str]) -> dict[str, Tags]:
    """The tags of these contributions, by contribution. For the release only."""
    found = {}
    for some in in_parts(wanted):
        rows = session.execute(
            select(
                CountingTag.contribution_id,
                CountingTag.person_tag,
                CountingTag.agency_tag,
                CountingTag.voices,
            ).where(
                CountingTag.partnership_id == partnership, CountingTag.contribution_id.in_(some)
            )
        )
        found.update({row[0]: Tags(row[1], row[2], row[3]) for row in rows})
    return found


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
