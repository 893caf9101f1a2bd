"""Neighbours: what two partnerships agreed to share, which lines were shared, and what came from elsewhere.

Themes are shared and never words: a subject, its title, its question and a day. Each side has a row of its own, and
either can end it.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.columns import NO_ROW_NUMBERS, RandomId, RefId, Rows, Short, Tag


class Neighbour(Rows):
    """One side's agreement to share released themes with another partnership, here or in another deployment."""

    __tablename__ = "neighbours"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), index=True)
    other_id: Mapped[RefId]  # the other partnership in this deployment; empty for one elsewhere
    name: Mapped[Short]
    public_key: Mapped[Tag]  # of one elsewhere: what it sends is signed with the other half
    agreed_on: Mapped[date]
    ended_on: Mapped[date | None]
    taken_at: Mapped[datetime | None]  # when what was taken in last had been made there


class LineShare(Rows):
    """A released line that cleared at the bar for what leaves, for one neighbour."""

    __tablename__ = "line_shares"
    __table_args__ = NO_ROW_NUMBERS

    line_id: Mapped[str] = mapped_column(ForeignKey("lines.id"), primary_key=True)
    neighbour_id: Mapped[str] = mapped_column(ForeignKey("neighbours.id"), primary_key=True)
    on_date: Mapped[date]


class NeighbourTheme(Rows):
    """A theme that a neighbour in another deployment released and sent, signed."""

    __tablename__ = "neighbour_themes"
    __table_args__ = (UniqueConstraint("neighbour_id", "subject"), NO_ROW_NUMBERS)

    id: Mapped[RandomId]
    neighbour_id: Mapped[str] = mapped_column(ForeignKey("neighbours.id"), index=True)
    subject: Mapped[Short]
    title: Mapped[Short]
    question: Mapped[str]
    on_date: Mapped[date]
