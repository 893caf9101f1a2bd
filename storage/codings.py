"""Themes given to contributions: machine labels and people's labels apart, people's deciding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from sqlalchemy import ColumnElement, delete, func, select

from storage import contributions
from storage.database import Session
from storage.models import Coding, Contribution
from storage.statements import in_parts

NONE_OF_THESE = "-"
# Every label of one contribution, in a statement that is grouped by contribution; `decided` reads it. No theme
# has a comma in its id.
LABELS = func.aggregate_strings(Coding.by + ":" + Coding.theme, ",")


def by_machine(
    session: Session,
    contribution: str,
    labels: Iterable[tuple[str, float, int, int]],
    *,
    versions: str,
) -> None:
    """Replace the machine's labels: `(theme, score, start, end)` each."""
    session.execute(
        delete(Coding).where(Coding.contribution_id == contribution, Coding.by == "machine")
    )
    session.add_all(
        Coding(
            contribution_id=contribution,
            theme=theme,
            by="machine",
            score=score,
            start=start,
            end=end,
            versions=versions,
        )
        for theme, score, start, end in labels
    )


def by_person(session: Session, contribution: str, themes: Sequence[str]) -> None:
    """Replace people's labels; an empty list is the answer 'none of these'."""
    session.execute(
        delete(Coding).where(Coding.contribution_id == contribution, Coding.by == "person")
    )
    session.add_all(
        Coding(
            contribution_id=contribution,
            theme=theme,
            by="person",
            score=1.0,
            start=0,
            end=0,
            versions="",
        )
        for theme in (themes or (NONE_OF_THESE,))
    )


def forget(session: Session, contribution: str) -> None:
    """Whatever was said of these words is said of none: they were put another way."""
    session.execute(delete(Coding).where(Coding.contribution_id == contribution))


def of(session: Session, contribution: str) -> Sequence[Coding]:
    return session.scalars(
        select(Coding).where(Coding.contribution_id == contribution).order_by(Coding.score.desc())
    ).all()


def deciding(session: Session, contributions: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Themes by contribution: a person's where a person has looked, else the machine's."""
    wanted = set(contributions)
    found: dict[str, tuple[str, ...]] = dict.fromkeys(wanted, ())
    for some in in_parts(wanted):
        rows = session.execute(
            select(Coding.contribution_id, LABELS)
            .where(Coding.contribution_id.in_(some))
            .group_by(Coding.contribution_id)
        )
        found |= {id: decided(labels) for id, labels in rows}
    return found


@lru_cache(maxsize=4096)
def decided(labels: str | None) -> tuple[str, ...]:
    """The deciding themes, in order, of one contribution with these `LABELS`."""
    machine: set[str] = set()
    person: set[str] = set()
    for label in labels.split(",") if labels else ():
        by, theme = label.split(":", 1)
        (person if by == "person" else machine).add(theme)
    return tuple(sorted((person or machine) - {NONE_OF_THESE}))


def by_people(session: Session, partnership: str) -> dict[str, tuple[str, ...]]:
    """What people have said of words that are still held, by contribution; () is none of these."""
    found: dict[str, list[str]] = {}
    rows = session.scalars(
        select(Coding)
        .join(Contribution, Contribution.id == Coding.contribution_id)
        .where(Contribution.partnership_id == partnership, Coding.by == "person")
        .order_by(Coding.contribution_id, Coding.theme)
    )
    for row in rows:
        found.setdefault(row.contribution_id, []).append(row.theme)
    return {id: tuple(t for t in themes if t != NONE_OF_THESE) for id, themes in found.items()}


def _to_read(versions: str) -> tuple[ColumnElement[bool], ...]:
    """Not read with these versions yet; words that nobody's machine can read wait for a person."""
    return (
        Contribution.coded_with != versions,
        Contribution.coded_with.not_like(f"{contributions.UNREAD}%"),
    )


def not_coded_with(
    session: Session, partnership: str, versions: str, *, at_most: int
) -> Sequence[Contribution]:
    """Contributions whose words are held and that another codebook or coder read, or none yet."""
    return session.scalars(
        select(Contribution)
        .where(Contribution.partnership_id == partnership, *_to_read(versions))
        .order_by(Contribution.id)
        .limit(at_most)
    ).all()


def how_many_not_coded_with(session: Session, partnership: str, versions: str) -> int:
    """How many of those there are."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Contribution)
            .where(Contribution.partnership_id == partnership, *_to_read(versions))
        )
        or 0
    )


def how_many_readable(session: Session, partnership: str, codebook: int = 0) -> int:
    """How many contributions are held whose words a machine can read; with a codebook's version, has read."""
    with_it = [Contribution.coded_with.like(f"{codebook}/%")] if codebook else []
    return (
        session.scalar(
            select(func.count())
            .select_from(Contribution)
            .where(
                Contribution.partnership_id == partnership,
                Contribution.coded_with.not_like(f"{contributions.UNREAD}%"),
                *with_it,
            )
        )
        or 0
    )
