"""What was asked: slots that can be taken once, rounds, and the invitations still open.

An invitation is deleted on any reply and when its round closes, so that nobody can be counted.
Of a round it is remembered how many were asked, and whether most of them stayed silent.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.columns import NO_ROW_NUMBERS, RandomId, Rows, Short, Tag


class Slot(Rows):
    """`(schedule, local date)`: whoever inserts it first owns it."""

    __tablename__ = "slots"
    __table_args__ = NO_ROW_NUMBERS

    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), primary_key=True)
    schedule: Mapped[Short] = mapped_column(primary_key=True)
    local_date: Mapped[date] = mapped_column(primary_key=True)


class Round(Rows):
    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("partnership_id", "opens_on"), NO_ROW_NUMBERS)

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"))
    prompt_id: Mapped[Short]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    asked: Mapped[int] = mapped_column(default=0)
    quiet: Mapped[bool | None]  # once it has closed: whether most who were asked stayed silent


class RoundChange(Rows):
    """A coming round that was moved to another day, or (without one) left out."""

    __tablename__ = "round_changes"
    __table_args__ = NO_ROW_NUMBERS

    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), primary_key=True)
    planned_on: Mapped[date] = mapped_column(primary_key=True)
    moved_to: Mapped[date | None]


class Invitation(Rows):
    __tablename__ = "invitations"
    __table_args__ = NO_ROW_NUMBERS

    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    nudge_at: Mapped[datetime | None]


class Pause(Rows):
    """A pause of the whole partnership, until a day; nobody is kept as the one who called it."""

    __tablename__ = "pauses"
    __table_args__ = NO_ROW_NUMBERS

    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), primary_key=True)
    until: Mapped[date]


class TooMuch(Rows):
    """'This is too much': heard only in aggregate, so kept under a counting tag."""

    __tablename__ = "too_much"
    __table_args__ = (UniqueConstraint("partnership_id", "person_tag"), NO_ROW_NUMBERS)

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"))
    person_tag: Mapped[Tag]
    agency_tag: Mapped[Tag]
    on_date: Mapped[date]
