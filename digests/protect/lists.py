"""The word lists behind protection, each read once.

First names and towns are plain lists beside this file; what counts as an ordinary English word comes
from the lexicon inside TextBlob. Every word is kept folded, so that a lower-case name is still found.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

_STROKES = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
    }
)


def fold(text: str) -> str:
    """Lower case, straight apostrophes and no accents: the form of every list."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    plain = unicodedata.normalize("NFD", folded.translate(_STROKES))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _lines(name: str) -> frozenset[str]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def first_names() -> frozenset[str]:
    """First names, folded."""
    return _lines("first_names.txt")


@cache
def towns() -> frozenset[str]:
    """Towns and districts of the UK, folded; some are two or three words."""
    return _lines("towns.txt")


@cache
def town_heads() -> frozenset[str]:
    """The first words of towns, folded."""
    return frozenset(town.split()[0].split("-")[0] for town in towns())


@cache
def surnames() -> frozenset[str]:
    """Surnames from many countries, folded."""
    return _lines("surnames.txt")


@cache
def more_first_names() -> frozenset[str]:
    """First names from more countries, folded: too wide a list to decide alone."""
    return _lines("more_first_names.txt")


@cache
def villages() -> frozenset[str]:
    """Places in these islands with 500 people or more, folded; some are also surnames or words."""
    return _lines("villages.txt")


@cache
def abroad() -> frozenset[str]:
    """Cities elsewhere with 15,000 people or more, and countries, folded."""
    return _lines("abroad.txt")


@cache
def cues(name: str) -> frozenset[str]:
    """One list of `cues.toml` by its name, folded."""
    text = files(__package__).joinpath("cues.toml").read_text(encoding="utf-8")
    words: str = tomllib.loads(text)[name]
    return frozenset(words.split())


@cache
def public() -> re.Pattern[str]:
    """What everybody knows by a name, in the case it is written in: laws, reviews, awards, charities."""
    text = files(__package__).joinpath("cues.toml").read_text(encoding="utf-8")
    names = tomllib.loads(text)["public"].replace("\n", "").split("|")
    either = "|".join(re.escape(name).replace("'", "['’]") for name in names if name)
    return re.compile(rf"\b(?:{either})(?!\w)")


@cache
def lexicon() -> dict[str, str]:
    """Words of TextBlob's lexicon as written there, and the first letters of their part of speech."""
    package = find_spec("textblob")  # finding it doesn't import it, which would take seconds
    if package is None or package.origin is None:
        raise RuntimeError("TextBlob's lexicon is needed to tell names from ordinary words")
    path = Path(package.origin).with_name("en") / "en-lexicon.txt"
    lines = (line.rpartition(" ") for line in path.read_text(encoding="utf-8").splitlines())
    return {word: tag for word, _, tag in lines if word and not word.startswith(";;;")}


@cache
def ordinary() -> frozenset[str]:
    """Common English words, folded: what the lexicon knows as anything but a proper noun, and newer ones."""
    known = {
        word
        for word, tag in lexicon().items()
        if word.islower() and not word.startswith(";") and not tag.startswith(("NNP", "FW"))
    }
    return frozenset(known | cues("field") | _lines("words.txt"))
