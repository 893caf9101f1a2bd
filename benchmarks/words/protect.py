"""How well identifying details are found, beside the best peer measured, and how fast.

A detail counts as found when every character of it is covered; a found stretch counts as right when it
touches a labelled one. Each row says whether the rules and the tagger have seen what it measures.
"""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.words import Row
from benchmarks.words.planted import messages
from digests import protect
from digests.protect import Detail, lists

Spans = tuple[tuple[int, int, str], ...]
Finder = Callable[[str], Sequence[Detail]]
SHOWN = ("PERSON", "ADDRESS", "SCHOOL", "LOCATION")
SYNTH = frozenset(
    {
        "PERSON", "STREET_ADDRESS", "GPE", "PHONE_NUMBER", "CREDIT_CARD", "ZIP_CODE", "EMAIL_ADDRESS", "IBAN_CODE",
        "IP_ADDRESS", "US_SSN", "DOMAIN_NAME", "US_DRIVER_LICENSE",
    }
)  # fmt: skip
NUMBERS = ("POSTCODE", "NHS_NUMBER", "NI_NUMBER", "PHONE", "EMAIL", "DATE_OF_BIRTH")


class Score(NamedTuple):
    """Shares from 0 to 1: details wholly covered, finds that were right, messages with no leak; by type."""

    recall: float
    precision: float
    whole: float
    by_type: dict[str, float]

    def line(self) -> str:
        return f"{self.recall:.3f} / {self.precision:.3f}"


def measure(data: Path) -> Iterator[Row]:
    """Every row about protection; `data` holds the sets by name."""
    yield from _ours(labelled(data / "pii-uk-practice"), "UK practice (dev half, in-sample)")
    for written, note in (
        ("first", "rules mended with it"),
        ("second", "measured once, then mended"),
    ):
        rows = [(m.text, m.spans) for m in messages(2_000, listed=known(), written=written)]  # type: ignore[arg-type]
        yield from _ours(rows, f"planted, names on no list, {written} set ({note})")
    yield from _demo(data.parent / "domain")
    synth = score(labelled(data / "pii-presidio-synth-v2"), SYNTH)
    yield Row(
        "presidio-synth-v2 recall / precision (learnt from)",
        ".642 / .975",
        synth.line(),
        "≥ .70 / ≥ .95",
    )
    exact, near = f1(labelled(data / "ner-wnut17"))
    yield Row(
        "WNUT17 PERSON+LOCATION F1, exact / touching (learnt from)",
        ".644",
        f"{exact:.3f} / {near:.3f}",
        "≥ .66",
    )
    yield from _pace(data)


