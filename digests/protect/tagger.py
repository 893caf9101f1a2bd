"""A small trained reader of names, places, streets and schools, for what no list and no pattern holds.

A linear-chain conditional random field over the shape of each word, what lists know it, and its neighbours.
Its weights are `tagger.crfsuite` beside this file, made by `benchmarks/words/make_protect_tagger.py`; they
are read on first use, never from the network, and the same text always gives the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import pycrfsuite

from digests.protect import lists
from digests.protect.plain import plain

TOKEN = re.compile(
    r"https?://\S+|www\.\S+|[@#]\w+|[^\W\d_]+(?:['’-](?!s\b)[^\W\d_]+)*|['’]s\b|\d+(?:[.,:/]\d+)*"
    r"|[^\w\s]|[_\n]",
    re.IGNORECASE,
)
OPENERS = frozenset('.!?:;"“‘•>(\n')
WEIGHTS = str(Path(__file__).with_name("tagger.crfsuite"))
MASK = "\x00"  # what stands where something was found before
SURE = 0.9995  # above this a word is nothing, whatever else it might have been
KINDS = {"PER": "name", "LOC": "place", "ADR": "address", "SCH": "school"}


class Token(NamedTuple):
    """A word or sign, and where it stands in code points."""

    text: str
    start: int
    end: int


class Reading(NamedTuple):
    """A word as the tagger reads it: its label, how likely it is nothing, and its likeliest kind."""

    token: Token
    starts: bool
    nothing: float
    kind: str


def tokens(words: str) -> list[Token]:
    """Words, numbers and signs in order; a possessive ending stands alone."""
    return [Token(_sendable(found.group()), *found.span()) for found in TOKEN.finditer(words)]


def _sendable(text: str) -> str:
    """The text, or signs instead of what cannot be written in UTF-8 (lone surrogates)."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def readings(words: str) -> list[Reading]:
    """Every word and sign of a text, read together."""
    read = tokens(words)
    if not read:
        return []
    tagger = weights()
    labels = tagger.tag(features(read))
    found: list[Reading] = []
    for n, (token, label) in enumerate(zip(read, labels, strict=True)):
        nothing = float(tagger.marginal("O", n))
        kind = KINDS.get(label[2:], "")
        if not kind and nothing < SURE:
            chances = {
                name: tagger.marginal(f"B-{short}", n) + tagger.marginal(f"I-{short}", n)
                for short, name in KINDS.items()
            }
            kind = max(chances, key=lambda name: chances[name])
            nothing = 1 - chances[kind] if label != "O" else nothing
        found.append(Reading(token, label[:1] == "B", nothing, kind))
    return found


@cache
def weights() -> pycrfsuite.Tagger:
    """The tagger with its weights, read once."""
    tagger = pycrfsuite.Tagger()
    tagger.open(WEIGHTS)
    return tagger


def features(read: Sequence[Token], hidden: Collection[str] = ()) -> list[list[str]]:
    """What the tagger knows of each word; `hidden` words are taken to be in no list (for training)."""
    letters = [token.text for token in read if token.text[0].isalpha()]
    lower = sum(word.islower() for word in letters)
    upper = sum(word.isupper() and len(word) > 1 for word in letters)
    writing = "low" if lower == len(letters) else "up" if upper * 2 > len(letters) else "mix"
    own = [_known_own(token.text) if not hidden else _own(token.text, hidden) for token in read]
    folded = [lists.fold(token.text).replace(MASK, "mask") for token in read]
    known = _phrases(folded, hidden)
    found: list[list[str]] = []
    for n, token in enumerate(read):
        first = n == 0 or read[n - 1].text in OPENERS
        row = [
            *own[n],
            *known[n],
            f"w={folded[n]}",
            "b",
            f"wr={writing}",
            f"{writing}|{_shape(token.text)}",
        ]
        if first:
            row.append("opens")
            row.append(f"opens|{_shape(token.text)}")
        for step in (-2, -1, 1, 2):
            beside = n + step
            if not 0 <= beside < len(read):
                row.append(f"{step}:none")
                continue
            row.append(f"{step}:w={folded[beside]}")
            row.append(f"{step}:s={_shape(read[beside].text)}")
            if abs(step) == 1:
                row += [f"{step}:{one}" for one in own[beside] if one[:2] in ("p=", "l=")]
                row += [f"{step}:{one}" for one in known[beside]]
        if 0 < n < len(read) - 1:
            row.append(f"-1+1={folded[n - 1]}|{folded[n + 1]}")
        if n > 1:
            row.append(f"-2-1={folded[n - 2]}|{folded[n - 1]}")
        if n + 2 < len(read):
            row.append(f"+1+2={folded[n + 1]}|{folded[n + 2]}")
        found.append(row)
    return found


