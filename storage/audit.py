"""Who did what, chained by keyed hash so that a change, a gap or a new order shows. No words.

The chain alone cannot show that its newest rows were cut off, or that the whole was put back to an
earlier day: `storage/checkpoints.py` writes its end down elsewhere, and `verify` holds both together.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select

from storage.database import Session
from storage.models import Audit

AT_ONCE = 5000  # rows fetched together; nothing more is held
MARK = 12  # characters of a hash in a digest's footer
NAMED = 20  # so many faults are named; the rest are counted
WRITER = 7_245_113  # the advisory lock of whoever appends, on PostgreSQL
COLUMNS = "sequence, at, partnership_id, actor, action, about, reason, previous, chain"


@dataclass(frozen=True)
class Checkpoint:
    """The chain's hash at one row, as it was written down elsewhere."""

    sequence: int
    chain: str


@dataclass
class Verified:
    """What was looked at, and where it does not hold: the first few places, and how many in all."""

    rows: int = 0
    faults: int = 0
    broken: list[int] = field(default_factory=list)
    last: int = 0
    checkpoints: int = 0
    after_last_checkpoint: int = 0
    marks_not_found: set[str] = field(default_factory=set)

    @property
    def whole(self) -> bool:
        return not self.faults and not self.marks_not_found

    def fault(self, sequence: int) -> None:
        self.faults += 1
        if len(self.broken) < NAMED:
            self.broken.append(sequence)


def record(
    session: Session,
    *,
    partnership: str,
    actor: str,
    action: str,
    about: str = "",
    reason: str = "",
    at: datetime,
) -> None:
    """Append one row to the chain. Writers wait for each other until they commit, so it cannot fork."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(WRITER)))
    last = session.execute(
        select(Audit.sequence, Audit.chain).order_by(Audit.sequence.desc()).limit(1)
    ).first()
    row = Audit(
        sequence=(last.sequence if last else 0) + 1,
        at=at.astimezone(UTC),
        partnership_id=partnership,
        actor=actor,
        action=action,
        about=about,
        reason=reason,
        previous=last.chain if last else "",
        chain="",
    )
    row.chain = session.keyring.tag(
        "audit",
        str(row.sequence),
        row.at.isoformat(),
        partnership,
        actor,
        action,
        about,
        reason,
        row.previous,
    )
    session.add(row)
    session.flush()


def verify(
    session: Session,
    checkpoints: Iterable[Checkpoint] = (),
    marks: Iterable[str] = (),
    *,
    looked: Callable[[int], None] = lambda rows: None,
) -> Verified:
    """Go along the whole chain once, holding a few thousand rows at a time.

    Args:
        checkpoints: what was written down elsewhere, in ascending order of sequence.
        marks: short hashes from the footers of digests, each to be found in the chain.
        looked: told now and then how many rows more were looked at.
    """
    expected = _hashes(session)
    points = iter(checkpoints)
    point = next(points, None)
    found = Verified(marks_not_found=set(marks))
    previous = ""
    server = session.get_bind().dialect.name == "postgresql"
    as_text = _server_time if server else _file_time
    for sequence, at, *said, chain in _rows(session):
        found.rows += 1
        holds = (
            sequence == found.last + 1
            and said[-1] == previous
            and chain == expected(sequence, as_text(at), *said)
        )
        while point is not None and point.sequence < sequence:  # its row is gone
            found.fault(point.sequence)
            point = next(points, None)
        if point is not None and point.sequence == sequence:
            holds = holds and point.chain == chain
            found.checkpoints, found.after_last_checkpoint = found.checkpoints + 1, -1
            point = next(points, None)
        found.after_last_checkpoint += 1
        if not holds:
            found.fault(sequence)
        if found.rows % AT_ONCE == 0:
            looked(AT_ONCE)
        if found.marks_not_found:
            found.marks_not_found.discard(chain[:MARK])
        previous, found.last = chain, sequence
    while point is not None:  # written down elsewhere, and no longer here
        found.fault(point.sequence)
        point = next(points, None)
    return found


def _hashes(session: Session) -> Callable[..., str]:
    """`keyring.tag("audit", …)` over a row's values, with the key and what returns often looked up once."""
    key = session.keyring.tag_key("audit")
    often = lru_cache(maxsize=4096)(_framed)

    def chain(
        sequence: int, at: str, partnership: str, actor: str, action: str, about: str, *rest: str
    ) -> str:
        reason, previous = rest
        message = (
            _framed(str(sequence))
            + _framed(at)
            + often(partnership)
            + often(actor)
            + often(action)
            + _framed(about)
            + often(reason)
            + _framed(previous)
        )
        return hmac.digest(key, message, "sha256").hex()

    return chain


def _framed(part: str) -> bytes:
    raw = part.encode()
    return len(raw).to_bytes(4, "big") + raw


def _rows(session: Session) -> Iterator[tuple[Any, ...]]:
    """Every row in order, as the driver gives it: a million of them are not made into objects."""
    session.connection()  # the transaction has begun
    every = f"SELECT {COLUMNS} FROM audit ORDER BY sequence"  # noqa: S608
    if session.get_bind().dialect.name != "postgresql":
        yield from session.driver().execute(every)
        return
    with session.driver().cursor(name="audit") as found:
        found.itersize = AT_ONCE
        yield from found.execute(every)


def _server_time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _file_time(at: str) -> str:
    return at.replace(" ", "T").removesuffix(".000000") + "+00:00"


def head(session: Session, partnership: str) -> str:
    """The newest hash, short, for a digest's footer."""
    row = session.scalars(
        select(Audit)
        .where(Audit.partnership_id == partnership)
        .order_by(Audit.sequence.desc())
        .limit(1)
    ).first()
    return row.chain[:MARK] if row else ""


def of_actor(session: Session, partnership: str, actor: str) -> Sequence[tuple[datetime, str]]:
    """What one person did, by its times, without what it was about."""
    rows = session.execute(
        select(Audit.at, Audit.action)
        .where(Audit.partnership_id == partnership, Audit.actor == actor)
        .order_by(Audit.sequence)
    )
    return [(at, action) for at, action in rows]


def of_partnership(session: Session, partnership: str) -> Sequence[dict[str, str]]:
    """Its rows to read, oldest first: who (an id), what, about what, and why. No words are in them."""
    rows = session.scalars(
        select(Audit).where(Audit.partnership_id == partnership).order_by(Audit.sequence)
    )
    return [
        {
            "at": row.at.isoformat(),
            "actor": row.actor,
            "action": row.action,
            "about": row.about,
            "reason": row.reason,
            "chain": row.chain,
        }
        for row in rows
    ]


def length(session: Session) -> int:
    """How many rows there are."""
    return session.scalar(select(func.count()).select_from(Audit)) or 0


def end(session: Session) -> Checkpoint | None:
    """The newest row of the deployment, to be written down elsewhere; None before anything happened."""
    row = session.execute(
        select(Audit.sequence, Audit.chain).order_by(Audit.sequence.desc()).limit(1)
    ).first()
    return Checkpoint(row.sequence, row.chain) if row else None
