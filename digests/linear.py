"""A small trained reader of one kind of label, loaded from weights that ship with the project.

It adds up what each word, each run of signs as typed and each word's meaning says for each label. The
weights are made by `benchmarks.weights`; they hold codes and numbers, and nothing that could run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import IO, Any

import numpy as np

from digests import grams, meaning
from digests.grams import Table

BATCH = 512


@dataclass(frozen=True)
class Linear:
    """A trained reader: a score for each label."""

    labels: tuple[str, ...]
    words: Table
    signs: Table
    slopes: tuple[Any, Any, Any]  # features x labels: of words, of signs, of meanings
    offsets: Any

    def chances(self, texts: Sequence[str]) -> Any:
        """Texts x labels, each row adding up to 1."""
        return shares(self.scores(texts))

    def scores(self, texts: Sequence[str]) -> Any:
        """Texts x labels: margins, above 0 for rather yes."""
        batches = [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)]
        if not batches:
            return np.zeros((0, len(self.labels)))
        return np.concatenate([self._batch(batch) for batch in batches])

    def _batch(self, texts: Sequence[str]) -> Any:
        blocks = zip(blocks_of(texts, self.words, self.signs), self.slopes, strict=True)
        return sum(np.asarray(block @ slopes) for block, slopes in blocks) + self.offsets


def shares(scores: Any) -> Any:
    """Rows that add up to 1 (softmax)."""
    if not scores.size:
        return scores
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    return chances / chances.sum(axis=1, keepdims=True)


def blocks_of(texts: Sequence[str], words: Table, signs: Table) -> tuple[Any, Any, Any]:
    """Three blocks of texts x features."""
    stream = grams.read(texts)
    return words.matrix(stream.words), signs.matrix(grams.signs(texts)), meaning.vectors(stream)


def write(model: Linear, file: IO[bytes]) -> None:
    """All of a model, its slopes to three figures."""
    np.savez_compressed(
        file,
        labels=np.array(model.labels),
        offsets=model.offsets.astype(np.float32),
        words=model.words.codes,
        word_weights=model.words.weights.astype(np.float16),
        signs=model.signs.codes,
        sign_weights=model.signs.weights.astype(np.float16),
        number=np.array(model.words.number),
        **{f"slopes{n}": slopes.astype(np.float16) for n, slopes in enumerate(model.slopes)},
    )


@lru_cache(maxsize=4)
def load(name: str) -> Linear:
    """The model of this name among the weights that ship."""
    source = resources.files("digests").joinpath(f"weights/{name}.npz")
    with source.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        number = int(arrays["number"])
        return Linear(
            labels=tuple(str(label) for label in arrays["labels"]),
            words=Table(arrays["words"], arrays["word_weights"].astype(np.float32), number),
            signs=Table(arrays["signs"], arrays["sign_weights"].astype(np.float32), number),
            slopes=(
                arrays["slopes0"].astype(np.float32),
                arrays["slopes1"].astype(np.float32),
                arrays["slopes2"].astype(np.float32),
            ),
            offsets=arrays["offsets"],
        )
