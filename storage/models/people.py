"""Who is here: partnerships, people, the seats they hold, their own choices, and how they sign in.

Names and addresses are sealed with the key class `people`; nothing here touches words.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.columns import NO_ROW_NUMBERS, RandomId, RefId, Rows, Short, Tag


class Partnership(Rows):
    """One area's agencies, with the texts that are its own as they are now: codebook, prompts, wording."""

    __tablename__ = "partnerships"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    name: Mapped[Short]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    codebook: Mapped[str]
    prompts: Mapped[str]
    wording: Mapped[str] = mapped_column(default="")
    read_again_since: Mapped[date | None]  # the day somebody asked for it; empty once all is read


class TextVersion(Rows):
    """A partnership's own text as it was: which role put it there, when, and why in one line."""

    __tablename__ = "text_versions"
    __table_args__ = NO_ROW_NUMBERS

    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), primary_key=True)
    document: Mapped[Short] = mapped_column(primary_key=True)  # codebook | prompts | wording
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str]
    by: Mapped[Short]  # a role, or `settings` for what came from a file
    on_date: Mapped[date]
    why: Mapped[Short]


class Person(Rows):
    __tablename__ = "people"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    sealed_name: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_email: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_tag: Mapped[str | None] = mapped_column(String(64), unique=True)


class Seat(Rows):
    """A role that outlives the person in it."""

    __tablename__ = "seats"
    __table_args__ = (Index("ix_seats_person", "person_id"), NO_ROW_NUMBERS)

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), index=True)
    role: Mapped[Short]
    agency: Mapped[Short]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    since: Mapped[date]


class Installation(Rows):
    """Tokens that a platform gave us for one account, sealed; found by a keyed tag of it."""

    __tablename__ = "installations"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    platform: Mapped[Short]
    tag: Mapped[Tag] = mapped_column(unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class GroupChannel(Rows):
    """Where a strategic group reads together, sealed; nothing is posted there before `since`."""

    __tablename__ = "group_channels"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), index=True)
    platform: Mapped[Short]
    tag: Mapped[Tag] = mapped_column(unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    since: Mapped[date | None]


class Preference(Rows):
    """A person's own pace. Nobody else may read `away_until` or `stopped_on`."""

    __tablename__ = "preferences"
    __table_args__ = NO_ROW_NUMBERS

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), primary_key=True)
    interval_weeks: Mapped[int] = mapped_column(default=2)
    away_until: Mapped[date | None]
    stopped_on: Mapped[date | None]
    hear_back: Mapped[bool] = mapped_column(default=True)


class PersonAddress(Rows):
    """Where a person can be reached, sealed; `tag` finds them when something comes from there."""

    __tablename__ = "addresses"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    platform: Mapped[Short]
    tag: Mapped[Tag] = mapped_column(unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    since: Mapped[date]


class Channel(Rows):
    """Where a person wants to be written to in one partnership: an address, `mail`, or `web` and no other."""

    __tablename__ = "channels"
    __table_args__ = NO_ROW_NUMBERS

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), primary_key=True)
    choice: Mapped[Short]  # an address's id | mail | web


class SignInLink(Rows):
    """A single-use link, kept as a keyed hash.

    `lands_on` is the page it opens. With `own_only` the session is a contributor's and opens no duty of
    a seat. `joins` is the join link through which this person came, and whose seat they get by opening it.
    """

    __tablename__ = "sign_in_links"
    __table_args__ = NO_ROW_NUMBERS

    tag: Mapped[Tag] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    partnership_id: Mapped[RefId]
    expires_at: Mapped[datetime]
    reusable: Mapped[bool] = mapped_column(default=False)
    lands_on: Mapped[Short] = mapped_column(default="/home")
    own_only: Mapped[bool] = mapped_column(default=False)
    joins: Mapped[RefId] = mapped_column(default="")


class WebSession(Rows):
    """Somebody signed in: since when, last used when, and in what kind of browser. No address, no place.

    `proved_at` is when they last showed who they are; empty where whoever let them in did not say.
    """

    __tablename__ = "web_sessions"
    __table_args__ = NO_ROW_NUMBERS

    tag: Mapped[Tag] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    partnership_id: Mapped[RefId]
    seen_at: Mapped[datetime]
    own_only: Mapped[bool] = mapped_column(default=False)
    began_at: Mapped[datetime]
    browser: Mapped[Short] = mapped_column(default="")
    proved_at: Mapped[datetime | None]


class OpenidAccount(Rows):
    """Whose account with a provider it is, by the keyed hash of its issuer and subject, and nothing else of it."""

    __tablename__ = "openid_accounts"
    __table_args__ = NO_ROW_NUMBERS

    tag: Mapped[Tag] = mapped_column(primary_key=True)
    partnership_id: Mapped[RefId] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    provider: Mapped[Short]
    since: Mapped[date]


class OpenidTry(Rows):
    """Somebody on their way to a provider and back, by the keyed hash of the state; it works once.

    `browser` is the keyed hash of a secret in the browser's cookie. `person_id` is filled where a person
    who is signed in ties an account, and is empty where somebody signs in.
    """

    __tablename__ = "openid_tries"
    __table_args__ = NO_ROW_NUMBERS

    tag: Mapped[Tag] = mapped_column(primary_key=True)
    provider: Mapped[Short]
    browser: Mapped[Tag]
    lands_on: Mapped[Short]
    person_id: Mapped[RefId]
    partnership_id: Mapped[RefId]
    expires_at: Mapped[datetime]


class JoinLink(Rows):
    """A way in for one agency, kept as a keyed hash. `domain` is the only e-mail domain it takes, if any."""

    __tablename__ = "join_links"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[RandomId]
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id"), index=True)
    tag: Mapped[Tag] = mapped_column(unique=True)
    agency: Mapped[Short]
    domain: Mapped[Short]
    expires_at: Mapped[datetime]
    uses_left: Mapped[int]


class EntryTry(Rows):
    """How often somebody asked to come in of late, by the keyed hash of an address or a link."""

    __tablename__ = "entry_tries"
    __table_args__ = NO_ROW_NUMBERS

    tag: Mapped[Tag] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    tries: Mapped[int]
