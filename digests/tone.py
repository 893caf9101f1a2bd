"""The tone of a text, for the review queue only.

Keeps the promise that tone is read by one simple, known tool (TextBlob's word list) and goes no
further: it helps a theme editor to see a mixed pile, and never appears in a digest. It reads
English, knows no irony, and says nothing about the person who wrote.
"""

from __future__ import annotations

NEUTRAL_WITHIN = 0.1
"""Polarity this close to 0 is neutral; TextBlob's word list is too coarse to tell more."""


def read(words: str) -> tuple[str, float]:
    """`negative`, `neutral` or `positive`, and the polarity from -1 to 1."""
    from textblob import TextBlob

    polarity = max(-1.0, min(1.0, float(TextBlob(words).sentiment.polarity)))
    if polarity > NEUTRAL_WITHIN:
        return "positive", polarity
    if polarity < -NEUTRAL_WITHIN:
        return "negative", polarity
    return "neutral", polarity
