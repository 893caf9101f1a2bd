"""Text as a card shows it: nothing that anybody typed can become a mention, a link or mark-up.

Running text goes into text runs, in which cards know no markdown. The few places where a card would read
markdown (a heading, a label, a choice, a fact) get signs that look alike, or one without width beside them.
Source: Adaptive Cards 1.5, `TextRun.text` ("Markdown is not supported"), and the markdown that Teams takes in
a text block (bold, italics, lists, links). `{{DATE(…)}}` is read in both, so its braces never stand together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.plain_text import cut, shown

Json = dict[str, Any]

MOST_LINES = 40  # of one text; the rest runs on in the last
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_JOINER = (
    "\u2060"  # takes no room, and is a letter to markdown: no link, list or emphasis across it
)
_ALIKE = str.maketrans(
    {
        "*": "∗",
        "`": "‘",
        "<": "‹",
        ">": "›",
        **{sign: f"{_JOINER}{sign}{_JOINER}" for sign in "_]~\\|"},
    }
)
_LISTS = re.compile(r"^(?=[-+#=]|\d+[.)])")


def safe(text: str, most: int) -> str:
    """One line for a place that reads markdown; a longer one ends in an ellipsis, an empty one is one."""
    line = cut(" ".join(shown(text).split()), most)
    return _LISTS.sub(_JOINER, line.translate(_ALIKE).replace("{{", "{ {")) or "…"


def bold_parts(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it stood in `**`."""
    done = 0
    for found in _BOLD.finditer(text):
        yield text[done : found.start()], False
        yield found[1], True
        done = found.end()
    yield text[done:], False


def marked_parts(words: str, spans: tuple[tuple[int, int], ...]) -> Iterator[tuple[str, bool]]:
    """The words in pieces, each with whether it is one of these spans; offsets are code points."""
    done = 0
    for start, end in sorted(spans):
        start, end = max(start, done), min(end, len(words))
        if start < end:
            yield words[done:start], False
            yield words[start:end], True
            done = end
    yield words[done:], False


def lines(parts: Iterator[tuple[str, bool]], style: Json, picked: Json) -> list[list[Json]]:
    """Text runs, a list of them for each line of the text. Blank lines are left out.

    `style` goes with every run, `picked` besides with those that are bold or marked.
    """
    found: list[list[Json]] = [[]]
    for text, special in parts:
        for number, piece in enumerate(shown(text).replace("\r", "").split("\n")):
            if number and found[-1]:
                found += [[]] if len(found) < MOST_LINES else []
                found[-1] += [_run(" ", style)] if found[-1] else []
            found[-1] += [
                _run(bit, {**style, **picked} if special else style)
                for bit in re.split(r"(?<=\{)(?=\{)", piece)
                if bit
            ]
    kept = [line for line in found if any(run["text"].strip() for run in line)]
    return kept or [[_run("…", style)]]


def _run(text: str, style: Json) -> Json:
    return {"type": "TextRun", "text": text, **style}