def labelled(folder: Path) -> list[tuple[str, Spans]]:
    """Texts with their labelled stretches, from `dev.jsonl`."""
    found = []
    for line in (folder / "dev.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        spans = tuple((span["start"], span["end"], span["type"]) for span in row["spans"])
        found.append((row["text"], spans))
    return found


def known() -> frozenset[str]:
    """Every name and town that a list has."""
    return lists.first_names() | lists.surnames() | lists.towns() | lists.villages()


def score(
    rows: Iterable[tuple[str, Spans]], types: Iterable[str] = (), finder: Finder = protect.find
) -> Score:
    """How much of what is labelled is found; `types` limits what counts as missed."""
    wanted = frozenset(types)
    covered: Counter[str] = Counter()
    labelled_: Counter[str] = Counter()
    right = found_ = whole = with_any = 0
    for text, gold in rows:
        found = [(detail.start, detail.end) for detail in finder(text)]
        found_ += len(found)
        right += sum(any(s < b and a < e for s, e, _ in gold) for a, b in found)
        counted = [(s, e, kind) for s, e, kind in gold if not wanted or kind in wanted]
        taken = {n for a, b in found for n in range(a, b)}
        hits = [all(n in taken for n in range(s, e)) for s, e, _ in counted]
        for (_, _, kind), hit in zip(counted, hits, strict=True):
            labelled_[kind] += 1
            covered[kind] += hit
        with_any += bool(counted)
        whole += bool(counted) and all(hits)
    total = sum(labelled_.values())
    return Score(
        sum(covered.values()) / max(total, 1),
        right / max(found_, 1),
        whole / max(with_any, 1),
        {kind: covered[kind] / number for kind, number in labelled_.items()},
    )


def f1(rows: Iterable[tuple[str, Spans]], finder: Finder = protect.find) -> tuple[float, float]:
    """F1 over people and places: with the same ends and kind, and with the same kind and any touch."""
    ours = {"name": "PERSON", "place": "LOCATION", "address": "LOCATION"}
    gold_ = found_ = exact = touched = hit = 0
    for text, spans in rows:
        gold = {span for span in spans if span[2] in ("PERSON", "LOCATION")}
        found = {(d.start, d.end, ours[d.kind]) for d in finder(text) if d.kind in ours}
        gold_, found_, exact = gold_ + len(gold), found_ + len(found), exact + len(gold & found)
        touched += sum(any(_touch(one, other) for other in found) for one in gold)
        hit += sum(any(_touch(one, other) for other in gold) for one in found)
    recall, precision = touched / max(gold_, 1), hit / max(found_, 1)
    near = 2 * precision * recall / max(precision + recall, 1e-9)
    return 2 * exact / max(gold_ + found_, 1), near


def _touch(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return one[2] == other[2] and one[0] < other[1] and other[0] < one[1]


def _ours(rows: list[tuple[str, Spans]], name: str) -> Iterator[Row]:
    found = score(rows)
    yield Row(f"{name}: covered / precision", ".721 / .935", found.line(), "≥ .93 / ≥ .94")
    by_type = ", ".join(f"{found.by_type.get(kind, 1):.2f}" for kind in SHOWN)
    yield Row(
        f"– {', '.join(kind.lower() for kind in SHOWN)}",
        ".84, .07, .44, –",
        by_type,
        "≥ .93, .90, .85, –",
    )
    numbers = ", ".join(f"{found.by_type.get(kind, 1):.2f}" for kind in NUMBERS)
    yield Row(
        "– postcode, NHS, NI, phone, e-mail, date of birth",
        "1, 1, .83, .89, .83, .67",
        numbers,
        "≥ .99; DOB .95",
    )
    yield Row("– messages with no leak at all", ".567", f"{found.whole:.3f}", "≥ .88")


def _demo(domain: Path) -> Iterator[Row]:
    """False alarms on invented reflections that hold no detail."""
    alarms = total = 0
    for path in sorted(domain.glob("demo_corpus*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if not row["identifying"]:
                total += 1
                alarms += bool(protect.find(row["text"]))
    if total:
        yield Row(
            "false alarms, demo reflections without a detail (in-sample)",
            "–",
            f"{alarms} of {total}",
            "few",
        )


def _pace(data: Path) -> Iterator[Row]:
    texts = [text for text, _ in labelled(data / "pii-uk-practice")]
    texts += [message.text for message in messages(1_000)]
    for name, finder, peer, target in (
        ("everything", protect.find, "Presidio 74", "≥ 200"),
        ("lists and patterns", protect.find_by_rules, "–", "–"),
        ("patterns only", protect.find_by_shape, "6,117", "≥ 6,500"),
    ):
        for text in texts[:200]:
            finder(text)
        start = time.process_time()
        for text in texts:
            finder(text)
        pace = len(texts) / (time.process_time() - start)
        yield Row(f"speed, {name} (texts/s of one core)", peer, f"{pace:,.0f}", target)
    began = "from digests import protect; protect.find('Hello')"
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", began], check=True)  # noqa: S603 - our own words
    yield Row("start to the first text", "–", f"{time.perf_counter() - start:.1f} s", "≤ 2 s")
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield Row("memory of it", "Presidio md 700–1,000 MB", f"{used:.0f} MB", "≤ 400 MB")
    slowest = max((growth(pump), pump) for pump in PUMPS)
    yield Row(
        f"growth on the worst pumped text ({slowest[1]!r})",
        "–",
        f"exponent {slowest[0]:.2f}",
        "< 1.2",
    )


PUMPS = (
    "a", "A", "1", "@", "_", " ", "a ", "A ", "1 ", "a.", "0-", "St ", "Yard ", "Flat 1, ", "12 Oak ", "01632 ",
    "the only ", "only girl in ", "her name is ", "Mr ", "Aa-", "a'", "www.", "http://", "[person] ", "(1", "x@y.",
)  # fmt: skip


def growth(pump: str) -> float:
    """The exponent with which time grows over the length of one piece said again and again."""
    taken = []
    for length in (4_000, 16_000):
        text = (pump * (length // len(pump) + 1))[:length]
        runs = []
        for _ in range(3):
            start = time.process_time()
            protect.find(text)
            runs.append(time.process_time() - start)
        taken.append(min(runs))
    return math.log(max(taken[1], 1e-4) / max(taken[0], 1e-4)) / math.log(4)
