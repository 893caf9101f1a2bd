"""Words and pieces of words as numbers, for everything here that learns from text.

Keeps the promise of speed: a whole batch is taken apart with array operations, and needs neither a
list of words nor a network. A piece is known by a 64-bit code made from its letters; the codes come
from arithmetic alone, so that weights made on one machine mean the same on another.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

LONGEST = 3_000  # characters of a text that are looked at; nobody reflects at greater length
LONGEST_PIECE = 5
LONGEST_RUN = 4
_GOLDEN = 0x9E3779B97F4A7C15
_LONGEST_WORD = 64
_TYPED = 0x200000  # beyond every code point


@dataclass(frozen=True)
class Stream:
    """Every word of some texts: whose it is, where it stands in its text, and its code."""

    number: int  # of texts
    owner: Any  # for each word, the index of its text
    start: Any  # code points into that text
    end: Any
    code: Any
    letters: Any  # all words, one after the other, a 0 before each and one at the end
    letter_owner: Any

    @property
    def words(self) -> Bag:
        """Words and pairs of neighbours."""
        pairs = self.owner[1:] == self.owner[:-1]
        with np.errstate(over="ignore"):
            both = scatter(self.code[:-1] * np.uint64(3) + self.code[1:])[pairs]
        return Bag(
            self.number,
            np.concatenate([self.owner, self.owner[1:][pairs]]),
            np.concatenate([self.code, both]),
        )

    @property
    def pieces(self) -> Bag:
        """Pieces of two to five letters inside each word and at its edges."""
        return _runs(self.number, self.letters, self.letter_owner, LONGEST_PIECE)

    @property
    def alone(self) -> Bag:
        """Each word by itself."""
        return Bag(self.number, self.owner, self.code)


@dataclass(frozen=True)
class Bag:
    """Features of some texts in no order: the text and the code of each."""

    number: int
    owner: Any
    code: Any


@dataclass(frozen=True)
class Table:
    """The features that count, by sorted code, and how much each says (inverse text frequency)."""

    codes: Any
    weights: Any
    number: int = 0  # of the texts that it was learnt from

    def matrix(self, bag: Bag) -> Any:
        """Texts x features, sparse: 1 + log of the count, weighted, each row of length 1."""
        counts = self.counts(bag)
        seen = np.bincount(_rows(counts), weights=counts.data, minlength=bag.number)
        counts.data = ((1 + np.log(counts.data)) * self.weights[counts.indices]).astype(np.float32)
        unknown = np.bincount(bag.owner, minlength=bag.number) - seen
        rarest = _rarity(self.number + background().number, 0)
        return _of_length(counts, unknown * rarest**2)

    def counts(self, bag: Bag) -> Any:
        """Texts x features, sparse: how often."""
        from scipy.sparse import csr_matrix

        shape = (bag.number, len(self.codes))
        if not len(self.codes) or not len(bag.code):
            return csr_matrix(shape, dtype=np.float32)
        at = np.minimum(np.searchsorted(self.codes, bag.code), len(self.codes) - 1)
        known = self.codes[at] == bag.code
        cells, often = np.unique(
            bag.owner[known].astype(np.int64) * shape[1] + at[known], return_counts=True
        )
        rows, columns = np.divmod(cells, shape[1])
        begins = np.searchsorted(rows, np.arange(bag.number + 1))
        return csr_matrix((often.astype(np.float32), columns, begins), shape=shape)

    def places(self, code: Any) -> Any:
        """The column of each code, -1 where it is not known."""
        if not len(self.codes):
            return np.full(len(code), -1)
        at = np.minimum(np.searchsorted(self.codes, code), len(self.codes) - 1)
        return np.where(self.codes[at] == code, at, -1)


def learn(bag: Bag, *, least: int) -> Table:
    """The features that stand in at least so many of these texts.

    How rare each is in ordinary writing counts as well, so that a few texts do not make `the` telling.
    """
    codes, texts = in_texts(bag)
    usual = background()
    at = usual.places(codes)
    elsewhere = np.where(at >= 0, usual.weights[at], 0)
    kept = texts >= least
    weights = _rarity(bag.number + usual.number, texts + elsewhere)[kept]
    return Table(codes[kept], weights, bag.number)


def in_texts(bag: Bag) -> tuple[Any, Any]:
    """Every feature, and in how many texts it stands."""
    with np.errstate(over="ignore"):
        both = scatter(bag.code + scatter(bag.owner.astype(np.uint64) + np.uint64(1)))
    _, once = np.unique(both, return_index=True)
    codes, texts = np.unique(bag.code[once], return_counts=True)
    return codes, texts


@lru_cache(maxsize=1)
def background() -> Table:
    """In how many of a number of ordinary texts a feature stands; made by `benchmarks.weights`."""
    file = resources.files("digests").joinpath("weights/ordinary.npz")
    with file.open("rb") as data, np.load(data, allow_pickle=False) as arrays:
        return Table(arrays["codes"], arrays["texts"].astype(np.float32), int(arrays["number"]))


def _rarity(number: int, texts: Any) -> Any:
    return (np.log((1 + number) / (1 + texts)) + 1).astype(np.float32)


def read(texts: Sequence[str]) -> Stream:
    """The words of these texts, in small letters and with one kind of apostrophe."""
    cut = [text[:LONGEST] for text in texts]
    codes = [np.frombuffer(plain(text).encode("utf-32-le", "surrogatepass"), "<u4") for text in cut]
    lengths = np.array([len(code) + 1 for code in codes], dtype=np.int64)
    gap = np.zeros(1, dtype=np.uint32)
    whole = np.concatenate([part for code in codes for part in (code, gap)] or [gap])
    begins = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    first, last = _bounds(whole)
    owner = np.searchsorted(begins, first, side="right") - 1
    letters, word_of = _spread(whole, first, last)
    return Stream(
        number=len(cut),
        owner=owner,
        start=first - begins[owner] if len(first) else first,
        end=last - begins[owner] if len(first) else last,
        code=_word_codes(whole, first, last),
        letters=letters,
        letter_owner=owner[word_of] if len(owner) else word_of,
    )


def signs(texts: Sequence[str]) -> Bag:
    """Runs of two to four signs as they were typed, capitals, stops and gaps among them."""
    codes = [
        np.frombuffer(text[:LONGEST].encode("utf-32-le", "surrogatepass"), "<u4") for text in texts
    ]
    gap = np.zeros(1, dtype=np.uint32)
    # No letter is moved this far up: a run is never taken for a piece of a word.
    parts = [part for code in codes for part in (gap, np.where(code > 0, code + _TYPED, 0))]
    owner = np.repeat(np.arange(len(codes)), [len(code) + 1 for code in codes])
    letters = np.concatenate([*parts, gap]).astype(np.uint64)
    return _runs(len(codes), letters, np.append(owner, max(len(codes) - 1, 0)), LONGEST_RUN)


def _runs(number: int, letters: Any, owner: Any, longest: int) -> Bag:
    """Runs of letters between zeros, which stand for an edge; one edge may belong to a run."""
    edge = letters == 0
    edges = np.concatenate([[0], np.cumsum(edge)])
    owners, codes = [], []
    rolling = letters.astype(np.uint64)
    with np.errstate(over="ignore"):
        for size in range(2, longest + 1):
            room = len(letters) - size + 1
            if room <= 0:
                break
            rolling = rolling[:room] * np.uint64(0x100000001B3) + letters[size - 1 :]
            inner = edges[size - 1 : size - 1 + room] - edges[1 : 1 + room]
            whole = (inner == 0) & ~(edge[:room] & edge[size - 1 :])
            owners.append(owner[:room][whole])
            codes.append(scatter(rolling[whole] + np.uint64(size * _GOLDEN & (2**64 - 1))))
    if not codes:
        return Bag(number, np.zeros(0, np.int64), np.zeros(0, np.uint64))
    return Bag(number, np.concatenate(owners), np.concatenate(codes))


def plain(text: str) -> str:
    """Small letters and straight apostrophes, one code point for each of the text's."""
    small = text.lower()
    if len(small) != len(text):
        small = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    return small.replace("’", "'")


