"""Rounds and open invitations: an invitation disappears with any reply, so nobody is counted."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, delete, func, select, update

from storage.database import Session
from storage.models import Invitation, Pause, Round, RoundChange, Slot, TooMuch
from storage.statements import insert_once


def take_slot(session: Session, partnership: str, schedule: str, local_date: date) -> bool:
    """Whether this slot was free; it is taken now. Unique in the database, so one of many wins."""
    return insert_once(
        session, Slot, partnership_id=partnership, schedule=schedule, local_date=local_date
    )


def slots(session: Session, partnership: str, schedule: str) -> Sequence[date]:
    """The days of a schedule, in order."""
    return session.scalars(
        select(Slot.local_date)
        .where(Slot.partnership_id == partnership, Slot.schedule == schedule)
        .order_by(Slot.local_date)
    ).all()


def drop_slots_from(session: Session, partnership: str, schedule: str, on: date) -> None:
    """Give up the days of a schedule from this one on."""
    session.execute(
        delete(Slot).where(
            Slot.partnership_id == partnership, Slot.schedule == schedule, Slot.local_date >= on
        )
    )


def open_round(
    session: Session, *, partnership: str, prompt: str, opens: date, closes: date
) -> Round:
    row = Round(
        id=secrets.token_hex(16),
        partnership_id=partnership,
        prompt_id=prompt,
        opens_on=opens,
        closes_on=closes,
    )
    session.add(row)
    session.flush()
    return row


def count(session: Session, partnership: str) -> int:
    """How many rounds this partnership has had: the place in its prompt bank."""
    return (
        session.scalar(
            select(func.count()).select_from(Round).where(Round.partnership_id == partnership)
        )
        or 0
    )


def last_asked(session: Session, partnership: str) -> Mapping[str, date]:
    """On which day each prompt that was ever asked here was asked last."""
    rows = session.execute(
        select(Round.prompt_id, Round.opens_on)
        .where(Round.partnership_id == partnership)
        .order_by(Round.opens_on)
    )
    return {row.prompt_id: row.opens_on for row in rows}


def opening_days(session: Session, partnership: str) -> Sequence[date]:
    """The days on which rounds opened."""
    return session.scalars(select(Round.opens_on).where(Round.partnership_id == partnership)).all()


def latest(session: Session, partnership: str) -> Round | None:
    """The newest round, open or closed."""
    return session.scalars(
        select(Round).where(Round.partnership_id == partnership).order_by(Round.opens_on.desc())
    ).first()


def changes(session: Session, partnership: str) -> dict[date, date | None]:
    """Rounds that were moved (to a day) or left out (None), by the day they were planned for."""
    rows = session.scalars(select(RoundChange).where(RoundChange.partnership_id == partnership))
    return {row.planned_on: row.moved_to for row in rows}


def change(session: Session, partnership: str, planned: date, to: date | None) -> None:
    """Move a round to another day, or leave it out; as planned when that day is the planned one."""
    session.execute(
        delete(RoundChange).where(
            RoundChange.partnership_id == partnership, RoundChange.planned_on == planned
        )
    )
    if to != planned:
        session.add(RoundChange(partnership_id=partnership, planned_on=planned, moved_to=to))
    session.flush()


def invite(session: Session, round_id: str, person: str, nudge_at: datetime | None) -> None:
    session.add(Invitation(round_id=round_id, person_id=person, nudge_at=nudge_at))


_OPEN_FOR = (
    select(Round.id)
    .join(Invitation, Invitation.round_id == Round.id)
    .where(
        Invitation.person_id == bindparam("person"),
        Round.partnership_id == bindparam("partnership"),
        Round.closes_on >= bindparam("on"),
    )
    .order_by(Round.opens_on.desc())
)


def open_for(session: Session, person: str, partnership: str, on: date) -> Round | None:
    """The round that is still open for this person, if any."""
    if any(isinstance(row, Round | Invitation) for row in session.new):
        session.flush()
    wanted = {"person": person, "partnership": partnership, "on": on}
    found = session.connection().scalars(_OPEN_FOR, wanted).first()
    return session.get(Round, found) if found is not None else None


def get(session: Session, round_id: str) -> Round | None:
    return session.get(Round, round_id)


def replied(session: Session, round_id: str, person: str) -> None:
    """Forget that this person was invited: any reply is a good reply."""
    session.execute(
        delete(Invitation).where(Invitation.round_id == round_id, Invitation.person_id == person)
    )


def due_for_nudge(session: Session, partnership: str, now: datetime) -> Sequence[tuple[Round, str]]:
    """Open invitations whose one reminder is due; asking takes the reminder away."""
    rows = session.execute(
        select(Round, Invitation)
        .join(Invitation, Invitation.round_id == Round.id)
        .where(Round.partnership_id == partnership, Invitation.nudge_at <= now)
    ).all()
    for _, invitation in rows:
        invitation.nudge_at = None
    return [(round_, invitation.person_id) for round_, invitation in rows]


def close_before(session: Session, on: date) -> None:
    """Delete the invitations of every round that closed before this day.

    Of them only this is remembered: whether more than two thirds of all who were asked stayed silent.
    """
    session.flush()
    silent = (
        select(func.count())
        .select_from(Invitation)
        .where(Invitation.round_id == Round.id)
        .scalar_subquery()
    )
    closed = Round.closes_on < on
    open_still = update(Round).where(closed, Round.quiet.is_(None), Round.asked > 0)
    session.execute(
        open_still.values(quiet=3 * silent > 2 * Round.asked),
        execution_options={"synchronize_session": "fetch"},
    )
    gone = select(Round.id).where(closed)
    session.execute(delete(Invitation).where(Invitation.round_id.in_(gone)))


def replies_have_fallen(session: Session, partnership: str) -> bool:
    """Whether most people stayed silent in both of the last two rounds that asked anybody."""
    latest = session.scalars(
        select(Round.quiet)
        .where(Round.partnership_id == partnership, Round.quiet.is_not(None))
        .order_by(Round.opens_on.desc())
        .limit(2)
    ).all()
    return len(latest) == 2 and all(latest)


def too_much(session: Session, *, partnership: str, person: str, agency: str, on: date) -> None:
    """Remember, under counting tags only, that the load is too much."""
    tag = session.keyring.tag("counting", partnership, person)
    session.execute(
        delete(TooMuch).where(TooMuch.partnership_id == partnership, TooMuch.person_tag == tag)
    )
    session.add(
        TooMuch(
            id=secrets.token_hex(16),
            partnership_id=partnership,
            person_tag=tag,
            agency_tag=session.keyring.tag("agency", partnership, agency),
            on_date=on,
        )
    )


def load_is_heavy(session: Session, partnership: str, since: date, k: int) -> bool:
    """Whether enough people, from two agencies and without the largest, have said so."""
    rows = session.scalars(
        select(TooMuch).where(TooMuch.partnership_id == partnership, TooMuch.on_date >= since)
    ).all()
    sizes: dict[str, int] = {}
    for row in rows:
        sizes[row.agency_tag] = sizes.get(row.agency_tag, 0) + 1
    return len(sizes) >= 2 and len(rows) - max(sizes.values()) >= k


def pause(session: Session, partnership: str, until: date) -> None:
    """Nobody is asked anything before this day; today or earlier ends a pause."""
    session.merge(Pause(partnership_id=partnership, until=until))


def paused_until(session: Session, partnership: str, today: date) -> date | None:
    """The first day after the pause that there is now, if there is one."""
    fetched: dict[str, date | None] = session.info.get("pauses", {})
    if partnership in fetched:
        until = fetched[partnership]
    else:
        row = session.get(Pause, partnership)
        until = row.until if row is not None else None
    return until if until is not None and until > today else None


def fetch_pauses(session: Session, partnerships: Collection[str]) -> None:
    """Read the pauses of these partnerships, to be looked up until `forget_fetched`."""
    rows = session.scalars(select(Pause).where(Pause.partnership_id.in_(partnerships)))
    session.info["pauses"] = dict.fromkeys(partnerships) | {
        row.partnership_id: row.until for row in rows
    }


def forget_fetched(session: Session) -> None:
    session.info.pop("pauses", None)
