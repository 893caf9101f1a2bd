"""What the group sets going: task-and-finish groups, and meetings that stop, merge or get shorter.

Neither holds anything of what was said; a group points back to the answer that caused it, and through it to
its theme.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.columns import NO_ROW_NUMBERS, RandomId, RefId, Rows, Short


class TaskGroup(Rows):
    """A small group with one job and an end date; `report_id` is the answer with which it ends."""

    __tablename__ = "task_groups"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), index=True)
    commitment_id: Mapped[str] = mapped_column(ForeignKey("commitments.id"), index=True)
    name: Mapped[Short]
    remit: Mapped[str]
    ends_on: Mapped[date]
    state: Mapped[Short]  # open | ended
    set_up_on: Mapped[date]
    report_id: Mapped[RefId]  # empty until it has reported
    ended_on: Mapped[date | None]


class TaskGroupMember(Rows):
    """Somebody in a group, for their agency. Their id is taken out when they leave altogether."""

    __tablename__ = "task_group_members"
    __table_args__ = NO_ROW_NUMBERS

    group_id: Mapped[str] = mapped_column(ForeignKey("task_groups.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    agency: Mapped[Short]


class MeetingChange(Rows):
    """A meeting that stops, merges or gets shorter, and what it gives back in minutes a month."""

    __tablename__ = "meeting_changes"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), index=True)
    meeting: Mapped[Short]
    change: Mapped[Short]  # stop | merge | shorten
    into: Mapped[Short]  # the meeting that takes it over; empty unless they merge
    minutes_a_month: Mapped[int]  # of all who sit there together
    from_on: Mapped[date]
    state: Mapped[Short]  # proposed | confirmed | sent_back
    proposed_by: Mapped[RefId]
    confirmed_on: Mapped[date | None]
