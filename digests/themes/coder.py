"""A coder: words in, at most three suggested themes out, each with the phrase that caused it.

Keeps the promise that machine reading is a suggestion: no label where nothing fits, a score that
says how sure it is, and always a stretch of the words that a theme editor can look at and disagree
with. The same codebook and codings always give the same coder.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from digests import grams, meaning
from digests.grams import Stream, Table
from digests.themes import cues as cue_words
from digests.themes import families, together
from digests.themes.cues import Found

ALGORITHM = "3: kernel ridge on words, letters, meaning, families and both together, with cues"
MOST_LABELS = 3
BATCH = 512
_PIECES = np.float32(0.7)  # the letters of words count half of what words do
_QUIET = 0.02  # a spread below which nothing stands out
_LIKELY = 5.0  # brings the two kinds of score to one size
_RARE = 0.15  # how much less a rare theme needs
_SPREAD = 1.2  # how far above the bar a score must be to count as rather sure


@dataclass(frozen=True)
class Label:
    """A suggested theme. `score` is 0 to 1 and 0.5 at the bar; `start` and `end` are code points."""

    theme: str
    score: float
    start: int
    end: int


@dataclass(frozen=True)
class Bar:
    """When a theme is suggested: from this score, and with this part of the leading score."""

    least: float
    close: float


@dataclass(frozen=True)
class Weighing:
    """How what was learnt, and what the cues say, become one score of a theme.

    With `apart` 1 a theme must stand out from the text's other themes, with 0 it must be likely in
    itself; a theme that is rare needs less. `cues` is what a cue adds.
    """

    apart: float
    cues: float


@dataclass(frozen=True)
class Features:
    """What is looked at in a text: its words, their letters, their meaning, and families of words."""

    words: Table
    pieces: Table
    kin: float  # how much families of words count beside the first three
    both: float  # how much meaning and families together count

    def of(self, stream: Stream, words: Sequence[Sequence[str]]) -> tuple[Any, ...]:
        """Five blocks of texts x features; a third of the sum of their products is a likeness."""
        meanings, kin = meaning.vectors(stream), families.vectors(words)
        return (
            self.words.matrix(stream.words),
            _PIECES * self.pieces.matrix(stream.pieces),
            meanings,
            np.sqrt(np.float32(3 * self.kin)) * kin,
            np.sqrt(np.float32(3 * self.both)) * together.vectors(meanings, kin),
        )


@dataclass(frozen=True)
class Coder:
    """A trained reader of themes. Made by `train`; `version` names exactly what it was made from."""

    version: str
    themes: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...] = field(repr=False)  # cues of each theme
    features: Features = field(repr=False)
    slopes: tuple[Any, ...] = field(repr=False)  # features x themes, for each block
    usual: Any = field(repr=False)  # how often each theme is given
    weighing: Weighing
    bar: Bar
    _cues: cue_words.Cues = field(repr=False, compare=False)

    @classmethod
    def of(
        cls,
        *,
        version: str,
        themes: Sequence[str],
        phrases: Sequence[Sequence[str]],
        features: Features,
        slopes: tuple[Any, ...],
        usual: Any,
        weighing: Weighing,
        bar: Bar,
    ) -> Coder:
        kept = tuple(tuple(cues) for cues in phrases)
        found = cue_words.table(phrases)
        return cls(version, tuple(themes), kept, features, slopes, usual, weighing, bar, found)

    def read(self, words: str) -> tuple[Label, ...]:
        """No to three labels for these words, the strongest first; () when nothing fits."""
        return self.read_many([words])[0]

    def read_many(self, texts: Sequence[str]) -> list[tuple[Label, ...]]:
        """The labels of each text, in order: the same as `read` on each, and much faster."""
        return [
            labels
            for start in range(0, len(texts), BATCH)
            for labels in self._batch(texts[start : start + BATCH])
        ]

    def _batch(self, texts: Sequence[str]) -> list[tuple[Label, ...]]:
        stream = grams.read(texts)
        words = cue_words.words_of(texts, stream)
        found = [cue_words.find(row, self._cues) for row in words]
        scores = self._scores(stream, words, found)
        begins = np.searchsorted(stream.owner, np.arange(len(texts) + 1))
        labels = []
        for row, hits in enumerate(found):
            first, last = begins[row], begins[row + 1]
            picks = chosen(scores[row], self.bar) if first < last else []
            labels.append(
                tuple(
                    Label(self.themes[theme], _sure(scores[row, theme] - self.bar.least), *span)
                    for theme in picks
                    for span in [self._span(theme, stream, first, last, hits)]
                )
            )
        return labels

    def _scores(
        self, stream: Stream, words: Sequence[Sequence[str]], found: Sequence[Sequence[Found]]
    ) -> Any:
        blocks = zip(self.features.of(stream, words), self.slopes, strict=True)
        ridge = sum(np.asarray(block @ slopes) for block, slopes in blocks)
        return weighed(ridge, cue_scores(found, len(self.themes)), self.usual, self.weighing)

    def _span(
        self, theme: int, stream: Stream, first: int, last: int, hits: Sequence[Found]
    ) -> tuple[int, int]:
        """The weightiest cue of this theme, else the words that speak most for it."""
        own = [hit for hit in hits if hit.theme == theme]
        if own:
            best = max(own, key=lambda hit: (hit.weight, -hit.first))
            start, end = first + best.first, first + best.last - 1
        else:
            start, end = _peak(self._pull(theme, stream, first, last))
            start, end = first + start, first + end
        return int(stream.start[start]), int(stream.end[end])

    def _pull(self, theme: int, stream: Stream, first: int, last: int) -> Any:
        """How much each of a text's words, alone, speaks for this theme."""
        code = stream.code[first:last]
        table = self.features.words
        at = table.places(code)
        pull = (
            np.where(at >= 0, table.weights[at] * self.slopes[0][at, theme], 0)
            if len(table.codes)
            else np.zeros(len(code))
        )
        pull = pull + meaning.of_words(code) @ self.slopes[2][:, theme]
        # Short words are in every theme; they only ever join a longer neighbour.
        return pull * np.minimum(stream.end[first:last] - stream.start[first:last], 6)


