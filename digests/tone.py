"""The tone of a text, for the review queue only.

Keeps the promise that tone is one coarse hint that goes no further: it helps a theme editor to see a
mixed pile, and never appears in a digest. It is TextBlob's sentiment with an analyzer of our own,
trained on people's coding of open comments (see `docs/words.md`); it reads English, knows no irony,
and says nothing about the person who wrote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from digests import linear

# The comments that it learnt from hardly ever say so, and "bad" alone misleads.
_UNDERSTATED = re.compile(
    r"(?:\bnot|n['’]t)(?:\s+(?:a|an|so|too|that|half|at all)){0,2}\s+bad\b", re.IGNORECASE
)


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
    meant = [_UNDERSTATED.sub(" quite good", text) for text in texts]
    for text, row in zip(texts, chances(linear.load("tone").scores(meant)), strict=True):
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
    """Texts x three tones, from what each says in each of two sets (`benchmarks.weights.tone`).

    The two sets of comments mean different things by neutral. How like either a text is decides
    which meaning counts for it.
    """
    both = linear.shares(scores)
    return both[:, :3] + both[:, 3:]


@lru_cache(maxsize=1)
def analyzer() -> Any:
    """A TextBlob analyzer: `TextBlob(words, analyzer=analyzer()).sentiment` is a `Tone`."""
    from textblob.base import DISCRETE, BaseSentimentAnalyzer

    class Analyzer(BaseSentimentAnalyzer):  # type: ignore[misc]  # TextBlob has no types
        kind = DISCRETE

        def analyze(self, text: str) -> Tone:
            return read_many([text])[0]

    return Analyzer()
