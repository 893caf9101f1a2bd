"""Sealed words. Nothing here knows whose they are."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from storage.database import Session
from storage.models import Contribution, KeptDetail, LineContribution
from storage.statements import compared

AT_ONCE = 500  # ids in one statement
# Stands in `coded_with` before the reason why no machine could check or read these words, such as "unread:pl":
# a person reads them first, and no coder guesses.
UNREAD = "unread:"


@dataclass(frozen=True)
class Kept:
    """What is kept beside the words: kind of voice, agreement, own tags, a date."""

    kind: str
    voice: str
    rendering: str = "own_words"
    age_band: str = ""
    prompt_id: str = ""
    prevention_level: str = ""
    network_level: str = ""
    transition: str = ""
    stance: str = ""
    first_contact: str = ""
    agreed_to: str = "theme"
    agreement_by: str = ""


def keep(session: Session, *, partnership: str, words: str, kept: Kept, on: date) -> str:
    """Seal protected words and return the new contribution's random id."""
    id = secrets.token_hex(16)
    session.expect_new("words", [id])
    session.add(
        Contribution(
            id=id,
            partnership_id=partnership,
            on_date=on,
            state="waiting",
            sealed_words=session.seal("words", partnership, id, words),
            **vars(kept),
        )
    )
    session.flush()
    return id


def get(session: Session, partnership: str, id: str) -> Contribution | None:
    row = session.get(Contribution, id)
    return row if row is not None and row.partnership_id == partnership else None


def those(session: Session, partnership: str, ids: Iterable[str]) -> list[Contribution]:
    """These of this partnership's that are still there, in this order, their words quick to open."""
    wanted = list(ids)
    found: dict[str, Contribution] = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        here = (
            compared(session, Contribution.partnership_id) == partnership,
            Contribution.id.in_(some),
        )
        found |= {row.id: row for row in session.scalars(select(Contribution).where(*here))}
    session.fetch_keys("words", found)
    return [found[id] for id in wanted if id in found]


def words(session: Session, row: Contribution) -> str:
    """The protected words of a contribution."""
    return session.open("words", row.partnership_id, row.id, row.sealed_words)


def rewrite(session: Session, row: Contribution, words: str) -> None:
    """Put new words in place of the old; the data key of the old ones is destroyed."""
    before = row.sealed_words
    row.sealed_words = session.reseal("words", row.partnership_id, row.id, before, words)


def forget(session: Session, row: Contribution) -> None:
    """Delete the row and destroy its data key."""
    session.destroy_key("words", row.id)
    session.delete(row)
    session.flush()


def waiting(session: Session, partnership: str) -> Sequence[Contribution]:
    """Everything not yet shown, in no order that tells anything."""
    return session.scalars(
        select(Contribution)
        .where(Contribution.partnership_id == partnership, Contribution.state == "waiting")
        .order_by(Contribution.id)
    ).all()


def not_read(session: Session, partnership: str) -> Sequence[Contribution]:
    """What of it no machine has read yet."""
    return session.scalars(
        select(Contribution)
        .where(
            Contribution.partnership_id == partnership,
            Contribution.state == "waiting",
            Contribution.coded_with == "",
        )
        .order_by(Contribution.id)
    ).all()


def waiting_ids(session: Session, partnership: str) -> Sequence[str]:
    """Their ids alone."""
    return session.scalars(
        select(Contribution.id)
        .where(Contribution.partnership_id == partnership, Contribution.state == "waiting")
        .order_by(Contribution.id)
    ).all()


def waiting_since(session: Session, partnership: str, before: date) -> Sequence[Contribution]:
    return session.scalars(
        select(Contribution).where(
            Contribution.partnership_id == partnership,
            Contribution.state == "waiting",
            Contribution.on_date < before,
        )
    ).all()


def reflections_between(
    session: Session, partnership: str, since: date, before: date, *, at_most: int
) -> list[Contribution]:
    """What practitioners wrote from one day on and before another and a machine could read, the newest first.

    Their words are quick to open.
    """
    rows = session.scalars(
        select(Contribution)
        .where(
            Contribution.partnership_id == partnership,
            Contribution.kind == "reflection",
            Contribution.state.in_(("waiting", "shown")),
            Contribution.on_date >= since,
            Contribution.on_date < before,
            Contribution.coded_with.not_like(f"{UNREAD}%"),
        )
        .order_by(Contribution.on_date.desc(), Contribution.id)
        .limit(at_most)
    ).all()
    session.fetch_keys("words", [row.id for row in rows])
    return list(rows)


def kept_details(session: Session, contribution: str) -> Sequence[str]:
    """The kinds of detail that an author chose to keep, each once."""
    kinds = select(KeptDetail.detail_kind).where(KeptDetail.contribution_id == contribution)
    return sorted(set(session.scalars(kinds)))


def log_kept_detail(session: Session, contribution: str, detail_kind: str) -> None:
    session.add(
        KeptDetail(id=secrets.token_hex(16), contribution_id=contribution, detail_kind=detail_kind)
    )


def forget_kept_details(session: Session, contribution: str) -> None:
    """The words were changed: what stood in the old ones is forgotten."""
    session.execute(delete(KeptDetail).where(KeptDetail.contribution_id == contribution))


def relays_behind(
    session: Session, partnership: str, lines: Collection[str], *, at_most: int
) -> list[tuple[str, Contribution]]:
    """What champions relayed that stands behind these lines and is still kept, the newest first.

    With each the id of its line.
    """
    rows = session.execute(
        select(LineContribution.line_id, Contribution)
        .join(Contribution, Contribution.id == LineContribution.contribution_id)
        .where(
            LineContribution.line_id.in_(lines),
            compared(session, Contribution.partnership_id) == partnership,
            Contribution.kind == "relay",
            compared(session, Contribution.state).in_(("waiting", "shown")),
        )
        .order_by(Contribution.on_date.desc(), Contribution.id)
        .limit(at_most)
    )
    return [(line, row) for line, row in rows]
