"""A digest in reading order: what every format says, and what the word budgets are counted on.

The page, the plain text, the e-mail and the Markdown say the same words, because all of them take
them from here or from the same functions of `digests.page`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from digests import page
from digests.content import Digest, Lens, Line, Said, Shared, Strength, TaskGroup


def front_said(digest: Digest) -> tuple[Said, ...]:
    """Return the front in reading order, without the words on buttons."""
    said = [_said("text", page.eyebrow(digest)), _said("heading", digest.opening)]
    if digest.quiet:
        said.append(_said("text", page.quiet_sentence(digest)))
    if digest.loops or digest.asked:
        said.append(_said("heading", page.FRAME["loops"]))
    if digest.asked:
        said.append(_said("text", f"{page.tally(digest)} {page.tally_note(digest)}"))
    said += [_said("item", page.waited(loop), loop.theme or loop.title) for loop in digest.loops]
    if digest.not_home:
        said.append(_said("text", digest.not_home))
    return tuple(said + (_quiet_front(digest) if digest.quiet else _front_lines(digest)))


def annex_said(digest: Digest) -> tuple[Said, ...]:
    """Return the annex in reading order; a quiet week has none."""
    if digest.quiet:
        return ()
    said = [
        _said("heading", page.FRAME["heard"]),
        _said("text", f"{page.FRAME['volume']} {page.FRAME['blocks']}"),
    ]
    for line in digest.lines:
        said += _theme_said(line, digest)
    said += _safe_said(digest.safe) + _lenses_said(digest.lenses)
    if digest.first_contact:
        said.append(_said("heading", page.FRAME["contact"]))
        said += [_said("text", one) for came in digest.first_contact for one in page.contact(came)]
    if digest.not_heard_from:
        said.append(_said("heading", page.FRAME["missing"]))
        said += [_said("item", kind) for kind in digest.not_heard_from]
        said.append(_said("text", page.FRAME["ask_kindly"]))
    if digest.too_much:
        said += [_said("heading", page.FRAME["too_much"]), _said("text", page.FRAME["heavy"])]
    said += _shared_said(digest.shared) + _groups_said(digest.groups)
    if digest.promises:
        said.append(_said("heading", page.FRAME["promised"]))
        said += [
            _said("item", p.title, p.sentence, p.status_label, page.promise_note(p))
            for p in digest.promises
        ]
    said += [_said("heading", page.FRAME["made"]), _said("text", page.how(digest))]
    said += [_said("text", page.FRAME["standing"]), _said("text", page.next_sentence(digest))]
    said += _audit_said(digest)
    return tuple(said)


def _safe_said(safe: Sequence[Strength]) -> list[Said]:
    if not safe:
        return []
    said = [_said("item", s.title, s.sentence, page.from_digest(s.number)) for s in safe]
    return [_said("heading", page.FRAME["safe"]), *said]


def _lenses_said(lenses: Sequence[Lens]) -> list[Said]:
    said = []
    for lens in lenses:
        said.append(_said("heading", page.LENSES[lens.kind]))
        for tally_ in lens.tallies:
            said.append(_said("item", page.place_words(lens, tally_.place), page.counted(tally_)))
        if finding := page.lens_question(lens):
            said.append(_said("text", finding))
    if not said:
        return []
    return [_said("heading", page.FRAME["sits"]), _said("text", page.FRAME["counted"]), *said]


def _shared_said(shared: Sequence[Shared]) -> list[Said]:
    if not shared:
        return []
    said = [_said("item", s.title, f"Also in {s.neighbour}", s.question) for s in shared]
    return [_said("heading", page.FRAME["across"]), _said("text", page.FRAME["across_how"]), *said]


def _groups_said(groups: Sequence[TaskGroup]) -> list[Said]:
    if not groups:
        return []
    said = [_said("item", g.name, g.remit, page.ends(g), g.told) for g in groups]
    return [_said("heading", page.FRAME["groups"]), *said]


def _quiet_front(digest: Digest) -> list[Said]:
    said: list[Said] = []
    if digest.promises:
        said.append(_said("heading", page.FRAME["due"]))
        for p in digest.promises:
            due = page.short_day(p.due) if p.due else ""
            said.append(_said("item", due, p.title, p.status_label))
    if digest.held:
        said.append(_said("heading", page.FRAME["held"]))
        said.append(_said("item", digest.held.question))
        said.append(_said("text", page.held_note(digest.held)))
    if digest.what_helps:
        said += [_said("heading", page.FRAME["helps"]), _said("text", digest.what_helps)]
    return [*said, _said("text", page.FRAME["standing"]), *_audit_said(digest)]


def _front_lines(digest: Digest) -> list[Said]:
    said = [_said("heading", page.FRAME["cleared"])]
    for line in digest.lines:
        said.append(_said("item", line.title, *page.bands(line), line.own_helps))
    if aside := page.strength_aside(digest):
        said += [_said("heading", page.FRAME["helps"]), _said("text", aside)]
    said.append(_said("heading", page.questions_heading(digest)))
    said += [_said("item", line.question) for line in digest.lines]
    said.append(_said("text", f"{page.answer_sentence(digest)} {page.FRAME['to_annex']}"))
    return said


def _theme_said(line: Line, digest: Digest) -> list[Said]:
    several = page.FRAME["several"] if line.voices_band else ""
    said = [_said("heading", line.title), _said("text", *page.bands(line), several)]
    if line.first_contact:
        said.append(_said("text", page.FRAME["first_contact"]))
    for head, sentence, provenance in page.sides(line):
        put = (sentence, provenance) if sentence else (page.FRAME["not_enough"],)
        said.append(_said("item", head, *put))
    if differing := page.differing(line):
        said.append(_said("text", differing))
    if finding := page.strip_finding(line, digest):
        said.append(_said("text", finding))
    return said


def _audit_said(digest: Digest) -> list[Said]:
    return [_said("text", page.audit_sentence(digest))] if digest.audit_hash else []


def _said(kind: Literal["heading", "text", "item"], *parts: str) -> Said:
    return Said(kind, tuple(part for part in parts if part.strip()))
