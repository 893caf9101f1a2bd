"""Trains the small tagger of names that protection uses, and says how well it does on what it has not seen.

`python -m benchmarks.words.make_protect_tagger --data FOLDER [--check]`. Reads WNUT 2017 and the Broad Twitter
Corpus (CC BY 4.0), Presidio's synthetic sentences (MIT), comments (MIT), and the sentences of `training.toml`
filled by chance. `--check` leaves a fifth of WNUT and of Presidio's templates out, measures on it and writes
nothing. The same input gives the same weights.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pycrfsuite

from benchmarks.words.planted import Filler, Planted, fill
from benchmarks.words.protect import SYNTH, f1, score
from digests.protect import find_by_rules, lists, tagger
from digests.protect.plain import inflected
from digests.protect.tagger import MASK, Token, features, tokens

HERE = Path(__file__).parent
WEIGHTS = Path("digests/protect/tagger.crfsuite")
LABELS = {
    "PERSON": "PER", "LOCATION": "LOC", "GPE": "LOC", "ORGANIZATION": "ORG",
    "STREET_ADDRESS": "ADR", "ADDRESS": "ADR", "SCHOOL": "SCH",
}  # fmt: skip
SETTINGS = {"c1": 0.06, "c2": 0.02, "max_iterations": 110, "feature.minfreq": 2}


class Lesson(NamedTuple):
    """A text with its spans, and the words in it that are to be taken as in no list."""

    text: str
    spans: tuple[tuple[int, int, str], ...]
    hidden: frozenset[str] = frozenset()


def main() -> None:
    """Train on everything and write the weights, or check on what was left out."""
    choice = argparse.ArgumentParser(description=__doc__)
    choice.add_argument("--data", type=Path, default=Path("../shared/data"))
    choice.add_argument("--check", action="store_true")
    choice.add_argument("--out", type=Path, default=WEIGHTS)
    asked = choice.parse_args()
    if asked.check:
        check(asked.data)
        return
    train([*own(random.Random(11)), *outside(asked.data), *comments(asked.data)], asked.out)
    print(asked.out, asked.out.stat().st_size, "bytes")


def check(data: Path) -> None:
    """Learn without a fifth, and say how protection does on it with what was learnt."""
    left = {"ner-wnut17", "pii-presidio-synth-v2"}
    with TemporaryDirectory() as folder:
        out = Path(folder) / "tagger.crfsuite"
        train([*own(random.Random(11)), *outside(data, without=left), *comments(data)], out)
        tagger.weights.cache_clear()
        tagger.WEIGHTS = str(out)
        synth, tweets = (
            [
                (row["text"], spans_of(row))
                for row in rows(data / name / "dev.jsonl")
                if held_out(row)
            ]
            for name in ("pii-presidio-synth-v2", "ner-wnut17")
        )
        print("presidio-synth-v2, templates left out:", score(synth, SYNTH).line())
        exact, near = f1(tweets)
        print(f"WNUT17, a fifth left out: exact {exact:.3f}, touching {near:.3f}")


def held_out(row: dict[str, Any]) -> bool:
    """A fifth, by the hash of the template or of the id."""
    key = str(row.get("template_id") or row["id"]).encode()
    return hashlib.sha256(key).digest()[0] % 5 == 0


@cache
def material() -> dict[str, Any]:
    """What `training.toml` holds."""
    return tomllib.loads((HERE / "training.toml").read_text("utf-8"))


def train(lessons: Iterable[Lesson], out: Path) -> None:
    """Fit the weights and write them."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(SETTINGS)
    for lesson in lessons:
        read = tokens(lesson.text)
        if read:
            trainer.append(features(read, lesson.hidden), labels(read, lesson.spans))
    trainer.train(str(out))


def labels(read: list[Token], spans: Iterable[tuple[int, int, str]]) -> list[str]:
    """One label for each token: B- and I- of its kind, or O."""
    found = ["O"] * len(read)
    for start, end, kind in spans:
        if kind not in LABELS:
            continue
        inside = False
        for n, token in enumerate(read):
            if token.start < end and start < token.end and token.text[0] not in "@#":
                found[n] = ("I-" if inside else "B-") + LABELS[kind]
                inside = True
    return found


