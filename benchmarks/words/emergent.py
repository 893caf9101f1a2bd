"""Emergent themes: comments with one theme each, put in groups with no labels at all."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from digests import emergent

Row = tuple[str, str, str, str]


def measure(data: Path) -> Iterator[Row]:
    """Rows of the table: measure, peer, ours, target."""
    sets = (
        ("consultation-gambling-1k", "topic_names"),
        ("consultation-gambling-xs", "themes"),
        ("nhs-fft-v6", "themes_merged"),
    )
    for name, field in sets:
        rows = [json.loads(line) for line in (data / name / "dev.jsonl").open(encoding="utf-8")]
        alone = [row for row in rows if len(row[field]) == 1]
        truth = [row[field][0] for row in alone]
        said = emergent.groups_of([row["text"] for row in alone], len(set(truth)))
        ours = "{:.3f} / {:.3f}".format(*_agreement(truth, said))
        peer = ".282 / .451 (other half)" if name == "nhs-fft-v6" else ""
        yield f"emergent, V / purity: {name}, {len(alone)} texts", peer, ours, "0.32 / 0.50"


def _agreement(truth: Sequence[str], said: Sequence[int]) -> tuple[float, float]:
    """V-measure (Rosenberg and Hirschberg, 2007) and purity."""
    both = Counter(zip(truth, said, strict=True))
    true, found, number = Counter(truth), Counter(said), len(truth)
    left = -sum(n / number * math.log(n / found[group]) for (_, group), n in both.items())
    right = -sum(n / number * math.log(n / true[label]) for (label, _), n in both.items())
    homogeneous = 1 - left / max(_spread(true, number), 1e-9)
    complete = 1 - right / max(_spread(found, number), 1e-9)
    v = 2 * homogeneous * complete / max(homogeneous + complete, 1e-9)
    purity = sum(max(n for (_, g), n in both.items() if g == group) for group in found) / number
    return v, purity


def _spread(counts: Counter[str] | Counter[int], number: int) -> float:
    return -sum(n / number * math.log(n / number) for n in counts.values())