def weighed(ridge: Any, cues: Any, usual: Any, weighing: Weighing) -> Any:
    """Texts x themes: scores of any codebook on one scale."""
    standing_out = ridge / (ridge.std(axis=1, keepdims=True) + _QUIET)
    likely = _LIKELY * (ridge + usual) / usual**_RARE
    return weighing.apart * standing_out + (1 - weighing.apart) * likely + weighing.cues * cues


def cue_scores(found: Sequence[Sequence[Found]], themes: int) -> Any:
    """Texts x themes: what the cues in each text say."""
    cues = np.zeros((len(found), themes), dtype=np.float32)
    for row, hits in enumerate(found):
        for hit in hits:
            cues[row, hit.theme] += hit.weight
    return np.log1p(cues)


def chosen(scores: Any, bar: Bar) -> list[int]:
    """The themes that clear the bar, the strongest first; ties in codebook order."""
    above = np.flatnonzero((scores >= bar.least) & (scores >= bar.close * scores.max()))
    return sorted((int(theme) for theme in above), key=lambda theme: (-scores[theme], theme))[
        :MOST_LABELS
    ]


def _sure(above: float) -> float:
    """How sure a score is: 0.5 at the bar, towards 1 far above it."""
    return round(1 / (1 + math.exp(-above / _SPREAD)), 4)


def _peak(pull: Any) -> tuple[int, int]:
    """The word that pulls most and, where they pull half as much, its neighbours."""
    peak = int(np.argmax(pull))
    first, last = peak, peak
    if first > 0 and pull[first - 1] > pull[peak] / 2 > 0:
        first -= 1
    if last < len(pull) - 1 and pull[last + 1] > pull[peak] / 2 > 0:
        last += 1
    return first, last
