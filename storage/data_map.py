"""The data map: what each column holds, whose it is, what seals it, and how long it is kept.

Columns come from the models, classes of keys from `orphans`, times from the retention policy; what a column
holds is in `data_map.toml`. What one of them has and another has not is an error, so the map cannot lag behind.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from sqlalchemy import Column, String

from storage import retention
from storage.models import KeyRows, Rows
from storage.orphans import SEALED

OWNERS = ("contributor", "described", "seat", "partnership", "machine")
# Sealed columns of the key store: what they hold is wrapped or sealed by the master key itself.
BY_MASTER = frozenset({"record_keys.wrapped", "record_keys.before", "carried_keys.sealed"})
MAP = "storage/data_map.toml"
FINGERPRINT = 64  # characters of a keyed fingerprint or a hash


class MapError(Exception):
    """The map and the tables differ: the message names where."""


@dataclass(frozen=True)
class Held:
    """One column. `protection` is "sealed: CLASS", "fingerprint", "wrapped" or "readable"."""

    name: str
    what: str
    protection: str


@dataclass(frozen=True)
class Holding:
    """One table: its columns, whose they are, and the sentences of the policy that end them."""

    table: str
    store: str  # rows | keys
    whose: Sequence[str]
    kept: Sequence[str]
    columns: Sequence[Held]


def holdings(text: str = "") -> Sequence[Holding]:
    """Every table in the order of the file; raises MapError where the map and the tables differ."""
    entries = tomllib.loads(
        text or resources.files("storage").joinpath("data_map.toml").read_text("utf-8")
    )
    tables = {
        table.name: (store, table)
        for store, base in (("rows", Rows), ("keys", KeyRows))
        for table in base.metadata.tables.values()
    }
    if differing := entries.keys() ^ tables.keys():
        raise MapError(f"{MAP}: not in both the models and the map: {', '.join(sorted(differing))}")
    found = [
        _holding(name, tables[name][0], list(tables[name][1].columns), entry)
        for name, entry in entries.items()
    ]
    used = {id for entry in entries.values() for id in entry.get("kept", ())}
    if unused := retention.policy().keys() - used:
        raise MapError(f"the policy ends what the map does not name: {', '.join(sorted(unused))}")
    return found


def _holding(
    table: str, store: str, columns: Sequence[Column[Any]], entry: Mapping[str, Any]
) -> Holding:
    said: Mapping[str, str] = entry.get("columns", {})
    if differing := said.keys() ^ {column.name for column in columns}:
        raise MapError(f"{MAP}: {table}: not in both the model and the map: {sorted(differing)}")
    whose = entry.get("whose", ())
    if not whose or set(whose) - set(OWNERS):
        raise MapError(f"{table}: whose must be some of {OWNERS}")
    ids = entry.get("kept", ())
    if unknown := set(ids) - retention.policy().keys():
        raise MapError(f"{table}: the policy has no {sorted(unknown)}")
    kept = [retention.policy()[id].sentence for id in ids]
    kept += [f"Until {entry['until']}."] if entry.get("until") else []
    if not kept:
        raise MapError(f"{table}: nothing says how long it is kept")
    held = [Held(column.name, said[column.name], protection(table, column)) for column in columns]
    return Holding(table, store, tuple(whose), tuple(kept), tuple(held))


def protection(table: str, column: Column[Any]) -> str:
    """How this column is protected, by its type and the list of sealed columns."""
    name = f"{table}.{column.name}"
    if name in SEALED:
        return f"sealed: {SEALED[name]}"
    if name in BY_MASTER:
        return "wrapped"
    if isinstance(column.type, String) and column.type.length == FINGERPRINT:
        return "fingerprint"
    return "readable"
