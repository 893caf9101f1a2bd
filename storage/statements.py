"""Statements that both databases know, each in its own way: rows that may be there already, and
many ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Executable, Table
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as lite_insert
from sqlalchemy.orm import InstrumentedAttribute

from storage.database import Session
from storage.models import Rows

AT_ONCE = 500  # ids in one statement


def insert_once(session: Session, table: type[Rows], **values: Any) -> bool:
    """Insert a row whose key may be taken; says whether it was ours. Works on both databases."""
    connection = session.connection()
    once = _once(table, connection.dialect.name)
    return bool(connection.execute(once, values).rowcount)


def insert_all_once(session: Session, table: type[Rows], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of which some may be there already."""
    if rows:
        connection = session.connection()
        connection.execute(_once(table, connection.dialect.name), rows)


@cache
def _once(table: type[Rows], dialect: str) -> Executable:
    """The statement for any row of a table, made once; without the ORM's part of the work."""
    build = pg_insert if dialect == "postgresql" else lite_insert
    return build(cast(Table, table.__table__)).on_conflict_do_nothing()


def insert_many(session: Session, table: type[Any], rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """Insert rows of which some may be there already; returns the ids of those that were not."""
    build = pg_insert if session.get_bind().dialect.name == "postgresql" else lite_insert
    once = build(table).on_conflict_do_nothing().returning(table.id)
    return set(session.scalars(once, rows)) if rows else set()


def compared(session: Session, column: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """The column as something to compare with, and not to look rows up by.

    Beside a few ids: SQLite would otherwise rather read every row of a partnership than look those up.
    PostgreSQL knows better, from what it has counted of the column itself.
    """
    return column + "" if session.get_bind().dialect.name == "sqlite" else column.expression


def in_parts(ids: Iterable[str]) -> Iterator[list[str]]:
    """Ids in parts that one statement may name, in order, so that no table is read whole for a few."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), AT_ONCE):
        yield wanted[start : start + AT_ONCE]
