"""Addresses written in ways that no UK pattern holds: numbers, names, units and towns in a row.

Keeps the promise that an address from elsewhere, or one broken over several lines, is one detail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from digests.protect.detail import Span
from digests.protect.lists import cues, first_names, fold
from digests.protect.plain import plain

_PIECE = re.compile(
    r"[0-9]{1,6}[A-Za-z]?\b|[0-9]\w*|[^\W\d_](?:[^\W\d_]|['’.-](?=[^\W\d_]))*|[.,\n>]|[^\s\w]|\w"
)
_LIKELY = re.compile(
    r"[0-9][a-z]?[,.]?\s+[^\W\d_]|[^\W\d_]{2}[.,]? [0-9]|\b(?:apt|suite|box|p\.?o)\b", re.IGNORECASE
)
_LED = frozenset(
    [
        "at",
        "to",
        "on",
        "in",
        "of",
        "off",
        "is",
        "and",
        "are",
        "address",
        "addresses",
        "lives",
        "located",
    ]
)
_LONGEST = 24


class _Piece:
    """A word, number or sign of an address: "number", "name", "unit", "joint" or "" for none."""

    __slots__ = ("end", "folded", "start", "text", "what")

    def __init__(self, text: str, start: int) -> None:
        self.text, self.start, self.end = text, start, start + len(text)
        self.folded = fold(text)
        self.what = self._what()

    def _what(self) -> str:
        if self.text[0].isdigit():
            return "number" if len(self.text) < 8 and not self.text[-2:].isalpha() else ""
        if self.text in ".,\n>":
            return "joint"
        if self.folded in cues("address_words"):
            return "unit"
        held = self.folded in cues("field") or self.folded in cues("calendar")
        if held or not self.text[0].isupper():
            return ""
        return "name"

    @property
    def strange(self) -> bool:
        return self.what == "name" and not plain(self.text) and self.folded not in first_names()


def loose(words: str) -> Iterator[Span]:
    """Every run of numbers, names and units that an address may be."""
    if not _LIKELY.search(words):
        return
    pieces = [_Piece(found.group(), found.start()) for found in _PIECE.finditer(words)]
    at = 0
    while at < len(pieces):
        end = at
        while end < len(pieces) and end - at < _LONGEST and _goes_on(pieces, end):
            end += 1
        if end - at > 1:
            led = at > 0 and pieces[at - 1].folded in _LED
            run = _trimmed(pieces[at:end])
            if run and _is_address(run, led or run[0] is not pieces[at]):
                yield Span(run[0].start, run[-1].end, "address")
        at = max(end, at + 1)


def _goes_on(pieces: list[_Piece], at: int) -> bool:
    """Whether this piece may stand in an address; a full stop only behind something short."""
    if pieces[at].text != ".":
        return bool(pieces[at].what)
    before = pieces[at - 1] if at else None
    return before is not None and (before.what in ("unit", "number") or len(before.text) < 3)


def _trimmed(run: list[_Piece]) -> list[_Piece]:
    """Without signs at its ends, and without ordinary words before its first number or strange name."""
    while run and run[-1].what == "joint":
        run = run[:-1]
    while run and (run[0].what == "joint" or (run[0].what == "name" and not run[0].strange)):
        run = run[1:]
    return run


def _is_address(run: list[_Piece], led: bool) -> bool:
    numbers = sum(piece.what == "number" for piece in run)
    named = any(piece.strange for piece in run)
    unit = any(piece.what == "unit" for piece in run)
    if not numbers or not (named or unit):
        return False
    if numbers > 1 and (unit or (named and any(piece.text == "\n" for piece in run))):
        return True
    ends = run[-1].what == "number" and len(run[-1].text) < 5 and run[-2].strange
    return led and ((numbers > 1 and named) or (unit and named) or ends)
