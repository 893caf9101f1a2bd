"""Families of words that belong together, written by people, for codebooks that say little."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

from digests.themes import cues

_FEW = 1.0  # so that a text with a single weak hit stays short


def vectors(words: Sequence[Sequence[str]]) -> Any:
    """Texts x families: which families a text's words belong to; rows no longer than 1."""
    table, number = _table()
    hits = np.zeros((len(words), number), dtype=np.float32)
    for row, text in enumerate(words):
        for hit in cues.find(text, table):
            hits[row, hit.theme] += hit.weight
    hits = np.log1p(hits)
    squares = (hits * hits).sum(axis=1, keepdims=True)
    return hits / np.sqrt(squares + _FEW)


@lru_cache(maxsize=1)
def _table() -> tuple[cues.Cues, int]:
    text = resources.files("digests.themes").joinpath("families.txt").read_text("utf-8")
    rows = [line.split(":", 1)[1] for line in text.splitlines() if line[:1] not in ("", "#")]
    return cues.table([[part.strip() for part in row.split(",")] for row in rows]), len(rows)
