"""The engine and its sessions: one transaction for rows, and the key store beside it.

A data key is written before the row that needs it and destroyed only after the row's deletion is
committed, so that a crash in between leaves an orphan key (swept at start) and never lost words.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    event,
    func,
    inspect,
    select,
)
from sqlalchemy import orm as sa_orm
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from storage import schema
from storage.key_store import UNBURIED, destroy_keys, recognise, store_keys
from storage.models import KeyRows, RecordKey
from storage.sealing import (
    Erased,
    KeyClass,
    Keyring,
    decrypt,
    encrypt,
    opens,
    record_key_id,
)

DatabaseError = SQLAlchemyError  # anything at all that the database could not do
PATIENCE = 30.0  # seconds to wait for somebody else's lock
# Connections of a process to each database; who finds all of them taken for a second is refused.
POOL = {"pool_size": 5, "max_overflow": 20, "pool_timeout": 1}
MANY = 500  # records asked for in one statement
WRAPPED = select(RecordKey.record_id, RecordKey.wrapped, RecordKey.before)


class Session(sa_orm.Session):
    """A SQLAlchemy session that can also seal and open."""

    def __init__(self, database: Database, **options: Any) -> None:
        super().__init__(**options)
        self.keyring = database.keyring
        self.announce = database.announce
        patience = self.get_bind().get_execution_options().get("patience", PATIENCE)
        self._key_engine = database.key_engine.execution_options(patience=patience)
        self._key_reading = self._key_engine.execution_options(reading=True)
        self._fresh_keys: dict[str, bytes] = {}
        self._known_keys: dict[str, tuple[bytes, ...]] = {}
        self._replaced_keys: dict[str, bytes | None] = {}
        self._doomed_keys: set[str] = set()
        self._buried_keys: set[str] = set()

    def seal(self, key_class: KeyClass, partnership: str, record: str, text: str) -> bytes:
        """Seal text under the record's own data key, made now if there is none yet."""
        name = record_key_id(self.keyring, key_class, record)
        known = self._find(key_class, name)
        data_key = known[0] if known else self._fresh(key_class, name)
        return encrypt(data_key, text, f"{partnership}/{key_class}/{record}")

    def reseal(
        self, key_class: KeyClass, partnership: str, record: str, before: bytes, text: str
    ) -> bytes:
        """Seal text in the place of what was sealed before, whose data key is destroyed with it."""
        name = record_key_id(self.keyring, key_class, record)
        place = f"{partnership}/{key_class}/{record}"
        if name not in self._fresh_keys:
            valid = next(
                (key for key in self._find(key_class, name) if opens(key, before, place)), None
            )
            self._replaced_keys[name] = (
                None if valid is None else self.keyring.wrap(key_class, valid, name)
            )
        return encrypt(self._fresh(key_class, name), text, place)

    def _fresh(self, key_class: KeyClass, name: str) -> bytes:
        data_key = secrets.token_bytes(32)
        self._fresh_keys[name] = self.keyring.wrap(key_class, data_key, name)
        return data_key

    def open(self, key_class: KeyClass, partnership: str, record: str, sealed: bytes) -> str:
        """The text that was sealed.

        Raises:
            Erased: its data key has been destroyed.
            SealingError: the key file is another database's, or the row was changed or moved.
        """
        place = f"{partnership}/{key_class}/{record}"
        known = self._find(key_class, record_key_id(self.keyring, key_class, record))
        if not known:
            raise Erased("These words have been deleted.")
        data_key = next((key for key in known[1:] if opens(key, sealed, place)), known[0])
        return decrypt(data_key, sealed, place)

    def destroy_key(self, key_class: KeyClass, record: str) -> None:
        """Make a record unreadable for ever, once this transaction is committed."""
        name = record_key_id(self.keyring, key_class, record)
        self._doomed_keys.add(name)
        if key_class not in UNBURIED:
            self._buried_keys.add(name)

    def bury(self, key_class: KeyClass, record: str) -> None:
        """Remember something about a record by a name that outlives any backup, as of a destroyed key."""
        self._buried_keys.add(record_key_id(self.keyring, key_class, record))

    @property
    def key_store(self) -> Engine:
        """Where the data keys are; for sweeps and backups only."""
        return self._key_engine

    def doom(self, names: Iterable[str]) -> None:
        """Destroy data keys by their own names, once this transaction is committed."""
        self._doomed_keys.update(names)

    def fetch_keys(self, key_class: KeyClass, records: Iterable[str]) -> None:
        """Read the data keys of many records at once, so that each need not be asked for."""
        self._read_keys([record_key_id(self.keyring, key_class, record) for record in records])

    def _read_keys(self, names: Sequence[str]) -> None:
        """What is read is known until the transaction ends."""
        with self._key_reading.connect() as keys:
            for start in range(0, len(names), MANY):
                some = names[start : start + MANY]
                self._known_keys.update(dict.fromkeys(some, ()))
                for name, *wrapped in keys.execute(WRAPPED.where(RecordKey.record_id.in_(some))):
                    self._known_keys[name] = tuple(key for key in wrapped if key is not None)

    def expect_new(self, key_class: KeyClass, records: Iterable[str]) -> None:
        """These records have just been given random ids: there is no key to look for."""
        for record in records:
            self._known_keys[record_key_id(self.keyring, key_class, record)] = ()

    def _find(self, key_class: KeyClass, name: str) -> list[bytes]:
        """The data key; and after a crash between two commits also the one before it."""
        if name in self._fresh_keys:
            return [self.keyring.unwrap(key_class, self._fresh_keys[name], name)]
        if name not in self._known_keys:
            self._read_keys([name])
        found = self._known_keys[name]
        return [self.keyring.unwrap(key_class, wrapped, name) for wrapped in found]

    def driver(self) -> Any:
        """The driver's own connection of this transaction, for what must happen in it."""
        return self.connection().connection.driver_connection

    def has_table(self, name: str) -> bool:
        return inspect(self.connection()).has_table(name)

    def server_clock(self) -> float | None:
        """Seconds on the database server's own clock; None where the database is a file."""
        if self.get_bind().dialect.name != "postgresql":
            return None
        return float(self.scalar(select(func.extract("epoch", func.clock_timestamp()))) or 0)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """A part of the transaction that leaves nothing behind when it raises: neither rows nor keys.

        What it did to keys waits, like its rows, for the commit of the whole.
        """
        before = (
            dict(self._fresh_keys),
            dict(self._replaced_keys),
            set(self._doomed_keys),
            set(self._buried_keys),
        )
        try:
            with self.begin_nested():
                yield
        except BaseException:
            self._fresh_keys, self._replaced_keys, self._doomed_keys, self._buried_keys = before
            self._known_keys.clear()
            raise

    def write_keys(self) -> None:
        """Rows first, so that they are locked before their keys can be seen without them."""
        self.flush()
        if self.in_nested_transaction():
            return
        fresh = {n: w for n, w in self._fresh_keys.items() if n not in self._doomed_keys}
        if fresh:
            with self._key_engine.begin() as keys:
                store_keys(keys, self.keyring, fresh, self._replaced_keys)
        self._fresh_keys.clear()
        self._known_keys.clear()

    def drop_keys(self) -> None:
        if self.in_nested_transaction():
            return
        if self._doomed_keys or self._replaced_keys or self._buried_keys:
            with self._key_engine.begin() as keys:
                destroy_keys(keys, self._doomed_keys, self._buried_keys, self._replaced_keys)
        self.forget_keys()

    def forget_keys(self) -> None:
        self._fresh_keys.clear()
        self._known_keys.clear()
        self._replaced_keys.clear()
        self._doomed_keys.clear()
        self._buried_keys.clear()


