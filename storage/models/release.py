"""What the release remembers: the ledger of issued lines, what was left out and why, and quotes.

None of it says who spoke. The ledger's sets are sealed with a key class of their own; a quote's words
are sealed apart from the contribution's, so that its place in a frozen digest can be emptied.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.columns import NO_ROW_NUMBERS, RandomId, RefId, Rows, Short, Tag


class LedgerEntry(Rows):
    """One issued line, or one side of it, with the set of those behind it, sealed for the release alone."""

    __tablename__ = "ledger"
    __table_args__ = (Index("ix_ledger_issued", "partnership_id", "issued_on"), NO_ROW_NUMBERS)

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"))
    line_id: Mapped[RefId] = mapped_column(index=True)
    issued_on: Mapped[date]
    rule: Mapped[Short]  # practitioners | relayed
    level: Mapped[Short]  # theme | group | side
    subject: Mapped[Short]
    band: Mapped[Short]
    sealed_units: Mapped[bytes] = mapped_column(LargeBinary)


class LeftOut(Rows):
    """Something that cleared and was not shown, and why. What did not clear has no row."""

    __tablename__ = "left_out"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"))
    digest_id: Mapped[str] = mapped_column(ForeignKey("digests.id"), index=True)
    title: Mapped[Short]
    why: Mapped[Short]
    said: Mapped[str] = mapped_column(default="")  # a person's own reason
    on_date: Mapped[date]


class Quote(Rows):
    """Somebody's own words on their way to a page, each step by another person.

    `sealed_words` has a key of its own; `commitment` is what the frozen digest holds instead.
    """

    __tablename__ = "quotes"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), index=True)
    line_id: Mapped[str] = mapped_column(ForeignKey("lines.id"), index=True)
    contribution_id: Mapped[RefId] = mapped_column(index=True)  # emptied with the words
    state: Mapped[Short]  # asked | agreed | refused | read | kept_back | shown | taken_back
    asked_by: Mapped[RefId]
    asked_on: Mapped[date]
    read_by: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    digest_number: Mapped[int] = mapped_column(default=0)  # 0 until shown
    commitment: Mapped[Tag] = mapped_column(default="")
    sealed_words: Mapped[bytes | None] = mapped_column(LargeBinary)
