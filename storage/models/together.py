"""A small beginning: one shared question, and a live session whose summary everybody present approves.

Who is present, and who said yes to what, is kept only while a session is open: an hour or two, and a day
at most. Nothing of it is left when it ends but the words that everybody approved, as contributions of theirs.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.columns import NO_ROW_NUMBERS, RandomId, RefId, Rows, Short


class Pilot(Rows):
    """One question that stays open until a day, in place of the rounds."""

    __tablename__ = "pilots"
    __table_args__ = NO_ROW_NUMBERS

    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), primary_key=True)
    prompt_id: Mapped[Short]
    until: Mapped[date]
    round_id: Mapped[RefId]  # empty until people have been asked


class LiveSession(Rows):
    """A session: open while people sit together, sent once everybody present said yes."""

    __tablename__ = "live_sessions"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), index=True)
    opened_on: Mapped[date]
    code: Mapped[Short]  # said aloud in the room; empty once it is over
    state: Mapped[Short]  # open | sent
    people: Mapped[int]  # whose words the summary is; nought while it is open


class Present(Rows):
    """Somebody in the room, until the session ends."""

    __tablename__ = "live_present"
    __table_args__ = NO_ROW_NUMBERS

    session_id: Mapped[str] = mapped_column(ForeignKey("live_sessions.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    agency: Mapped[Short]


class LiveSentence(Rows):
    """One sentence of the summary, sealed; `state` says whether somebody would like to change it."""

    __tablename__ = "live_sentences"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    partnership_id: Mapped[RefId]
    session_id: Mapped[str] = mapped_column(ForeignKey("live_sessions.id"), index=True)
    place: Mapped[int]
    state: Mapped[Short]  # stands | change
    sealed_words: Mapped[bytes] = mapped_column(LargeBinary)


class LiveYes(Rows):
    """Somebody's yes to one sentence as it stands, until it is changed or the session ends."""

    __tablename__ = "live_yes"
    __table_args__ = NO_ROW_NUMBERS

    sentence_id: Mapped[str] = mapped_column(ForeignKey("live_sentences.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
