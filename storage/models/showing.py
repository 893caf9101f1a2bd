"""What is shown outside the strategic group: entries of the public board.

An entry is words of people at the desk, about an answer that was confirmed. A child's line on it is a
quote, whose words have a key of their own and a place that is emptied when they are taken back.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.columns import NO_ROW_NUMBERS, RandomId, RefId, Rows, Short


class BoardEntry(Rows):
    """An answer in public words: written by one person, and up only after another's check."""

    __tablename__ = "board_entries"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), index=True)
    commitment_id: Mapped[str] = mapped_column(ForeignKey("commitments.id"), unique=True)
    state: Mapped[Short]  # written | up | sent_back | kept_off
    said: Mapped[str]
    did: Mapped[str]
    child_said: Mapped[str]
    child_did: Mapped[str]
    quote_id: Mapped[RefId]  # a child's own line, with agreement to the board; or empty
    on_poster: Mapped[bool]
    written_by: Mapped[RefId]
    written_on: Mapped[date]
    checked_by: Mapped[RefId]
    checked_on: Mapped[date | None]
