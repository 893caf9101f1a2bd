"""What meanings and families say when they stand together, which neither says alone.

A theme is often a meeting of two things: staff, and waiting. Adding up what each says misses that, so
the two are turned into 512 waves (random Fourier features; Rahimi and Recht, 2007), whose sums come
close to a Gaussian likeness. The waves come from arithmetic alone and are the same on every machine.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from digests.grams import scatter

WAVES = 512


def vectors(meanings: Any, families: Any) -> Any:
    """Texts x waves; the product of two rows is close to exp(-distance squared / 2)."""
    both = np.concatenate([meanings, families], axis=1)
    turns, starts = _waves(both.shape[1])
    return np.sqrt(np.float32(2 / WAVES)) * np.cos(both @ turns + starts)


@lru_cache(maxsize=1)
def _waves(dimensions: int) -> tuple[Any, Any]:
    one, other = (_evenly(dimensions * WAVES, seed) for seed in (1, 2))
    # The transform of Box and Muller (1958): two even numbers make a normal one.
    normal = np.sqrt(-2 * np.log(one)) * np.cos(2 * np.pi * other)
    starts = 2 * np.pi * _evenly(WAVES, 3)
    return normal.reshape(dimensions, WAVES).astype(np.float32), starts.astype(np.float32)


def _evenly(number: int, seed: int) -> Any:
    """Numbers between 0 and 1, the same everywhere (splitmix64; Steele, Lea and Flood, 2014)."""
    with np.errstate(over="ignore"):
        counted = np.arange(1, number + 1, dtype=np.uint64) + np.uint64(seed << 40)
        mixed = scatter(counted * np.uint64(0x9E3779B97F4A7C15))
    return ((mixed >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53
