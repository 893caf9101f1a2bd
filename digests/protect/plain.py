"""Which words are ordinary ones, in the spellings that people really use.

Keeps near-misses from being taken for names: British spellings, text-speak, dropped letters, words put
together and endings are traced back to a word that the lexicon knows.
"""

from __future__ import annotations

import re
from functools import lru_cache

from digests.protect.lists import cues, fold, ordinary

_LONG = re.compile(r"(.)\1{2,}")
_ENDINGS = (
    ("'s", ""), ("'d", ""), ("'ll", ""), ("'ve", ""), ("s", ""), ("es", ""), ("ed", ""), ("ed", "e"), ("d", ""),
    ("ing", ""), ("ing", "e"), ("in", ""), ("in", "e"), ("in", "ing"), ("er", ""), ("er", "e"), ("ers", ""),
    ("ers", "e"), ("ly", ""), ("y", ""), ("ish", ""), ("less", ""), ("ness", ""), ("able", ""), ("able", "e"),
    ("nt", "n't"), ("ve", "'ve"), ("ise", "ize"), ("ised", "ized"), ("ises", "izes"), ("ising", "izing"),
    ("isation", "ization"), ("our", "or"), ("ours", "ors"), ("oured", "ored"), ("ouring", "oring"),
    ("lling", "ling"), ("lled", "led"), ("ller", "ler"), ("llor", "lor"), ("llors", "lors"), ("ence", "ense"),
    ("tre", "ter"), ("ogue", "og"), ("mme", "m"), ("mmes", "ms"), ("ies", "y"), ("ied", "y"), ("est", ""),
)  # fmt: skip
_BEFORE = ("un", "re", "non", "multi", "over", "under", "out", "mis", "pre", "inter")


@lru_cache(maxsize=20_000)
def plain(word: str) -> bool:
    """Whether this is an ordinary word, however it is spelt."""
    folded = fold(word)
    if _known(folded) or not folded.isascii():
        return folded.isascii()
    if _LONG.search(folded) and (
        _known(_LONG.sub(r"\1", folded)) or _known(_LONG.sub(r"\1\1", folded))
    ):
        return True
    parts = folded.replace("'", "-").split("-")
    return len(parts) > 1 and all(_known(part) for part in parts if part)


@lru_cache(maxsize=20_000)
def likely_plain(word: str) -> bool:
    """Whether this may be an ordinary word with an ending, put together of two, or mistyped."""
    folded = fold(word)
    if inflected(word):
        return True
    if len(folded) > 7 and any(
        _known(folded[:cut]) and _known(folded[cut:]) for cut in range(3, len(folded) - 3)
    ):
        return True
    return len(folded) > 5 and _mistyped(folded)


@lru_cache(maxsize=20_000)
def inflected(word: str) -> bool:
    """Whether this is an ordinary word, perhaps with a beginning or an ending of its own."""
    folded = fold(word)
    if plain(folded):
        return True
    for ending, instead in _ENDINGS:
        stem = folded.removesuffix(ending)
        if stem == folded or len(stem) < 3:
            continue
        if _known(stem + instead) or (stem[-1] == stem[-2] and _known(stem[:-1] + instead)):
            return True
    return any(
        folded.startswith(start) and len(folded) > len(start) + 3 and _known(folded[len(start) :])
        for start in _BEFORE
    )


def _mistyped(folded: str) -> bool:
    """One letter doubled, left out or swapped with its neighbour: "referal", "tommorow", "wiht"."""
    for n in range(len(folded)):
        if _known(folded[:n] + folded[n + 1 :]) and n and folded[n] == folded[n - 1]:
            return True
        if n and _known(folded[:n] + folded[n - 1] + folded[n:]):
            return True
        swapped = folded[:n] + folded[n + 1 : n + 2] + folded[n : n + 1] + folded[n + 2 :]
        if n and swapped != folded and _known(swapped):
            return True
    return False


def _known(folded: str) -> bool:
    return folded in ordinary() or folded in cues("informal")
