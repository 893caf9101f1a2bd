"""Stance, five-fold on the invented corpus, beside always saying the commonest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.weights import classes
from benchmarks.weights.stance import prove, rows
from digests.codebook import STANCES

Row = tuple[str, str, str, str]


def measure(data: Path) -> Iterator[Row]:
    """Rows of the table: measure, peer, ours, target. Without the written rules, which only add."""
    pairs = rows(sorted((data.parent / "domain").glob("demo_corpus*.jsonl")))
    said, meant = zip(*prove(pairs), strict=True)
    label, often = Counter(meant).most_common(1)[0]
    right = sum(a == b for a, b in zip(said, meant, strict=True)) / len(meant)
    peer = f"always “{label}” {often / len(meant):.3f}"
    yield "stance, right of five", peer, f"{right:.3f} (five-fold)", ""
    yield "stance, macro-F1", "", f"{classes.macro(said, meant, STANCES):.3f} (five-fold)", ""
