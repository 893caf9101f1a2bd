"""Making a coder from a codebook, and from what people have coded with it.

It learns from the partnership's own codebook and codings and from nothing else; made again without
withdrawn words, nothing of them is left. With no codings it rests on descriptions, cues and examples;
the more people code, the less those weigh.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from digests import grams
from digests.codebook import Codebook
from digests.themes import cues as cue_words
from digests.themes.coder import (
    ALGORITHM,
    MOST_LABELS,
    Bar,
    Coder,
    Features,
    Weighing,
    cue_scores,
    weighed,
)

MOST_CODED = 6_000  # texts to learn from; the memory needed grows with the square
FOLDS = 5
ENOUGH_TO_CALIBRATE = 40  # coded texts from which the bar is set by what people said
# Found by a coarse search over the demonstration corpus; no sentence of it is used to train.
UNTAUGHT, BAR = Weighing(1.0, 0.9), Bar(2.1, 0.7)
WEIGHINGS = (UNTAUGHT, Weighing(0.5, 0.6), Weighing(0.0, 0.6), Weighing(0.0, 0.2))
_RIDGE, _RIDGE_CODED = 0.1, 0.25  # how much is held to be chance: in a codebook, in people's coding
_CUE_LESSON = 0.3
_CLEARLY = 0.5  # times one over the root of the number of texts: about what chance does to micro-F1
_KIN, _KIN_CODED = 0.05, 0.25  # how much families count at least; with much coding this more
_BOTH = 0.6  # how much meaning and families count together, with much coding
_SAYS_LITTLE = 3.0  # texts a theme; where a codebook says more, families of words count for less

Coded = tuple[str, tuple[str, ...]]


def train(codebook: Codebook, coded: Iterable[Coded] = ()) -> Coder:
    """A coder from this codebook and from texts that people have coded with its theme ids.

    A coded text with () teaches what is none of these. Ids that the codebook no longer has are
    passed over: a retired theme stops being suggested. Of more than 6,000 coded texts it takes so
    many, evenly.
    """
    lessons = lessons_of(codebook, coded)
    everything = np.arange(len(lessons.texts))
    slopes = lessons.fit(everything)
    weighing, bar = UNTAUGHT, _usual_bar(len(codebook.themes))
    if lessons.coded >= ENOUGH_TO_CALIBRATE:
        weighing, bar = best_reading(*lessons.held_out())
    blocks = lessons.blocks
    return Coder.of(
        version=lessons.version,
        themes=[theme.id for theme in codebook.themes],
        phrases=cue_words.phrases_of(codebook.themes),
        features=lessons.features,
        slopes=tuple(np.asarray(block.T @ slopes / 3, dtype=np.float32) for block in blocks),
        usual=lessons.usual(everything),
        weighing=weighing,
        bar=bar,
    )


def _usual_bar(themes: int) -> Bar:
    """The bar before people have coded; among few themes none can stand out as far."""
    return Bar(max(0.3, min(BAR.least, 0.6 * (themes - 1) ** 0.5)), BAR.close)


@dataclass(frozen=True)
class HeldOut:
    """What coders that never saw these texts, and the cues in them, say of each theme."""

    ridge: Any
    cues: Any
    usual: Any

    def of(self, rows: Any) -> HeldOut:
        """Some of the texts."""
        return HeldOut(self.ridge[rows], self.cues[rows], self.usual[rows])

    def scores(self, weighing: Weighing) -> Any:
        """Texts x themes."""
        return weighed(self.ridge, self.cues, self.usual, weighing)


@dataclass(frozen=True)
class Lessons:
    """Texts to learn from: the codebook's own first, then what people coded."""

    version: str
    texts: Sequence[str]
    truth: Any  # texts x themes, 0 or 1
    weights: Any
    coded: int  # how many, at the end, were coded by people
    features: Features
    blocks: tuple[Any, ...]
    likeness: Any  # texts x texts
    cues: Any  # coded texts x themes

    def fit(self, rows: Any) -> Any:
        """How much each of these texts speaks for each theme: kernel ridge, one solution for all."""
        weights = self.weights[rows]
        unusual = (self.truth[rows] - self.usual(rows)).astype(np.float32)
        system = self.likeness[np.ix_(rows, rows)] + np.diag(self._chance() / weights).astype(
            np.float32
        )
        return np.linalg.solve(system, unusual)

    def usual(self, rows: Any) -> Any:
        """How often each theme is given in these texts; never quite 0."""
        weights = self.weights[rows]
        often = (weights[:, None] * self.truth[rows]).sum(axis=0) / weights.sum()
        return np.maximum(often, 0.5 / len(rows)).astype(np.float32)

    def _chance(self) -> float:
        share = self.coded / (self.coded + 300)
        return _RIDGE + (_RIDGE_CODED - _RIDGE) * share

    def held_out(self) -> tuple[HeldOut, Any]:
        """Scores of each coded text by a coder that never saw it, and what people said of it."""
        first = len(self.texts) - self.coded
        ridge = np.zeros((self.coded, self.truth.shape[1]), dtype=np.float32)
        usual = np.zeros_like(ridge)
        for out in self.folds():
            inside = np.setdiff1d(np.arange(len(self.texts)), first + out)
            ridge[out] = self.likeness[np.ix_(first + out, inside)] @ self.fit(inside)
            usual[out] = self.usual(inside)
        return HeldOut(ridge, self.cues, usual), self.truth[first:].astype(int)

    def folds(self) -> Iterator[Any]:
        """Which coded texts are held out, in turn: by the hash of their words, so always the same."""
        texts = self.texts[len(self.texts) - self.coded :]
        parts = np.array([int.from_bytes(_digest(text)[:4], "big") % FOLDS for text in texts])
        for part in range(FOLDS):
            if (parts == part).any():
                yield np.flatnonzero(parts == part)


