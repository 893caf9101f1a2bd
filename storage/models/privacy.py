"""What two people decide about records, and what a person asks of the partnership about themself.

A decision holds no words of anybody's: a case reference, a theme's id, days, and random ids.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.columns import NO_ROW_NUMBERS, RandomId, RefId, Rows, Short


class Decision(Rows):
    """Asked by one person and agreed to by another.

    A hold covers what matches all of its theme, days and person that are given. `subject` is the person
    to be erased or held, or the hold that ends. `review_on` is the day of a hold's review, or the last day
    of a partnership that closes.
    """

    __tablename__ = "decisions"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), index=True)
    kind: Mapped[Short]  # hold | lift | erase | leave | close
    state: Mapped[Short]  # asked | agreed | refused | ended
    reference: Mapped[Short]
    subject: Mapped[RefId] = mapped_column(default="")
    to_whom: Mapped[Short] = mapped_column(default="")  # of a closing: who gets the records
    theme: Mapped[Short] = mapped_column(default="")
    from_day: Mapped[date | None]
    until_day: Mapped[date | None]
    review_on: Mapped[date | None]
    asked_by: Mapped[RefId]
    asked_on: Mapped[date]
    decided_by: Mapped[RefId] = mapped_column(default="")
    decided_on: Mapped[date | None]


class Request(Rows):
    """Everything held about a person, asked for through the officer; or a complaint, with its answer.

    `reader` is the role that looks after it. `person_id` is empty where nobody with a seat here asked.
    """

    __tablename__ = "requests"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), index=True)
    kind: Mapped[Short]  # access | complaint
    state: Mapped[Short]  # open | answered | closed
    reader: Mapped[Short]
    person_id: Mapped[RefId] = mapped_column(index=True)
    reference: Mapped[Short]
    came_on: Mapped[date]
    due_on: Mapped[date]
    extended_on: Mapped[date | None]  # given longer, and its person told
    extended_why: Mapped[Short] = mapped_column(default="")  # complex | many
    answered_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    sealed_words: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_answer: Mapped[bytes | None] = mapped_column(LargeBinary)
