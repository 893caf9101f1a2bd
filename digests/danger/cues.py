"""The cue patterns of the danger check, read once from `cues.toml`.

Keeps the lists where people can review them. A capital word in angle brackets stands for one of the
lists under [words]; patterns see folded words without apostrophes.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

CATEGORIES = (
    "self_harm_suicide",
    "immediate_danger",
    "missing_now",
    "weapon",
    "threat_to_others",
    "adult_of_concern",
    "sexual_harm",
    "domestic_abuse",
    "trafficking_exploitation",
    "child_disclosure",
    "request_for_help",
)


@dataclass(frozen=True)
class Cues:
    """The patterns of one heading, by how much they need beside them."""

    always: tuple[re.Pattern[str], ...] = ()
    sure: tuple[re.Pattern[str], ...] = ()
    maybe: tuple[re.Pattern[str], ...] = ()


@cache
def cues(heading: str) -> Cues:
    """The cues of a category."""
    found = _table()[heading]
    return Cues(*(_compiled(found.get(strength, [])) for strength in ("always", "sure", "maybe")))


@cache
def signals(heading: str, name: str) -> tuple[re.Pattern[str], ...]:
    """The patterns of a signal that raises or lowers, such as ("lower", "past")."""
    return _compiled(_table()[heading][name])


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    text = files(__package__).joinpath("cues.toml").read_text(encoding="utf-8")
    table: dict[str, dict[str, list[str]]] = tomllib.loads(text)
    return table


def _compiled(patterns: list[str]) -> tuple[re.Pattern[str], ...]:
    lists = _table()["words"]

    def spelled(match: re.Match[str]) -> str:
        return str(lists[match.group(1)])

    return tuple(re.compile(re.sub(r"<([A-Z]+)>", spelled, pattern)) for pattern in patterns)
