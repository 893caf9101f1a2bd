"""The words of which receipt phrases are made: short, plain, easy to say, none of them unkind."""

from __future__ import annotations

from importlib import resources

WORDS = tuple(
    resources.files("handlers").joinpath("starter/receipt_words.txt").read_text("utf-8").split()
)
