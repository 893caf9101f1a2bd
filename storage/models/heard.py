"""What was heard: sealed words, and apart from them who counted, where the answer goes, and codes.

A contribution row has no identity column, a random id, and a date instead of a time. The three other
tables share only its id: counting tags and return addresses are keyed with classes of their own.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.columns import NO_ROW_NUMBERS, RandomId, RefId, Rows, Short, Tag


class Contribution(Rows):
    """A reflection or a relay that was kept."""

    __tablename__ = "contributions"
    __table_args__ = (
        Index("ix_contributions_waiting", "partnership_id", "state", "coded_with", "kind"),
        NO_ROW_NUMBERS,
    )

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"))
    kind: Mapped[Short]  # reflection | relay
    voice: Mapped[Short]
    rendering: Mapped[Short]  # own_words | paraphrase | observation
    age_band: Mapped[Short]
    prompt_id: Mapped[Short]
    prevention_level: Mapped[Short]
    network_level: Mapped[Short]
    transition: Mapped[Short]
    stance: Mapped[Short]
    first_contact: Mapped[Short] = mapped_column(default="")  # help | justice
    agreed_to: Mapped[Short]  # comma-joined: theme, quote, board, neighbour
    agreement_by: Mapped[Short]
    on_date: Mapped[date]
    state: Mapped[Short]  # waiting | shown
    coded_with: Mapped[Short] = mapped_column(
        default=""
    )  # codebook and coder version, or why unread
    sealed_words: Mapped[bytes] = mapped_column(LargeBinary)


class CountingTag(Rows):
    """How many distinct people spoke, readable by the release code only."""

    __tablename__ = "counting_tags"
    __table_args__ = NO_ROW_NUMBERS

    contribution_id: Mapped[RandomId]
    partnership_id: Mapped[RefId] = mapped_column(index=True)
    person_tag: Mapped[Tag]
    agency_tag: Mapped[Tag]
    voices: Mapped[int]


class ReturnAddress(Rows):
    """Who to write back to, sealed. `owner_tag` finds a person's own; `seat_tag` a seat's relays."""

    __tablename__ = "return_addresses"
    __table_args__ = NO_ROW_NUMBERS

    contribution_id: Mapped[RandomId]
    partnership_id: Mapped[RefId]
    owner_tag: Mapped[Tag] = mapped_column(index=True)
    seat_tag: Mapped[str] = mapped_column(String(64), index=True, default="")
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Coding(Rows):
    """A theme given to a contribution, by machine or by a person; the phrase is kept as offsets."""

    __tablename__ = "codings"
    __table_args__ = NO_ROW_NUMBERS

    contribution_id: Mapped[str] = mapped_column(
        ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True
    )
    theme: Mapped[Short] = mapped_column(primary_key=True)
    by: Mapped[Short] = mapped_column(primary_key=True)  # machine | person
    score: Mapped[float]
    start: Mapped[int]
    end: Mapped[int]
    versions: Mapped[Short]  # codebook and coder


class KeptDetail(Rows):
    """A detail the contributor chose to keep: its kind and, after a colon, which reason; never its words."""

    __tablename__ = "kept_details"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    contribution_id: Mapped[str] = mapped_column(
        ForeignKey("contributions.id", ondelete="CASCADE"), index=True
    )
    detail_kind: Mapped[Short]


class WaitedLong(Rows):
    """Words that waited so long that their author was asked: when they go, or until when they wait on.

    The dates are those of everybody who was asked in the same month.
    """

    __tablename__ = "waited_long"
    __table_args__ = NO_ROW_NUMBERS

    contribution_id: Mapped[str] = mapped_column(
        ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True
    )
    choose_by: Mapped[date]
    kept_until: Mapped[date | None]


class ReceiptPhrase(Rows):
    """A keyed fingerprint of the three words; the words themselves are nowhere."""

    __tablename__ = "receipt_phrases"
    __table_args__ = NO_ROW_NUMBERS

    fingerprint: Mapped[Tag] = mapped_column(primary_key=True)
    partnership_id: Mapped[RefId]
    contribution_id: Mapped[RefId] = mapped_column(index=True)


class PhraseTry(Rows):
    __tablename__ = "phrase_tries"
    __table_args__ = NO_ROW_NUMBERS

    person_tag: Mapped[Tag] = mapped_column(primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True)
    tries: Mapped[int]


class SetAside(Rows):
    """Words locked for the safeguarding lead alone, until the hand-off is confirmed."""

    __tablename__ = "set_aside"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), index=True)
    reader: Mapped[Short]  # safeguarding_lead | second_lead
    route: Mapped[Short]
    came_on: Mapped[date]
    writer_choice: Mapped[Short]
    next_read_at: Mapped[datetime]
    state: Mapped[Short]  # waiting | opened | handed_off | not_live
    alarmed: Mapped[bool] = mapped_column(default=False)
    hand_off: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    delete_at: Mapped[datetime | None]
    sealed_words: Mapped[bytes] = mapped_column(LargeBinary)
