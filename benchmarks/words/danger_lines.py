"""Invented lines for the danger check, made by recombining templates in many voices.

`danger_lines/` holds the templates: `{a|b}` is a choice, `<slot>` a list in `slots.txt`. Everything is
invented here; no sentence of any data set is among them. One seed gives one set of lines.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LINES = Path(__file__).parent / "danger_lines"
LEVELS = {
    "immediate": ("immediate",),
    "possible": ("possible",),
    "elsewhere": ("elsewhere",),
    "none": ("none", "none_about_people"),
}
_CHOICE = re.compile(r"\{([^{}]*)\}")
_SLOT = re.compile(r"<(\w+)>")
_BEFORE = (*[""] * 6, "Hi, ", "Hi all, ", "So ", "um so ", "Just to say ", "ok so ", "Morning. ")
_BEFORE += ("From our drop-in: ", "Relayed: ", "Parent said: ", "At the session today. ", "Yeah, ")
_BEFORE += ("Bit long, sorry. ", "Thinking about this week. ", "Housing officer here. ", "Hello ")
_BEFORE += ("PCSO here. ", "From a visit: ", "Reflecting on this: ", "Young person says: ")
_AFTER = (*[""] * 7, " thanks", " x", " That's it really.", " Not much more to say.", " tbh")
_AFTER += (
    " Anyway.",
    " ngl",
    " Said in passing.",
    " idk",
    " Thank you.",
    " Heard twice now.",
    "!!",
)
_HURRIED = {
    "you": "u",
    "are": "r",
    "your": "ur",
    "and": "n",
    "to": "2",
    "for": "4",
    "tonight": "2nite",
    "tomorrow": "tmrw",
    "because": "cos",
    "with": "wiv",
    "someone": "sum1",
    "something": "summat",
    "please": "plz",
    "people": "ppl",
    "the": "da",
    "what": "wot",
}


@dataclass(frozen=True)
class Line:
    """One invented line: its words, its level, its kind, and the template that it came from."""

    words: str
    level: str
    kind: str
    template: str


def lines(each: int, seed: int) -> Iterator[Line]:
    """Up to `each` different ways of saying each template."""
    chance = random.Random(seed)
    slots = _slots()
    for level, names in LEVELS.items():
        for name in names:
            for kind, template in _templates(name):
                said = {_in_a_hurry(_spoken(template, chance, slots), chance) for _ in range(each)}
                for words in sorted(said):
                    yield Line(words, level, kind, template)


def _slots() -> dict[str, list[str]]:
    rows = (LINES / "slots.txt").read_text("utf-8").splitlines()
    named = (row.partition("=") for row in rows if "=" in row and not row.startswith("#"))
    return {name.strip(): [c.strip() for c in choices.split("|")] for name, _, choices in named}


def _templates(name: str) -> Iterator[tuple[str, str]]:
    for row in (LINES / f"{name}.txt").read_text("utf-8").splitlines():
        if row and not row.startswith("#"):
            kind, _, template = row.partition(" | ")
            yield kind.strip(), template.strip()


def _spoken(template: str, chance: random.Random, slots: dict[str, list[str]]) -> str:
    """One way of saying a template."""
    said, before = template, ""
    while said != before:
        before = said
        said = _CHOICE.sub(lambda m: chance.choice(m.group(1).split("|")), said)
        said = _SLOT.sub(lambda m: chance.choice(slots[m.group(1)]), said)
    return re.sub(r"\s+([,.?!])", r"\1", re.sub(r"\s+", " ", said)).strip(" ,")


def _in_a_hurry(said: str, chance: random.Random) -> str:
    """The same line as somebody types it: with a greeting, in lower case, in text-speak, with slips."""
    way = chance.random()
    if way < 0.5:
        return chance.choice(_BEFORE) + said + chance.choice(_AFTER)
    plain = said.lower().replace("'", "")
    if way < 0.7:
        return plain
    if way < 0.85:
        return " ".join(_texted(word, chance) for word in plain.split())
    return _slipped(said, chance)


def _texted(word: str, chance: random.Random) -> str:
    if chance.random() < 0.6:
        word = _HURRIED.get(word, word)
    return word[:-1] if word.endswith("ing") and chance.random() < 0.4 else word


def _slipped(said: str, chance: random.Random) -> str:
    letters = list(said)
    for _ in range(max(1, len(letters) // 50)):
        n = chance.randrange(1, max(2, len(letters) - 2))
        if letters[n].isalpha() and letters[n - 1].isalpha():
            if chance.random() < 0.5:
                letters[n], letters[n - 1] = letters[n - 1], letters[n]
            else:
                letters[n] = ""
    return "".join(letters)