event.listen(Session, "before_commit", lambda session: session.write_keys())
event.listen(Session, "after_commit", lambda session: session.drop_keys())
event.listen(Session, "after_rollback", lambda session: session.forget_keys())


class Database:
    """Rows and keys, each in a database of its own.

    Args:
        url: SQLAlchemy URL of the rows (sqlite or postgresql+psycopg).
        key_url: the same for the data keys; never the same database.
        keyring: the class keys.
        replaying: SQLite only, for a new file while history is made: `synchronous=OFF`.
    """

    def __init__(
        self, url: str, key_url: str, keyring: Keyring, *, replaying: bool = False
    ) -> None:
        self.keyring = keyring
        self._pace = "OFF" if replaying else "FULL"
        self.engine = self._engine(url)
        self.announce: Callable[[Session], None] | None = None  # told when something is to be sent
        self.reading_engine = self.engine.execution_options(reading=True, postgresql_readonly=True)
        self.key_engine = self._engine(key_url)
        self._writer = threading.Lock()

    @property
    def one_writer(self) -> bool:
        """Whether only one transaction can write at a time, as in a file."""
        return self.engine.dialect.name == "sqlite"

    def _engine(self, url: str) -> Engine:
        if not url.startswith("sqlite"):
            server = create_engine(url, pool_pre_ping=True, hide_parameters=True, **POOL)
            event.listen(server, "connect", _set_patience)
            event.listen(server, "begin", _be_patient)
            return server
        options: dict[str, Any] = {
            "connect_args": {"check_same_thread": False, "timeout": PATIENCE},
            "hide_parameters": True,  # errors hold no values
        }
        if url in ("sqlite://", "sqlite:///:memory:"):
            options["poolclass"] = StaticPool
        else:
            options |= POOL
        engine = create_engine(url, **options)
        event.listen(engine, "connect", self._set_pragmas)
        event.listen(engine, "begin", _begin)
        return engine

    def _set_pragmas(self, connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={self._pace}",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def settle(self) -> None:
        """End of a replay: back to full safety for every new connection."""
        self._pace = "FULL"
        self.engine.dispose()
        self.key_engine.dispose()

    @contextmanager
    def writing(self, *, patience: float = PATIENCE) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back when anything is raised.

        `patience` is how many seconds to wait for a lock before giving up with DatabaseError.
        """
        engine = self.engine.execution_options(patience=patience)
        with self._turn(patience), Session(self, bind=engine) as session, session.begin():
            yield session

    @contextmanager
    def _turn(self, patience: float) -> Iterator[None]:
        """A file has one writer: threads of this process queue for it, instead of asking again and again.

        SQLite's own wait is a sleep that grows to a tenth of a second and lets anybody overtake.
        """
        if not self.one_writer:
            yield
            return
        if not self._writer.acquire(timeout=patience):
            raise SQLAlchemyError("another thread of this process has been writing for too long")
        try:
            yield
        finally:
            self._writer.release()

    @contextmanager
    def alone(self, what: str) -> Iterator[Session]:
        """`writing`, one machine at a time for the same `what`."""
        with self.writing() as session:
            if self.engine.dialect.name == "postgresql":
                session.execute(select(func.pg_advisory_xact_lock(_number(what))))
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction in which the database itself refuses every write."""
        with Session(self, bind=self.reading_engine) as session:
            yield session

    def migrate(self) -> None:
        """Bring both databases to the newest schema."""
        for engine, branch in ((self.engine, "rows"), (self.key_engine, "keys")):
            with engine.begin() as connection:
                if engine.dialect.name == "postgresql":  # others may start at the same moment
                    connection.execute(select(func.pg_advisory_xact_lock(_number(branch))))
                schema.upgrade(connection, branch)

    def is_newest(self) -> bool:
        """Whether the tables of the rows and of the keys are the newest; nothing is changed."""
        for engine, branch in ((self.engine, "rows"), (self.key_engine, "keys")):
            with engine.connect() as connection:
                if not schema.is_newest(connection, branch):
                    return False
        return True

    def recognise(self) -> None:
        """Make sure that the master key belongs to the key store; raises SealingError when it does not."""
        recognise(self.key_engine, self.keyring)

    def empty_logs(self) -> None:
        """Write SQLite's logs back and cut them off, so that what was deleted is not left in them."""
        for engine in (self.engine, self.key_engine):
            if engine.dialect.name == "sqlite":
                with closing(engine.raw_connection()) as connection:
                    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self.engine.dispose()
        self.key_engine.dispose()


def _number(what: str) -> int:
    """A name as a number, for an advisory lock."""
    return int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big", signed=True)


def _begin(connection: Connection) -> None:
    """Begin as this transaction wants it; what a connection was told before holds until it is told otherwise."""
    options = connection.get_execution_options()
    reading = options.get("reading", False)
    wanted = {
        "busy_timeout": str(int(1000 * options.get("patience", PATIENCE))),
        "query_only": "ON" if reading else "OFF",
    }
    told = connection.info.setdefault("told", {})
    for pragma, value in wanted.items():
        if told.get(pragma) != value:
            connection.exec_driver_sql(f"PRAGMA {pragma}={value}")
            told[pragma] = value
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _set_patience(connection: Any, _record: Any) -> None:
    """How long a connection waits for somebody else's lock, unless a transaction wants it otherwise."""
    connection.execute(f"SET lock_timeout = {int(1000 * PATIENCE)}")
    connection.commit()


def _be_patient(connection: Connection) -> None:
    patience = connection.get_execution_options().get("patience", PATIENCE)
    if patience != PATIENCE:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(1000 * patience)}")


__all__ = [
    "Database",
    "DatabaseError",
    "KeyRows",
    "Session",
]
