"""Words and ideas in a text, as the scorer of the danger check reads them.

A sentence becomes a list of plain words (hurried spellings written out), and the ideas that they stand
for are looked up in `concepts.toml`, a list that people can review.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

_TOKEN = re.compile(r"[a-z0-9]+|[.!?;\n]")
_STOP = frozenset(".!?;\n")
_MIXED = re.compile(r"\d+|[a-z]+")


def sentences(folded: str) -> list[list[str]]:
    """The words of each sentence of a folded text."""
    out: list[list[str]] = [[]]
    for token in _TOKEN.findall(folded):
        if token in _STOP:
            if out[-1]:
                out.append([])
        else:
            out[-1].extend(_written_out(token))
    return [sentence for sentence in out if sentence]


def ideas(sentence: list[str]) -> list[tuple[int, str]]:
    """The ideas of a sentence with their places, in order."""
    table = _table()
    at: list[tuple[int, str]] = []
    for n, word in enumerate(sentence):
        at += [(n, idea) for idea in _ideas_of(word)]
        for rest, idea in table.phrases.get(word, ()):
            if tuple(sentence[n + 1 : n + 1 + len(rest)]) == rest:
                at.append((n, idea))
    return at


@lru_cache(maxsize=20_000)
def _written_out(token: str) -> tuple[str, ...]:
    """A hurried spelling as plain words; "14yo" as two."""
    if plain := _table().spelt.get(token):
        return tuple(plain.split())
    return tuple(_MIXED.findall(token))


@lru_cache(maxsize=20_000)
def _ideas_of(word: str) -> tuple[str, ...]:
    table = _table()
    found = list(table.whole.get(word, ()))
    for size in range(3, len(word) + 1):
        found += [idea for idea in table.starts.get(word[:size], ()) if idea not in found]
    if word.isdigit() and 1 < int(word[:6]) < 18:
        found.append("age")
    return tuple(found)


@dataclass(frozen=True)
class _Table:
    whole: dict[str, list[str]]
    starts: dict[str, list[str]]
    phrases: dict[str, list[tuple[tuple[str, ...], str]]]
    spelt: dict[str, str]


@cache
def _table() -> _Table:
    text = files(__package__).joinpath("concepts.toml").read_text(encoding="utf-8")
    read = tomllib.loads(text)
    spelt = {hurried: plain for plain, ways in read["spelt"].items() for hurried in ways.split()}
    table = _Table({}, {}, {}, spelt)
    for idea, entries in read["lists"].items():
        for entry in entries.split():
            first, *rest = " ".join(spelt.get(part, part) for part in entry.split("_")).split()
            if rest:
                table.phrases.setdefault(first, []).append((tuple(rest), idea))
            elif first.endswith("*"):
                table.starts.setdefault(first[:-1], []).append(idea)
            else:
                table.whole.setdefault(first, []).append(idea)
    return table
