"""How old somebody has to be to read a text with ease, in years; for words meant for a young person.

The Flesch-Kincaid grade (Kincaid, Fishburne, Rogers and Chissom 1975: 0.39 words a sentence + 11.8 syllables a
word - 15.59) counts years at school; in England that is five years younger than one is. It was made for pages of
a hundred words: a sentence or two is read as if plain words stood beside it, so that one long word does not make
a short sentence hard. It measures length and nothing else: short words can be hard, so a person still reads them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

STARTS_SCHOOL = 5  # a grade is so many years less than an age
PLAIN_WORDS, PLAIN_SYLLABLES = (
    15,
    20,
)  # what is put beside a text: plain English has 1.3 syllables a word
LONG = 3  # syllables of a word that is worth another look

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
NUMBER = re.compile(r"\d+")
ENDS = re.compile(r"(?<![.!?…;:])[.!?…;:]+(?=\s|$)|\n+")
VOWELS = re.compile(r"[aeiouy]+")
# What a vowel group does not say: a silent e or -ed, and two vowels that are said apart.
SILENT = re.compile(r"(?:[^aeiouy]e|[^aeioutdy]ed|[^aeiouysxzgc]es|[^aeiouy]ely)$")
SAID_E = re.compile(r"[^aeiouy]les?$")
APART = re.compile(
    r"ia|io(?!n)|eo(?!n|p)|ua(?![iy])|yi|ie[tn]c?|[^aeioustpl]ea$|crea(?=t)|ism$|[^aeiouy]uou"
)


def age(text: str) -> int:
    """The reading age of a text in whole years, rounded up; 0 when there is no word in it."""
    words = WORD.findall(text)
    if not words:
        return 0
    said = PLAIN_SYLLABLES + sum(syllables(word) for word in words)
    a_word = said / (PLAIN_WORDS + len(words))
    grade = 0.39 * len(words) / len(sentences(text)) + 11.8 * a_word - 15.59
    return max(STARTS_SCHOOL, -int(-(grade + STARTS_SCHOOL) // 1))


def sentences(text: str) -> Sequence[str]:
    """The text in sentences; what ends in a colon or a semicolon is one too."""
    return [one.strip() for one in ENDS.split(text) if WORD.search(one)] or [text]


def syllables(word: str) -> int:
    """Roughly how many syllables an English word has; at least one."""
    found = 0
    for part in re.split(r"['’-]", word.lower()):
        groups = len(VOWELS.findall(part)) + len(APART.findall(part))
        groups -= bool(SILENT.search(part)) and not SAID_E.search(part)
        found += max(groups, 1 if VOWELS.search(part) else 0)
    return max(found, 1)


def longest_sentence(text: str) -> int:
    """How many words the longest sentence has."""
    return max(len(WORD.findall(one)) for one in sentences(text))


def long_words(text: str, most: int = 3) -> Sequence[str]:
    """Words of three syllables and more, the longest first, each once; no names of days or months."""
    found = {word for word in WORD.findall(text) if syllables(word) >= LONG and word.islower()}
    return sorted(found, key=lambda word: (-syllables(word), word))[:most]
