"""A partnership's own texts: what holds now, and every version before it.

Whoever changes one adds a version and takes none away, so that any can be looked at and taken up again. The
first change also keeps what was there before it. A text that came from a file counts as changed only when the
file itself does: what was decided at the desk since is not undone by a restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from sqlalchemy import func, select

from storage import partnerships
from storage.database import Session
from storage.models import Partnership, TextVersion

Document = Literal["codebook", "prompts", "wording"]
FROM_SETTINGS = "settings"  # from a file of the deployment, or the starter that ships


def current(session: Session, partnership: str, document: Document) -> str:
    """The text that holds now; of the wording an empty one where nothing was changed."""
    text: str = getattr(partnerships.get(session, partnership), document)
    return text


def versions(session: Session, partnership: str, document: Document) -> Sequence[TextVersion]:
    """Every version that is kept, the newest first; none before the first change."""
    return session.scalars(
        select(TextVersion)
        .where(TextVersion.partnership_id == partnership, TextVersion.document == document)
        .order_by(TextVersion.number.desc())
    ).all()


def version(
    session: Session, partnership: str, document: Document, number: int
) -> TextVersion | None:
    return session.get(TextVersion, (partnership, document, number))


def number_now(session: Session, partnership: str, document: Document) -> int | None:
    """The number of the version that holds now; None before the first change."""
    return session.scalar(
        select(func.max(TextVersion.number)).where(
            TextVersion.partnership_id == partnership, TextVersion.document == document
        )
    )


def keep(
    session: Session,
    partnership: str,
    document: Document,
    text: str,
    *,
    by: str,
    on: date,
    why: str,
    first: int = 1,
) -> int:
    """Let this text hold from now on; returns the number of its version.

    `first` is the number of what was there before the first change.
    """
    row = partnerships.get(session, partnership)
    before = number_now(session, partnership, document)
    if before is None:
        _add(session, row, document, first, by=FROM_SETTINGS, on=on, why="")
    number = (before or first) + 1
    setattr(row, document, text)
    _add(session, row, document, number, by=by, on=on, why=why)
    return number


def _add(
    session: Session,
    row: Partnership,
    document: Document,
    number: int,
    *,
    by: str,
    on: date,
    why: str,
) -> None:
    session.add(
        TextVersion(
            partnership_id=row.id,
            document=document,
            number=number,
            text=getattr(row, document),
            by=by,
            on_date=on,
            why=why,
        )
    )
    session.flush()


def from_settings(session: Session, partnership: str, document: Document) -> str | None:
    """The text that came last from a file; None where no version is kept."""
    return session.scalar(
        select(TextVersion.text)
        .where(
            TextVersion.partnership_id == partnership,
            TextVersion.document == document,
            TextVersion.by == FROM_SETTINGS,
        )
        .order_by(TextVersion.number.desc())
        .limit(1)
    )
