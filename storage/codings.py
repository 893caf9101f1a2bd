"""Themes given to contributions: machine labels and people's labels apart, people's deciding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select

from storage.database import Session
from storage.models import Coding

NONE_OF_THESE = "-"


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


def of(session: Session, contribution: str) -> Sequence[Coding]:
    return session.scalars(
        select(Coding).where(Coding.contribution_id == contribution).order_by(Coding.score.desc())
    ).all()


def deciding(session: Session, contributions: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Themes by contribution: a person's where a person has looked, else the machine's."""
    wanted = set(contributions)
    machine: dict[str, list[str]] = {}
    person: dict[str, list[str]] = {}
    for row in session.scalars(select(Coding).order_by(Coding.theme)):
        if row.contribution_id in wanted:
            side = person if row.by == "person" else machine
            side.setdefault(row.contribution_id, []).append(row.theme)
    return {
        id: tuple(t for t in person.get(id, machine.get(id, ())) if t != NONE_OF_THESE)
        for id in wanted
    }
