"""The reviewed forms for the question at the end of a line; open on purpose, and never a score."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def forms() -> dict[str, tuple[str, ...]]:
    """The reviewed forms, by group of themes."""
    text = resources.files("handlers").joinpath("starter/questions.toml").read_text("utf-8")
    return {group: tuple(found) for group, found in tomllib.loads(text).items()}


def suggested(group: str, number: int) -> str:
    """One form for this group of themes, another for another `number`."""
    found = forms().get(group) or forms()["any"]
    return found[number % len(found)]
