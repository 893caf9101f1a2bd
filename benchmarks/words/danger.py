"""How much possible danger the check finds, how often it is wrong, and how fast it is.

Blind lines were written before the scorer and never used to change a pattern or a line; one half chose the
thresholds, the other is the figure to believe. Everything else here was seen, and says so.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.words import Row
from digests.danger import Danger, look
from digests.danger.looking import fold, matched
from digests.danger.scorer import weights

HERE = Path(__file__).parent
STORY = HERE.parents[1] / "bot" / "demo" / "story"
Seen = Callable[[str], bool]


@dataclass(frozen=True)
class Labelled:
    """A text and its level: immediate, possible or none."""

    text: str
    level: str


def measure(data: Path) -> Iterator[Row]:
    """Every row of the table, with what it was measured on."""
    blind = _rows(HERE / "danger_blind.jsonl")
    halves = (
        ("final", "blind, untouched"),
        ("choosing", "blind, chose the thresholds"),
        ("second", "blind at first: the same writer then wrote templates"),
    )
    for half, note in halves:
        chosen = [Labelled(row["text"], row["level"]) for row in blind if row["half"] == half]
        yield from _figures(f"danger, {len(chosen)} lines, {note}", chosen, "–")
        yield Row("– the patterns alone on these", "–", _recall_precision(chosen, _patterns), "")
        yield Row("– set aside without asking", "–", _recall_precision(chosen, _sure), "")
    yield from _labelled(data)
    yield from _false_alarms(data)
    yield _speed()


def _rows(path: Path) -> list[dict]:
    return [json.loads(row) for row in path.read_text("utf-8").splitlines() if row]


def _any(text: str) -> bool:
    return look(text) is not None


def _sure(text: str) -> bool:
    found = look(text)
    return found is not None and not (isinstance(found, Danger) and found.unsure)


def _patterns(text: str) -> bool:
    return matched(fold(text)) is not None


def _labelled(data: Path) -> Iterator[Row]:
    """The labelled sets, which the patterns and the thresholds have seen."""
    practice = [
        Labelled(row["text"], row["level"])
        for row in _rows(data / "disclosure-practice" / "dev.jsonl")
    ]
    peer = "keywords .30 / .60; MiniLM few-shot .85 / .85"
    yield from _figures("danger, disclosure-practice, our half (patterns saw it)", practice, peer)
    examples = [
        Labelled(row["text"], "possible" if row["label"] else "none")
        for row in _rows(data.parent / "domain" / "danger_examples.jsonl")
    ]
    yield from _figures("danger, 148 labelled examples (patterns saw them)", examples, peer)
    crisis = [
        Labelled(row["text"], "immediate" if row["is_crisis"] else "none")
        for row in _rows(data / "crisis-hard-cases" / "dev.jsonl")
    ]
    yield Row("danger, 6 crisis lines (smoke)", "–", _recall_precision(crisis, _any), "")


def _figures(name: str, lines: list[Labelled], peer: str) -> Iterator[Row]:
    yield Row(f"{name}: recall / precision", peer, _recall_precision(lines, _any), ".95 / .80")
    now = [line for line in lines if line.level == "immediate"]
    if now:
        found = sum(_any(line.text) for line in now)
        called = sum(_level(line.text) == "immediate" for line in now)
        ours = f"{found / len(now):.3f} ({called / len(now):.3f} called immediate)"
        yield Row("– recall of immediate", "1.00", ours, "1.00")


def _level(text: str) -> str:
    found = look(text)
    return found.level if isinstance(found, Danger) else ""


def _recall_precision(lines: list[Labelled], seen: Seen) -> str:
    right = sum(seen(line.text) for line in lines if line.level != "none")
    wrong = sum(seen(line.text) for line in lines if line.level == "none")
    there = sum(line.level != "none" for line in lines)
    return f"{right / there:.3f} / {right / max(1, right + wrong):.3f}"


def _false_alarms(data: Path) -> Iterator[Row]:
    quiet = [
        row["text"]
        for path in sorted(STORY.glob("*.jsonl"))
        for row in _rows(path)
        if not row["possible_danger"] and not row["danger_borderline"]
    ]
    comments = [row["text"] for row in _rows(data / "nhs-fft-v6" / "dev.jsonl")]
    sets = (("demo corpus (scorer learned it as quiet)", quiet), ("nhs-fft-v6, our half", comments))
    for name, texts in sets:
        asked, aside = sum(map(_any, texts)), sum(map(_sure, texts))
        ours = f"{asked / len(texts):.1%} ({aside / len(texts):.1%} without asking)"
        yield Row(f"danger, false alarms, {name}, {len(texts)} texts", "–", ours, "")


def _speed() -> Row:
    texts = [row["text"] for row in _rows(HERE / "danger_blind.jsonl")]
    weights.cache_clear()
    start = time.perf_counter()
    look(texts[0])
    first = time.perf_counter() - start
    start = time.process_time()
    for text in texts:
        look(text)
    each = len(texts) / (time.process_time() - start)
    ours = f"{each:,.0f} texts/s of processor time; first look {first * 1000:.0f} ms"
    return Row("danger, speed, one core", "–", ours, "1,000 texts/s")
