"""Messages on their way to a platform: who holds them, when each may go, and what came of it.

A lease is a token and a time on the lease clock. Only its holder may settle the row, so somebody who
was frozen and wakes late cannot write. Waiting is measured on the same clock, which no change of the
wall clock moves; leases of another epoch of it (the machine has been started anew) are void.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, not_, or_, select

from storage import budgets
from storage.addresses import Address, from_text, to_text
from storage.budgets import Pace, Tick
from storage.database import Session
from storage.models import Bucket, Outbox
from storage.outgoing import settle

WAITING = "wait"
REPEAT = "repeat"  # a reason: it may have come before, and says so


@dataclass(frozen=True)
class Claim:
    """A row that is ours until the lease ends, and the moment at which it may go."""

    row: Outbox
    goes_at: float


def account_tag(session: Session, address: Address) -> str:
    return session.keyring.tag("budget", address.platform, address.account)


def make_ready(session: Session, row: Outbox, address: Address) -> None:
    """Kept in the thread; next it is posted to this address."""
    row.state, row.platform = "ready", address.platform
    row.account_tag = account_tag(session, address)
    row.sealed_address = session.seal("outbox", row.partnership_id, row.id, to_text(address))


def address_of(session: Session, row: Outbox) -> Address:
    if row.sealed_address is None:
        raise LookupError("this message has no address any more")
    return from_text(session.open("outbox", row.partnership_id, row.id, row.sealed_address))


def _free(tick: Tick) -> ColumnElement[bool]:
    """Nobody holds the row, or whoever did is too late, or the clock is a new one."""
    return or_(
        Outbox.lease == "",
        Outbox.lease_until <= tick.at,
        not_(Outbox.lease.startswith(f"{tick.epoch}:", autoescape=True)),
    )


def _ready(now: datetime, tick: Tick) -> ColumnElement[bool]:
    return and_(Outbox.state == "ready", Outbox.due_at <= now, _free(tick))


def accounts(
    session: Session, platforms: Iterable[str], *, now: datetime, tick: Tick
) -> Sequence[tuple[str, str]]:
    """Platform and account tag of everything that could be posted now."""
    found = session.execute(
        select(Outbox.platform, Outbox.account_tag)
        .where(_ready(now, tick), Outbox.platform.in_(sorted(platforms)))
        .distinct()
    )
    return [(platform, tag) for platform, tag in found]


def claim(
    session: Session,
    account: str,
    pace: Pace,
    *,
    now: datetime,
    tick: Tick,
    token: str,
    holder: str,
    lease: float,
    ahead: float,
    limit: int,
) -> Sequence[Claim]:
    """Take what this account may send within the next `ahead` seconds, each with its moment.

    A row whose conversation is not free by then waits. What is going to be posted must be marked as
    maybe sent in this transaction, which has to be committed before the first post. Nothing is taken
    of a paced account that belongs to another holder.
    """
    budget = budgets.open_for(session, account, pace, tick, holder)
    if budget is None or budget.free_at > tick.at + ahead:
        return []
    next_at, step = max(budget.free_at, tick.at), pace.step
    room = int((tick.at + ahead - next_at) / step) + 1 if step else limit
    rows = session.scalars(
        select(Outbox)
        .where(_ready(now, tick), Outbox.account_tag == account)
        .order_by(Outbox.rank, Outbox.due_at, Outbox.id)
        .limit(min(room, limit))
        .with_for_update(skip_locked=True)
    ).all()
    session.fetch_keys("outbox", [row.id for row in rows])
    conversations = _conversations(session, tick, rows) if pace.per_conversation else {}
    taken = []
    for row in rows:
        goes_at = next_at
        if bucket := conversations.get(row.id):
            if bucket.free_at > tick.at + ahead:
                wait(row, tick, bucket.free_at - tick.at)
                continue
            goes_at = max(goes_at, bucket.free_at)
            bucket.free_at = goes_at + 1 / pace.per_conversation
        next_at = goes_at + step
        row.lease, row.lease_until = f"{tick.epoch}:{token}", tick.at + lease
        taken.append(Claim(row, goes_at))
    if step and taken:
        budget.free_at = next_at
    return taken


def _conversations(session: Session, tick: Tick, rows: Sequence[Outbox]) -> Mapping[str, Bucket]:
    """The bucket of each row's conversation; two rows to one person share theirs."""
    tags = {}
    for row in rows:
        there = address_of(session, row)
        tags[row.id] = budgets.tag(session, tick, there.platform, there.account, there.user)
    found = budgets.of_conversations(session, tags.values())
    return {id: found[tag] for id, tag in tags.items()}


def held(session: Session, token: str, tick_epoch: str, ids: Sequence[str]) -> Mapping[str, Outbox]:
    """The rows of these that are still ours, locked; a row that somebody took over is not among them."""
    rows = session.scalars(
        select(Outbox)
        .where(Outbox.id.in_(ids), Outbox.lease == f"{tick_epoch}:{token}")
        .with_for_update()
    )
    return {row.id: row for row in rows}


def wait(row: Outbox, tick: Tick, seconds: float) -> None:
    """Give the row back, to be taken again after so many seconds."""
    row.lease, row.lease_until = f"{tick.epoch}:{WAITING}", tick.at + seconds


def park(session: Session, row: Outbox, on: date, reason: str) -> None:
    """A person has to look: it stays, with its reason and without being tried."""
    settle(session, row, "parked", on, reason)


def try_again(row: Outbox, now: datetime) -> None:
    """A person lets a parked message go out after all; one that may have come before will say so."""
    row.state, row.due_at, row.settled_on, row.tries = "due", now, None, 0
    row.reason = REPEAT if row.maybe_since is not None else ""
    row.maybe_since = None
