"""Every row of a partnership as plain values, sealed texts opened, in the order in which they can be put back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select

from storage.database import Session
from storage.models import Rows
from storage.parting.shape import LINKS, OPEN, key_of, kind_of, own, place_of, sealed_of, tables
from storage.sealing import Erased

VERSION = 1
Row = dict[str, Any]


@dataclass(frozen=True)
class Taken:
    """The rows of one table, and one hash over all of them that does not depend on their order."""

    table: str
    rows: list[Row]

    @property
    def hash(self) -> str:
        return fingerprint(self.rows)


def fingerprint(rows: Iterable[Row]) -> str:
    """SHA-256 over the sorted SHA-256 of each row, written as JSON with sorted keys."""
    each = sorted(hashlib.sha256(as_line(row).encode()).hexdigest() for row in rows)
    return hashlib.sha256("\n".join(each).encode()).hexdigest()


def as_line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, sort_keys=True, ensure_ascii=False)


def open_tables(session: Session, partnership: str) -> Iterator[Taken]:
    """What may lie in the clear: words without people, people without words."""
    for table in tables(OPEN):
        yield taken(session, table, partnership)


def links(session: Session, partnership: str) -> Iterator[Taken]:
    """What joins people to words, what is set aside, and what people complained of: only ever sealed."""
    for table in tables(LINKS):
        yield taken(session, table, partnership)


def taken(session: Session, table: Table, partnership: str) -> Taken:
    """The rows of this table; a record whose key was destroyed is gone and is not among them."""
    sealed, keys = sealed_of(table), key_of(table)
    rows = []
    found = session.execute(select(table).where(own(table, partnership)).order_by(*keys_in(table)))
    there = found.mappings().all()
    for key_class in set(sealed.values()):
        session.fetch_keys(key_class, [row[keys[0]] for row in there])
    for row in there:
        values: Row = {}
        for name, value in row.items():
            if name in sealed and value is not None:
                at = place_of(table, partnership)
                try:
                    values[name] = session.open(sealed[name], at, row[keys[0]], value)
                except Erased:
                    break
            else:
                values[name] = _plain(value)
        else:
            rows.append(values)
    return Taken(table.name, rows)


def keys_in(table: Table) -> list[Any]:
    return list(table.primary_key.columns)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def tags(session: Session, partnership: str, found: Iterable[Taken]) -> dict[str, list[str]]:
    """Each keyed tag that can be made anew elsewhere, with what it is made of."""
    by_name = {one.table: one.rows for one in found}
    people = {row["id"] for row in by_name["people"]}
    seats = {row["id"] for row in by_name["seats"]}
    for row in by_name["return_addresses"]:
        address = json.loads(row["sealed"])
        people.add(address["person"])
        seats.add(address["seat"])
    agencies = {row["agency"] for row in (*by_name["seats"], *by_name["task_group_members"])}
    made_of = [("counting", one) for one in people] + [("owner", one) for one in people | seats]
    made_of += [("agency", one) for one in agencies]
    tag = session.keyring.tag
    return {
        tag(purpose, partnership, one): [purpose, one]  # type: ignore[arg-type]
        for purpose, one in sorted(made_of)
        if one
    }


def schema(found: Iterable[Taken], sealed: Iterable[Taken], revision: str) -> dict[str, Any]:
    """What every file holds, for whoever reads it without this program."""
    return {
        "format": "heardback partnership",
        "version": VERSION,
        "revision": revision,
        "rows_are": "One JSON object a line; days and times as ISO 8601, times in UTC.",
        "hash_is": "SHA-256 over the sorted SHA-256 (hex, a line each) of every row as JSON with sorted keys.",
        "tables": [_described(one, f"tables/{one.table}.jsonl") for one in found],
        "links": [_described(one, "links.sealed") for one in sealed],
    }


def _described(one: Taken, file: str) -> dict[str, Any]:
    table = Rows.metadata.tables[one.table]
    sealed = sealed_of(table)
    return {
        "table": one.table,
        "file": file,
        "rows": len(one.rows),
        "hash": one.hash,
        "columns": [
            {
                "name": column.name,
                "type": kind_of(column),
                "may_be_empty": bool(column.nullable),
                "part_of_key": column.primary_key,
                "points_to": sorted(key.target_fullname for key in column.foreign_keys),
                "was_sealed": column.name in sealed,
            }
            for column in table.columns
        ],
    }