def outside(data: Path, without: Collection[str] = ()) -> Iterator[Lesson]:
    """The openly licensed sets, each sentence once, a lower-case copy of some; no fifth of `without`."""
    chance = random.Random(7)
    for name in ("ner-wnut17", "ner-broad-twitter", "pii-presidio-synth-v2"):
        for row in rows(data / name / "dev.jsonl"):
            if name in without and held_out(row):
                continue
            spans = spans_of(row)
            yield Lesson(row["text"], spans)
            if spans and chance.random() < 0.15 and len(row["text"].lower()) == len(row["text"]):
                yield Lesson(row["text"].lower(), spans)


def spans_of(row: dict[str, Any]) -> tuple[tuple[int, int, str], ...]:
    """The labelled stretches of a row."""
    return tuple((span["start"], span["end"], span["type"]) for span in row["spans"])


def comments(data: Path) -> Iterator[Lesson]:
    """Comments as they are, without a name, and with invented people and towns in place of roles."""
    chance = random.Random(5)
    filler = Training(chance)
    for name, share, times in (
        ("nhs-fft-v6", 0.7, 1),
        ("nhs-feedback-phase1", 0.7, 1),
        ("../domain/demo_corpus", 1, 4),
        ("../domain/demo_corpus_northport2", 1, 4),
    ):
        path = data / name / "dev.jsonl" if name[0] != "." else data / f"{name}.jsonl"
        for row in rows(path):
            if row.get("identifying") or len(row["text"]) > 400 or chance.random() > share:
                continue
            if name.startswith("nhs") and named(row["text"]):
                continue
            yield Lesson(row["text"], ())
            for _ in range(times):
                planted = peopled(row["text"], chance, filler)
                if planted.spans:
                    yield varied(planted, chance, filler)


def named(text: str) -> bool:
    """Whether a real person or place may stand in this comment, so that it can't teach what is none."""
    inside = re.findall(r"(?<=[a-z,] )[A-Z][a-z]{2,}", text)
    return bool(find_by_rules(text)) or any(not inflected(word) for word in inside)


SOMEBODY = re.compile(
    r"\b(?:(?:[Tt]he|[Mm]y|[Oo]ur|[Aa]|[Oo]ne) (?:\w+ )?(?:nurse|doctor|lady|receptionist|midwife"
    r"|son|daughter|husband|wife|mum|dad"
    r"|boy|girl|lad|lass|young person|worker|teacher|coach|caretaker|parent|kid|child|mother"
    r"|father|student|pupil|ranger"
    r"|librarian|driver|manager|grandad|nan|carer|officer)|[Hh]e|[Ss]he|him)\b(?=[ ,.!?’']|$)"
)
SOMEWHERE = re.compile(
    r"(?<=\b(?:in|at|to) )(?:the|this|our) (?:hospital|clinic|surgery|ward|estate|town|village"
    r"|park|city|area|department|centre)\b"
    r"|(?<=\bfrom )(?:the|this|our) (?:hospital|clinic|surgery|estate|town|village|area)\b"
)


def peopled(text: str, chance: random.Random, filler: Training) -> Planted:
    """The text with some of its people and places given invented names."""
    spots = [(found.span(), "who") for found in SOMEBODY.finditer(text)]
    spots += [(found.span(), "where") for found in SOMEWHERE.finditer(text)]
    kept = [spot for spot in sorted(spots) if chance.random() < 0.6][:4]
    parts: list[str] = []
    slots: list[str] = []
    at = 0
    low = text.islower() or chance.random() < 0.15
    for (start, end), what in kept:
        if start < at:
            continue
        slot = chance.choice(WHO if what == "who" else WHERE)
        slot = LOWER.get(slot, slot) if low else slot
        parts += [text[at:start], "{" + slot + str(len(slots)) + "}"]
        slots.append(slot)
        at = end
    filled = "".join([*parts, text[at:]]).replace("{}", "")
    return fill(filled, filler, "")


