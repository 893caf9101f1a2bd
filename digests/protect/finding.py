"""Finding identifying details and putting stand-ins in their place.

Keeps the promise that protecting twice equals protecting once. Stand-ins are collapsed to one sign
before anything is looked for, and the search is repeated until it finds nothing more, so that what
is found first can never uncover something later. Reads any text, however long, in code points.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from digests.protect.detail import NOTES, STAND_IN, STAND_INS, Detail, Span, Taken
from digests.protect.lists import public
from digests.protect.names import names, repeats
from digests.protect.patterns import shaped
from digests.protect.places import places, streets
from digests.protect.strangers import strangers
from digests.protect.tagger import MASK

_SIGN = MASK
SOFT = frozenset({"name", "place", "school", "address"})  # whose ends the tagger may widen
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|PC|PCSO|Sgt|Sir)\.? \Z")  # a surname, not a town
_YOUNG = (
    "young person", "lad", "lass", "boy", "girl", "child", "pupil", "student", "son", "daughter", "year", "yr",
    "school", "foster", "class", "kid", "teen", "brother", "sister", "placement",
)  # fmt: skip


Scan = Callable[[str], list[Span]]


def find(words: str) -> tuple[Detail, ...]:
    """The identifying details in some words, in order and without overlap; `()` if none is seen."""
    return _found(words, _everything)


def find_by_rules(words: str) -> tuple[Detail, ...]:
    """By lists and patterns alone: what the trained tagger would add is missed."""
    return _found(words, _by_rules)


def find_by_shape(words: str) -> tuple[Detail, ...]:
    """Only what has a form of its own: numbers, codes, links, streets, schools; no names, no towns."""
    return _found(words, _by_shape)


def _found(words: str, scan: Scan) -> tuple[Detail, ...]:
    spans: list[Span] = []
    while True:
        masked, places_of = _collapse(words, spans)
        new = scan(masked)
        if not new:
            return tuple(_described(words, sorted(spans)))
        for span in new:
            start, end = places_of[span.start], places_of[span.end - 1] + 1
            spans.append(Span(start, end, span.kind))


def replace(words: str, details: Iterable[Detail]) -> str:
    """The words with each detail's stand-in where the detail was; the rest is untouched."""
    parts: list[str] = []
    at = 0
    for detail in sorted(details, key=lambda detail: detail.start):
        if detail.start < at:
            continue
        parts += [words[at : detail.start], detail.replacement]
        at = detail.end
    return "".join([*parts, words[at:]])


def _collapse(words: str, spans: Iterable[Span]) -> tuple[str, list[int]]:
    """The words with every stand-in and every span as one sign, and where each character was."""
    covered = sorted(
        [(span.start, span.end) for span in spans]
        + [found.span() for found in STAND_IN.finditer(words)]
    )
    letters: list[str] = []
    origin: list[int] = []
    at = 0
    for start, end in covered:
        if start < at:
            continue
        letters += [*words[at:start], _SIGN]
        origin += [*range(at, start), start]
        at = end
    letters += words[at:]
    origin += range(at, len(words))
    return "".join(letters), origin


def _everything(masked: str) -> list[Span]:
    """What rules and the tagger find, and every repeat of a name."""
    rules = _by_rules(masked)
    public_ = _public(masked)
    seen = [
        span
        for span in strangers(masked)
        if _SIGN not in masked[span.start : span.end] and not public_.touches(*span.ends)
    ]
    found = list(_joined(rules, seen))
    taken = Taken(len(masked), found)
    return found + [span for span in repeats(masked, found) if not taken.touches(*span.ends)]


def _joined(rules: list[Span], seen: list[Span]) -> Iterator[Span]:
    """Both together; where they overlap the stretch of both is one detail, unless a form is surer."""
    bunch: list[tuple[Span, bool]] = []
    end = 0
    for span, ruled in sorted([(span, True) for span in rules] + [(span, False) for span in seen]):
        if bunch and span.start >= end:
            yield from _one(bunch)
            bunch = []
        bunch.append((span, ruled))
        end = max(end, span.end) if len(bunch) > 1 else span.end
    yield from _one(bunch)


def _one(bunch: list[tuple[Span, bool]]) -> Iterator[Span]:
    ruled = [span for span, by_rule in bunch if by_rule]
    if len(bunch) == len(ruled) or any(span.kind not in SOFT for span in ruled):
        yield from ruled
    elif bunch:
        kind = (ruled or [bunch[0][0]])[0].kind
        yield Span(bunch[0][0].start, max(span.end for span, _ in bunch), kind)


def _by_rules(masked: str) -> list[Span]:
    """One reading by every list and pattern."""
    kept = _by_shape(masked)
    taken = Taken(len(masked), kept)
    towns = (span for span in places(masked) if not _TITLED.search(masked, 0, span.start))
    kept += _taken(masked, taken, towns)
    known = sorted(names(masked, taken), key=lambda span: (span.start, -span.end))
    return kept + _taken(masked, taken, known)


def _by_shape(masked: str) -> list[Span]:
    """One reading by the patterns that need no name."""
    taken = Taken(len(masked))
    return _taken(masked, taken, chain(shaped(masked), streets(masked)))


def _taken(masked: str, taken: Taken, found: Iterable[Span]) -> list[Span]:
    """What touches no earlier detail and no stand-in: earlier rules win where two overlap."""
    kept: list[Span] = []
    public_: Taken | None = None
    for span in found:
        if span.end <= span.start or _SIGN in masked[span.start : span.end]:
            continue
        if taken.touches(*span.ends):
            continue
        public_ = public_ or _public(masked)
        if not public_.touches(*span.ends):
            kept.append(span)
            taken.add(span)
    return kept


def _public(masked: str) -> Taken:
    """Where there is what everybody knows by that name: "Duke of Edinburgh"."""
    return Taken(len(masked), (Span(*known.span(), "") for known in public().finditer(masked)))


def _described(words: str, spans: list[Span]) -> Iterator[Detail]:
    """Spans with stand-ins, numbered where several different details share one."""
    wanted = [(span, _stand_in(words, span), _key(words, span)) for span in spans]
    seen: dict[str, dict[str, int]] = {}
    people: dict[str, str] = {}
    for index, (span, stand_in, key) in enumerate(wanted):
        if span.kind == "name":  # the same first name keeps its first stand-in
            stand_in = people.setdefault(key, stand_in)
            wanted[index] = (span, stand_in, key)
        keys = seen.setdefault(stand_in, {})
        keys.setdefault(key, len(keys) + 1)
    for span, stand_in, key in wanted:
        number = seen[stand_in][key]
        tail = f" {number}" if number > 1 else ""
        text = words[span.start : span.end]
        yield Detail(span.start, span.end, span.kind, text, f"[{stand_in}{tail}]", NOTES[span.kind])


def _key(words: str, span: Span) -> str:
    text = words[span.start : span.end].casefold()
    if span.kind != "name":
        return "".join(text.split())
    if "," in text:
        return text.split(", ")[-1]
    parts = text.split()
    return parts[0] if len(parts[0].strip(".")) > 3 or len(parts) == 1 else parts[-1]


def _stand_in(words: str, span: Span) -> str:
    if span.kind != "name":
        return STAND_INS[span.kind]
    before = words[max(0, span.start - 40) : span.start].casefold()
    titled = words[span.start : span.end].casefold().startswith(("mr", "ms", "miss ", "dr", "pc"))
    young = not titled and any(word in before for word in _YOUNG)
    return STAND_INS["young_name" if young else "name"]
