"""Cue phrases of a codebook, found in a text in whatever form their words have taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digests.codebook import Theme
from digests.grams import LONGEST, Stream, plain, read

_ENDINGS = ("", "s", "es", "ed", "d", "ing", "er", "ers", "'s", "n't", "ly")
_DOUBLED = ("ed", "ing", "er")


@dataclass(frozen=True)
class Found:
    """A cue in a text: its theme, where its words stand (first, after last), and how much it says."""

    theme: int
    first: int
    last: int
    weight: float


Cues = Mapping[str, Sequence[tuple[tuple[frozenset[str], ...], int]]]
"""By any form of its first word: the forms of each word, and the theme."""


def table(phrases: Sequence[Sequence[str]]) -> Cues:
    """A table of these cue phrases, given for each theme in order."""
    found: dict[str, list[tuple[tuple[frozenset[str], ...], int]]] = {}
    each = [(plain(cue), theme) for theme, cues in enumerate(phrases) for cue in cues]
    each = list(dict.fromkeys(each))
    for words, (_, theme) in zip(words_of([cue for cue, _ in each]), each, strict=True):
        forms = tuple(_forms(word) for word in words)
        if forms:
            for first in forms[0]:
                found.setdefault(first, []).append((forms, theme))
    return found


def phrases_of(themes: Sequence[Theme]) -> list[list[str]]:
    """The cues of each theme, its name among them."""
    return [[*theme.cues, theme.name] for theme in themes]


def find(words: Sequence[str], cues: Cues) -> list[Found]:
    """Every cue among these words (already in small letters)."""
    found = []
    for at, word in enumerate(words):
        for forms, theme in cues.get(word, ()):
            last = at + len(forms)
            if last <= len(words) and all(words[at + n] in forms[n] for n in range(1, len(forms))):
                found.append(Found(theme, at, last, 1 + 0.5 * (len(forms) - 1)))
    return found


def words_of(texts: Sequence[str], stream: Stream | None = None) -> list[list[str]]:
    """The words of each text as `read` takes it apart, in small letters."""
    stream = stream or read(texts)
    small = [plain(text[:LONGEST]) for text in texts]
    words: list[list[str]] = [[] for _ in texts]
    places = zip(stream.owner.tolist(), stream.start.tolist(), stream.end.tolist(), strict=True)
    for owner, start, end in places:
        words[owner].append(small[owner][start:end])
    return words


def _forms(word: str) -> frozenset[str]:
    forms = {word + ending for ending in _ENDINGS}
    if word.endswith("e"):
        forms |= {word[:-1] + ending for ending in ("ing", "ed", "er")}
    if word.endswith("y"):
        forms |= {word[:-1] + ending for ending in ("ies", "ied", "ier")}
    if len(word) > 2 and word[-1] not in "aeiouy" and word[-2] in "aeiou":
        forms |= {word + word[-1] + ending for ending in _DOUBLED}
    return frozenset(forms)