WHO = ("first", "first", "first", "first", "full", "full", "title", "init", "nick")
WHERE = ("town", "town", "town", "school", "street")
LOWER = {
    "first": "low",
    "full": "lowfull",
    "town": "lowtown",
    "school": "lowschool",
    "street": "lowstreet",
}


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file of JSON lines."""
    for line in path.read_text("utf-8").splitlines():
        yield json.loads(line)


def own(chance: random.Random, times: int = 25) -> Iterator[Lesson]:
    """Our own sentences, filled; two in five names are hidden from the lists."""
    filler = Training(chance)
    sentences = [line for line in material()["text"].splitlines() if line]
    for _ in range(times):
        for sentence in sentences:
            planted = fill(sentence, filler, "")
            yield varied(planted, chance, filler)
    for line in material()["plain"].splitlines() * 12:
        if line:
            yield Lesson(line if chance.random() < 0.8 else line.lower(), ())


def varied(planted: Planted, chance: random.Random, filler: Training) -> Lesson:
    """The message as it is, or all in lower case, or without its full stop."""
    text = planted.text
    change = chance.random()
    if change < 0.18 and len(text.lower()) == len(text):
        text = text.lower()
    elif change < 0.3:
        text = text.rstrip(".")
    if chance.random() < 0.08 and planted.spans:
        return masked(text, planted.spans)
    hidden = {
        lists.fold(part)
        for start, end, _ in planted.spans
        for part in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", planted.text[start:end])
        if chance.random() < 0.55 and part not in filler.roads
    }
    return Lesson(text, planted.spans, frozenset(hidden - lists.ordinary()))


def masked(text: str, spans: tuple[tuple[int, int, str], ...]) -> Lesson:
    """The message with its first detail already taken out, as a second reading finds it."""
    start, end, _ = min(spans)
    moved = end - start - 1
    left = tuple((s - moved, e - moved, kind) for s, e, kind in spans if s >= end)
    return Lesson(text[:start] + MASK + text[end:], left)


class Training(Filler):
    """Words for the slots of `training.toml`: names from the lists, streets and schools put together."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(chance, ())
        firsts = sorted(n for n in lists.first_names() if len(n) > 2)
        self.first = [name.title() for name in firsts]
        self.last = [n.title() for n in sorted(lists.surnames()) if len(n) > 2]
        self.towns = [n.title() for n in sorted(lists.towns() | lists.villages())]
        self.lists["towns"] = self.towns
        made = material()["made"]
        self.trees, self.roads = made["trees"].split(), made["roads"].split()
        self.schools = made["schools"].split("|")
        self.shapes |= {
            "lowfull": ("PERSON", lambda: f"{self._first()} {self.pick(self.last)}".lower()),
            "capsfull": ("PERSON", lambda: f"{self._first()} {self.pick(self.last)}".upper()),
            "street": ("ADDRESS", self._street),
            "lowstreet": ("ADDRESS", lambda: self._street().lower()),
            "addr": ("ADDRESS", self._address),
            "lowaddr": ("ADDRESS", lambda: self._address().lower()),
            "school": ("SCHOOL", self._school),
            "lowschool": ("SCHOOL", lambda: self._school().lower()),
        }

    def _first(self) -> str:
        name = self.pick(self.first)
        if self.chance.random() < 0.05:
            return f"{name}-{self.pick(self.first)}"
        return name

    def _street(self) -> str:
        word = self.chance.choice([self.trees, self.towns, self.last])
        name = self.pick(word)
        if self.chance.random() < 0.08:
            return name.split()[0] + self.chance.choice(["gate", "side", "field", "bank", "croft"])
        return f"{name} {self.chance.choice(self.roads)}"

    def _address(self) -> str:
        number = f"{self.chance.randint(1, 199)}{self.chance.choice(['', '', '', 'a', 'b'])}"
        flat = self.chance.choice(["", "", "", f"Flat {self.chance.randint(1, 30)}, "])
        return f"{flat}{number} {self._street()}"

    def _school(self) -> str:
        saint = f"{self.chance.choice(['St', 'St.', 'Saint'])} {self.pick(self.first)}'s"
        name = self.chance.choice(
            [
                self.pick(self.towns),
                self.pick(self.trees)
                + self.chance.choice(["field", "wood", "side", "ley", "brook"]),
                saint,
            ]
        )
        return f"{name} {self.chance.choice(self.schools)}"


if __name__ == "__main__":
    main()
