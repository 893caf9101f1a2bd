"""Putting a partnership's rows back into an empty place: sealed anew, tags made anew, and every table read back.

Somebody who is known here already, by their id or their address, stays who they are. What was destroyed under
the same name earlier, because the partnership had closed here, is remembered as destroyed no longer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy import orm as sa_orm

from storage import addresses, people
from storage.database import Session
from storage.models import Partnership, Person, PersonAddress, Rows, Tombstone
from storage.parting.going import Row, Taken, fingerprint, taken
from storage.parting.shape import (
    GLOBAL,
    LINKS,
    OPEN,
    key_of,
    kind_of,
    own,
    place_of,
    sealed_of,
    tables,
)
from storage.sealing import record_key_id

TAG = re.compile(r"\b[0-9a-f]{64}\b")
ID = re.compile(r"\b[0-9a-f]{32}\b")
AT_ONCE = 500
OWN_TEXTS = ("codebook", "prompts", "wording")
READ: Mapping[str, Callable[[str], Any]] = {
    "time": datetime.fromisoformat,
    "day": date.fromisoformat,
}


class NotEmptyError(Exception):
    """The partnership has something here already; the argument is a table's name."""


class NotTheSameError(Exception):
    """What was read back is not what came; the argument is a table's name."""


class NotKnownError(Exception):
    """The rows have a column that is not known here, or lack one that is needed."""


@dataclass
class Arrived:
    """How many rows each table has now, and what did not come along."""

    rows: dict[str, int] = field(default_factory=dict)
    known_already: int = 0
    same_deployment: bool = False


def put(
    session: Session,
    partnership: str,
    came: Sequence[Taken],
    tags: Mapping[str, Sequence[str]],
) -> Arrived:
    """Put all of it back, in one transaction.

    Args:
        came: every table of `shape.OPEN` and `shape.LINKS`.
        tags: as from `going.tags`.

    Raises:
        NotEmptyError, NotKnownError, NotTheSameError: nothing may be committed.
    """
    for table in tables((*OPEN, *LINKS)):
        if table.name in GLOBAL or table.name == Partnership.__tablename__:
            continue
        there = select(func.count()).select_from(table).where(own(table, partnership))
        if session.scalar(there):
            raise NotEmptyError(table.name)
    by_name = {one.table: one.rows for one in came}
    renamed = _known_here(session, by_name["people"])
    anew = {
        old: session.keyring.tag(made_of[0], partnership, renamed.get(made_of[1], made_of[1]))  # type: ignore[arg-type]
        for old, made_of in tags.items()
    }
    found = Arrived(same_deployment=all(old == new for old, new in anew.items()))
    kept: dict[str, list[Row]] = {}
    for table in tables((*OPEN, *LINKS)):
        rows = [_as_here(row, renamed, anew) for row in by_name.get(table.name, [])]
        if table.name == Partnership.__tablename__:
            _settle(session, partnership, rows)
            continue
        if table.name in GLOBAL:
            before = len(rows)
            rows = [row for row in rows if not _there(session, table, row)]
            found.known_already += before - len(rows) if table.name == "people" else 0
        _insert(session, table, partnership, rows)
        kept[table.name] = rows
        found.rows[table.name] = len(rows)
    session.flush()
    _read_back(session, partnership, kept)
    return found


def _known_here(session: Session, rows: Iterable[Row]) -> dict[str, str]:
    """Ids that people have here, by the ids with which they came, where these are others."""
    found = {}
    for row in rows:
        here = people.by_email(session, row["sealed_email"]) if row["sealed_email"] else None
        if here is not None and here != row["id"]:
            found[row["id"]] = here
    return found


def _as_here(row: Row, renamed: Mapping[str, str], anew: Mapping[str, str]) -> Row:
    return {name: _value(value, renamed, anew) for name, value in row.items()}


