"""Backups: every row as it is, sealed words as sealed words, from one moment of a database that runs on.

Rows and data keys are never in the same file. The rows may be kept for as long as wanted, because without the
data keys they open nowhere; the keys are in one file that is written anew whenever one was destroyed, so that no
copy of a destroyed key stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, Table, func, select

from storage import key_store, sealed_files
from storage.database import Database
from storage.models import KeyRows, RecordKey, Rows, Tombstone
from storage.sealing import Keyring

KEYS_FILE = "data-keys.backup"
TABLES = len(Rows.metadata.tables)
AT_ONCE = 1000
FRESH = timedelta(
    hours=1
)  # new keys alone are taken into the file this often; a destroyed one at once


@dataclass(frozen=True)
class Counted:
    """Rows of one table."""

    table: str
    rows: int


def write_rows(
    database: Database,
    path: Path,
    *,
    now: datetime,
    copied: Callable[[Counted], None] = lambda one: None,
) -> None:
    """Back the rows up, while others read and write."""
    key_store.follow(database.key_engine, database.keyring)
    about = {"holds": "rows", "made": now.isoformat()}
    with _one_moment(database.engine) as at:
        about["revision"] = MigrationContext.configure(at).get_current_revision() or ""
        lines = _lines(at, Rows.metadata, copied)
        sealed_files.write(path, database.keyring, about, lines)


def write_keys(database: Database, path: Path, *, now: datetime) -> None:
    """Back the data keys up, each still wrapped by the master key; replaces what was there."""
    key_store.follow(database.key_engine, database.keyring)
    with _one_moment(database.key_engine) as at:
        about = {
            "holds": "keys",
            "made": now.isoformat(),
            "revision": MigrationContext.configure(at).get_current_revision() or "",
            "counts": _counts(at),
        }
        lines = _lines(at, KeyRows.metadata, lambda one: None)
        sealed_files.write(path, database.keyring, about, lines)


def keep_keys_up(database: Database, folder: Path, *, now: datetime) -> bool:
    """Write the keys anew if one was destroyed, or they are an hour old; says whether they were written.

    Raises:
        OSError: the folder cannot be written to.
    """
    key_store.follow(database.key_engine, database.keyring)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / KEYS_FILE
    with database.key_engine.connect() as at:
        counts = _counts(at)
    try:
        there = sealed_files.about(path)
    except sealed_files.NotReadableError:
        there = {}
    was, made = there.get("counts", [0, 0]), there.get("made")
    same_key = there.get("master") == database.keyring.fingerprint
    fresh = made is not None and now - datetime.fromisoformat(made) < FRESH
    if same_key and (was == counts or (fresh and was[1] == counts[1] and was[0] <= counts[0])):
        return False
    write_keys(database, path, now=now)
    return True


def _counts(at: Connection) -> list[int]:
    """How many data keys and tombstones there are: another number of either says that one was destroyed."""
    return [
        at.scalar(select(func.count()).select_from(table)) or 0 for table in (RecordKey, Tombstone)
    ]


@contextmanager
def _one_moment(engine: Engine) -> Iterator[Connection]:
    """A connection whose every read sees the same moment, whatever others write meanwhile."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    else:
        engine = engine.execution_options(reading=True)
    with engine.connect() as at:
        yield at


def _lines(at: Connection, metadata: MetaData, copied: Callable[[Counted], None]) -> Iterator[str]:
    for table in metadata.sorted_tables:
        yield json.dumps({"table": table.name, "columns": [c.name for c in table.columns]})
        rows = 0
        found = at.execute(select(table), execution_options={"yield_per": AT_ONCE})
        for row in found:
            rows += 1
            yield json.dumps([_plain(value) for value in row])
        yield json.dumps({"end": table.name, "rows": rows})
        copied(Counted(table.name, rows))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return {"json": value} if isinstance(value, dict | list) else value


@dataclass(frozen=True)
class Batch:
    """Some rows of one table; `table` is None behind the last of all."""

    table: str
    rows: list[dict[str, Any]]


def batches(path: Path, keyring: Keyring) -> Iterator[Batch]:
    """What a backup holds, a thousand rows at a time.

    Raises:
        NotReadableError: it is not as it was written.
    """
    name, columns, rows, count = "", list[str](), list[dict[str, Any]](), 0
    for line in sealed_files.read(path, keyring):
        said = json.loads(line)
        if isinstance(said, list):
            rows.append({c: _value(v) for c, v in zip(columns, said, strict=True)})
            count += 1
        if rows and (isinstance(said, dict) or len(rows) == AT_ONCE):
            yield Batch(name, rows)
            rows = []
        if isinstance(said, dict) and "table" in said:
            name, columns, count = said["table"], said["columns"], 0
        elif isinstance(said, dict) and said["rows"] != count:
            raise sealed_files.NotReadableError(f"{path} does not hold all rows of {name}.")


def _value(kept: Any) -> Any:
    if not isinstance(kept, dict):
        return kept
    return bytes.fromhex(kept["bytes"]) if "bytes" in kept else kept["json"]


def typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """A row with times and dates as this table's columns take them."""
    found = {}
    for name, value in row.items():
        kind = table.c[name].type.python_type
        if isinstance(value, str) and hasattr(kind, "fromisoformat"):
            value = kind.fromisoformat(value)
        found[name] = value
    return found
