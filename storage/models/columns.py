"""Column types shared by every table: aware times, random ids, tables without implicit row numbers.

Row numbers would give away the order in which rows arrived, and with it who wrote what; so every
table has a random key of its own and SQLite keeps none beside it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC. A naive time is refused: it would mean two different hours."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Rows(DeclarativeBase):
    """Everything but the keys."""

    type_annotation_map = {datetime: UtcTime}  # noqa: RUF012


class KeyRows(DeclarativeBase):
    """The data keys, in a store of their own."""


RandomId = Annotated[str, mapped_column(String(32), primary_key=True)]
RefId = Annotated[str, mapped_column(String(32))]
Tag = Annotated[str, mapped_column(String(64))]
Short = Annotated[str, mapped_column(String(120))]
NO_ROW_NUMBERS: dict[str, Any] = {"sqlite_with_rowid": False}
