"""Words that a young person will hear: they must read at eleven or under.

A formula measures length only, so what it lets through is still read by whoever confirms it.
"""

from __future__ import annotations

from digests import reading_age
from handlers.wording import say

OLDEST = 11  # years; prompts for young people aim at 9 to 11


def too_hard(text: str) -> str:
    """What makes these words too hard for a child of eleven, as a sentence; empty when nothing does."""
    age = reading_age.age(text)
    if age <= OLDEST:
        return ""
    said = [
        say(
            "error_child_words_hard",
            age=str(age),
            oldest=str(OLDEST),
            longest=str(reading_age.longest_sentence(text)),
        )
    ]
    if words := reading_age.long_words(text):
        said.append(say("error_child_words_long", words=", ".join(words)))
    return " ".join(said)
