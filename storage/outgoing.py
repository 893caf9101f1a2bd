"""Intents to send, the keys of what has been done, and the notices in web threads.

Rows hold kinds and sealed ids; a sent row loses its address and its data key.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, bindparam, func, select

from storage.database import Session
from storage.models import Done, Notice, Outbox
from storage.statements import insert_all_once, insert_many, insert_once

AT_ONCE = 1000  # rows in one statement
_OUTCOME = select(Done.outcome).where(Done.key_tag == bindparam("tag"))
_OUTCOMES = select(Done.key_tag, Done.outcome).where(
    Done.key_tag.in_(bindparam("tags", expanding=True))
)
_NUMBERS = func.unnest(bindparam("numbers", type_=ARRAY(BigInteger))).column_valued("number")
_LOCKS = select(func.pg_advisory_xact_lock(_NUMBERS))
_FORESEEN = "foreseen"  # in a session's info


class Foreseen:
    """What is remembered of many keys, read at once, and what has been done since and is not yet written."""

    def __init__(self, session: Session, keys: Iterable[str]) -> None:
        """Let parallel copies of all these pass one after the other, and read what became of them."""
        tags = sorted(session.keyring.tag("done", key) for key in keys)
        _lock(session, tags)
        rows = session.connection().execute(_OUTCOMES, {"tags": tags})
        self.outcomes: dict[str, Mapping[str, Any] | None] = dict.fromkeys(tags)
        self.outcomes |= {row.key_tag: row.outcome for row in rows}
        self.marks: list[Mapping[str, Any]] = []
        session.info[_FORESEEN] = self

    def write(self, session: Session) -> None:
        """Write down what was done, before the commit."""
        del session.info[_FORESEEN]
        insert_all_once(session, Done, self.marks)


def only_one(session: Session, key: str) -> None:
    """Let parallel copies of the same event pass one after the other, until this transaction ends."""
    tag = session.keyring.tag("done", key)
    if tag not in _foreseen(session):
        _lock(session, (tag,))


def _lock(session: Session, tags: Sequence[str]) -> None:
    """In a file there is one writer at a time anyway; on PostgreSQL it is an advisory lock on the key."""
    if session.get_bind().dialect.name == "postgresql":
        numbers = [int(tag[:16], 16) - 2**63 for tag in tags]
        session.execute(_LOCKS, {"numbers": numbers})


def done(session: Session, key: str) -> Mapping[str, Any] | None:
    """The outcome remembered under this key, or None when it has not happened."""
    tag = session.keyring.tag("done", key)
    foreseen = _foreseen(session)
    if tag in foreseen:
        return foreseen[tag]
    outcome: Mapping[str, Any] | None = session.connection().scalar(_OUTCOME, {"tag": tag})
    return outcome


def mark_done(session: Session, key: str, outcome: Mapping[str, str], on: date) -> bool:
    """Claim the key; False when it was claimed before."""
    tag = session.keyring.tag("done", key)
    foreseen: Foreseen | None = session.info.get(_FORESEEN)
    if foreseen is None or tag not in foreseen.outcomes:
        return insert_once(session, Done, key_tag=tag, outcome=dict(outcome), on_date=on)
    if foreseen.outcomes[tag] is not None:
        return False
    foreseen.outcomes[tag] = dict(outcome)
    foreseen.marks.append({"key_tag": tag, "outcome": dict(outcome), "on_date": on})
    return True


def _foreseen(session: Session) -> Mapping[str, Mapping[str, Any] | None]:
    found: Foreseen | None = session.info.get(_FORESEEN)
    return found.outcomes if found is not None else {}


@dataclass(frozen=True)
class Intent:
    """Something to send: to a person's id, or to what only the guarded door can open (`via`)."""

    kind: str
    to: str
    via: str
    once: str
    about: Mapping[str, str]
    due: datetime
    rank: int = 5


def intend(session: Session, partnership: str, intents: Sequence[Intent]) -> int:
    """Put these in the outbox, unless the same was put there before; returns how many were new."""
    new = 0
    for start in range(0, len(intents), AT_ONCE):
        new += _intend(session, partnership, intents[start : start + AT_ONCE])
    return new


def _intend(session: Session, partnership: str, intents: Sequence[Intent]) -> int:
    ids = [secrets.token_hex(16) for _ in intents]
    session.expect_new("outbox", ids)
    rows = [
        {
            "id": id,
            "partnership_id": partnership,
            "kind": intent.kind,
            "once_tag": session.keyring.tag("done", "outbox", partnership, intent.once),
            "via": intent.via,
            "sealed_to": session.seal("outbox", partnership, id, intent.to),
            "about": dict(intent.about),
            "due_at": intent.due,
            "state": "due",
            "rank": intent.rank,
        }
        for id, intent in zip(ids, intents, strict=True)
    ]
    kept = insert_many(session, Outbox, rows)
    for id in set(ids) - kept:
        session.destroy_key("outbox", id)
    return len(kept)


