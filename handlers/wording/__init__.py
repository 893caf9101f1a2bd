"""Every sentence the bot says, looked up by id and language.

Keeps the promise that wording is data and that typed words stay what was typed: a value is put in
literally, so braces or dots inside somebody's words are never read as a placeholder. A sentence
with an unfilled placeholder is never sent; asking for one raises instead. What is said in conversation
stands in `handlers/wording.toml`, and what belongs to one noun in a file of its own beside this one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

SOURCE_LANGUAGE = "en"

_PLACEHOLDER = re.compile(r"(?P<gap>[ \n]?)\{(?P<name>[a-z][a-z0-9_]*)\}")


def say(id: str, /, *, language: str = SOURCE_LANGUAGE, **values: str) -> str:
    """The sentence with this id, its placeholders filled with `values`.

    A language that has no text for the id falls back to English. Values that the sentence has no
    place for are ignored, so that one set of settings can serve several sentences.

    Raises:
        KeyError: no such id, or a placeholder without a value.
    """
    return _filled(_text(id, language), values, id)


def buttons(id: str, language: str = SOURCE_LANGUAGE) -> tuple[str, ...]:
    """The labels of the buttons under this sentence, in order; empty where there are none.

    Raises:
        KeyError: no sentence and no buttons have this id.
    """
    for tongue in (language, SOURCE_LANGUAGE):
        wording = _wording().get(tongue)
        if wording is not None and id in wording.buttons:
            return wording.buttons[id]
    _text(id, language)
    return ()


def placeholders(id: str, language: str = SOURCE_LANGUAGE) -> tuple[str, ...]:
    """The names this sentence needs, each once, in the order in which they first appear.

    Raises:
        KeyError: no such id.
    """
    return places_in(_text(id, language))


def ids(language: str = SOURCE_LANGUAGE) -> tuple[str, ...]:
    """Every id that has a sentence in this language; empty for a language not added yet."""
    wording = _wording().get(language)
    return tuple(wording.texts) if wording is not None else ()


def button_ids(language: str = SOURCE_LANGUAGE) -> tuple[str, ...]:
    """Every id that has labels of buttons in this language."""
    wording = _wording().get(language)
    return tuple(wording.buttons) if wording is not None else ()


def fill(text: str, values: Mapping[str, str]) -> str:
    """A partnership's own text with these values in their places; a place without a value stays as written."""
    return _PLACEHOLDER.sub(
        lambda m: m["gap"] + values[m["name"]] if m["name"] in values else m[0], text
    )


def places_in(text: str) -> tuple[str, ...]:
    """The names of the values that a text has places for, each once."""
    return tuple(dict.fromkeys(m["name"] for m in _PLACEHOLDER.finditer(text)))


@dataclass(frozen=True)
class _Wording:
    texts: Mapping[str, str]
    buttons: Mapping[str, tuple[str, ...]]


def _text(id: str, language: str) -> str:
    for tongue in (language, SOURCE_LANGUAGE):
        wording = _wording().get(tongue)
        if wording is not None and id in wording.texts:
            return wording.texts[id]
    raise KeyError(f"no wording file has a sentence with the id '{id}'")


def _filled(text: str, values: Mapping[str, str], id: str) -> str:
    """One pass over the text: what is put in is never looked at again.

    An empty value takes the space or line break before it along.
    """

    def value(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in values:
            raise KeyError(f"the sentence '{id}' needs a value for '{name}'")
        return match["gap"] + values[name] if values[name] else ""

    return _PLACEHOLDER.sub(value, text)


@cache
def _wording() -> Mapping[str, _Wording]:
    return _read(*sources())


def sources() -> tuple[str, ...]:
    """Every wording file as text: `wording.toml`, then one for each noun."""
    room = resources.files("handlers")
    nouns = sorted(room.joinpath("wording").iterdir(), key=lambda file: file.name)
    files = (room.joinpath("wording.toml"), *(f for f in nouns if f.name.endswith(".toml")))
    return tuple(file.read_text(encoding="utf-8") for file in files)


def _read(*sources: str) -> Mapping[str, _Wording]:
    """The languages of all these texts put together.

    Raises:
        ValueError: one language has the same id twice, so that one sentence would hide the other.
    """
    made: dict[str, _Wording] = {}
    for source in sources:
        for language, table in tomllib.loads(source).items():
            texts = {id: text for id, text in table.items() if isinstance(text, str)}
            labels = {id: tuple(those) for id, those in table.get("buttons", {}).items()}
            known = made.get(language, _Wording({}, {}))
            for id in (*(texts.keys() & known.texts), *(labels.keys() & known.buttons)):
                raise ValueError(f"{language}: '{id}' stands in two wording files")
            made[language] = _Wording({**known.texts, **texts}, {**known.buttons, **labels})
    return made


def faults(*sources: str) -> tuple[str, ...]:
    """What is wrong with the languages in these texts beside English, each in one sentence.

    A language may be partial; what it has must be known in English, ask for the same values, and
    have as many buttons.
    """
    every = _read(*sources)
    english = every[SOURCE_LANGUAGE]
    found = []
    for language, wording in every.items():
        for id, text in wording.texts.items():
            if id not in english.texts:
                found.append(f"{language}: '{id}' is no sentence in English.")
            elif _names(text) != _names(english.texts[id]):
                found.append(f"{language}: '{id}' must ask for the same values as in English.")
        for id, labels in wording.buttons.items():
            if len(labels) != len(english.buttons.get(id, ())):
                found.append(f"{language}: '{id}' needs as many buttons as in English.")
    return tuple(found)


def _names(text: str) -> frozenset[str]:
    return frozenset(match["name"] for match in _PLACEHOLDER.finditer(text))
