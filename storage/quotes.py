"""Quotes: each with words and a key of its own, so that taking one back empties it everywhere."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from storage.database import Session
from storage.models import Digest, Line, Quote


def ask(
    session: Session,
    partnership: str,
    *,
    line: str,
    contribution: str,
    words: str,
    asked_by: str,
    on: date,
    agreed: bool,
) -> Quote:
    """Keep words that may become a quote; `agreed` when the agreement to it is there already."""
    id = secrets.token_hex(16)
    kept = json.dumps({"salt": secrets.token_hex(16), "words": words})
    row = Quote(
        id=id,
        partnership_id=partnership,
        line_id=line,
        contribution_id=contribution,
        state="agreed" if agreed else "asked",
        asked_by=asked_by,
        asked_on=on,
        sealed_words=session.seal("words", partnership, id, kept),
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, partnership: str, id: str) -> Quote | None:
    row = session.get(Quote, id)
    return row if row is not None and row.partnership_id == partnership else None


def opened(session: Session, row: Quote) -> tuple[str, str] | None:
    """The words and their salt; None when the place is empty."""
    if row.sealed_words is None:
        return None
    kept = json.loads(session.open("words", row.partnership_id, row.id, row.sealed_words))
    return kept["words"], kept["salt"]


def of_contribution(session: Session, contribution: str) -> Quote | None:
    """The quote made of a contribution, in whatever state; a contribution has one at most."""
    return session.scalars(select(Quote).where(Quote.contribution_id == contribution)).first()


def in_state(session: Session, partnership: str, *states: str) -> Sequence[Quote]:
    return session.scalars(
        select(Quote)
        .where(Quote.partnership_id == partnership, Quote.state.in_(states))
        .order_by(Quote.asked_on, Quote.id)
    ).all()


def ready_after(session: Session, partnership: str, number: int) -> Sequence[tuple[Quote, Line]]:
    """Quotes that were read, whose line was shown in a digest before this number."""
    rows = session.execute(
        select(Quote, Line)
        .join(Line, Line.id == Quote.line_id)
        .join(Digest, Digest.id == Line.digest_id)
        .where(
            Quote.partnership_id == partnership,
            Quote.state == "read",
            Line.state == "shown",
            Digest.number < number,
        )
        .order_by(Quote.asked_on, Quote.id)
    )
    return [(quote, line) for quote, line in rows]


def end(session: Session, row: Quote, state: str) -> None:
    """Empty the place: the words go with their key, and nothing leads to the contribution."""
    if row.sealed_words is not None:
        session.destroy_key("words", row.id)
    row.sealed_words, row.contribution_id, row.state = None, "", state
    session.flush()


def end_of(session: Session, contribution: str, state: str) -> None:
    """Empty whatever place these words have."""
    row = of_contribution(session, contribution)
    if row is not None:
        end(session, row, state)
