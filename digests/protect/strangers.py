"""Names, places, streets and schools that no list and no pattern holds, by the trained tagger.

Keeps the promise that somebody whose name we never heard of is protected too. How sure the tagger has to be
depends on the word: an unknown capitalised word inside a sentence is someone or somewhere unless the tagger
is certain that it's nothing; an ordinary word must look like a name from every side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from digests.protect import lists
from digests.protect.detail import Span
from digests.protect.plain import inflected, likely_plain, plain
from digests.protect.tagger import OPENERS, Reading, readings

_PLACE_BEFORE = frozenset(
    ["in", "at", "near", "around", "outside", "via", "into", "across", "towards"]
)
_GONE = frozenset(
    ["went", "moved", "go", "goes", "going", "back", "bus", "train", "over", "up", "down"]
)
# The most likely that a word may be nothing, and still be taken for a detail.
_UNKNOWN_INSIDE = 0.999
_UNKNOWN_OPENING = 0.99
_LISTED = 0.6
_LISTED_INSIDE = 0.97
_LISTED_OPENING = 0.9
_WORD_INSIDE = 0.12
_WORD_OPENING = 0.004
_UNKNOWN_LOWER = 0.97
_LISTED_LOWER = 0.6
_WORD_LOWER = 0.01
_SIGN = 0.3
_BESIDE = 0.97
_NEVER = -1.0


def strangers(words: str) -> Iterator[Span]:
    """What the tagger sees in a text and the words bear out, in order and without overlap."""
    read = readings(words)
    at = done = 0
    while at < len(read):
        if not _stands(read, at):
            at += 1
            continue
        kind = _kind(read, at)
        far = at + 1
        while far < len(read) and _goes_on(words, read, far, kind):
            far += 1
        end = far
        while end > at and not _wordy(read[end - 1]):
            end -= 1
        if end > at:
            start = at - 1 if at > done and _leads(words, read, at, kind) else at
            yield Span(read[start].token.start, read[end - 1].token.end, kind)
        at = done = far


def _stands(read: Sequence[Reading], at: int) -> bool:
    """Whether this word begins a detail."""
    one = read[at]
    text = one.token.text
    if not one.kind or not (_wordy(one) or (one.kind == "address" and text[0].isdigit())):
        return False
    return one.nothing <= _bar(read, at)


def _goes_on(words: str, read: Sequence[Reading], at: int, kind: str) -> bool:
    """Whether the detail before this word takes it in."""
    one, before = read[at], read[at - 1]
    if one.token.text == "\n" or words[before.token.end : one.token.start] not in ("", " "):
        return False
    if one.starts and one.nothing < 0.5 and one.kind != kind:
        return False
    if not _wordy(one):
        stop = one.token.text == "." and len(before.token.text) < 3
        joined = stop or one.token.text in ",-'’&" or one.token.text[0].isdigit()
        return joined and one.nothing <= _SIGN and one.kind == kind
    bar = _bar(read, at)
    if bar == _NEVER:
        return one.kind == kind and one.nothing < 0.05 and _written(one)
    if _written(one) and _written(before):
        bar = _BESIDE
    return one.nothing <= max(bar, _SIGN) and (one.kind == kind or bar == _BESIDE)


def _leads(words: str, read: Sequence[Reading], at: int, kind: str) -> bool:
    """Whether the word before belongs to it: "Great Sawley", "upper tansley", "Rocky Zawistowicz"."""
    before, one = read[at - 1].token, read[at].token
    capital = before.text[0].isupper() == one.text[0].isupper()
    close = words[before.end : one.start] == " "
    folded = lists.fold(before.text)
    if kind == "name":
        return close and capital and before.text[0].isupper() and folded in lists.first_names()
    return close and capital and folded in lists.cues("place_first")


def _bar(read: Sequence[Reading], at: int) -> float:
    """How likely nothing this word may be, by what kind of word it is."""
    text = read[at].token.text
    folded = lists.fold(text)
    opens = at == 0 or read[at - 1].token.text in OPENERS
    if text[0].isdigit():
        return _SIGN
    if len(text) == 1 or any(
        folded in lists.cues(name) for name in ("calendar", "field", "informal")
    ):
        return _NEVER
    if text.isupper() and len(text) > 1:
        if plain(text) or len(text) < 4:
            return _WORD_INSIDE
        led = at > 0 and lists.fold(read[at - 1].token.text) in _PLACE_BEFORE | {"to", "from"}
        return _UNKNOWN_INSIDE if led else _LISTED
    if text[0].isupper():
        if plain(text):
            return _WORD_OPENING if opens else _WORD_INSIDE
        if _listed(folded):
            return _LISTED_OPENING if opens else _LISTED_INSIDE
        if lists.lexicon().get(text, "")[:3] == "NNP":
            return _LISTED
        if likely_plain(text) if opens else inflected(text):
            return _WORD_OPENING if opens else _WORD_INSIDE
        return _UNKNOWN_OPENING if opens else _UNKNOWN_INSIDE
    if plain(text) or likely_plain(text):
        return _WORD_LOWER
    return _LISTED_LOWER if _listed(folded) else _UNKNOWN_LOWER


def _listed(folded: str) -> bool:
    return any(
        folded in known
        for known in (lists.first_names(), lists.surnames(), lists.towns(), lists.villages())
    )


def _kind(read: Sequence[Reading], at: int) -> str:
    """The tagger's kind, unless the word before says that a place must follow."""
    kind = read[at].kind
    before = lists.fold(read[at - 1].token.text) if at else ""
    led = before in _PLACE_BEFORE or (
        before == "to" and at > 1 and lists.fold(read[at - 2].token.text) in _GONE
    )
    return "place" if kind == "name" and read[at].nothing > 0.02 and led else kind


def _written(one: Reading) -> bool:
    """Whether it is written as names are: one capital, then small letters."""
    return one.token.text[0].isupper() and one.token.text[1:2].islower()


def _wordy(one: Reading) -> bool:
    return one.token.text[0].isalpha() and len(one.token.text) > 0
