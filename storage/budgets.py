"""How fast each account and each conversation may be written to, and which sender an account belongs to.

Every sender on every machine takes its moments from these rows. Where a platform's limit is strict, an
account belongs to one sender while requests of it are under way, because moments alone do not keep two
machines apart when one of them is late. What is said here is in seconds on the lease clock; `epoch` names
that clock, and budgets of another epoch (the machine has been started anew) are void.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select

from storage.database import Session
from storage.models import Bucket
from storage.statements import insert_once


@dataclass(frozen=True)
class Tick:
    """A moment on the lease clock: seconds since something, and since what."""

    epoch: str
    at: float


@dataclass(frozen=True)
class Pace:
    """Messages per second that a platform allows; 0 means no limit."""

    per_conversation: float
    per_account: float

    @property
    def step(self) -> float:
        """Seconds between two requests to one account."""
        return 1 / self.per_account if self.per_account else 0.0


def tag(session: Session, tick: Tick, *parts: str) -> str:
    return session.keyring.tag("budget", "bucket", tick.epoch, *parts)


def holders(session: Session, tick: Tick, accounts: Iterable[str]) -> Mapping[str, str]:
    """Which sender has each of these accounts now; those that nobody has are not named."""
    tags = {tag(session, tick, account): account for account in accounts}
    held = select(Bucket.tag, Bucket.holder).where(
        Bucket.tag.in_(sorted(tags)), Bucket.holder != "", Bucket.held_until > tick.at
    )
    return {tags[found]: holder for found, holder in session.execute(held)}


def open_for(session: Session, account: str, pace: Pace, tick: Tick, holder: str) -> Bucket | None:
    """The budget of this account, locked until the transaction ends; None while another sender has it.

    A sender that let its time run out may have sent in the last moment of it: the next one keeps its
    distance from there.
    """
    its_tag = tag(session, tick, account)
    insert_once(session, Bucket, tag=its_tag, free_at=0.0)
    bucket = session.get(Bucket, its_tag, with_for_update={"skip_locked": True})
    if bucket is None or not pace.step or bucket.holder in ("", holder):
        return bucket
    if bucket.held_until > tick.at:
        return None
    bucket.free_at = max(bucket.free_at, bucket.held_until + pace.step)
    return bucket


def hold(session: Session, account: str, tick: Tick, holder: str, seconds: float) -> None:
    """This account is its holder's for so long, within which every request taken now has begun."""
    bucket = session.get_one(Bucket, tag(session, tick, account))
    bucket.holder, bucket.held_until = holder, tick.at + seconds


def give_back(session: Session, account: str, pace: Pace, tick: Tick, holder: str) -> None:
    """Nothing of this account is under way here any more: anybody may have it, a whole step from now."""
    bucket = _locked(session, tick, account)
    if bucket.holder == holder:
        bucket.holder = ""
        bucket.free_at = max(bucket.free_at, tick.at + pace.step)


def rest(session: Session, account: str, tick: Tick, seconds: float) -> None:
    """The platform asked this account to pause: nothing of it goes before then."""
    bucket = _locked(session, tick, account)
    bucket.free_at = max(bucket.free_at, tick.at + seconds)


def of_conversations(session: Session, tags: Iterable[str]) -> Mapping[str, Bucket]:
    """The budgets with these tags, locked until the transaction ends; new ones are free at once."""
    wanted = set(tags)
    found = {
        bucket.tag: bucket
        for bucket in session.scalars(
            select(Bucket).where(Bucket.tag.in_(sorted(wanted))).with_for_update()
        )
    }
    for missing in wanted - found.keys():
        found[missing] = Bucket(tag=missing, free_at=0.0)
        session.add(found[missing])
    return found


def forget_idle(session: Session, tick: Tick, idle: float = 3600.0) -> None:
    """Delete budgets that have been free for an hour: they hold nothing back. One in use is passed by."""
    free = select(Bucket.tag).where(Bucket.free_at < tick.at - idle)
    them = Bucket.tag.in_(free.with_for_update(skip_locked=True))
    session.execute(delete(Bucket).where(them), execution_options={"synchronize_session": False})


def _locked(session: Session, tick: Tick, account: str) -> Bucket:
    its_tag = tag(session, tick, account)
    insert_once(session, Bucket, tag=its_tag, free_at=0.0)
    return session.get_one(Bucket, its_tag, with_for_update=True)
