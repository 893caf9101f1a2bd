"""The data key of each record, wrapped by its class key, in a database of its own."""

from __future__ import annotations

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.columns import NO_ROW_NUMBERS, KeyRows


class RecordKey(KeyRows):
    __tablename__ = "record_keys"
    __table_args__ = NO_ROW_NUMBERS

    record_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
