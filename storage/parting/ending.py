"""The end of a partnership: every row of its own goes with its keys, and no backup brings it back.

The record of what was done stays, because its chain is the deployment's: ids, days and actions, and no words.
People who serve another partnership stay there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Table, delete, func, select, update
from sqlalchemy import orm as sa_orm

from storage import leaving
from storage.database import Session
from storage.models import Neighbour, PersonAddress, RecordKey, Rows, Tombstone
from storage.parting.shape import GLOBAL, own, sealed_of
from storage.sealing import KeyClass, record_key_id

OF_THE_DEPLOYMENT = frozenset(
    {"audit", "installations", "buckets", "done", "entry_tries", "phrase_tries", "openid_tries"}
)
AT_ONCE = 500


@dataclass
class Ended:
    """How many rows of each table went, how many keys were destroyed, and by what names."""

    rows: dict[str, int] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)


def mark_of(partnership: str) -> str:
    """What stands among the names of destroyed keys for a partnership that ended."""
    return f"{partnership}/ended"


def delete_all(session: Session, partnership: str, *, on: date) -> Ended:
    """Delete it, with the keys, once this transaction is committed."""
    found = Ended()
    people = Rows.metadata.tables["people"]
    here = session.scalars(select(people.c.id).where(own(people, partnership))).all()
    for table in _backwards():
        mine = _all_of(table, partnership)
        _destroy_keys(session, table, partnership, mine, found)
        number = session.scalar(select(func.count()).select_from(table).where(mine)) or 0
        session.execute(delete(table).where(mine))
        if number:
            found.rows[table.name] = number
    elsewhere = leaving.seated(session, here)
    gone = [person for person in here if person not in elsewhere]
    addressed = _addresses_of(session, gone)
    leaving.forget(session, gone)
    found.keys |= {record_key_id(session.keyring, "people", id) for id in (*gone, *addressed)}
    if gone:
        found.rows["people"] = len(gone)
    session.execute(
        update(Neighbour)
        .where(Neighbour.other_id == partnership, Neighbour.ended_on.is_(None))
        .values(ended_on=on)
    )
    session.bury("words", mark_of(partnership))
    session.flush()
    session.expire_all()
    return found


def _addresses_of(session: Session, persons: Sequence[str]) -> list[str]:
    """Ids of where these people can be reached, whose keys go with them."""
    found: list[str] = []
    for start in range(0, len(persons), AT_ONCE):
        some = persons[start : start + AT_ONCE]
        found += session.scalars(
            select(PersonAddress.id).where(PersonAddress.person_id.in_(some))
        ).all()
    return found


def _backwards() -> Iterator[Table]:
    """Every table with rows of a partnership, each before those that it points at."""
    for table in reversed(Rows.metadata.sorted_tables):
        if table.name not in OF_THE_DEPLOYMENT | GLOBAL:
            yield table


def _all_of(table: Table, partnership: str) -> ColumnElement[bool]:
    if table.name == "outbox":  # what waits too
        waits: ColumnElement[bool] = table.c.partnership_id == partnership
        return waits
    return own(table, partnership)


def _destroy_keys(
    session: Session, table: Table, partnership: str, mine: ColumnElement[bool], found: Ended
) -> None:
    classes: set[KeyClass] = set(sealed_of(table).values())
    if not classes:
        return
    key = next(iter(table.primary_key.columns))
    for id in session.scalars(select(key).where(mine)).all():
        for key_class in classes:
            session.destroy_key(key_class, id)
            found.keys.add(record_key_id(session.keyring, key_class, id))


def left(session: Session, partnership: str, keys: set[str]) -> dict[str, int]:
    """What is still there: rows by table, and keys that were to be destroyed; empty when it is all gone."""
    found = {}
    for table in _backwards():
        number = session.scalar(
            select(func.count()).select_from(table).where(_all_of(table, partnership))
        )
        if number:
            found[table.name] = number
    names = sorted(keys)
    with sa_orm.Session(session.key_store) as store:
        for start in range(0, len(names), AT_ONCE):
            some = names[start : start + AT_ONCE]
            there = store.scalar(
                select(func.count()).select_from(RecordKey).where(RecordKey.record_id.in_(some))
            )
            if there:
                found["record_keys"] = found.get("record_keys", 0) + there
    return found


def end_again(session: Session, buried: frozenset[str], *, on: date) -> int:
    """After a restore: partnerships that ended since the backup end here too; returns how many."""
    partnerships = Rows.metadata.tables["partnerships"]
    number = 0
    for id in session.scalars(select(partnerships.c.id)).all():
        if record_key_id(session.keyring, "words", mark_of(id)) in buried:
            delete_all(session, id, on=on)
            number += 1
    return number


def begin_again(session: Session, partnership: str) -> None:
    """It comes back: its end is no longer remembered."""
    name = record_key_id(session.keyring, "words", mark_of(partnership))
    with sa_orm.Session(session.key_store) as store, store.begin():
        store.execute(delete(Tombstone).where(Tombstone.record_id == name))
