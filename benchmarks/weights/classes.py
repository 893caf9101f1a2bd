"""Trains a `digests.linear` model: a linear support vector machine for each label, against the rest."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.svm import LinearSVC

from digests import grams
from digests.linear import Linear, blocks_of

STEEPNESS = 2.0  # turns margins into chances


def train(
    texts: Sequence[str], said: Sequence[str], labels: Sequence[str], *, least: int, cost: float
) -> Linear:
    """A model of these labels; features in fewer than `least` texts are left out."""
    truth = np.array(said)
    everything = np.arange(len(texts))
    asked = {label: (everything, truth == label) for label in labels}
    return answer(texts, asked, least=least, cost=cost)


def answer(
    texts: Sequence[str], asked: Mapping[str, tuple[Any, Any]], *, least: int, cost: float
) -> Linear:
    """A model of questions: of each the texts it is learnt from, and for all texts yes or no."""
    stream = grams.read(texts)
    words = grams.learn(stream.words, least=least)
    pieces = grams.learn(stream.pieces, least=least + 2)
    blocks = blocks_of(texts, words, pieces)
    features = sparse.hstack([sparse.csr_matrix(block) for block in blocks]).tocsr()
    slopes, offsets = [], []
    for rows, yes in asked.values():
        model = LinearSVC(C=cost, class_weight="balanced", random_state=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(features[rows], yes[rows])
        slopes.append(model.coef_[0])
        offsets.append(model.intercept_[0])
    whole = STEEPNESS * np.array(slopes).T
    cuts = np.cumsum([block.shape[1] for block in blocks])[:-1]
    first, second, third = np.split(whole, cuts)
    return Linear(
        tuple(asked), words, pieces, (first, second, third), STEEPNESS * np.array(offsets)
    )


def folds(number: int, parts: int = 5) -> list[Any]:
    """Which texts are held out, in turn."""
    order = np.random.default_rng(20261123).permutation(number)
    return [np.sort(part) for part in np.array_split(order, parts)]


def macro(said: Sequence[str], truth: Sequence[str], labels: Sequence[str]) -> float:
    """Macro-F1 over these labels."""
    a, b = np.array(said), np.array(truth)
    both = [
        2 * ((a == x) & (b == x)).sum() / max(1, (a == x).sum() + (b == x).sum()) for x in labels
    ]
    return float(np.mean(both))
