"""How many different people spoke: a keyed tag per person and partnership, never beside words.

Writing is open to `handlers.contributions`; reading only to the release (`handlers.weekly`).

The release counts what waits without ever holding it as rows: the database puts together what counts
alike, and only what stands behind a line comes one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from sys import intern
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, select

from storage.codings import LABELS, decided
from storage.database import Session
from storage.models import Coding, Contribution, CountingTag, LineContribution
from storage.statements import compared, in_parts

AT_ONCE = 10_000  # rows fetched from the database at a time
_LABELS = (
    select(LABELS).where(Coding.contribution_id == CountingTag.contribution_id).scalar_subquery()
)


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


class Alike(NamedTuple):
    """What makes contributions count alike: of one person or champion, and under the same themes.

    A plain tuple, as what follows, because a partnership may have a million of them.
    """

    person: str
    agency: str
    relayed: bool
    themes: tuple[str, ...]


class Counted(NamedTuple):
    """One contribution as it is counted, with what its author said of it."""

    id: str
    on_date: date
    stance: str
    agreed_to: str
    alike: Alike
    voices: int


def waiting(session: Session, partnership: str) -> dict[Alike, int]:
    """The voices of everything not yet shown, put together where it counts alike. For the release only."""
    each = (
        select(
            CountingTag.person_tag,
            CountingTag.agency_tag,
            Contribution.kind,
            _LABELS.label("labels"),
            CountingTag.voices,
        )
        .join(Contribution, Contribution.id == CountingTag.contribution_id)
        .where(Contribution.partnership_id == partnership, Contribution.state == "waiting")
        .offset(0)  # a fence: else SQLite puts the labels together twice for each row
        .subquery()
    )
    same = (each.c.person_tag, each.c.agency_tag, each.c.kind, each.c.labels)
    rows = session.execute(
        select(*same, func.sum(each.c.voices)).group_by(*same),
        execution_options={"yield_per": AT_ONCE},
    )
    found: dict[Alike, int] = {}
    for *tags, voices in rows:
        alike = _alike(*tags)
        found[alike] = found.get(alike, 0) + int(voices)
    return found


def _alike(person: str, agency: str, kind: str, labels: str | None) -> Alike:
    return Alike(intern(person), intern(agency), kind == "relay", decided(labels))


def under(session: Session, partnership: str, themes: Collection[str]) -> Iterator[Counted]:
    """One by one what is not yet shown and has one of these themes. For the release only."""
    wanted = frozenset(themes)
    labelled = select(Coding.contribution_id).where(Coding.theme.in_(sorted(wanted)))
    waits = compared(session, Contribution.state) == "waiting"
    for one in _counted(session, partnership, Contribution.id.in_(labelled), waits):
        if not wanted.isdisjoint(one.alike.themes):
            yield one


def behind(session: Session, partnership: str, line: str) -> Iterator[Counted]:
    """One by one what stands behind a line. For the release only."""
    reserved = select(LineContribution.contribution_id).where(LineContribution.line_id == line)
    return _counted(session, partnership, Contribution.id.in_(reserved))


def tagged(
    session: Session, partnership: str, lines: Collection[str], first_contact: str
) -> Iterator[Counted]:
    """What stands behind these lines and has this tag of its author's. For the release only."""
    reserved = select(LineContribution.contribution_id).where(LineContribution.line_id.in_(lines))
    has = compared(session, Contribution.first_contact) == first_contact
    return _counted(session, partnership, Contribution.id.in_(reserved), has)


def those(session: Session, partnership: str, ids: Iterable[str]) -> Iterator[Counted]:
    """One by one what has these ids. For the release only."""
    for some in in_parts(ids):
        yield from _counted(session, partnership, Contribution.id.in_(some))


def voices_behind(
    session: Session, partnership: str, lines: Collection[str]
) -> Iterator[tuple[str, str, Tags]]:
    """Relays behind these lines, put together by line, kind of voice and champion. For the release only."""
    same = (
        LineContribution.line_id,
        Contribution.voice,
        CountingTag.person_tag,
        CountingTag.agency_tag,
    )
    rows = session.execute(
        select(*same, func.sum(CountingTag.voices))
        .join(Contribution, Contribution.id == LineContribution.contribution_id)
        .join(CountingTag, CountingTag.contribution_id == LineContribution.contribution_id)
        .where(
            LineContribution.line_id.in_(lines),
            compared(session, Contribution.partnership_id) == partnership,
            Contribution.kind == "relay",
        )
        .group_by(*same)
    )
    for line, voice, person, agency, voices in rows:
        yield line, voice, Tags(person, agency, int(voices))


def _counted(session: Session, partnership: str, *which: ColumnElement[bool]) -> Iterator[Counted]:
    """In the order of their ids."""
    rows = session.execute(
        select(
            Contribution.id,
            Contribution.on_date,
            Contribution.stance,
            Contribution.agreed_to,
            CountingTag.voices,
            CountingTag.person_tag,
            CountingTag.agency_tag,
            Contribution.kind,
            _LABELS,
        )
        .join(CountingTag, CountingTag.contribution_id == Contribution.id)
        .where(compared(session, Contribution.partnership_id) == partnership, *which)
        .order_by(Contribution.id),
        execution_options={"yield_per": AT_ONCE},
    )
    for id, on, stance, agreed, voices, *tags in rows:
        yield Counted(id, on, intern(stance), intern(agreed), _alike(*tags), voices)


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
