"""What every own text has in common: entries that are named, changed one at a time, and retired, not deleted."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import tomlkit

Values = Mapping[str, str]


@dataclass(frozen=True)
class Entry:
    """One theme, prompt or sentence, as a list of them shows it."""

    id: str
    name: str
    said: str
    group: str = ""
    retired: bool = False


class RefusedText(ValueError):
    """Why a whole text cannot hold: one sentence."""


def lines_of(typed: str) -> tuple[str, ...]:
    """What was typed one a line, without empty lines and repeats."""
    return tuple(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))


def new_id(name: str, taken: Collection[str]) -> str:
    """A small id made from a name, that no entry has or had."""
    made = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40]
    made = made if made[:1].isalpha() else f"own_{made}".rstrip("_")
    free = (f"{made}_{n}" for n in range(2, len(taken) + 3))
    return made if made not in taken else next(id for id in free if id not in taken)


def row_of(rows: Iterable[Any], id: str) -> Any:
    """The table with this id; raises KeyError when there is none."""
    for row in rows:
        if row["id"] == id:
            return row
    raise KeyError(id)


def put_words(row: Any, name: str, words: str) -> None:
    """Set a text, or take it out when there is none."""
    if words:
        row[name] = words
    else:
        row.pop(name, None)


def put_lines(row: Any, name: str, lines: Iterable[str]) -> None:
    """Set a list, one a line; one that stays as it was keeps its place and comments."""
    wanted = list(lines)
    if [str(one) for one in row.get(name, [])] == wanted:
        return
    made = tomlkit.array().multiline(True)
    made.extend(wanted)
    row[name] = made


def put_retired(row: Any, retired: bool) -> None:
    if retired:
        row["retired"] = True
    else:
        row.pop("retired", None)
