"""Legal holds, written down apart from the database too, so that a backup put back does not lose one.

A hold that was agreed to after a backup would be gone with a restore, and what it keeps would go at its time. So
every decision about holds stands, sealed, in the folder apart, and a restore takes it from there before it serves.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select

from storage import sealed_files
from storage.database import Database, Session
from storage.models import Decision, Partnership

NAME = "holds.sealed"
KINDS = ("hold", "lift")


def keep_up(database: Database, folder: Path) -> bool:
    """Write them anew when one was asked for, decided or ended; says whether they were written.

    Raises:
        OSError: the folder cannot be written to.
    """
    with database.reading() as session:
        rows = session.scalars(
            select(Decision).where(Decision.kind.in_(KINDS)).order_by(Decision.id)
        ).all()
        lines = [json.dumps(_plain(row), sort_keys=True) for row in rows]
    path = folder / NAME
    if not path.exists() and not lines:
        return False
    mark = database.keyring.tag("record", "holds", *lines)
    there = sealed_files.about(path) if path.exists() else {}
    if there.get("mark") == mark and there.get("master") == database.keyring.fingerprint:
        return False
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    about = {"holds": "legal holds", "mark": mark}
    sealed_files.write(path, database.keyring, about, lines)
    return True


def put_back(session: Session, folder: Path) -> int:
    """Make every decision about holds what it was when it was last written down; returns how many changed.

    Raises:
        NotReadableError: the file is not as it was written; nothing may be served.
    """
    path = folder / NAME
    if not path.exists():
        return 0
    changed = 0
    for line in sealed_files.read(path, session.keyring):
        values = json.loads(line)
        if session.get(Partnership, values["partnership_id"]) is None:
            continue
        row = session.get(Decision, values["id"])
        if row is not None and _plain(row) == values:
            continue
        days = {
            name: _day(value) for name, value in values.items() if name.endswith(("_on", "_day"))
        }
        session.merge(Decision(**(values | days)))
        changed += 1
    session.flush()
    return changed


def _plain(row: Decision) -> dict[str, Any]:
    values = {column.key: getattr(row, column.key) for column in inspect(Decision).column_attrs}
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in values.items()}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