def lessons_of(codebook: Codebook, coded: Iterable[Coded]) -> Lessons:
    """Everything there is to learn from, measured once."""
    index = {theme.id: at for at, theme in enumerate(codebook.themes)}
    by_people = sorted((text, tuple(sorted(set(ids) & index.keys()))) for text, ids in coded)
    if len(by_people) > MOST_CODED:
        by_people = sorted(by_people, key=lambda one: _digest(one[0]))[:MOST_CODED]
    texts, truth, weights = _own(codebook, index)
    texts += [text for text, _ in by_people]
    taught = np.array([[id in ids for id in index] for _, ids in by_people], dtype=np.float32)
    truth = np.vstack([truth, taught.reshape(-1, len(index))])
    said = (weights.sum() + len(by_people)) / len(index)
    share = len(by_people) / (len(by_people) + 300)
    # Ten coded texts a theme weigh as much as all that the codebook says of it.
    weights = weights / (1 + len(by_people) / (10 * len(index)))
    stream = grams.read(texts)
    words = cue_words.words_of(texts, stream)
    least = 2 if len(texts) > 50 else 1
    features = Features(
        words=grams.learn(stream.words, least=1),
        pieces=grams.learn(stream.pieces, least=least),
        kin=max(_KIN + _KIN_CODED * share, min(1.0, (_SAYS_LITTLE / said) ** 2)),
        both=_BOTH * share,
    )
    blocks = features.of(stream, words)
    sparse, dense = blocks[:2], blocks[2:]
    likeness = sum((block @ block.T).toarray() for block in sparse)
    likeness += sum(block @ block.T for block in dense)
    table = cue_words.table(cue_words.phrases_of(codebook.themes))
    spoken = words[len(texts) - len(by_people) :]
    return Lessons(
        version=_version(codebook, by_people),
        texts=texts,
        truth=truth,
        weights=np.concatenate([weights, np.ones(len(by_people))]),
        coded=len(by_people),
        features=features,
        blocks=blocks,
        likeness=(likeness / 3).astype(np.float32),
        cues=cue_scores([cue_words.find(row, table) for row in spoken], len(index)),
    )


def best_reading(held_out: HeldOut, truth: Any) -> tuple[Weighing, Bar]:
    """The weighing and the bar with which micro-F1 is best for these texts.

    Those from before people coded stay unless others are clearly better: a few texts can't tell.
    """
    usual = _usual_bar(truth.shape[1])
    before = micro(picked(held_out.scores(UNTAUGHT), usual), truth)
    best, reading = before + _CLEARLY / len(truth) ** 0.5, (UNTAUGHT, usual)
    for weighing in WEIGHINGS:
        scores = held_out.scores(weighing)
        bar = best_bar(scores, truth)
        if (reached := micro(picked(scores, bar), truth)) > best:
            best, reading = reached, (weighing, bar)
    return reading


def best_bar(scores: Any, truth: Any) -> Bar:
    """The bar at which micro-F1 is best for these scores."""
    tops = np.sort(scores, axis=1)[:, -MOST_LABELS:].ravel()
    leasts = np.unique(np.quantile(tops, np.linspace(0.02, 0.98, 33)))
    bars = [Bar(float(least), close) for least in leasts for close in (0.0, 0.5, 0.7, 0.85)]
    return max(bars, key=lambda bar: micro(picked(scores, bar), truth))


def picked(scores: Any, bar: Bar) -> Any:
    """Texts x themes, 0 or 1: what clears the bar, at most three a text."""
    rank = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1)
    close = scores >= bar.close * scores.max(axis=1, keepdims=True)
    return ((scores >= bar.least) & close & (rank < MOST_LABELS)).astype(int)


def micro(said: Any, truth: Any) -> float:
    """Micro-F1: of all labels together; 0 where there are none."""
    both, either = (said & truth).sum(), said.sum() + truth.sum()
    return float(2 * both / either) if either else 0.0


def _own(codebook: Codebook, index: dict[str, int]) -> tuple[list[str], Any, Any]:
    """What the codebook itself teaches: each text, its one theme, and how much it weighs."""
    texts: list[str] = []
    themes: list[int] = []
    weights: list[float] = []
    for theme in codebook.themes:
        whole = [t for t in (theme.name, theme.plain, theme.belongs, *theme.examples) if t]
        texts += [*whole, *theme.cues]
        themes += [index[theme.id]] * (len(whole) + len(theme.cues))
        weights += [1.0] * len(whole) + [_CUE_LESSON] * len(theme.cues)
    return texts, np.eye(len(index), dtype=np.float32)[themes], np.array(weights)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _version(codebook: Codebook, by_people: Sequence[Coded]) -> str:
    made_from = repr((ALGORITHM, codebook.groups, codebook.themes, list(by_people)))
    return _digest(made_from).hex()[:16]
