"""A small learned scorer beside the patterns of the danger check: how much a text sounds like possible danger.

It weighs ideas, words and letter groups, and how they stand together, with weights learned from the
project's own invented lines (`benchmarks/words/danger_making.py`, model card in `docs/words.md`). It
never lowers what a pattern found: the more worried of the two wins. Weights are read at the first look.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from digests.danger.ideas import ideas, sentences

QUESTIONS = ("danger", "now", "staff", "whistleblowing", "intelligence")
WINDOW = 45  # words read at a time: a long text is as worrying as its most worrying passage
WORTH_A_CUE = -2.0  # below this nobody asks for the words that weighed most
_NEAR = 12  # words between two ideas that are read together


@dataclass(frozen=True)
class Score:
    """Log-odds of each question, the words that weighed most for danger, and the idea they stood for."""

    danger: float
    now: float
    staff: float
    whistleblowing: float
    intelligence: float
    cue: str = ""
    idea: str = ""


@dataclass(frozen=True)
class Weights:
    """What was learned: for each feature a weight for each question, and where each question starts."""

    of: dict[str, tuple[float, ...]]
    start: tuple[float, ...]
    made_from: str


def score(folded: str) -> Score:
    """How worrying the most worrying passage of a folded text is."""
    return max((_passage(part) for part in _passages(sentences(folded))), key=lambda s: s.danger)


def _passages(spoken: list[list[str]]) -> list[list[list[str]]]:
    """The text in pieces of whole sentences, each overlapping the next by one; a short text is one piece."""
    pieces: list[list[list[str]]] = [[]]
    length = 0
    for sentence in (part for whole in spoken for part in _cut(whole)):
        if pieces[-1] and length + len(sentence) > WINDOW:
            last = pieces[-1][-1]
            overlap = [last] if len(last) + len(sentence) <= WINDOW else []
            pieces.append(overlap)
            length = sum(map(len, overlap))
        pieces[-1].append(sentence)
        length += len(sentence)
    return pieces


def _cut(sentence: list[str]) -> Iterator[list[str]]:
    """A sentence without any stop is cut, so that reading stays linear."""
    for n in range(0, len(sentence), WINDOW):
        yield sentence[n : n + WINDOW]


def _passage(spoken: list[list[str]]) -> Score:
    learned = weights()
    sums = list(learned.start)
    found = features(spoken)
    for name, size in found.items():
        if loads := learned.of.get(name):
            for n, load in enumerate(loads):
                sums[n] += size * load
    danger, now, staff, whistleblowing, intelligence = sums
    cue, idea = _weightiest(spoken, found, learned) if danger > WORTH_A_CUE else ("", "")
    return Score(danger, now, staff, whistleblowing, intelligence, cue, idea)


def _weightiest(
    spoken: list[list[str]], found: dict[str, float], learned: Weights
) -> tuple[str, str]:
    """The few words round the one that counted most, and the idea that they stood for."""
    best, cue, chosen = -math.inf, "", ""
    for sentence in spoken:
        at = dict[int, str]()
        for place, idea in ideas(sentence):
            if place not in at or _weight(f"c:{idea}", found, learned) > _weight(
                f"c:{at[place]}", found, learned
            ):
                at[place] = idea
        for place, word in enumerate(sentence):
            idea = at.get(place, "")
            counted = _weight(f"w:{_stem(word)}", found, learned)
            counted += _weight(f"c:{idea}", found, learned)
            if counted > best:
                best, chosen = counted, idea
                cue = " ".join(sentence[max(0, place - 2) : place + 4])
    return cue, chosen


def _weight(name: str, found: dict[str, float], learned: Weights) -> float:
    return found.get(name, 0.0) * learned.of.get(name, (0.0,))[0]


def features(spoken: list[list[str]]) -> dict[str, float]:
    """What is weighed: each family of features has length one, so that length alone is no danger."""
    found: dict[str, float] = {}
    for family in _families(spoken):
        size = 1 / math.sqrt(len(family) or 1)
        for name in family:
            found[name] = size
    return found


def _families(spoken: list[list[str]]) -> Iterator[set[str]]:
    single: set[str] = set()
    double: set[str] = set()
    alone: set[str] = set()
    pairs: set[str] = set()
    letters: set[str] = set()
    for sentence in spoken:
        stems = [_stem(word) for word in sentence]
        single.update(f"w:{stem}" for stem in stems)
        double.update(f"b:{a}_{b}" for a, b in zip(["^", *stems], [*stems, "$"], strict=True))
        at = ideas(sentence)
        alone.update(f"c:{idea}" for _, idea in at)
        for n, (place, idea) in enumerate(at):
            for later, other in at[n + 1 :]:
                if later - place > _NEAR:
                    break
                if other != idea:
                    pairs.add(f"p:{idea}>{other}")
        for word in sentence:
            letters.update(_letters(word))
    yield from (single, double, alone, pairs, letters)


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    for ending in ("ings", "ing", "ies", "ied", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=20_000)
def _letters(word: str) -> tuple[str, ...]:
    padded = f"<{word}>"
    return tuple("g:" + padded[n : n + 4] for n in range(max(1, len(padded) - 3)))


@cache
def weights() -> Weights:
    """The learned weights, from `weights.json.gz`; raises when the file cannot be read."""
    packed = files(__package__).joinpath("weights.json.gz").read_bytes()
    table = json.loads(gzip.decompress(packed))
    names = table["names"].split(" ")
    step = table["step"]
    columns = [[n * step for n in table["of"][question]] for question in QUESTIONS]
    return Weights(
        of=dict(zip(names, zip(*columns, strict=True), strict=True)),
        start=tuple(table["start"][question] for question in QUESTIONS),
        made_from=table["made_from"],
    )
