"""Task-and-finish groups and their members; and meetings that stop, merge or get shorter."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select

from storage.database import Session
from storage.models import Commitment, MeetingChange, TaskGroup, TaskGroupMember


def set_up(
    session: Session,
    partnership: str,
    *,
    commitment: str,
    name: str,
    remit: str,
    ends: date,
    on: date,
) -> TaskGroup:
    row = TaskGroup(
        id=secrets.token_hex(16),
        partnership_id=partnership,
        commitment_id=commitment,
        name=name,
        remit=remit,
        ends_on=ends,
        state="open",
        set_up_on=on,
        report_id="",
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, partnership: str, id: str) -> TaskGroup | None:
    row = session.get(TaskGroup, id)
    return row if row is not None and row.partnership_id == partnership else None


def standing(session: Session, partnership: str, ended_since: date) -> Sequence[TaskGroup]:
    """Groups at work, and those that ended after that day; the one that ends first comes first."""
    rows = session.scalars(
        select(TaskGroup)
        .where(TaskGroup.partnership_id == partnership)
        .order_by(TaskGroup.ends_on, TaskGroup.id)
    )
    return [r for r in rows if r.ended_on is None or r.ended_on > ended_since]


def told(session: Session, row: TaskGroup) -> str:
    """What contributors were told the group did; empty until the chair has confirmed it."""
    report = session.get(Commitment, row.report_id) if row.report_id else None
    return report.answer if report is not None and report.confirmed_on is not None else ""


def reported(session: Session, report: str, on: date) -> None:
    """The chair has confirmed this answer: a group that reported with it has done its job."""
    rows = session.scalars(select(TaskGroup).where(TaskGroup.report_id == report))
    for row in rows.all():
        row.state, row.ended_on = "ended", on


def members(session: Session, group: str) -> Sequence[TaskGroupMember]:
    return session.scalars(
        select(TaskGroupMember)
        .where(TaskGroupMember.group_id == group)
        .order_by(TaskGroupMember.agency, TaskGroupMember.person_id)
    ).all()


def add_member(session: Session, group: str, person: str, agency: str) -> None:
    session.merge(TaskGroupMember(group_id=group, person_id=person, agency=agency))
    session.flush()


def remove_member(session: Session, group: str, person: str) -> None:
    session.execute(
        delete(TaskGroupMember).where(
            TaskGroupMember.group_id == group, TaskGroupMember.person_id == person
        )
    )


def of_person(session: Session, partnership: str, person: str) -> Sequence[TaskGroup]:
    """Groups at work in which somebody sits."""
    return session.scalars(
        select(TaskGroup)
        .join(TaskGroupMember, TaskGroupMember.group_id == TaskGroup.id)
        .where(
            TaskGroup.partnership_id == partnership,
            TaskGroup.state == "open",
            TaskGroupMember.person_id == person,
        )
        .order_by(TaskGroup.ends_on, TaskGroup.id)
    ).all()


def propose_change(
    session: Session,
    partnership: str,
    *,
    meeting: str,
    change: str,
    into: str,
    minutes_a_month: int,
    from_on: date,
    by: str,
) -> MeetingChange:
    row = MeetingChange(
        id=secrets.token_hex(16),
        partnership_id=partnership,
        meeting=meeting,
        change=change,
        into=into,
        minutes_a_month=minutes_a_month,
        from_on=from_on,
        state="proposed",
        proposed_by=by,
    )
    session.add(row)
    session.flush()
    return row


def change(session: Session, partnership: str, id: str) -> MeetingChange | None:
    row = session.get(MeetingChange, id)
    return row if row is not None and row.partnership_id == partnership else None


def changes(session: Session, partnership: str, state: str) -> Sequence[MeetingChange]:
    """Changes in this state, the newest first."""
    return session.scalars(
        select(MeetingChange)
        .where(MeetingChange.partnership_id == partnership, MeetingChange.state == state)
        .order_by(MeetingChange.from_on.desc(), MeetingChange.id)
    ).all()
