"""What words mean, as far as one small table knows: close words have close vectors.

The table is made by `benchmarks.weights` from the all-MiniLM-L6-v2 model (Apache 2.0): each word of
its vocabulary read alone, 128 dimensions, one byte each. It lets a theme be found by a word that its
codebook does not use. It knows English, single words, and nothing of their order.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

from digests.grams import Stream, Table


def vectors(stream: Stream) -> Any:
    """Texts x dimensions: the mean of each text's words, of length 1; zeros where none is known."""
    table, values = _table()
    found = np.asarray(table.counts(stream.alone) @ values, dtype=np.float32)
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def of_words(code: Any) -> Any:
    """Words x dimensions for these codes; zeros for a word that is not known."""
    table, values = _table()
    at = table.places(code)
    return np.where((at >= 0)[:, None], values[at], 0)


@lru_cache(maxsize=1)
def _table() -> tuple[Table, Any]:
    file = resources.files("digests").joinpath("weights/meaning.npz")
    with file.open("rb") as data, np.load(data, allow_pickle=False) as arrays:
        values = arrays["values"].astype(np.float32) * arrays["scale"][:, None]
        return Table(arrays["codes"], np.ones(len(arrays["codes"]), np.float32)), values
