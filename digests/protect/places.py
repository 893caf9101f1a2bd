"""Streets, houses, schools and towns.

Keeps the promise that where somebody lives or learns doesn't travel with their words. A street needs
a number, or a capitalised name before a word for a street; a school needs a name of its own, so "the
primary school" stays; a town comes from the list and, where it is also a word, needs a cue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from digests.protect.addresses import loose
from digests.protect.combinations import telling
from digests.protect.detail import Span
from digests.protect.lists import cues, ordinary, town_heads, towns
from digests.protect.plain import inflected, likely_plain

_I = re.IGNORECASE
_ROAD = (
    r"(?:street|st|road|rd|lane|ln|avenue|ave|av|close|drive|grove|terrace|crescent|cres|mews|row"
    r"|rise|walk|"
    r"way|view|place|court|gardens|gdns|hill|yard|cottages?|house|lodge|square|sq|parade|mount"
    r"|vale|croft|fold|"
    r"gate|garth|bank|heights|towers?|villas|wharf|quay|meadows?|green|park|fields?|side|end|brow"
    r"|nook|path|"
    r"buildings|mansions|wynd|crest|reach|common|chase|drove|approach|spinney)"
)
_ROAD_SURE = (
    r"(?:Street|Road|Rd|Lane|Avenue|Ave|Close|Crescent|Grove|"
    r"Terrace|Mews|Drive|Gardens|Row|Cottages?|Rise|Wynd)"
)
_UNIT = r"(?:(?:flat|apartment|apt|room|unit|block|house|number|no\.?) ?[0-9]{1,4}[a-z]?,? )"
_WORD = r"[A-Za-z][A-Za-z'’.-]{0,24}"
_CAP = r"[A-Z][A-Za-z'’-]{0,24}"
NUMBERED = re.compile(
    rf"\b{_UNIT}?[0-9]{{1,4}}[a-z]?,? (?P<mid>(?:{_WORD} ){{1,3}}?){_ROAD}\b"
    rf"(?:, {_CAP}(?: {_CAP})? {_ROAD_SURE}\b)?",
    _I,
)
UNIT = re.compile(
    rf"\b(?i:{_UNIT})(?:the )?(?:{_CAP} ){{1,3}}(?i:{_ROAD})\b(?:, (?:{_CAP} ){{1,2}}{_ROAD_SURE}\b)?"
)
UNIT_LOWER = re.compile(rf"\b{_UNIT}(?P<mid>(?:{_WORD} ){{1,2}}?){_ROAD}\b", _I)
NAMED = re.compile(
    rf"\b(?:{_CAP} (?:Cottage|House|Lodge|Farm|Barn|Court"
    rf"|Villa),? )?(?P<mid>(?:{_CAP} ){{1,3}}?){_ROAD_SURE}\b"
)
LIVING = re.compile(  # in any case, after what says that an address follows
    rf"\b(?:live|lives|lived|living|stay|stays|stayed|staying|house|home|address|moved|placed"
    rf"|meet|meets|met|outside|was|is"
    rf"|drop|at)(?: (?:is|at|to|in|off|outside|on|near|by"
    rf"|was)){{0,2}}:? (?P<it>{_UNIT}?[0-9]{{1,4}}[a-z]?,? (?P<mid>(?:[A-Za-z][A-Za-z'’.-]{{0,24}} )"
    rf"{{1,3}}?){_ROAD})\b",
    _I,
)
ONE_WORD = re.compile(
    rf"\b(?P<it>{_UNIT}?[0-9]{{1,4}}[a-z]?,? (?P<road>[A-Za-z]{{3,16}}(?:gate|side|croft|field"
    rf"|bank|fold|garth|brow|beck|wood|mead|lea)))\b",
    _I,
)
LETTERED = re.compile(rf"\b[0-9]{{1,4}}[a-f],? {_CAP}(?: {_CAP})?\b")
YARD = re.compile(
    r"\b(?P<name>[A-Z][A-Za-z'’-]{2,24})(?P<own>['’]s)? (?:Yard|Court|Walk|View|Way|Place|Hill"
    r"|Fold|Croft|Mount|Brow|Bank"
    r"|Square|Green|Park|House|Villas|Lodge|Buildings|Heights|Wharf|Quay|Estate)\b"
)
CELTIC = re.compile(
    rf"\b(?:{_UNIT}?[0-9]{{1,4}}[a-z]?,? )(?:heol|ffordd|stryd|lôn|lon|maes|rhodfa|bryn|clos|cwrt"
    rf"|tan|pen|cae|llys|"
    rf"parc|rhes|stad|gerddi|tir|trem|dol|erw)(?: {_WORD}){{1,3}}",
    _I,
)
_KIND = (
    r"(?:(?:c of e|ce|rc|catholic|church of england|church in wales|community|free"
    r"|voluntary aided) )?"
    r"(?:(?:primary|infants?|junior|high|secondary|grammar|upper|middle|first|special|nursery"
    r"|sixth form|girls'?|"
    r"boys'?|comprehensive|community|technical|further education) ){0,2}"
    r"(?:school|academy|college|nursery|primary|juniors?|infants?|comprehensive|high|grammar|comp"
    r"|sixth form|"
    r"pre-?school|ysgol)"
)
SCHOOL = re.compile(
    rf"\b(?P<mid>(?:{_CAP}\.? (?:of the |of |and |& )?){{1,5}})(?P<kind>(?i:{_KIND}))\b"
)
SCHOOL_LOWER = re.compile(
    r"\b(?:at|from|to|attends?|in|near|outside|goes|go|went|started?|left|joined"
    r"|for) (?P<it>(?P<mid>(?:st\.? )?[a-z'’]{3,20} (?:[a-z'’]{3,20} )?)"
    r"(?:primary school|infant school|high school|secondary school|academy|primary|juniors"
    r"|grammar|community college|"
    r"comp|nursery|college|high|secondary|infants|sixth form|school))\b",
    _I,
)
SCHOOL_ALONE = re.compile(
    r"\b(?P<it>(?:st |saint )?(?P<name>[a-z'’]{4,20}) (?:primary|primary school|academy|juniors"
    r"|infants|comp|high|high school|nursery"
    r"|secondary|secondary school|grammar|sixth form|college|school))\b"
)
SCHOOL_CUE = re.compile(
    rf"\b(?:(?i:goes to|go to|went to|pupil at|student at|attends|started at|head at|teacher at"
    rf"|year (?:[0-9]{{1,2}}) at|"
    rf"yr ?(?:[0-9]{{1,2}}) at|y[0-9]{{1,2}} at))"
    rf" (?P<it>(?i:st\.?|saint) {_CAP}(?: {_CAP}){{0,2}}|(?:Our Lady|Holy|Sacred"
    rf"|All Saints)(?: {_CAP}){{0,2}})"
)
YEAR_AT = re.compile(
    rf"\b(?i:year|yr|y) ?(?:[0-9]{{1,2}}|(?i:seven|eight|nine|ten|eleven)) (?:at|in"
    rf"|from) (?P<it>{_CAP}(?: {_CAP}){{0,2}})\b"
)
YSGOL = re.compile(rf"\bYsgol(?: (?:{_CAP}|y|yr)){{1,4}}")
MOVED = re.compile(  # a place nobody knows, in lower case, after what says that a place follows
    r"\b(?:moved?|moves|moving|live|lives|lived|living|placed|staying|back|bus|train|lift|went"
    r"|goes|going|up|down|over) "
    r"(?:to|in|near|from|round) (?P<it>(?:(?P<first>[a-z]{3,12}) )?(?P<last>[a-z]{4,16}))\b"
)
_DIGIT = re.compile("[0-9]")
_SCHOOLISH = (
    "school", "academ", "college", "nurser", "primary", "junior", "infant", "comp", "high", "grammar", "sixth",
    "secondary", "ysgol", "pupil", "student", "goes to", "go to", "went to", "attends", "started at", "head at",
    "teacher at", "year", "yr", " y",
)  # fmt: skip
_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def places(words: str) -> Iterator[Span]:
    """Towns and villages, by list or by what stands before them; spans may overlap."""
    for found in MOVED.finditer(words):
        if not likely_plain(found["last"]):
            first = found["first"] in cues("place_first") or (
                found["first"] and not likely_plain(found["first"])
            )
            yield Span(found.start("it") if first else found.start("last"), found.end(), "place")
    yield from _towns(words)


def streets(words: str) -> Iterator[Span]:
    """What is a street, a school or a tell-tale combination by its form alone."""
    if _DIGIT.search(words):
        yield from _numbered(words)
    for found in NAMED.finditer(words):
        if _own_name(found.group("mid"), words[found.end("mid") : found.end()]):
            yield Span(*found.span(), "address")
    for found in YARD.finditer(words):
        if not inflected(found["name"]):
            yield Span(*found.span(), "address")
    low = words.casefold()
    if any(part in low for part in _SCHOOLISH):
        yield from _schools(words)
    yield from telling(words)


def _numbered(words: str) -> Iterator[Span]:
    """Addresses with a number, and ages with a place."""
    for pattern in (CELTIC, UNIT):
        yield from (Span(*found.span(), "address") for found in pattern.finditer(words))
    for pattern in (NUMBERED, UNIT_LOWER):
        for found in pattern.finditer(words):
            if _own_name(found.group("mid"), words[found.end("mid") : found.end()]):
                yield Span(*found.span(), "address")
    for found in LIVING.finditer(words):
        if _names(found.group("mid").casefold().split()):
            yield Span(*found.span("it"), "address")
    for found in ONE_WORD.finditer(words):
        if not likely_plain(found.group("road")):
            yield Span(*found.span("it"), "address")
    yield from (Span(*found.span(), "address") for found in LETTERED.finditer(words))
    yield from loose(words)


def _generic() -> frozenset[str]:
    return cues("generic")


def _own_name(middle: str, road: str) -> bool:
    """Whether the words before "Street" hold a name; in lower case only before a sure word for one."""
    parts = [part.casefold().strip("'’.,") for part in middle.split()]
    if parts in (["high"], ["main"]):
        return road.casefold() == "street"
    if not _names(parts):
        return False
    return not middle.islower() or (len(parts) < 3 and road.casefold() in cues("sure_roads"))


def _names(parts: list[str]) -> bool:
    """Whether these words can be a street's own name: "old forge", not "minutes from the"."""
    adjectives = cues("place_first")
    left = [part for part in parts if part not in adjectives]
    return bool(left) and not _generic().intersection(left)


