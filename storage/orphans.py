"""Keys without a record and records without a key: found, named and swept when the service starts.

A key is written while its row is locked and dropped after the row is gone, so a crash leaves a key too
many. A record without its key was erased before a backup brought it back; it opens nowhere and goes.
Where so many lack a key that the key store must be another day's, nothing is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import LargeBinary, Table, delete, literal, select, text
from sqlalchemy import orm as sa_orm

from storage import retention
from storage.database import Session
from storage.models import RecordKey, Rows
from storage.sealing import KeyClass, SealingError, opens, record_key_id

# Every sealed column, with the class of its key. A test fails when a new one is missing here.
SEALED: Mapping[str, KeyClass] = {
    "contributions.sealed_words": "words",
    "return_addresses.sealed": "links",
    "set_aside.sealed_words": "danger",
    "people.sealed_name": "people",
    "people.sealed_email": "people",
    "addresses.sealed": "people",
    "installations.sealed": "people",
    "group_channels.sealed": "people",
    "outbox.sealed_to": "outbox",
    "outbox.sealed_address": "outbox",
    "ledger.sealed_units": "ledger",
    "quotes.sealed_words": "words",
    "live_sentences.sealed_words": "words",
    "requests.sealed_words": "people",
    "requests.sealed_answer": "people",
}
NEVER_SWEPT = "people"
A_FEW = 10
_HALF = select(RecordKey).where(RecordKey.before.is_not(None))


@dataclass(frozen=True)
class Found:
    """How many keys had no record, and how many records of each table had no key."""

    keys: int
    records: Mapping[str, int]

    @property
    def sentences(self) -> tuple[str, ...]:
        said = []
        if self.keys:
            said.append(f"Swept: data keys without a record: {self.keys}.")
        said += [
            f"Swept: records without a data key in {table}: {number}."
            for table, number in self.records.items()
        ]
        return tuple(said)


def sealed_columns() -> frozenset[str]:
    """Every column that holds sealed text, by the models."""
    return frozenset(
        f"{table.name}.{column.name}"
        for table in Rows.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    )


def sweep(session: Session) -> Found:
    """Sweep what belongs to nothing. Waits for whoever is writing; writes nothing when all is whole.

    Raises:
        SealingError: the key store is not this database's, or of another day.
    """
    if sealed_columns() != SEALED.keys():
        raise SealingError("A sealed column is not known here; no key is swept.")
    _hold_still(session)
    with sa_orm.Session(session.key_store) as keys:
        kept = set(keys.scalars(select(RecordKey.record_id)))
    wanted: set[str] = set()
    lost: dict[str, list[str]] = {}
    for name, key_class in SEALED.items():
        table, column = name.split(".")
        ids = _sealed_ids(session, Rows.metadata.tables[table], column)
        named = {record_key_id(session.keyring, key_class, id): id for id in ids}
        wanted |= named.keys()
        without = [named[key] for key in sorted(named.keys() - kept)]
        if without and (table == NEVER_SWEPT or len(without) > max(A_FEW, len(named) // 2)):
            raise SealingError(
                f"{len(without)} of {len(named)} records in {table} have no data key: the key store is "
                "another database's, or of another day. Put back the one that belongs to it."
            )
        if without:
            lost[table] = without
    for table, ids in lost.items():
        _forget(session, table, ids)
    _end_replacing(session)
    orphans = kept - wanted
    session.doom(orphans)
    return Found(len(orphans), {table: len(ids) for table, ids in lost.items()})


def _end_replacing(session: Session) -> None:
    """After a crash between two commits a record has the key before it too: the one that opens it stays."""
    with sa_orm.Session(session.key_store) as keys, keys.begin():
        halves = {row.record_id: row for row in keys.scalars(_HALF)}
        for name, key_class in SEALED.items() if halves else ():
            table, column = name.split(".")
            rows = Rows.metadata.tables[table]
            id = next(iter(rows.primary_key.columns))
            for one in _sealed_ids(session, rows, column):
                half = halves.get(record_key_id(session.keyring, key_class, one))
                if half is None or half.before is None:
                    continue
                partnership, sealed = session.execute(
                    select(rows.c.get("partnership_id", literal("-")), rows.c[column]).where(
                        id == one
                    )
                ).one()
                key = session.keyring.unwrap(key_class, half.wrapped, half.record_id)
                if not opens(key, sealed, f"{partnership}/{key_class}/{one}"):
                    half.wrapped = half.before
                half.before = None


def _hold_still(session: Session) -> None:
    """No other transaction may be between its key and its row while we look."""
    if session.get_bind().dialect.name == "postgresql":
        tables = ", ".join(sorted({name.split(".")[0] for name in SEALED}))
        session.execute(text(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE"))
    # On SQLite our transaction began as the only writer.


def _sealed_ids(session: Session, table: Table, column: str) -> list[str]:
    id = next(iter(table.primary_key.columns))
    return list(session.scalars(select(id).where(table.c[column].is_not(None))))


def _forget(session: Session, table: str, ids: list[str]) -> None:
    rows = Rows.metadata.tables[table]
    if table in ("contributions", "return_addresses"):
        for id in ids:
            partnership = session.scalar(
                select(rows.c.partnership_id).where(next(iter(rows.primary_key.columns)) == id)
            )
            if partnership is not None:
                retention.forget(session, partnership, id)
        return
    session.execute(delete(rows).where(next(iter(rows.primary_key.columns)).in_(ids)))
