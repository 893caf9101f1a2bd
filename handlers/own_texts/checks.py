"""What is looked at before a partnership's own text holds: words that blame, what no question asks, length, age.

Each fault is one sentence that says what to change. What was there before and is not changed is never held
against whoever changes something else.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from digests import protect, reading_age
from handlers.wording import places_in, say

OLDEST_PROMPT, OLDEST_LINE, OLDEST_PURPOSE = 14, 15, 13  # reading ages in years, at most
_WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_THEME_IDS = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")


@cache
def _rules() -> tuple[Mapping[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """What to say instead of a loaded word, and what no question asks with the reason."""
    room = resources.files("handlers").joinpath("own_texts")
    read = tomllib.loads(room.joinpath("loaded_words.toml").read_text("utf-8"))
    never = tuple((re.compile(row["matches"], re.I), row["why"]) for row in read["never_asked"])
    return read["instead"], never


def loaded(text: str) -> str:
    """The first word that blames or promises too much, with what to say instead; empty for none."""
    said = f" {' '.join(word.lower() for word in _WORDS.findall(text))} "
    for word, instead in _rules()[0].items():
        if f" {word} " in said:
            return say("texts_fault_loaded", word=word, instead=instead)
    return ""


def never_asked(question: str) -> str:
    """What this question asks that no question may; empty for nothing."""
    for matches, why in _rules()[1]:
        if found := matches.search(question):
            return say("texts_fault_never_asked", words=found[0], why=why)
    return ""


def too_long(text: str, most: int) -> str:
    return say("texts_fault_long", most=str(most)) if len(text) > most else ""


def too_hard(text: str, oldest: int) -> str:
    """Whether it needs an older reader; with the words that make it hard."""
    age = reading_age.age(text)
    if age <= oldest:
        return ""
    hard = ", ".join(reading_age.long_words(text))
    said = say("texts_fault_hard", age=str(age), oldest=str(oldest))
    return f"{said} {say('texts_fault_hard_words', words=hard)}" if hard else said


def points(text: str) -> str:
    """A detail in it that could point to somebody, as its writer reads of it; empty for none."""
    details = protect.find(_THEME_IDS.sub("", text))
    return say("texts_fault_points", detail=details[0].text) if details else ""


def no_such_place(text: str, known: Mapping[str, str]) -> str:
    """A value in braces that this partnership does not have."""
    unknown = [name for name in places_in(text) if name not in known]
    return say("texts_fault_place", name=unknown[0]) if unknown else ""


def first(*faults: str) -> str:
    """The first of these that is one."""
    return next((fault for fault in faults if fault), "")
