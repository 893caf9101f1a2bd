"""The weekly digest: from what cleared to one short page, and its frozen form.

It keeps the promise of a short page: own loops first, at most three themes, at most 350 words on the
front and 900 in all, cut by rank while building and never a strength or a question of what is shown.
A quiet week is a page of its own. Rank decides what is cut and never the order on the page, because
more people saying something does not make it matter more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from digests.content import (
    BANDS,
    Block,
    Digest,
    HeldQuestion,
    Lens,
    Line,
    Loop,
    Material,
    Promise,
    Provenance,
    Said,
    Shared,
    Strength,
    Tally,
    TaskGroup,
)
from digests.page import opening
from digests.said import annex_said, front_said

__all__ = [
    "Block",
    "Digest",
    "HeldQuestion",
    "Lens",
    "Line",
    "Loop",
    "Material",
    "Promise",
    "Provenance",
    "Shared",
    "Strength",
    "Tally",
    "TaskGroup",
    "build",
    "fingerprint",
    "from_json",
    "to_json",
]

FRONT_WORDS, ALL_WORDS = 350, 900  # DESIGN, "Defaults in one place"
THEMES, LOOPS = 3, 3
LOOPS_BESIDE_MOST = 2  # beside three themes, so that the front stays on one screen of 1280 × 800
PROMISES_AHEAD = timedelta(days=14)
FORM, FORMS = 2, (1, 2)  # of the frozen text: written, and read


def build(material: Material) -> Digest:
    """Return the digest within its budgets; what is cut stays with the caller for another week.

    Cuts, in this order: lenses, themes down to one (the least diverse first, and never the last
    strength), what a neighbour shares, promises (the furthest first), groups, own loops down to one.
    Raises ValueError for a line without a lawful band, for more answered than asked, and when even
    the smallest page is too long: then a person has to shorten a line.
    """
    _check(material)
    ranked = sorted(material.lines, key=lambda line: (-line.diversity, line.key))
    cut: list[str] = []
    while len(ranked) > THEMES:
        cut.append(f"theme {_drop_theme(ranked, material).key}: more than {THEMES} cleared")
    promises = _promises(material)
    shown = LOOPS_BESIDE_MOST if len(ranked) == THEMES else LOOPS
    loops = sorted(material.loops, key=lambda loop: (-loop.days, loop.key))[:shown]
    lenses, shared, groups = list(material.lenses), list(material.shared), list(material.groups)
    while True:
        beside = replace(material, lenses=tuple(lenses), shared=tuple(shared), groups=tuple(groups))
        digest = _page(beside, ranked, promises, loops, cut)
        over = _over(digest)
        if not over:
            return digest
        in_annex = digest.front_words <= FRONT_WORDS
        if lenses and in_annex:
            cut.append(f"lens {lenses.pop().kind}: {over}")
        elif len(ranked) > 1:
            cut.append(f"theme {_drop_theme(ranked, material).key}: {over}")
        elif shared and in_annex:
            cut.append(f"shared {shared.pop().title}: {over}")
        elif promises and (digest.quiet or in_annex):
            cut.append(f"promise {promises.pop().title}: {over}")
        elif groups and in_annex:
            cut.append(f"group {groups.pop().name}: {over}")
        elif len(loops) > 1:
            cut.append(f"loop {loops.pop().key}: {over}")
        else:
            raise ValueError(f"{over}, and nothing is left to cut: shorten a line")


def whole(material: Material) -> Digest:
    """Return a digest of all that is in the material, without a limit; for a paper of its own."""
    _check(material)
    ranked = sorted(material.lines, key=lambda line: (-line.diversity, line.key))
    loops = sorted(material.loops, key=lambda loop: (-loop.days, loop.key))
    return _page(material, ranked, material.promises, loops, ())


def to_json(digest: Digest) -> str:
    """Return the frozen form: one line of ASCII, keys in order, so that equal digests are equal."""
    content = {"form": FORM, "digest": asdict(digest)}
    return json.dumps(content, sort_keys=True, separators=(",", ":"), default=date.isoformat)


def from_json(text: str) -> Digest:
    """Return the digest that `to_json` froze; ValueError for a form this version does not know."""
    content = json.loads(text)
    if content.get("form") not in FORMS:
        raise ValueError(f"unknown form of a frozen digest: {content.get('form')!r}")
    thawed: Digest = _thaw(Digest, content["digest"])
    return thawed


def _thaw(kind: Any, kept: Any) -> Any:
    """The value of this type that JSON kept: dates from text, tuples from lists, all the way down."""
    if isinstance(kind, UnionType):
        return None if kept is None else _thaw(get_args(kind)[0], kept)
    if get_origin(kind) is tuple:
        return tuple(_thaw(get_args(kind)[0], one) for one in kept)
    if kind is date:
        return date.fromisoformat(kept)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{name: _thaw(hints[name], one) for name, one in kept.items()})
    return kept


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a frozen form, in hex."""
    return sha256(text.encode()).hexdigest()


def _check(material: Material) -> None:
    for line in material.lines:
        named = [b for b in (line.practitioners_band, line.voices_band) if b]
        if not named or not {*named, *(b.band for b in line.blocks)} <= set(BANDS):
            raise ValueError(f"line {line.key} has no lawful band")
    if not 0 <= material.answered <= material.asked:
        raise ValueError("more themes answered than asked")
    if not 0 <= material.changed <= material.answered:
        raise ValueError("more themes changed than answered")


def _drop_theme(ranked: list[Line], material: Material) -> Line:
    """Take out the least diverse theme whose going leaves something that helps on the page."""
    for at in range(len(ranked) - 1, -1, -1):
        rest = ranked[:at] + ranked[at + 1 :]
        if material.what_helps or any(ln.own_helps for ln in rest) or not ranked[at].own_helps:
            return ranked.pop(at)
    return ranked.pop()


def _promises(material: Material) -> list[Promise]:
    """The soonest first, those without a date last; in a quiet week only what falls due."""
    soonest = sorted(material.promises, key=lambda p: (p.due is None, p.due or date.max, p.title))
    if material.lines:
        return soonest
    return [p for p in soonest if p.due and p.due <= material.on + PROMISES_AHEAD]


def _page(
    material: Material,
    lines: Sequence[Line],
    promises: Sequence[Promise],
    loops: Sequence[Loop],
    cut: Sequence[str],
) -> Digest:
    shown = {f.name: getattr(material, f.name) for f in fields(material)} | {
        "lines": tuple(sorted(lines, key=lambda line: (line.title.casefold(), line.key))),
        "promises": tuple(promises),
        "loops": tuple(loops),
        "opening": material.opening or opening(len(lines), len(material.loops)),
    }
    waiting = max(len(material.loops), material.asked - material.answered)
    more = waiting > len(loops)
    digest = Digest(**shown, quiet=not lines, more_loops=more, cut=tuple(cut))
    front = _count(front_said(digest))
    return replace(digest, front_words=front, words=front + _count(annex_said(digest)))


def _over(digest: Digest) -> str:
    if digest.front_words > FRONT_WORDS:
        return f"front over {FRONT_WORDS} words"
    return f"whole over {ALL_WORDS} words" if digest.words > ALL_WORDS else ""


def _count(said: Sequence[Said]) -> int:
    return sum(any(c.isalnum() for c in word) for piece in said for word in piece.words.split())
