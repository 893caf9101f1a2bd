"""Measures of everything that reads free text, each beside its best peer and its target.

A module here with a function `measure(data) -> Iterable[Row]` is one part; `python -m benchmarks.words`
finds it and prints one table.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One figure: what was measured and on what, the best peer, ours, and what to reach."""

    measure: str
    peer: str
    ours: str
    target: str
