"""Partnerships and what is their own: settings, codebook and prompt bank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from storage.database import Session
from storage.models import Partnership


def put(
    session: Session,
    *,
    id: str,
    name: str,
    settings: Mapping[str, Any],
    codebook: str,
    prompts: str,
) -> Partnership:
    """Add a partnership, or bring its settings up to date."""
    row = session.get(Partnership, id)
    if row is None:
        row = Partnership(
            id=id, name=name, settings=dict(settings), codebook=codebook, prompts=prompts
        )
        session.add(row)
    row.name, row.settings, row.codebook, row.prompts = name, dict(settings), codebook, prompts
    session.flush()
    return row


def get(session: Session, id: str) -> Partnership:
    """The partnership of this id; raises LookupError when there is none."""
    row = session.get(Partnership, id)
    if row is None:
        raise LookupError(f"no partnership {id}")
    session.info[f"partnership {id}"] = row  # held, or the session lets it go and reads it again
    return row


def every(session: Session) -> Sequence[Partnership]:
    return session.scalars(select(Partnership).order_by(Partnership.id)).all()
