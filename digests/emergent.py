"""What many people say that the codebook has no word for, gathered and named by its own phrases.

Keeps the promise that a new theme is proposed and never made: it is a group of texts that resemble
each other, a few phrases that set it apart, and which of its texts are most typical. What only common
words would name is held back until a phrase or a rare word names it. It knows nothing of people;
whoever shows a name has counted first that enough of them stand behind it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from digests import grams, meaning

FEWEST = 5  # texts that make a group worth naming
PHRASES = 3
RARE = 600  # one in so many ordinary texts, or fewer: such a word can name a theme by itself
_DIMENSIONS = 24
_MEANING = 0.5  # how much meanings count beside words
_STARTS = 8
_ROUNDS = 40
_REPLACED = re.compile(r"\[[^\]\n]{1,40}\]")  # as `digests.protect` puts it
_DULL = """
a about after again all also am an and any are as at be because been before being but by can
can't could did do does doesn't don't down even for from get gets getting go going got had
has have he her here him his how i i'm if in into is isn't it it's its just like made make
me more most my no not now of off on one only or other our out over own really said same say
says she so some still than that that's the their them then there these they they're thing
things think this those to too two up us very was wasn't way we we're well went were what
when where which who why will with won't would you your
"""


@dataclass(frozen=True)
class Emerging:
    """A group of texts that may be a new theme: phrases that name it, and its texts by index.

    `members` are those that hold one of the phrases, most typical first.
    """

    phrases: tuple[str, ...]
    members: tuple[int, ...]

    @property
    def name(self) -> str:
        """Its phrases, as they stand in the texts."""
        return ", ".join(self.phrases)


def find(texts: Sequence[str], *, groups: int | None = None) -> tuple[Emerging, ...]:
    """Groups of at least five texts that resemble each other, the largest first; () where none do.

    `texts` are protected words that nothing in the codebook fits. The same texts give the same groups.
    """
    if len(texts) < 2 * FEWEST:
        return ()
    number = groups or max(2, round(math.sqrt(len(texts) / 2)))
    places = _places(texts)
    labels, centres = _gather(places, min(number, len(texts)))
    words = [_telling(text) for text in texts]
    found = []
    for group in range(len(centres)):
        members = np.flatnonzero(labels == group)
        phrases = _phrases(words, members) if len(members) >= FEWEST else ()
        near = members[np.argsort(-(places[members] @ centres[group]), kind="stable")]
        named = tuple(int(n) for n in near if words[n] & set(phrases))
        if len(named) >= FEWEST:
            found.append(Emerging(phrases, named))
    return tuple(sorted(found, key=lambda one: (-len(one.members), one.name)))


def groups_of(texts: Sequence[str], number: int) -> list[int]:
    """The group of each text when all are put in so many groups, named or not."""
    return [int(label) for label in _gather(_places(texts), number)[0]]


def _places(texts: Sequence[str]) -> Any:
    """Texts x dimensions, each row of length 1: words and meanings, and what sets texts apart most."""
    stream = grams.read(texts)
    table = grams.learn(stream.words, least=2)
    words = table.matrix(stream.words)
    meanings = meaning.vectors(stream)
    meanings = meanings - meanings.mean(axis=0)
    likeness = (words @ words.T).toarray() + _MEANING * (meanings @ meanings.T)
    middle = likeness.mean(axis=0)
    places = _main_directions(likeness - middle - middle[:, None] + middle.mean())
    return places / np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-9)


def _main_directions(likeness: Any) -> Any:
    """Rows x dimensions, nearly as far apart as the likeness says (Halko and others, 2011)."""
    size = min(len(likeness), _DIMENSIONS)
    basis = np.random.default_rng(20261123).standard_normal(
        (len(likeness), min(len(likeness), 2 * size))
    )
    for _ in range(4):
        basis = np.linalg.qr(likeness @ basis)[0]
    values, vectors = np.linalg.eigh(basis.T @ likeness @ basis)
    top = slice(len(values) - size, None)
    return (basis @ vectors[:, top]) * np.sqrt(np.maximum(values[top], 0))


def _gather(places: Any, number: int) -> tuple[Any, Any]:
    """Spherical k-means, the best of several starts: the group of each row, and the centres."""
    chance = np.random.default_rng(20261123)
    best: tuple[float, Any, Any] | None = None
    for _ in range(_STARTS):
        centres = _start(places, number, chance)
        labels = np.zeros(len(places), dtype=int)
        for _ in range(_ROUNDS):
            before, labels = labels, (places @ centres.T).argmax(axis=1)
            sums = np.zeros_like(centres)
            np.add.at(sums, labels, places)
            lengths = np.linalg.norm(sums, axis=1, keepdims=True)
            centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres)
            if (before == labels).all():
                break
        close = float((places * centres[labels]).sum())
        if best is None or close > best[0]:
            best = (close, labels, centres)
    assert best is not None  # noqa: S101  # there is always a first start
    return best[1], best[2]


def _start(places: Any, number: int, chance: Any) -> Any:
    """Rows far from each other (k-means++; Arthur and Vassilvitskii, 2007)."""
    rows = [int(chance.integers(len(places)))]
    while len(rows) < number:
        far = np.maximum(1 - (places @ places[rows].T).max(axis=1), 0)
        if far.sum() <= 1e-9:
            rows.append(int(chance.integers(len(places))))
        else:
            rows.append(int(chance.choice(len(places), p=far / far.sum())))
    return places[rows].copy()


def _telling(text: str) -> frozenset[str]:
    """Words and pairs of neighbours that could name something; what was replaced names nothing."""
    text = _REPLACED.sub(lambda found: " " * len(found[0]), text)
    small, stream = grams.plain(text[: grams.LONGEST]), grams.read([text])
    words = [small[a:b] for a, b in zip(stream.start, stream.end, strict=True)]
    alone = {word for word in words if len(word) > 3 and word not in _dull() and word.isalpha()}
    pairs = {f"{one} {other}" for one, other in pairwise(words) if one in alone and other in alone}
    return frozenset(alone | pairs)


@lru_cache(maxsize=1)
def _dull() -> frozenset[str]:
    return frozenset(_DULL.split())


def _phrases(words: Sequence[frozenset[str]], members: Any) -> tuple[str, ...]:
    """What stands in this group far more often than elsewhere, and in three of its texts at least."""
    everywhere = Counter(word for text in words for word in text)
    inside = Counter(word for n in members for word in words[n])
    share, rest = len(members), max(1, len(words) - len(members))
    scored = {
        word: (often / share)
        * math.log((often / share) / ((everywhere[word] - often + 0.5) / rest))
        for word, often in inside.items()
        if often >= 3
    }
    named: list[str] = []
    for word in sorted(scored, key=lambda word: (-scored[word] * (1 + 0.5 * (" " in word)), word)):
        if scored[word] <= 0 or not _names(word):
            continue
        if not any(word in other or other in word for other in named):
            named.append(word)
    return tuple(named[:PHRASES])


@lru_cache(maxsize=4096)
def _names(phrase: str) -> bool:
    """Whether it says what a theme is about: two words, or one that few ordinary texts have."""
    if " " in phrase:
        return True
    usual = grams.background()
    at = usual.places(grams.read([phrase]).alone.code)
    often = max((float(usual.weights[n]) for n in at if n >= 0), default=0.0)
    return often * RARE <= usual.number
