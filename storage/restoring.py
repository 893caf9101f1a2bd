"""Putting a backup back, and then making true again what happened since it was made.

What was erased stays erased: the names of destroyed data keys are replayed before anything else. What was to be
sent may have been sent since, so nothing old is sent by itself. Nothing is written before the whole backup was
read once and found to be as it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    Table,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy import orm as sa_orm

from storage import (
    backup,
    contributions,
    decisions,
    leaving,
    orphans,
    outgoing,
    quotes,
    retention,
    schema,
    sealed_files,
)
from storage.database import Database, Session
from storage.key_store import bury
from storage.models import (
    Contribution,
    KeyRows,
    Outbox,
    Person,
    Quote,
    RecordKey,
    Rows,
    Seat,
    SignInLink,
    Tombstone,
    WebSession,
)
from storage.parting import ending
from storage.sealing import Erased, KeyClass, Keyring, SealingError, record_key_id

Side = Literal["rows", "keys"]
AT_ONCE = 500


class NotEmptyError(Exception):
    """There is something in the database already; the argument says which side."""


@dataclass
class Restored:
    """What came back, and what did not: records by table, messages by what became of them."""

    rows: int = 0
    erased: dict[str, int] = field(default_factory=dict)
    changed: int = 0
    held: int = 0
    ended: int = 0
    holds: int | None = None  # brought back from the folder apart; None where there is none
    dropped: dict[str, int] = field(default_factory=dict)
    parked: dict[str, int] = field(default_factory=dict)

    def count(self, table: str, number: int) -> None:
        if number:
            self.erased[table] = self.erased.get(table, 0) + number


def look_through(path: Path, keyring: Keyring, holds: str) -> datetime:
    """Read a backup to its end without keeping anything; returns when it was made.

    Raises:
        NotReadableError: it is none, another key's, of another kind, or not whole.
    """
    about = sealed_files.about(path)
    for _ in backup.batches(path, keyring):
        pass
    if about.get("holds") != holds:
        raise sealed_files.NotReadableError(f"{path} does not hold {holds}.")
    return datetime.fromisoformat(about["made"])


def _side(database: Database, side: Side) -> tuple[Engine, MetaData]:
    if side == "rows":
        return database.engine, Rows.metadata
    return database.key_engine, KeyRows.metadata


def is_empty(database: Database, side: Side) -> bool:
    """Whether none of our tables of the rows, or of the keys, has a row."""
    engine, metadata = _side(database, side)
    there = set(inspect(engine).get_table_names())
    with engine.connect() as at:
        return not any(
            at.scalar(select(func.count()).select_from(table))
            for table in metadata.sorted_tables
            if table.name in there
        )


def wipe(database: Database, side: Side) -> None:
    """Take every table of ours away again."""
    engine, metadata = _side(database, side)
    with engine.begin() as at:
        metadata.drop_all(at)
        at.execute(text("DROP TABLE IF EXISTS alembic_version"))


def fill(database: Database, side: Side, path: Path) -> int:
    """Put every row into an empty database, at the version of the backup; returns how many there were.

    Raises:
        NotEmptyError: something is there already.
        NotReadableError: the backup is of a version that is not known here, or not whole.
    """
    if not is_empty(database, side):
        raise NotEmptyError(side)
    wipe(database, side)
    rows = 0
    with _side(database, side)[0].begin() as at:
        _upgrade(at, side, path)
        shape = MetaData()
        shape.reflect(at)
        for batch in backup.batches(path, database.keyring):
            table = shape.tables[batch.table]
            at.execute(insert(table), [backup.typed(table, row) for row in batch.rows])
            rows += len(batch.rows)
    return rows


def _upgrade(at: Connection, side: Side, path: Path) -> None:
    """The tables as they were in the version that made the backup."""
    revision = str(sealed_files.about(path).get("revision", ""))
    if not schema.is_known(revision, side):
        raise sealed_files.NotReadableError(
            f"{path} was made by a version of heardback that this one does not know. Upgrade first."
        )
    schema.upgrade(at, side, revision)


def tombstones(path: Path, keyring: Keyring) -> Iterator[str]:
    """The names of destroyed data keys that a backup of keys holds."""
    for batch in backup.batches(path, keyring):
        if batch.table == Tombstone.__tablename__:
            yield from (row["record_id"] for row in batch.rows)


def destroy_buried(database: Database, names: Iterable[str]) -> int:
    """Destroy every data key that was destroyed before, here or elsewhere; returns how many were back."""
    with database.key_engine.begin() as keys:
        bury(keys, names)
        buried = RecordKey.record_id.in_(select(Tombstone.record_id))
        return keys.execute(delete(RecordKey).where(buried)).rowcount


def make_true(
    session: Session, *, now: datetime, dropped: Callable[[str], bool], why: str
) -> Restored:
    """Replay what was erased, and send nothing that may have been sent.

    Args:
        dropped: whether a message of this kind is dropped; what is not is parked for a person.
        why: what the desk reads beside a parked message.

    Raises:
        SealingError: so many records lack a key that the key store must be another day's.
    """
    found = Restored()
    with sa_orm.Session(session.key_store) as keys:
        buried = frozenset(keys.scalars(select(Tombstone.record_id)))
    for name, key_class in sorted(orphans.SEALED.items(), key=_people_last):
        table = Rows.metadata.tables[name.split(".")[0]]
        gone = list(_buried(session, table, key_class, buried))
        found.count(table.name, len(gone))
        for id in gone:
            _erase(session, table, id)
    session.flush()
    found.ended = ending.end_again(session, buried, on=now.date())
    found.held = _take_back_again(session, buried)
    found.changed = _forget_what_was_changed(session)
    for table_name, number in orphans.sweep(session).records.items():
        found.count(table_name, number)
    for model in (SignInLink, WebSession):
        session.execute(delete(model))
    _quieten(session, found, now=now, dropped=dropped, why=why)
    return found


def _take_back_again(session: Session, buried: frozenset[str]) -> int:
    """What was taken back under a hold after the backup is taken back here too; returns how many."""
    number = 0
    for row in session.scalars(select(Contribution)).all():
        name = record_key_id(session.keyring, "words", decisions.mark_of(row.id))
        if name in buried and row.state != decisions.HELD:
            retention.stop_counting(session, row.id)
            row.state = decisions.HELD
            number += 1
    session.flush()
    return number


def _people_last(column: tuple[str, KeyClass]) -> bool:
    """Whoever is forgotten has no address left that would have to be opened."""
    return column[0].startswith(f"{Person.__tablename__}.")


def _buried(
    session: Session, table: Table, key_class: KeyClass, buried: frozenset[str]
) -> Iterator[str]:
    id = next(iter(table.primary_key.columns))
    for one in session.scalars(select(id)).all():
        if record_key_id(session.keyring, key_class, one) in buried:
            yield one


def _erase(session: Session, table: Table, id: str) -> None:
    """End one record that was ended before, with all that hangs on it."""
    if table.name in ("contributions", "return_addresses"):
        own = select(table.c.partnership_id).where(next(iter(table.primary_key.columns)) == id)
        partnership = session.scalar(own)
        if partnership is not None and table.name == "contributions":
            retention.forget_words(session, partnership, id)
        elif partnership is not None:
            retention.forget(session, partnership, id)
        return
    if table.name == Person.__tablename__:
        session.execute(update(Seat).where(Seat.person_id == id).values(person_id=None))
        if session.get(Person, id) is not None:
            leaving.forget(session, [id])
        return
    if table.name == Quote.__tablename__:
        row = session.get(Quote, id)
        if row is not None:
            quotes.end(session, row, "taken_back")
        return
    session.execute(delete(table).where(next(iter(table.primary_key.columns)) == id))


def _forget_what_was_changed(session: Session) -> int:
    """Words that were changed after the backup: the old ones open no more, the new ones are not in it."""
    lost = []
    rows = session.scalars(select(Contribution).order_by(Contribution.id)).all()
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        session.fetch_keys("words", [row.id for row in some])
        for row in some:
            try:
                contributions.words(session, row)
            except Erased:
                continue  # the sweep names it
            except SealingError:
                lost.append((row.partnership_id, row.id))
    for partnership, id in lost:
        retention.forget(session, partnership, id)
    return len(lost)


def _quieten(
    session: Session, found: Restored, *, now: datetime, dropped: Callable[[str], bool], why: str
) -> None:
    """Whatever was due already may have gone out since; what is due later cannot have."""
    waiting = select(Outbox).where(Outbox.state.in_(("due", "ready")), Outbox.due_at <= now)
    for row in session.scalars(waiting).all():
        state = "dropped" if dropped(row.kind) else "parked"
        counts = found.dropped if state == "dropped" else found.parked
        counts[row.kind] = counts.get(row.kind, 0) + 1
        outgoing.settle(session, row, state, now.date(), why)
