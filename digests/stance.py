"""The stance of a text: strength, worry, mixed, idea, question, or unclear.

Keeps the promise that a digest can give strengths their place beside worries. What says plainly that it
asks or proposes is known by a few written rules; the rest by a small reader trained on the invented
corpus of the demonstration (see `docs/words.md`). Where neither is sure, the theme's usual stance
decides, and without one the answer is `unclear`. It describes what was said and never the person who
said it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from digests import linear

SURE = 0.3  # the chance from which the reader is believed


def read(words: str, leaning: str = "") -> str:
    """One of strength, worry, mixed, idea, question and unclear.

    `leaning` is the usual stance of the theme these words were given, or nothing.
    """
    return read_many([words], [leaning])[0]


def read_many(texts: Sequence[str], leanings: Sequence[str] | None = None) -> list[str]:
    """The stance of each text, in order."""
    usual = leanings or [""] * len(texts)
    model = linear.load("stance")
    rows = model.chances(texts)
    return [
        _said(text, leaning, dict(zip(model.labels, row, strict=True)))
        for text, leaning, row in zip(texts, usual, rows, strict=True)
    ]


def _said(words: str, leaning: str, chances: dict[str, float]) -> str:
    text = words.replace("’", "'").strip().lower()
    if not any(letter.isalpha() for letter in text):
        return "unclear"
    if _IDEA.search(text):
        return "idea"
    if _asks(text):
        return "question"
    best = max(chances, key=lambda label: (chances[label], label))
    if chances[best] >= SURE:
        return best
    return leaning or "unclear"


def _asks(text: str) -> bool:
    """Whether the words are really a question: they say so, or end in one that seeks an answer."""
    if _WONDER.search(text):
        return True
    return text.endswith("?") and bool(_OPEN_QUESTION.search(_SENTENCE_END.split(text[:-1])[-1]))


_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+")

_IDEA = re.compile(
    r"""\b(?:
      could\ (?:we|the|it\ not|someone|somebody|they|there|you)\b[^.]*\?
    | couldn't\ (?:we|the|they)\b | can\ we\ (?:not\ )?\b[^.]*\?
    | what\ if\b | why\ not\b | how\ about\b | what\ about\ (?:a|an|having)\b
    | (?:i|we|they|he|she)(?:'d|\ would)\ (?:suggest|propose) | suggest(?:s|ed|ion\ is)?\ (?:that|we|a)\b
    | proposed?\ (?:that|a)\b | (?:my|an|one|her|his|their)\ idea\b | would\ it\ help\ if
    | (?:you|u|they|we|someone|somebody)\ (?:should|could\ just|ought\ to)\b
    | let's\b | (?:we|they|kids)\ (?:want|need)\ a\b | worth\ (?:trying|a\ try)\b
    )""",
    re.VERBOSE,
)

_WONDER = re.compile(
    r"\b(?:genuine(?:ly)? (?:question|asking)|asking because|does (?:anyone|anybody) know"
    r"|can anyone (?:tell|say)|i(?:'d| would) (?:love|like) to know (?:whether|if|who)"
    r"|i wonder (?:whether|if|who|what)|what i can't work out)\b"
)

_OPEN_QUESTION = re.compile(
    r"^\W*(?:and |so |but )?(?:who|what|whose|why|when|where|which|how|is|are|do|does|did|should"
    r"|would|if|worth|could)\b"
)