def _value(value: Any, renamed: Mapping[str, str], anew: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _value(one, renamed, anew) for name, one in value.items()}
    if isinstance(value, list):
        return [_value(one, renamed, anew) for one in value]
    if not isinstance(value, str):
        return value
    if value in renamed:
        return renamed[value]
    value = TAG.sub(lambda found: anew.get(found[0], found[0]), value)
    return ID.sub(lambda found: renamed.get(found[0], found[0]), value)


def _settle(session: Session, partnership: str, rows: Sequence[Row]) -> None:
    """Its own codebook, prompt bank and wording; its settings are those of this deployment."""
    for row in rows:
        own_texts = {name: row[name] for name in OWN_TEXTS if name in row}
        session.execute(update(Partnership).where(Partnership.id == partnership).values(own_texts))


def _there(session: Session, table: Table, row: Row) -> bool:
    if table.name == Person.__tablename__:
        return session.get(Person, row["id"]) is not None
    tag = _address_tag(session, row)
    taken_up = select(PersonAddress.id).where(PersonAddress.tag == tag)
    return session.scalar(taken_up) is not None or session.get(PersonAddress, row["id"]) is not None


def _address_tag(session: Session, row: Row) -> str:
    return addresses.tag_of(session, addresses.from_text(row["sealed"]))


def _insert(session: Session, table: Table, partnership: str, rows: Sequence[Row]) -> None:
    sealed, key = sealed_of(table), key_of(table)[0]
    values = []
    for key_class in set(sealed.values()):
        session.expect_new(key_class, [row[key] for row in rows])
    for row in rows:
        made = _typed(table, row)
        for name, key_class in sealed.items():
            if row.get(name) is not None:
                at = place_of(table, partnership)
                made[name] = session.seal(key_class, at, row[key], row[name])
        if table.name == Person.__tablename__:
            email = row["sealed_email"]
            made["email_tag"] = people.mail_tag(session, email) if email else None
        if table.name == PersonAddress.__tablename__:
            made["tag"] = _address_tag(session, row)
        values.append(made)
    for start in range(0, len(values), AT_ONCE):
        session.execute(insert(table), values[start : start + AT_ONCE])


def _typed(table: Table, row: Row) -> Row:
    """The row's values as this table's columns take them."""
    unknown = row.keys() - set(table.c.keys())
    lacking = [
        column.name
        for column in table.columns
        if column.name not in row and not column.nullable and column.default is None
    ]
    if unknown or lacking:
        raise NotKnownError(f"{table.name}: {', '.join(sorted({*unknown, *lacking}))}")
    found = {}
    for name, value in row.items():
        kind = READ.get(kind_of(table.c[name]))
        if isinstance(value, str) and kind is not None:
            value = kind(value)
        found[name] = value
    return found


def _read_back(session: Session, partnership: str, kept: Mapping[str, list[Row]]) -> None:
    """Every table once more from the database, opened, against what was put into it."""
    made_here = {"people": {"email_tag"}, "addresses": {"tag"}}
    for name, rows in kept.items():
        table, left_out = Rows.metadata.tables[name], made_here.get(name, set())
        keys = {tuple(row[part] for part in key_of(table)) for row in rows}
        there = [
            row
            for row in taken(session, table, partnership).rows
            if tuple(row[part] for part in key_of(table)) in keys
        ]
        if fingerprint(_without(rows, left_out)) != fingerprint(_without(there, left_out)):
            raise NotTheSameError(name)


def _without(rows: Iterable[Row], names: set[str]) -> list[Row]:
    return [{name: value for name, value in row.items() if name not in names} for row in rows]


def unbury(session: Session, came: Sequence[Taken]) -> None:
    """What comes back under the name of something that was destroyed here is not to be destroyed again."""
    names = []
    for one in came:
        table = Rows.metadata.tables[one.table]
        for key_class in set(sealed_of(table).values()):
            names += [
                record_key_id(session.keyring, key_class, row[key_of(table)[0]]) for row in one.rows
            ]
    with sa_orm.Session(session.key_store) as keys, keys.begin():
        for start in range(0, len(names), AT_ONCE):
            some = names[start : start + AT_ONCE]
            keys.execute(delete(Tombstone).where(Tombstone.record_id.in_(some)))
