"""Digests and their lines: drafts, what was issued (frozen), and what each line consumed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import delete, func, insert, select, update

from storage.database import Session
from storage.models import Contribution, Digest, Line, LineContribution
from storage.statements import in_parts


def begin(session: Session, partnership: str, slot_date: date) -> Digest:
    """A new draft with the next number."""
    last = session.scalar(
        select(func.max(Digest.number)).where(Digest.partnership_id == partnership)
    )
    row = Digest(
        id=secrets.token_hex(16),
        partnership_id=partnership,
        number=(last or 0) + 1,
        slot_date=slot_date,
        state="draft",
    )
    session.add(row)
    session.flush()
    return row


def draft(session: Session, partnership: str) -> Digest | None:
    """The draft that is being made, if any."""
    return session.scalars(
        select(Digest)
        .where(Digest.partnership_id == partnership, Digest.state == "draft")
        .order_by(Digest.number.desc())
    ).first()


def issued(session: Session, partnership: str) -> Sequence[Digest]:
    """Issued digests, newest first."""
    return session.scalars(
        select(Digest)
        .where(Digest.partnership_id == partnership, Digest.state == "issued")
        .order_by(Digest.number.desc())
    ).all()


def heard_since(session: Session, partnership: str, since: date) -> frozenset[str]:
    """Of which kinds of voice and communities enough was heard with a digest after this day."""
    rows = session.scalars(
        select(Digest.heard).where(Digest.partnership_id == partnership, Digest.slot_date > since)
    )
    return frozenset(name for heard in rows for name in heard)


def latest(session: Session, partnership: str) -> Digest | None:
    """The newest issued digest."""
    return next(iter(issued(session, partnership)), None)


def audit_marks(session: Session) -> set[str]:
    """The marks of the record that issued digests carry in their footers, over all partnerships."""
    frozen = session.scalars(select(Digest.frozen).where(Digest.state == "issued"))
    marks = {json.loads(page).get("audit_hash", "") for page in frozen if page}
    return marks - {""}


def numbered(session: Session, partnership: str, number: int) -> Digest | None:
    return session.scalars(
        select(Digest).where(Digest.partnership_id == partnership, Digest.number == number)
    ).first()


def add_line(session: Session, line: Line, contributions: Iterable[str]) -> None:
    """Add a draft line and reserve what stands behind it."""
    session.add(line)
    session.flush()
    rows = [{"contribution_id": id, "line_id": line.id} for id in contributions]
    if rows:
        session.connection().execute(insert(LineContribution), rows)


def line(session: Session, partnership: str, id: str) -> Line | None:
    row = session.get(Line, id)
    return row if row is not None and row.partnership_id == partnership else None


def lines_of(session: Session, digest_id: str) -> Sequence[Line]:
    return session.scalars(
        select(Line).where(Line.digest_id == digest_id).order_by(Line.diversity.desc(), Line.id)
    ).all()


def shown_lines(session: Session, partnership: str) -> Sequence[Line]:
    """Every line that has been issued, oldest first."""
    return session.scalars(
        select(Line)
        .where(Line.partnership_id == partnership, Line.state == "shown")
        .order_by(Line.until, Line.id)
    ).all()


def behind(session: Session, line_id: str) -> Sequence[str]:
    return session.scalars(
        select(LineContribution.contribution_id).where(LineContribution.line_id == line_id)
    ).all()


def line_behind(session: Session, contribution: str) -> Line | None:
    """The issued line that a contribution is part of, if any."""
    row = session.get(LineContribution, contribution)
    found = session.get(Line, row.line_id) if row else None
    return found if found is not None and found.state == "shown" else None


def let_go(session: Session, line_id: str) -> None:
    """Give back what a line reserved: its contributions wait again, in the same open window."""
    session.execute(delete(LineContribution).where(LineContribution.line_id == line_id))


def let_go_of(session: Session, line_id: str, contributions: Iterable[str]) -> None:
    """Give back some of what a line reserved."""
    for some in in_parts(contributions):
        session.execute(
            delete(LineContribution).where(
                LineContribution.line_id == line_id, LineContribution.contribution_id.in_(some)
            )
        )


def forget_contribution(session: Session, contribution: str) -> None:
    session.execute(
        delete(LineContribution).where(LineContribution.contribution_id == contribution)
    )


def mark_shown(session: Session, line_id: str) -> None:
    """Consume: what stands behind this line counts nowhere else from now on."""
    reserved = select(LineContribution.contribution_id).where(LineContribution.line_id == line_id)
    session.execute(
        update(Contribution)
        .where(Contribution.id.in_(reserved))
        .values(state="shown")
        .execution_options(synchronize_session=False)
    )
