"""Themes: our own codebook with no training, labels given by name only, few examples, and many."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from digests import codebook, themes
from digests.codebook import Codebook
from digests.themes import Coder

Row = tuple[str, str, str, str]
MERGED = 32  # labels of nhs-fft-v6 that are common enough to be scored


def measure(data: Path) -> Iterator[Row]:
    """Rows of the table: measure, peer, ours, target."""
    yield from _own(data.parent / "domain")
    yield from _nhs(data / "nhs-fft-v6/dev.jsonl")


def _own(domain: Path) -> Iterator[Row]:
    book = codebook.read(
        resources.files("handlers").joinpath("starter/codebook.toml").read_text("utf-8")
    )
    start = time.perf_counter()
    coder = themes.train(book)
    made = time.perf_counter() - start
    said: list[Any] = []
    for file in sorted(domain.glob("demo_corpus*.jsonl")):
        rows = [row for row in _rows(file) if not row["possible_danger"]]
        truth = _marks([row["themes"] for row in rows], book)
        found = _marks(_read(coder, [row["text"] for row in rows]), book)
        said.append((found, truth))
        name = f"themes, own codebook, never trained: {file.stem}, micro-F1"
        yield name, "", f"{_micro(found, truth):.3f}", "0.60"
    found, truth = (np.vstack(side) for side in zip(*said, strict=True))
    yield "– all of it", "0.394 (before)", f"{_micro(found, truth):.3f}", ""
    texts = [row["text"] for row in rows] * 5
    start = time.perf_counter()
    coder.read_many(texts)
    pace = len(texts) / (time.perf_counter() - start)
    yield "themes, texts a second", "2,500", f"{pace:,.0f}", "2,600"
    yield "making the starter coder, seconds", "", f"{made:.1f}", "2"


def _nhs(file: Path) -> Iterator[Row]:
    rows = _rows(file)
    common = Counter(label for row in rows for label in row["themes_merged"]).most_common(MERGED)
    book = _named_only([label for label, _ in common])
    ids = {theme.name: theme.id for theme in book.themes}
    coded = [
        (row["text"], tuple(ids[label] for label in row["themes_merged"] if label in ids))
        for row in rows
    ]
    texts, truth = [text for text, _ in coded], _marks([found for _, found in coded], book)
    said = _marks(_read(themes.train(book), texts), book)
    yield _figures("themes, 32 NHS labels by name only", said, truth, "0.263", "0.40")
    order = np.random.default_rng(20261123).permutation(len(coded))
    first, second = order[: len(order) // 2], order[len(order) // 2 :]
    few, seen = [], Counter[str]()
    for n in first:
        if any(seen[id] < 10 for id in coded[n][1]):
            few.append(coded[n])
            seen.update(coded[n][1])
    said = _marks(_read(themes.train(book, few), [texts[n] for n in second]), book)
    name = f"themes, about 10 examples a label ({len(few)} texts)"
    yield _figures(name, said, truth[second], "0.347", "0.45")
    proof = themes.prove(book, coded)
    ours = f"{proof.micro} / {proof.macro} (five-fold)"
    peer = ".692 / .450 (other half)"
    yield "themes, 32 NHS labels trained, micro / macro-F1", peer, ours, "0.72 / 0.50"


def _named_only(labels: Sequence[str]) -> Codebook:
    """A codebook that says no more than the names of its themes."""
    parts = ['[codebook]\nversion = 1\n[[groups]]\nid = "all"\nname = "All"\nplain = "All."\n']
    for label in labels:
        id = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
        parts.append(
            f'[[themes]]\nid = "{id}"\ngroup = "all"\nname = "{label}"\nplain = "{label}."\n'
        )
    return codebook.read("".join(parts))


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.open(encoding="utf-8")]


def _read(coder: Coder, texts: Sequence[str]) -> list[list[str]]:
    return [[label.theme for label in labels] for labels in coder.read_many(texts)]


def _marks(found: Sequence[Sequence[str]], book: Codebook) -> Any:
    return np.array([[theme.id in ids for theme in book.themes] for ids in found])


def _micro(said: Any, truth: Any) -> float:
    return float(2 * (said & truth).sum() / (said.sum() + truth.sum()))


def _figures(name: str, said: Any, truth: Any, peer: str, target: str) -> Row:
    each = 2 * (said & truth).sum(axis=0) / np.maximum(said.sum(axis=0) + truth.sum(axis=0), 1)
    ours = f"{_micro(said, truth):.3f} / {each.mean():.3f}"
    return f"{name}, micro / macro-F1", peer, ours, target