def _schools(words: str) -> Iterator[Span]:
    for found in SCHOOL.finditer(words):
        start = found.start("mid")
        for part in found.group("mid").split():  # "At Northgate Academy": drop what leads in
            if part.casefold() not in _generic() or words.startswith(
                ("All Saints", "Our Lady"), start
            ):
                break
            start = words.index(part, start) + len(part) + 1
        named = words[start : found.end("mid")].split()
        if len(named) == 1 and found.group("kind").islower() and start == found.start("mid"):
            parts = re.split(r"[-'’]", named[0].casefold())
            if all(part in ordinary() for part in parts):
                continue  # "Small school", at the head of a sentence
        if any(part.casefold().strip(".") not in _generic() for part in named):
            the = words[max(0, start - 6) : start]
            start -= 4 if the.endswith(" The ") and the[-6:-5] not in (".", "\n") else 0
            yield Span(start, found.end(), "school")
    for found in SCHOOL_LOWER.finditer(words):
        parts = found.group("mid").casefold().split()
        if not _generic().intersection(parts) and (
            parts[0].startswith("st") or parts[0] not in ordinary()
        ):
            yield Span(*found.span("it"), "school")
    for found in SCHOOL_ALONE.finditer(words):
        if not likely_plain(found["name"].removesuffix("'s").removesuffix("’s")):
            yield Span(*found.span("it"), "school")
    for found in (*SCHOOL_CUE.finditer(words), *YEAR_AT.finditer(words)):
        if found.group("it").casefold() not in ordinary():
            yield Span(*found.span("it"), "school")
    yield from (Span(*found.span(), "school") for found in YSGOL.finditer(words))


