"""Anybody's text made fit to be shown in a chat: nothing unseen in it, and no longer than its place.

Controls and marks that turn the direction of writing go; lone surrogates, which a JSON escape can smuggle
in and no encoding can carry, go as well.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]")


def shown(text: str) -> str:
    """The text without controls, lone surrogates and marks that turn the direction of writing."""
    return _UNSEEN.sub("", text)


def whole(text: str) -> str:
    """The text without lone surrogates, which nothing can store."""
    return text.encode("utf-8", "ignore").decode()


def cut(text: str, most: int) -> str:
    """At most so many characters; a longer text ends in an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
