"""Tone, five-fold on both sets, beside TextBlob's own word list on the same texts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.weights import classes
from benchmarks.weights.tone import LABELS, prove, rows
from digests import tone

Row = tuple[str, str, str, str]
TARGETS = {"nhs-fft-v6": "0.68", "nhs-feedback-phase1": "0.76"}


def measure(data: Path) -> Iterator[Row]:
    """Rows of the table: measure, peer, ours, target."""
    sets = rows(data)
    for name, pairs in prove(sets).items():
        ours, truth = zip(*pairs, strict=True)
        stock = [_stock(text) for text, _ in sets[name]]
        beside = classes.macro(stock, [label for _, label in sets[name]], LABELS)
        figure = f"{classes.macro(ours, truth, LABELS):.3f} (five-fold)"
        yield f"tone, macro-F1: {name}", f"TextBlob {beside:.3f}", figure, TARGETS[name]
    texts = [text for text, _ in sets["nhs-fft-v6"]]
    tone.read_many(texts[:10])
    start = time.perf_counter()
    tone.read_many(texts)
    ours_pace = len(texts) / (time.perf_counter() - start)
    start = time.perf_counter()
    for text in texts:
        _stock(text)
    stock_pace = len(texts) / (time.perf_counter() - start)
    yield "tone, texts a second", f"TextBlob {stock_pace:,.0f}", f"{ours_pace:,.0f}", "3,500"


def _stock(text: str) -> str:
    from textblob import TextBlob

    polarity = TextBlob(text).sentiment.polarity
    return "positive" if polarity > 0.1 else "negative" if polarity < -0.1 else "neutral"
