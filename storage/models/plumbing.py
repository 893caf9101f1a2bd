"""What makes delivery and audit sure: intents, done keys, thread notices and the audit chain.

No row here holds words: kinds, ids and dates only.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.columns import NO_ROW_NUMBERS, RandomId, RefId, Rows, Short, Tag


class Outbox(Rows):
    """An intent to send. What is sealed is opened at the moment of sending and purged with the row.

    `ready` means: kept in the web thread, and still to be posted to the address in `sealed_address`.
    `maybe_since` is set when a post may have got through, and cleared when it certainly has not.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "state", "due_at"), NO_ROW_NUMBERS)

    id: Mapped[RandomId]
    partnership_id: Mapped[RefId]
    kind: Mapped[Short]
    once_tag: Mapped[Tag] = mapped_column(unique=True)
    via: Mapped[Short]
    sealed_to: Mapped[bytes | None] = mapped_column(LargeBinary)
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    due_at: Mapped[datetime]
    state: Mapped[Short]  # due | ready | sent | dropped | parked
    reason: Mapped[Short] = mapped_column(default="")
    rank: Mapped[int] = mapped_column(default=5)  # who goes first when there is too much
    platform: Mapped[Short] = mapped_column(default="")
    account_tag: Mapped[Short] = mapped_column(default="")
    sealed_address: Mapped[bytes | None] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(default=0)
    lease: Mapped[Short] = mapped_column(default="")  # whoever holds this token may settle the row
    lease_until: Mapped[float | None]  # seconds on the lease clock, not the wall clock
    maybe_since: Mapped[datetime | None]
    settled_on: Mapped[date | None]


class Bucket(Rows):
    """A budget: when (seconds on the lease clock) the next message of this account or person may go.

    A paced account with requests under way belongs to one sender, its `holder`, `held_until` then.
    """

    __tablename__ = "buckets"
    __table_args__ = NO_ROW_NUMBERS

    tag: Mapped[Tag] = mapped_column(primary_key=True)
    free_at: Mapped[float]
    holder: Mapped[Short] = mapped_column(default="")
    held_until: Mapped[float] = mapped_column(default=0.0)


class Done(Rows):
    """A keyed hash of what happened, with its outcome; never the payload."""

    __tablename__ = "done"
    __table_args__ = NO_ROW_NUMBERS

    key_tag: Mapped[Tag] = mapped_column(primary_key=True)
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON)
    on_date: Mapped[date]


class Notice(Rows):
    """A message in somebody's web thread: rendered each time it is looked at."""

    __tablename__ = "notices"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    partnership_id: Mapped[RefId]
    person_id: Mapped[RefId] = mapped_column(index=True)
    kind: Mapped[Short]
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]


class Audit(Rows):
    """One thing somebody did, chained by hash to the one before. No words."""

    __tablename__ = "audit"
    __table_args__ = NO_ROW_NUMBERS

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    partnership_id: Mapped[RefId]
    actor: Mapped[RefId]
    action: Mapped[Short]
    about: Mapped[Short]
    reason: Mapped[Short]
    previous: Mapped[Tag]
    chain: Mapped[Tag]