def _bounds(whole: Any) -> tuple[Any, Any]:
    """Where each word starts and ends: letters, figures, and an apostrophe between two of them."""
    inside = _LETTER()[np.minimum(whole, 0xFFFF)]
    quote = np.zeros(len(whole), dtype=bool)
    quote[1:-1] = (whole[1:-1] == 0x27) & inside[:-2] & inside[2:]
    inside = inside | quote
    edge = np.diff(np.concatenate([[0], inside.astype(np.int8), [0]]))
    return np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)


@lru_cache(maxsize=1)
def _LETTER() -> Any:  # noqa: N802
    """Which of the first 65,536 signs are part of a word; the last stands for all beyond."""
    known = [chr(n).isalnum() or unicodedata.category(chr(n))[0] == "M" for n in range(0xFFFF)]
    return np.array([*known, False])


def _word_codes(whole: Any, first: Any, last: Any) -> Any:
    """A code for each word, from its letters and their places."""
    if not len(first):
        return np.zeros(0, dtype=np.uint64)
    size = last - first
    word = np.repeat(np.arange(len(first)), size)
    place = np.arange(len(word)) - np.repeat(np.cumsum(size) - size, size)
    letter = whole[np.repeat(first, size) + place].astype(np.uint64)
    with np.errstate(over="ignore"):
        turned = scatter(
            letter + (place.astype(np.uint64) % np.uint64(_LONGEST_WORD)) * np.uint64(_GOLDEN)
        )
        total = np.add.reduceat(turned, np.cumsum(size) - size)
        return scatter(total + size.astype(np.uint64))


def _spread(whole: Any, first: Any, last: Any) -> tuple[Any, Any]:
    """All letters with a 0 before each word and at the end, and the word each belongs to."""
    if not len(first):
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    size = last - first + 1
    word = np.repeat(np.arange(len(first)), size)
    place = np.arange(len(word)) - np.repeat(np.cumsum(size) - size, size)
    letters = np.where(place == 0, 0, whole[np.repeat(first, size) + place - 1]).astype(np.uint64)
    return np.append(letters, np.uint64(0)), np.append(word, word[-1])


def scatter(code: Any) -> Any:
    """Scatter 64-bit numbers (the finishing step of splitmix64; Steele, Lea and Flood, 2014)."""
    with np.errstate(over="ignore"):
        code = (code ^ (code >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        code = (code ^ (code >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return code ^ (code >> np.uint64(31))


def _of_length(matrix: Any, besides: Any) -> Any:
    """Each row divided by its length, to which squares from besides are added."""
    rows = _rows(matrix)
    squares = np.bincount(rows, weights=matrix.data**2, minlength=matrix.shape[0]) + besides
    matrix.data = matrix.data / np.sqrt(np.maximum(squares, 1e-9)).astype(np.float32)[rows]
    return matrix


def _rows(matrix: Any) -> Any:
    """The row of each of its figures; quicker for one text than to ask the matrix for sums."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