def due(session: Session, now: datetime, limit: int = 500) -> Sequence[Outbox]:
    """What is to be looked at, taken for this transaction: others pass it by."""
    rows = session.scalars(
        select(Outbox)
        .where(Outbox.state == "due", Outbox.due_at <= now)
        .order_by(Outbox.due_at, Outbox.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    session.fetch_keys("outbox", [row.id for row in rows])
    return rows


WAITED = "waited"  # in `about`, of what waited because its reader was away


def waited(session: Session, partnership: str, kinds: str) -> Sequence[Outbox]:
    """What of these kinds (the beginning of their names) waits because its reader is away."""
    rows = session.scalars(
        select(Outbox)
        .where(
            Outbox.partnership_id == partnership,
            Outbox.state == "due",
            Outbox.kind.startswith(kinds, autoescape=True),
        )
        .order_by(Outbox.due_at, Outbox.id)
    ).all()
    found = [row for row in rows if WAITED in row.about]
    session.fetch_keys("outbox", [row.id for row in found])
    return found


def recipient(session: Session, row: Outbox) -> str:
    if row.sealed_to is None:
        raise LookupError("this message has already been sent")
    return session.open("outbox", row.partnership_id, row.id, row.sealed_to)


def settle(session: Session, row: Outbox, state: str, on: date, reason: str = "") -> None:
    """Sent, dropped or parked. Unless parked, the address and its key are purged."""
    row.state, row.reason, row.settled_on = state, reason, on
    row.lease, row.lease_until = "", None
    if state != "parked":
        session.destroy_key("outbox", row.id)
        row.sealed_to = row.sealed_address = None
        row.account_tag = ""
        row.about = {}


def parked(session: Session, partnership: str) -> Sequence[Outbox]:
    """Messages that wait for a person, the one that was due first first."""
    return session.scalars(
        select(Outbox)
        .where(Outbox.partnership_id == partnership, Outbox.state == "parked")
        .order_by(Outbox.due_at, Outbox.id)
    ).all()


def unsent(session: Session, partnership: str, now: datetime) -> bool:
    """Whether a message that is due has not gone out, or waits for a person."""
    row = select(Outbox.id).where(
        Outbox.partnership_id == partnership,
        (Outbox.state == "parked") | (Outbox.state.in_(("due", "ready")) & (Outbox.due_at <= now)),
    )
    return session.scalars(row.limit(1)).first() is not None


def parked_one(session: Session, partnership: str, id: str) -> Outbox | None:
    """One of them, locked; None when it is not parked, or not this partnership's."""
    return session.scalars(
        select(Outbox)
        .where(Outbox.id == id, Outbox.partnership_id == partnership, Outbox.state == "parked")
        .with_for_update()
    ).one_or_none()


def counts(session: Session, now: datetime) -> Mapping[str, int]:
    """How many messages are due, on their way, unclear, and parked; over all partnerships."""
    rows = select(Outbox.state, Outbox.maybe_since.is_not(None), func.count()).group_by(
        Outbox.state, Outbox.maybe_since.is_not(None)
    )
    wanted = rows.where(
        (Outbox.state == "parked") | (Outbox.state.in_(("due", "ready")) & (Outbox.due_at <= now))
    )
    found = {"due": 0, "ready": 0, "unclear": 0, "parked": 0}
    for state, unclear, count in session.execute(wanted):
        found["unclear" if unclear and state == "ready" else state] += count
    return found


def oldest_due(session: Session, now: datetime) -> datetime | None:
    some = select(func.min(Outbox.due_at)).where(
        Outbox.state.in_(("due", "ready")), Outbox.due_at <= now
    )
    return session.scalar(some)


def next_due(session: Session) -> datetime | None:
    """When the next message is to be looked at or posted."""
    some = select(func.min(Outbox.due_at)).where(Outbox.state.in_(("due", "ready")))
    return session.scalar(some)


def waiting(session: Session, now: datetime) -> bool:
    """Whether anything is due to be looked at or posted; takes nothing."""
    some = select(Outbox.id).where(Outbox.state.in_(("due", "ready")), Outbox.due_at <= now)
    return session.scalar(some.limit(1)) is not None


def notify(
    session: Session,
    *,
    partnership: str,
    person: str,
    kind: str,
    about: Mapping[str, Any],
    at: datetime,
    id: str,
) -> None:
    """Put a message in somebody's web thread, once for each outbox row."""
    insert_once(
        session,
        Notice,
        id=id,
        partnership_id=partnership,
        person_id=person,
        kind=kind,
        about=dict(about),
        at=at,
    )


def noticed_since(session: Session, kind: str, at: datetime) -> frozenset[str]:
    """Ids of the people who got a message of this kind after that moment, in any partnership."""
    return frozenset(
        session.scalars(select(Notice.person_id).where(Notice.kind == kind, Notice.at > at))
    )


def thread(session: Session, partnership: str, person: str, limit: int = 20) -> Sequence[Notice]:
    """A person's latest notices, oldest first."""
    rows = session.scalars(
        select(Notice)
        .where(Notice.partnership_id == partnership, Notice.person_id == person)
        .order_by(Notice.at.desc(), Notice.id)
        .limit(limit)
    ).all()
    return rows[::-1]
