"""Which tables go with a partnership, which of them only sealed, and which rows of each are its own.

What joins people to words never lies beside both in the clear: it goes into one sealed file, whose key lies
elsewhere. Every table is in exactly one of three lists, and a test fails when a new one is in none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, Boolean, Column, ColumnElement, Date, Table, or_, select

from storage.models import Rows
from storage.models.columns import UtcTime
from storage.orphans import SEALED
from storage.people import ANYWHERE
from storage.sealing import KeyClass

OPEN = (
    "partnerships",
    "text_versions",
    "people",
    "addresses",
    "seats",
    "preferences",
    "channels",
    "slots",
    "rounds",
    "round_changes",
    "pauses",
    "pilots",
    "contributions",
    "codings",
    "kept_details",
    "waited_long",
    "digests",
    "lines",
    "line_contributions",
    "left_out",
    "quotes",
    "commitments",
    "returns",
    "task_groups",
    "task_group_members",
    "meeting_changes",
    "board_entries",
    "neighbours",
    "line_shares",
    "neighbour_themes",
)
LINKS = (
    "return_addresses",
    "counting_tags",
    "receipt_phrases",
    "opinions",
    "too_much",
    "ledger",
    "set_aside",
    "decisions",
    "requests",
    "notices",
    "outbox",
)
STAYS: Mapping[str, str] = {
    "installations": "It belongs to the deployment.",
    "group_channels": "Ways to write from this deployment; the group asks for it again.",
    "buckets": "It belongs to the deployment.",
    "done": "Proof that something happened once, here.",
    "entry_tries": "Counts of a day.",
    "phrase_tries": "Counts of a week.",
    "sign_in_links": "Ways in to this deployment.",
    "web_sessions": "Ways in to this deployment.",
    "openid_accounts": "Ways in to this deployment; people tie their accounts again.",
    "openid_tries": "Ways in to this deployment.",
    "join_links": "Ways in to this deployment.",
    "invitations": "Questions that are open; the next round asks again.",
    "live_sessions": "A session lasts an hour or two.",
    "live_present": "A session lasts an hour or two.",
    "live_sentences": "A session lasts an hour or two.",
    "live_yes": "A session lasts an hour or two.",
    "audit": "The chain is the deployment's; a copy to read goes along.",
}
GLOBAL = frozenset({"people", "addresses"})  # somebody may serve another partnership too
SETTLED = ("sent", "dropped")


def tables(names: tuple[str, ...]) -> list[Table]:
    """These tables, each behind those that it points at."""
    return [table for table in Rows.metadata.sorted_tables if table.name in names]


def key_of(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)


def sealed_of(table: Table) -> Mapping[str, KeyClass]:
    """The sealed columns of a table, with the class of their keys."""
    return {
        name.split(".")[1]: key_class
        for name, key_class in SEALED.items()
        if name.split(".")[0] == table.name
    }


def kind_of(column: Column[Any]) -> str:
    """What a value of this column is, in plain words."""
    if column.name in sealed_of(column.table):
        return "text"
    for kind, name in ((UtcTime, "time"), (Date, "day"), (JSON, "json"), (Boolean, "yes or no")):
        if isinstance(column.type, kind):
            return name
    return {"int": "number", "float": "number"}.get(column.type.python_type.__name__, "text")


def place_of(table: Table, partnership: str) -> str:
    """To which partnership the sealed text of this table is bound."""
    return ANYWHERE if table.name in GLOBAL else partnership


def own(table: Table, partnership: str) -> ColumnElement[bool]:
    """The rows of this table that belong to one partnership."""
    all_of = Rows.metadata.tables
    if table.name == "partnerships":
        return table.c.id == partnership
    if table.name == "outbox":
        return (table.c.partnership_id == partnership) & table.c.state.in_(SETTLED)
    if "partnership_id" in table.c:
        column: ColumnElement[bool] = table.c.partnership_id == partnership
        return column
    if table.name == "people":
        sitting = [
            table.c.id.in_(
                select(all_of[name].c.person_id).where(all_of[name].c.partnership_id == partnership)
            )
            for name in ("seats", "preferences", "channels")
        ]
        return or_(*sitting)
    for key in table.foreign_keys:
        there = key.column.table
        if there.name != "people" or table.name == "addresses":
            return key.parent.in_(select(key.column).where(own(there, partnership)))
    raise LookupError(f"nothing says whose the rows of {table.name} are")
