"""The data key of each record, wrapped by its class key, in a database of its own.

Beside them: what tells whether the master key belongs here, and the names of keys that were destroyed.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.columns import NO_ROW_NUMBERS, KeyRows


class RecordKey(KeyRows):
    __tablename__ = "record_keys"
    __table_args__ = NO_ROW_NUMBERS

    record_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    master: Mapped[str] = mapped_column(String(16), default="")  # the fingerprint it is wrapped by
    before: Mapped[bytes | None] = mapped_column(LargeBinary)  # until what replaces it is committed


class CarriedKey(KeyRows):
    """A key that outlives a rotation, sealed by the present master key; `check` is there to be opened."""

    __tablename__ = "carried_keys"
    __table_args__ = NO_ROW_NUMBERS

    purpose: Mapped[str] = mapped_column(String(40), primary_key=True)
    master: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Tombstone(KeyRows):
    """The name of a data key that was destroyed, so that no backup brings its record back."""

    __tablename__ = "tombstones"
    __table_args__ = NO_ROW_NUMBERS

    record_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    on_date: Mapped[date | None]  # set by the next daily sweep
