"""Who reads and who changes each guarded column, from the permission table: field by field, as far as roles decide.

What only its own person sees is said beside it. Columns that are not here hold ids, days, states and the
partnership's own texts; the table of actions alone decides about those.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from handlers.permissions import CLOCK, ROLES, TABLE, VISITOR


@dataclass(frozen=True)
class Sight:
    """One column: the roles that read and change it, whether its own person does, and under which condition."""

    column: str
    readers: frozenset[str]
    changers: frozenset[str]
    own: bool
    how: str


@cache
def sights() -> Sequence[Sight]:
    """Every guarded column; raises KeyError where an action is not in the permission table."""
    text = resources.files("bot.assurance").joinpath("sight.toml").read_text("utf-8")
    return tuple(
        Sight(
            column,
            _roles(entry["read"]),
            _roles(entry["change"]),
            entry["own"],
            entry["how"],
        )
        for column, entry in tomllib.loads(text).items()
    )


def _roles(actions: Iterable[str]) -> frozenset[str]:
    """Roles that may do one of these; a person's own actions are everybody's and say nothing here."""
    guarded = [action for action in actions if not action.startswith("own.") and action != "clock"]
    found = frozenset[str]().union(*(TABLE[action] for action in guarded))
    return found | ({CLOCK} if "clock" in actions else frozenset())


def named(roles: frozenset[str]) -> str:
    """Roles as they are read, in the order of the table."""
    words: Mapping[str, str] = {
        **ROLES,
        CLOCK: "the service itself",
        VISITOR: "somebody at the door",
    }
    return ", ".join(words[role] for role in words if role in roles)
