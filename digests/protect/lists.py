"""The word lists behind protection, each read once.

First names and towns are plain lists beside this file; what counts as an ordinary English word comes
from the lexicon inside TextBlob. Every word is kept folded, so that a lower-case name is still found.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path


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
def cues(name: str) -> frozenset[str]:
    """One list of `cues.toml` by its name, folded."""
    text = files(__package__).joinpath("cues.toml").read_text(encoding="utf-8")
    words: str = tomllib.loads(text)[name]
    return frozenset(words.split())


@cache
def ordinary() -> frozenset[str]:
    """Common English words, folded: what TextBlob's lexicon knows as anything but a proper noun."""
    package = find_spec("textblob")  # finding it doesn't import it, which would take seconds
    if package is None or package.origin is None:
        raise RuntimeError("TextBlob's lexicon is needed to tell names from ordinary words")
    lexicon = Path(package.origin).with_name("en") / "en-lexicon.txt"
    text = lexicon.read_text(encoding="utf-8")
    found = set(cues("field"))
    for line in text.splitlines():
        word, _, tag = line.rpartition(" ")
        if word.islower() and not line.startswith(";") and not tag.startswith(("NNP", "FW")):
            found.add(word)
    return frozenset(found)
