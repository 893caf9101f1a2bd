"""Copying a whole deployment into another, empty database, and checking each row of it.

Rows and keys go as they are: nothing is opened, nothing is sealed anew. What was copied is read back
and compared by a hash over every value of every row, so digests are the same to the byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, MetaData, Table, func, insert, select

from storage.database import Database
from storage.models import KeyRows, Rows

AT_ONCE = 1000


@dataclass(frozen=True)
class Copied:
    """One table: how many rows, and one hash over all of them in the order of their keys."""

    table: str
    rows: int
    hash: str


class NotEmptyError(Exception):
    """There is something in the new database already."""


class NotTheSameError(Exception):
    """What was read back is not what was copied; the argument is the table's name."""


def copy(
    source: Database, target: Database, *, copied: Callable[[Copied], None] = lambda one: None
) -> list[Copied]:
    """Copy rows and keys. Nothing may be running on the source meanwhile.

    Raises:
        NotEmptyError: before anything was written.
        NotTheSameError: the new database must not be used.
    """
    pairs = (
        (Rows.metadata, source.engine, target.engine),
        (KeyRows.metadata, source.key_engine, target.key_engine),
    )
    for metadata, _, there in pairs:
        with there.connect() as connection:
            for table in metadata.sorted_tables:
                if connection.scalar(select(func.count()).select_from(table)):
                    raise NotEmptyError(table.name)
    found = []
    for metadata, here, there in pairs:
        for one in _copy(metadata, here, there):
            copied(one)
            found.append(one)
    return found


def _copy(metadata: MetaData, here: Engine, there: Engine) -> Iterator[Copied]:
    with here.connect() as reading, there.begin() as writing:
        for table in metadata.sorted_tables:
            batch: list[dict[str, Any]] = []
            for row in reading.execute(_in_order(table)).mappings():
                batch.append(dict(row))
                if len(batch) == AT_ONCE:
                    writing.execute(insert(table), batch)
                    batch = []
            if batch:
                writing.execute(insert(table), batch)
    for table in metadata.sorted_tables:
        before, after = _digest(table, here), _digest(table, there)
        if before != after:
            raise NotTheSameError(table.name)
        yield after


def _in_order(table: Table) -> Any:
    return select(table).order_by(*table.primary_key.columns)


def _digest(table: Table, engine: Engine) -> Copied:
    """Rows are hashed one by one and put in order by their hashes: sort orders may differ."""
    with engine.connect() as connection:
        found = connection.execute(select(table)).mappings()
        lines = sorted(hashlib.sha256(_plain(row)).digest() for row in found)
    return Copied(table.name, len(lines), hashlib.sha256(b"".join(lines)).hexdigest())


def _plain(row: Mapping[Any, Any]) -> bytes:
    """A row's values as bytes: the same for the same values, whichever database they come from."""
    values = {
        str(name): value.hex() if isinstance(value, bytes) else value for name, value in row.items()
    }
    return json.dumps(values, sort_keys=True, default=str).encode()
