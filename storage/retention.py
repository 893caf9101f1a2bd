"""How long everything is kept: one readable policy, and the deletions that keep it.

The policy is `retention_policy.toml`; every time in it is used here or by a handler that asks `policy()`.
Deleting words destroys their data key, so that no copy anywhere opens again.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources

from sqlalchemy import ColumnElement, Table, delete, select

from storage import (
    contributions,
    counting,
    decisions,
    key_store,
    quotes,
    receipts,
    releases,
    return_addresses,
)
from storage.database import Session
from storage.models import (
    Commitment,
    Digest,
    Done,
    EntryTry,
    Invitation,
    JoinLink,
    Line,
    LineContribution,
    Notice,
    Outbox,
    PhraseTry,
    Return,
    Round,
    Rows,
    SignInLink,
    TooMuch,
    WebSession,
)

UNITS = ("hours", "days", "weeks")
FINAL = ("changed", "partly", "not_now", "not_ours")  # answers after which nothing more is promised
AT_A_TIME = 500


class PolicyError(Exception):
    """The policy file is not one: the message is a sentence for whoever runs the machine."""


@dataclass(frozen=True)
class Time:
    """How long one kind of record is kept, in its own unit and from what moment."""

    id: str
    what: str
    number: int
    unit: str
    after: str

    @property
    def length(self) -> timedelta:
        return timedelta(**{self.unit: self.number})

    @property
    def sentence(self) -> str:
        unit = self.unit.removesuffix("s") if self.number == 1 else self.unit
        return f"{self.what}: {self.number} {unit} after {self.after}."


@cache
def policy() -> Mapping[str, Time]:
    """The policy, by the id of each kind of record."""
    text = resources.files("storage").joinpath("retention_policy.toml").read_text("utf-8")
    return read(text)


def read(text: str) -> Mapping[str, Time]:
    """Read a policy.

    Raises:
        PolicyError: it is no TOML, an entry lacks its words, or its time is not one whole number of one unit.
    """
    found = {}
    try:
        entries = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PolicyError(f"The retention policy cannot be read: {error}.") from None
    for id, entry in entries.items():
        if not isinstance(entry, dict):
            raise PolicyError(f"Retention '{id}' needs a part of its own, in square brackets.")
        units = [unit for unit in UNITS if unit in entry]
        if len(units) != 1 or type(entry[units[0]]) is not int or entry[units[0]] < 0:
            raise PolicyError(f"Retention '{id}' needs one whole number of hours, days or weeks.")
        if not entry.get("what") or not entry.get("after"):
            raise PolicyError(f"Retention '{id}' must say what is kept, and after what.")
        found[id] = Time(id, entry["what"], entry[units[0]], units[0], entry["after"])
    return found


def length(id: str) -> timedelta:
    """How long this kind of record is kept; raises KeyError when the policy does not name it."""
    return policy()[id].length


def waiting_weeks() -> int:
    """How many weeks words wait before their author is asked; a partnership may say fewer."""
    return length("waiting_words").days // 7


def sentences() -> tuple[str, ...]:
    """The whole policy in plain sentences, in the order in which it is written."""
    return tuple(time.sentence for time in policy().values())


def forget(session: Session, partnership: str, contribution: str) -> None:
    """End one contribution everywhere: words, tag, way back, phrase, and the keys to all of them."""
    counting.forget(session, contribution)
    receipts.forget(session, contribution)
    releases.forget_contribution(session, contribution)
    return_addresses.forget(session, contribution)
    forget_words(session, partnership, contribution)


def stop_counting(session: Session, contribution: str) -> None:
    """From now on nothing counts on these words; they themselves stay."""
    counting.forget(session, contribution)
    if releases.line_behind(session, contribution) is None:
        releases.forget_contribution(session, contribution)  # a draft that counted on it


def forget_words(session: Session, partnership: str, contribution: str) -> None:
    """End the words alone; an answer can still find its way home."""
    quotes.end_of(session, contribution, "ended")
    row = contributions.get(session, partnership, contribution)
    if row is not None:
        contributions.forget(session, row)


def closed(session: Session, partnership: str, today: date) -> Sequence[str]:
    """Contributions whose loop closed long enough ago.

    A loop is closed when its answer promises nothing more, people were asked whether it helped, and
    no champion still has it to carry home.
    """
    on_its_way = (
        select(Return.id)
        .where(
            Return.commitment_id == Commitment.id,
            Return.contribution_id == LineContribution.contribution_id,
            Return.state == "ready",
        )
        .exists()
    )
    return session.scalars(
        select(LineContribution.contribution_id)
        .join(Commitment, Commitment.line_id == LineContribution.line_id)
        .where(
            Commitment.partnership_id == partnership,
            Commitment.state == "confirmed",
            Commitment.status.in_(FINAL),
            Commitment.asked_again_on <= today - length("closed_words"),
            ~on_its_way,
        )
    ).all()


def never_closed(session: Session, partnership: str, today: date) -> Sequence[str]:
    """Contributions shown so long ago that their words go, whatever the group does."""
    return session.scalars(
        select(LineContribution.contribution_id)
        .join(Line, Line.id == LineContribution.line_id)
        .where(
            Line.partnership_id == partnership,
            Line.state == "shown",
            Line.until <= today - length("open_words"),
        )
    ).all()


def sweep(session: Session, now: datetime) -> None:
    """Delete every record that holds no words and whose time is over, in all partnerships."""
    today = now.date()

    def before(id: str) -> date:
        return today - length(id)

    kept = Done.outcome["receipt"].as_string().is_not(None)
    respondent = Done.outcome["import"].as_string().is_not(None)
    over = Round.closes_on < before("invitations")
    ended: tuple[tuple[type[Rows], ColumnElement[bool]], ...] = (
        (Done, (Done.on_date < before("done_keys")) & ~kept & ~respondent),
        (Done, Done.on_date < before("kept_keys")),
        (Notice, Notice.at < now - length("notices")),
        (
            Outbox,
            Outbox.state.in_(("sent", "dropped")) & (Outbox.due_at < now - length("sent_messages")),
        ),
        (Invitation, Invitation.round_id.in_(select(Round.id).where(over))),
        (TooMuch, TooMuch.on_date < before("too_much")),
        (PhraseTry, PhraseTry.on_date < before("phrase_tries")),
        (SignInLink, SignInLink.expires_at < now - length("sign_in_links")),
        (JoinLink, JoinLink.expires_at < now - length("join_links")),
        (EntryTry, EntryTry.since < now - length("entry_tries")),
        (WebSession, WebSession.seen_at < now - length("sessions")),
    )
    for model, condition in ended:
        session.execute(delete(model).where(condition))
    key_store.tend_tombstones(session.key_store, today, before("tombstones"))
    held = decisions.under_hold(session)
    old = select(Digest.id).where(
        Digest.state == "issued",
        Digest.slot_date < before("digests"),
        Digest.partnership_id.not_in(held),
    )
    _forget_digests(session, session.scalars(old).all())


def _forget_digests(session: Session, ids: Sequence[str]) -> None:
    """Digests with their lines, answers and opinions, and whatever way back still led to them."""
    lines = select(Line.id).where(Line.digest_id.in_(ids))
    behind = select(LineContribution.contribution_id, Line.partnership_id).join(
        Line, Line.id == LineContribution.line_id
    )
    for contribution, partnership in session.execute(behind.where(Line.id.in_(lines))).all():
        forget(session, partnership, contribution)
    _delete_with_what_hangs_on_it(session, Rows.metadata.tables[Digest.__tablename__], ids)


def _delete_with_what_hangs_on_it(session: Session, table: Table, ids: Sequence[str]) -> None:
    """Delete rows by id, and before them every row of another table that points at them."""
    for start in range(0, len(ids), AT_A_TIME):
        some = ids[start : start + AT_A_TIME]
        for child in Rows.metadata.tables.values():
            for key in child.foreign_keys:
                if key.column.table is not table or child is table:
                    continue
                pointing = key.parent.in_(some)
                if len(child.primary_key.columns) == 1:
                    own = next(iter(child.primary_key.columns))
                    rows = session.scalars(select(own).where(pointing)).all()
                    _delete_with_what_hangs_on_it(session, child, rows)
                else:
                    session.execute(delete(child).where(pointing))
        id = next(iter(table.primary_key.columns))
        session.execute(delete(table).where(id.in_(some)))