def _towns(words: str) -> Iterator[Span]:
    tokens = list(_WORDS.finditer(words))
    known, common = towns(), ordinary()
    before = cues("town_before")
    heads = town_heads()
    for index, token in enumerate(tokens):
        head = token.group().casefold().split("-")[0].removesuffix("'s").removesuffix("’s")
        if head not in heads:
            continue
        for length in (3, 2, 1):
            if index + length > len(tokens):
                continue
            end = tokens[index + length - 1].end()
            phrase = words[token.start() : end].casefold().replace("-", " ").removesuffix("'s")
            if phrase not in known or words.endswith("Duke of ", 0, token.start()):
                continue
            cue = index > 0 and tokens[index - 1].group().casefold() in before
            capital = token.group()[0].isupper()
            doubtful = phrase in common or phrase in cues("town_words")
            if (not doubtful and (capital or cue)) or (doubtful and cue and capital):
                yield Span(token.start(), end, "place")
            elif (
                phrase == "reading"
                and cue
                and tokens[index - 1].group().casefold() in {"in", "to", "from", "near"}
            ):
                after = words[end : end + 2]
                tail = words[end : end + 8]
                if (
                    not after
                    or after[0] in ".,;!?"
                    or tail.startswith((" who ", " and ", " station"))
                ):
                    yield Span(token.start(), end, "place")
            break
