"""Which language a text is in, so that words which nobody here can read are never coded or cleared by guess.

py3langid weighs letters over the languages that families in England most often write, offline; a list of
everyday English words keeps shorthand and text-speak from looking foreign. Being unsure is an answer. The
model is read at the first question (about 30 MB), never at start.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

READ = frozenset({"en"})  # what the word checks and the coder can read
UNKNOWN = "und"  # ISO 639-2 for undetermined
CAPPED = 3_000  # characters that are looked at
# Main languages of England and Wales in the 2021 census, as far as the model knows them
_SPOKEN_TEXT = """
    en pl ro pa ur pt es ar bn gu it so tr fa fr lt zh hu el ta ru cy uk bg sq ku am hi ne vi de
    cs sk lv ps tl nl sv sw
"""
SPOKEN = tuple(_SPOKEN_TEXT.split())
SURE, VERY_SURE, PERHAPS = 0.85, 0.95, 0.15
LETTERS_ENOUGH = 12  # fewer letters than this say too little, whatever the model thinks
WORDS_ENOUGH = 5  # fewer words than this, none of them everyday English, may still be English
# shares of everyday English words: this makes a text English unless the model is very sure, and this even then
ENGLISH_ENOUGH, ENGLISH_ANYWAY = 0.2, 0.5
_ENGLISH_TEXT = """
    a about after again all also am an and any anyone are as asked at away back be because been
    before being but by call came can cant child children come cos could d dad day did didnt do
    does doesnt doing dont down even ever every everyone family few for from get gets getting
    girl go goes going gone gonna good got had has hasnt have havent he help her here hers hes
    him himself his home how i if ill im in into is isnt it its just keep keeps kid kids know
    knows lad last let like lol make makes me more most mum my need needs never new night no
    nobody not nothing now of off ok on one only or other our out over people phone please plz
    ppl right rn said saw say says school she shes should so some somebody someone something
    still such take tell than that thats the their them then there theres they theyre thing
    things think this those time to today told tonight too u up ur us very want wants was wasnt
    way we week well went were what when where which while who whos why will with wont work
    worker would y year yes you young your
"""
_ENGLISH = frozenset(_ENGLISH_TEXT.split())
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Language:
    """A language by its code (`und` when it cannot be told), how sure that is (0–1), and whether we read it."""

    code: str
    sure: float
    read: bool


def of(words: str) -> Language:
    """Which language this is; what cannot be told counts as read, unless its letters are not ours."""
    found = _WORD.findall(words[:CAPPED].casefold().replace("'", "").replace("’", ""))
    letters = "".join(found)
    if not letters:
        return Language(UNKNOWN, 0.0, read=True)
    ours = sum(letter < "\u0250" for letter in letters) / len(letters)
    english = sum(word in _ENGLISH for word in found) / len(found)
    if ours > 0.5 and len(letters) < LETTERS_ENOUGH:
        return Language("en" if english else UNKNOWN, english, read=True)
    code, sure, maybe_english = _ranked(" ".join(found))
    foreign = code not in READ
    if ours <= 0.5:
        return Language(code if foreign else UNKNOWN, sure, read=False)
    if foreign and sure >= (SURE if english < ENGLISH_ENOUGH else VERY_SURE):
        return Language(code, sure, read=english >= ENGLISH_ANYWAY)
    if english >= ENGLISH_ENOUGH or not foreign:
        return Language("en", max(english, 0.0 if foreign else sure), read=True)
    read = english > 0 or maybe_english > PERHAPS or len(found) < WORDS_ENOUGH
    return Language(UNKNOWN, sure, read=read)


def _ranked(text: str) -> tuple[str, float, float]:
    """The likeliest language, its chance, and the chance of English."""
    ranked = _model().rank(text)
    code, chance = ranked[0]
    return str(code), float(chance), float(dict(ranked)["en"])


@cache
def _model() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages([code for code in SPOKEN if code in model.labels])
    return model
