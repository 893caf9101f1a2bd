"""The tone of a text, for the review queue only.

Keeps the promise that tone is one coarse hint that goes no further: it helps a theme editor to see a
mixed pile, and never appears in a digest. It is TextBlob's sentiment with an analyzer of our own,
trained on people's coding of open comments (see `docs/words.md`); it reads English, knows no irony,
and says nothing about the person who wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from digests import linear


class Tone(NamedTuple):
    """`negative`, `neutral` or `positive`, and a polarity from -1 to 1."""

    label: str
    polarity: float


def read(words: str) -> Tone:
    """The tone of these words, through TextBlob."""
    from textblob import TextBlob

    sentiment: Tone = TextBlob(words, analyzer=analyzer()).sentiment
    return sentiment


def read_many(texts: Sequence[str]) -> list[Tone]:
    """The same for many texts, without a TextBlob for each, and much faster."""
    found = []
    for text, row in zip(texts, chances(linear.load("tone").scores(texts)), strict=True):
        negative, neutral, positive = (float(chance) for chance in row)
        if not any(letter.isalpha() for letter in text):
            found.append(Tone("neutral", 0.0))
        elif neutral >= max(negative, positive):
            found.append(Tone("neutral", round(positive - negative, 4)))
        else:
            label = "positive" if positive > negative else "negative"
            found.append(Tone(label, round(positive - negative, 4)))
    return found


def chances(scores: Any) -> Any:
    """Texts x three tones, from the answers to ten questions (`benchmarks.weights.tone`).

    The two sets of comments mean different things by neutral: each has its reader, a third knows
    both, and what they say is averaged.
    """
    if not scores.size:
        return scores[:, :3]
    return sum(linear.shares(scores[:, at : at + 3]) for at in (0, 3, 6)) / 3


@lru_cache(maxsize=1)
def analyzer() -> Any:
    """A TextBlob analyzer: `TextBlob(words, analyzer=analyzer()).sentiment` is a `Tone`."""
    from textblob.base import DISCRETE, BaseSentimentAnalyzer

    class Analyzer(BaseSentimentAnalyzer):  # type: ignore[misc]  # TextBlob has no types
        kind = DISCRETE

        def analyze(self, text: str) -> Tone:
            return read_many([text])[0]

    return Analyzer()