@lru_cache(maxsize=30_000)
def _known_own(text: str) -> list[str]:
    return _own(text, ())


def _own(text: str, hidden: Collection[str]) -> list[str]:
    """What a word shows by itself: its shape, its ends, its part of speech, the lists that hold it."""
    folded = lists.fold(text)
    row = [f"s={_shape(text)}"]
    if not text[0].isalpha():
        return row
    row += [f"e{n}={folded[-n:]}" for n in (1, 2, 3, 4) if len(folded) > n]
    row += [f"a{n}={folded[:n]}" for n in (1, 2, 3) if len(folded) > n]
    row.append(f"n={min(len(folded), 10)}")
    if folded in hidden:
        return [*row, "p=?", "l=none"]
    tag = lists.lexicon().get(folded, "?")[:2]
    named = lists.lexicon().get(folded.capitalize(), "?")[:3]
    row.append(f"p={tag}")
    if named != "?":
        row.append(f"P={named}")
    if plain(text):
        row.append("l=plain")
    held = [
        name
        for name, words in (
            ("first", lists.first_names()),
            ("more", lists.more_first_names()),
            ("last", lists.surnames()),
        )
        if folded in words
    ]
    row += [f"l={name}" for name in held] or ["l=none"]
    if held:
        row.append(f"l={'+'.join(held)}|{tag}")
    for name, words in (("roles", "roles"), ("before", "before_name"), ("after", "after_name")):
        if folded in lists.cues(words):
            row.append(f"l={name}")
    return row


def _phrases(folded: Sequence[str], hidden: Collection[str]) -> list[list[str]]:
    """For each word, the lists of places that hold it or a phrase it stands in."""
    found: list[list[str]] = [[] for _ in folded]
    for name, places in (
        ("town", lists.towns()),
        ("village", lists.villages()),
        ("abroad", lists.abroad()),
    ):
        at = 0
        while at < len(folded):
            for length in (3, 2, 1):
                phrase = " ".join(folded[at : at + length])
                if at + length <= len(folded) and phrase in places and phrase not in hidden:
                    for n in range(at, at + length):
                        found[n].append(f"l={name}{'B' if n == at else 'I'}")
                    at += length
                    break
            else:
                at += 1
    return found


@lru_cache(maxsize=30_000)
def _shape(text: str) -> str:
    """Kind of word by its letters: Xx, xx, XX, X, xX, X-X, digits by length, handle, link or the sign itself."""
    first = text[0]
    if first == MASK:
        return "mask"
    if first.isdigit():
        return f"d{min(len(text), 6)}"
    if first in "@#":
        return first
    if not first.isalpha():
        return text[:2]
    if text[:4].casefold() in ("http", "www."):
        return "link"
    if len(text) == 1:
        return "X" if first.isupper() else "x"
    tail = "-" if "-" in text else "'" if "'" in text or "’" in text else ""
    if text.isupper():
        return "XX" + tail
    if text.islower():
        return "xx" + tail
    return (
        "Xx" if first.isupper() and text[1:].islower() else "xX" if first.islower() else "XxX"
    ) + tail
