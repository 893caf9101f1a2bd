"""Looking again: is it still wanted, by whom, and where? Then into the thread, and on to a platform.

Everybody has the web thread, which is written in the same transaction and so exactly once. Whoever
has an address on a platform that we can send to is written to there besides.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.days import next_hour_to_write
from bot.outbox.policy import policy_of
from handlers import loop, notices, place, preferences, welcomed
from handlers.messages import Address, Form
from handlers.place import Place
from handlers.wording import say
from storage import (
    Database,
    DatabaseError,
    Session,
    addresses,
    group_channels,
    outgoing,
    people,
    posting,
    rounds,
)
from storage.models import Outbox

WAIT = timedelta(days=1)
LATE = say("parked_late")
NO_MAIL = say("parked_no_mail")
NO_CHANNEL = say("parked_no_channel")
MAIL = "mail"
log = logging.getLogger("heardback.sending")


@dataclass
class Places:
    """The partnerships of one transaction, each read once."""

    session: Session
    known: dict[str, Place] = field(default_factory=dict)

    def of(self, partnership: str) -> Place:
        if partnership not in self.known:
            self.known[partnership] = place.of(self.session, partnership)
        return self.known[partnership]


@dataclass(frozen=True)
class Wanted:
    """A message that is still wanted: by whom, and what it says now.

    In a channel of the group's, which has no thread, it is nobody's own: `channel` says where.
    """

    person: str
    form: Form
    channel: Address | None = None


def deliver(
    database: Database, *, now: datetime, limit: int = 500, platforms: Iterable[str] = ()
) -> int:
    """Look at what is due; returns how many rows were looked at."""
    with database.writing() as session:
        return deliver_in(session, now=now, limit=limit, platforms=platforms)


def deliver_in(
    session: Session, *, now: datetime, limit: int = 500, platforms: Iterable[str] = ()
) -> int:
    """`deliver` inside a transaction that is already open."""
    rows = outgoing.due(session, now, limit)
    places, among = Places(session), frozenset(platforms)
    with recipients_of(session, rows):
        for row in rows:
            _keep_in_thread(session, row, places.of(row.partnership_id), now, among)
    return len(rows)


@contextmanager
def recipients_of(session: Session, rows: Sequence[Outbox]) -> Iterator[None]:
    """What will be asked about each recipient is read at once, and holds for as long as this lasts."""
    own = [outgoing.recipient(session, row) for row in rows if row.via == "person"]
    if own:
        persons = sorted(set(own))
        people.fetch(session, persons)
        addresses.fetch(session, persons)
        rounds.fetch_pauses(session, {row.partnership_id for row in rows})
    try:
        yield
    finally:
        for room in (people, addresses, rounds):
            room.forget_fetched(session)


def _keep_in_thread(
    session: Session, row: Outbox, here: Place, now: datetime, among: frozenset[str]
) -> None:
    wanted = look(session, row, here, now)
    if wanted is None:
        return
    elsewhere = NO_MAIL if policy_of(row.kind).by_mail else NO_CHANNEL if wanted.channel else ""
    if not elsewhere:
        outgoing.notify(
            session,
            partnership=here.id,
            person=wanted.person,
            kind=row.kind,
            about=row.about,
            at=now,
            id=row.id,
        )
    there = where(session, row, wanted, among)
    if there is None:
        state = "parked" if elsewhere else "sent"
        outgoing.settle(session, row, state, here.today(now), elsewhere)
        return
    posting.make_ready(session, row, there)


def where(session: Session, row: Outbox, wanted: Wanted, among: frozenset[str]) -> Address | None:
    """Where to write beside a thread, if we can send there."""
    person = wanted.person
    if wanted.channel is not None:
        return wanted.channel if wanted.channel.platform in among else None
    if policy_of(row.kind).by_mail:
        return addresses.by_mail(session, person) if "mail" in among else None
    return addresses.preferred(session, person, row.partnership_id, among) if among else None


def look(session: Session, row: Outbox, here: Place, now: datetime) -> Wanted | None:
    """Whether a message may go now. One that may not is dropped, parked, or put off.

    One that cannot be made is parked, so that it holds up no other.
    """
    try:
        return _look(session, row, here, now)
    except DatabaseError:
        raise
    except Exception as error:
        name = type(error).__name__
        log.error("a message of kind %s could not be made: %s", row.kind, name)
        outgoing.settle(session, row, "parked", here.today(now), say("parked_not_made", name=name))
        return None


def _look(session: Session, row: Outbox, here: Place, now: datetime) -> Wanted | None:
    policy = policy_of(row.kind)
    today = here.today(now)
    if now - row.due_at > policy.fresh_for:
        outgoing.settle(session, row, "dropped" if policy.late == "drop" else "parked", today, LATE)
        return None
    if policy.daytime:
        moment = next_hour_to_write(here, now, working_days=policy.working_days)
        if moment > now:
            row.due_at = moment
            return None
    person = outgoing.recipient(session, row)
    if row.via == "channel":
        return _to_a_channel(session, row, here, person, today)
    if row.via == "return_address":
        owner = loop.reach(session, person)
        if owner is None:
            outgoing.settle(session, row, "dropped", today, say("dropped_taken_back"))
            return None
        person = owner
    choice = preferences.may_receive(session, here.id, person, row.kind, today)
    if choice == "wait":
        row.due_at = now + WAIT
        row.about = dict(welcomed.waits(session, here, person, row.kind, row.about, today))
        return None
    if choice == "send" and outgoing.WAITED in row.about:
        row.about = dict(welcomed.comes(session, here, person, row.about, today))
    form = notices.render(session, here, row.kind, row.about) if choice == "send" else None
    if form is None:
        outgoing.settle(session, row, "dropped", today, say("dropped_not_wanted"))
        return None
    return Wanted(person, form)


def _to_a_channel(
    session: Session, row: Outbox, here: Place, id: str, today: date
) -> Wanted | None:
    """Dropped when the group has ended it since."""
    there = group_channels.address_of(session, here.id, id)
    form = notices.render(session, here, row.kind, row.about) if there else None
    if there is None or form is None:
        outgoing.settle(session, row, "dropped", today, say("dropped_not_wanted"))
        return None
    return Wanted("", form, there)
