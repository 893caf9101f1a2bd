"""Agreements with neighbours, the lines shared under them, and what came from another deployment."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select

from storage.database import Session
from storage.models import Line, LineShare, Neighbour, NeighbourTheme, Seat


@dataclass(frozen=True)
class Theme:
    """What is shared of a line: never its sentence, its band or anybody's words."""

    subject: str
    title: str
    question: str
    on: date


def agree(
    session: Session,
    partnership: str,
    *,
    other: str = "",
    name: str,
    public_key: str = "",
    on: date,
) -> Neighbour:
    """One side's agreement; an open one with the same neighbour is kept."""
    known = next(
        (
            row
            for row in standing(session, partnership)
            if (row.other_id, row.public_key) == (other, public_key)
        ),
        None,
    )
    if known is not None:
        return known
    row = Neighbour(
        id=secrets.token_hex(16),
        partnership_id=partnership,
        other_id=other,
        name=name,
        public_key=public_key,
        agreed_on=on,
        taken_at=_taken_before(session, partnership, public_key),
    )
    session.add(row)
    session.flush()
    return row


def _taken_before(session: Session, partnership: str, public_key: str) -> datetime | None:
    """How new what was taken in under earlier agreements with this key was: nothing older is taken in again."""
    if not public_key:
        return None
    return session.scalar(
        select(func.max(Neighbour.taken_at)).where(
            Neighbour.partnership_id == partnership, Neighbour.public_key == public_key
        )
    )


def get(session: Session, partnership: str, id: str) -> Neighbour | None:
    row = session.get(Neighbour, id)
    return row if row is not None and row.partnership_id == partnership else None


def standing(session: Session, partnership: str) -> Sequence[Neighbour]:
    """This side's agreements that it has not ended, oldest first."""
    return session.scalars(
        select(Neighbour)
        .where(Neighbour.partnership_id == partnership, Neighbour.ended_on.is_(None))
        .order_by(Neighbour.agreed_on, Neighbour.id)
    ).all()


def asked_by(session: Session, partnership: str) -> Sequence[Neighbour]:
    """Open agreements of other partnerships here with this one."""
    return session.scalars(
        select(Neighbour)
        .where(Neighbour.other_id == partnership, Neighbour.ended_on.is_(None))
        .order_by(Neighbour.agreed_on, Neighbour.id)
    ).all()


def other_side(session: Session, row: Neighbour) -> Neighbour | None:
    """The other partnership's own agreement with this one; None while it has not agreed, or has ended it."""
    return session.scalars(
        select(Neighbour).where(
            Neighbour.partnership_id == row.other_id,
            Neighbour.other_id == row.partnership_id,
            Neighbour.ended_on.is_(None),
        )
    ).first()


def active(session: Session, partnership: str) -> list[Neighbour]:
    """Agreements under which themes are shared: both sides stand to them, or the other is elsewhere."""
    return [
        row
        for row in standing(session, partnership)
        if not row.other_id or other_side(session, row) is not None
    ]


def end(session: Session, row: Neighbour, on: date) -> None:
    """Either side ends it alone: nothing is shared any more, and what came from there is deleted."""
    row.ended_on = on
    session.execute(delete(LineShare).where(LineShare.neighbour_id == row.id))
    session.execute(delete(NeighbourTheme).where(NeighbourTheme.neighbour_id == row.id))
    other = other_side(session, row) if row.other_id else None
    if other is not None:
        session.execute(delete(LineShare).where(LineShare.neighbour_id == other.id))


def share(session: Session, line: str, neighbour: str, on: date) -> None:
    session.merge(LineShare(line_id=line, neighbour_id=neighbour, on_date=on))


def shared(session: Session, neighbour: str, since: date) -> list[Theme]:
    """What was shared under an agreement after that day: the newest of each subject."""
    rows = session.execute(
        select(Line, LineShare.on_date)
        .join(LineShare, LineShare.line_id == Line.id)
        .where(
            LineShare.neighbour_id == neighbour, LineShare.on_date > since, Line.state == "shown"
        )
        .order_by(LineShare.on_date, Line.id)
    )
    newest = {line.subject: Theme(line.subject, line.title, line.question, on) for line, on in rows}
    return list(newest.values())


def came(session: Session, row: Neighbour, since: date) -> list[Theme]:
    """What the neighbour shared after that day, from its own rows or from what it sent."""
    if row.other_id:
        other = other_side(session, row)
        return shared(session, other.id, since) if other is not None else []
    found = session.scalars(
        select(NeighbourTheme)
        .where(NeighbourTheme.neighbour_id == row.id, NeighbourTheme.on_date > since)
        .order_by(NeighbourTheme.on_date, NeighbourTheme.subject)
    )
    return [Theme(one.subject, one.title, one.question, one.on_date) for one in found]


def take_in(session: Session, row: Neighbour, themes: Iterable[Theme], made_at: datetime) -> None:
    """Keep what a neighbour elsewhere sent, in place of what it sent before; `made_at` is when, there."""
    row.taken_at = made_at
    session.execute(delete(NeighbourTheme).where(NeighbourTheme.neighbour_id == row.id))
    for one in themes:
        session.add(
            NeighbourTheme(
                id=secrets.token_hex(16),
                neighbour_id=row.id,
                subject=one.subject,
                title=one.title,
                question=one.question,
                on_date=one.on,
            )
        )
    session.flush()


def serving_both(session: Session, partnership: str, other: str) -> Sequence[str]:
    """Ids of people who hold a seat in both."""
    there = select(Seat.person_id).where(Seat.partnership_id == other)
    return session.scalars(
        select(Seat.person_id)
        .where(
            Seat.partnership_id == partnership,
            Seat.person_id.is_not(None),
            Seat.person_id.in_(there),
        )
        .distinct()
        .order_by(Seat.person_id)
    ).all()  # type: ignore[return-value]
