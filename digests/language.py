"""Which language a text is in, as far as that can be told.

Keeps the promise that a text is never coded by guess: where the tool is unsure, or there are too few
letters to tell, the answer is nothing and a person looks.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

LANGUAGES = (
    "en", "ar", "bn", "cs", "cy", "de", "es", "fa", "fr", "gu", "hi", "hu", "it", "ku", "lt",
    "lv", "nl", "pa", "pl", "ps", "pt", "ro", "ru", "sk", "so", "sq", "sv", "sw", "ta", "tr",
    "uk", "ur", "vi", "zh",
)  # fmt: skip
FEWEST_LETTERS = 20
SURE = 0.7  # of the chance among these languages


def of(text: str) -> str:
    """A code such as `en`, or "" when it cannot be told."""
    if sum(letter.isalpha() for letter in text) < FEWEST_LETTERS:
        return ""
    code, chance = _identifier().classify(text)
    return str(code) if chance >= SURE else ""


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = set(identifier.labels)
    identifier.set_languages([code for code in LANGUAGES if code in known])
    return identifier
