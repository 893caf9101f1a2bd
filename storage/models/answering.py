"""What was shown and what came of it: digests, lines, commitments, returns and opinions.

An issued digest is frozen text with its fingerprint. A line remembers which contributions it used, so
that each is consumed once and everybody behind it can be told.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.columns import NO_ROW_NUMBERS, RandomId, RefId, Rows, Short, Tag


class Digest(Rows):
    __tablename__ = "digests"
    __table_args__ = (
        UniqueConstraint("partnership_id", "slot_date"),
        UniqueConstraint("partnership_id", "number"),
        NO_ROW_NUMBERS,
    )

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"))
    number: Mapped[int]
    slot_date: Mapped[date]
    state: Mapped[Short]  # draft | issued
    frozen: Mapped[str] = mapped_column(default="")
    fingerprint: Mapped[Tag] = mapped_column(default="")
    heard: Mapped[list[str]] = mapped_column(JSON, default=list)  # of whom enough was heard then


class Line(Rows):
    __tablename__ = "lines"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), index=True)
    digest_id: Mapped[str] = mapped_column(ForeignKey("digests.id"), index=True)
    subject: Mapped[Short]
    level: Mapped[Short]  # theme | group
    title: Mapped[str]
    sentence: Mapped[str]
    other_side: Mapped[str] = mapped_column(default="")
    apart: Mapped[Short] = mapped_column(default="")  # practitioners_help | voices_help
    leaning: Mapped[Short]
    provenance: Mapped[Short]
    question: Mapped[str]
    practitioners_band: Mapped[Short]
    voices_band: Mapped[Short]
    diversity: Mapped[int]
    since: Mapped[date]
    until: Mapped[date]
    state: Mapped[Short]  # draft | ready | kept_back | signed | shown
    reason: Mapped[str] = mapped_column(default="")
    editor: Mapped[str] = mapped_column(default="")
    approver: Mapped[str] = mapped_column(default="")
    may_leave: Mapped[bool] = mapped_column(default=False)  # clears at the bar for what leaves


class LineContribution(Rows):
    """Consumption: a contribution stands behind at most one line."""

    __tablename__ = "line_contributions"
    __table_args__ = NO_ROW_NUMBERS

    contribution_id: Mapped[RandomId]
    line_id: Mapped[str] = mapped_column(ForeignKey("lines.id"), index=True)


class Commitment(Rows):
    """An answer: a proposal until the chair or delegate confirms it."""

    __tablename__ = "commitments"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), index=True)
    line_id: Mapped[str] = mapped_column(ForeignKey("lines.id"), index=True)
    button: Mapped[Short]
    status: Mapped[Short]
    answer: Mapped[str]
    child_words: Mapped[str]
    sign: Mapped[str] = mapped_column(default="")
    owner_role: Mapped[str] = mapped_column(default="")
    receiver: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    state: Mapped[Short]  # proposed | confirmed | sent_back | superseded | reopened | over
    proposed_by: Mapped[RefId]
    proposed_on: Mapped[date]
    confirmed_by: Mapped[str] = mapped_column(default="")
    confirmed_on: Mapped[date | None]
    asked_again_on: Mapped[date | None]
    ended_on: Mapped[date | None]  # reopened, or its Hold was over


class Return(Rows):
    """An answer on its way home through a champion's seat."""

    __tablename__ = "returns"
    __table_args__ = (UniqueConstraint("commitment_id", "contribution_id"), NO_ROW_NUMBERS)

    id: Mapped[RandomId]
    partnership_id: Mapped[RefId]
    commitment_id: Mapped[str] = mapped_column(ForeignKey("commitments.id"), index=True)
    contribution_id: Mapped[RefId] = mapped_column(index=True)
    state: Mapped[Short]  # ready | told | cannot_reach


class Opinion(Rows):
    """Did it change anything? One each, under a tag of the return address."""

    __tablename__ = "opinions"
    __table_args__ = NO_ROW_NUMBERS

    commitment_id: Mapped[str] = mapped_column(ForeignKey("commitments.id"), primary_key=True)
    person_tag: Mapped[Tag] = mapped_column(primary_key=True)
    answer: Mapped[Short]  # yes | partly | no | cannot_tell
