"""What a digest is made of: lines, loops, promises, lenses and who was not heard from.

Everything here was released before or is about to be; nothing that still gathers is looked at. Themes
are counted, never people, and a theme shown twice is still one question to the group.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, cast

from digests import digest as pages
from digests.content import LEVELS, PLACES
from handlers import given_back, neighbours, not_home
from handlers.answers import AFTER_ACT, STATUS_LABELS, status_words
from handlers.place import KINDS_OF_VOICE, Place
from handlers.wording import say
from storage import Session, audit, commitments, groups, releases, rounds
from storage.models import Commitment, Line, MeetingChange

PROMISES = 5  # the newest; the board has them all
PROMISE_WORDS = 32
WEEK = timedelta(weeks=1)
LOOKING_BACK = timedelta(weeks=12)
STRENGTHS = 3


@dataclass(frozen=True)
class _Theme:
    """Every release of one theme or group, oldest first, and the answer to each, if any."""

    lines: tuple[Line, ...]
    answers: tuple[Commitment | None, ...]

    @property
    def unanswered(self) -> list[Line]:
        return [ln for ln, given in zip(self.lines, self.answers, strict=True) if given is None]

    @property
    def answer(self) -> Commitment | None:
        return next((given for given in reversed(self.answers) if given is not None), None)


def of(
    session: Session, place: Place, number: int, lines: Sequence[Line], today: date
) -> pages.Material:
    """The material of the digest with this number, whose signed lines these are."""
    earlier = releases.shown_lines(session, place.id)
    themes = _themes(session, earlier)
    strengths = _strengths(session, earlier, today)
    beside = _Beside(strengths)
    drawn = tuple(_page_line(line, earlier, beside) for line in lines)
    shown = {line.helps for line in drawn}
    safe = tuple(s for s in strengths if s.sentence not in shown)[:STRENGTHS]
    return pages.Material(
        number=number,
        partnership=place.name,
        on=today,
        next_on=today + WEEK,
        answer_by=today + timedelta(days=place.answer_within_days),
        asked=len(themes),
        answered=sum(theme.answer is not None for theme in themes.values()),
        loops=_loops(themes, today),
        promises=_promises(session, place, themes, today),
        lines=drawn,
        not_heard_from=_not_heard_from(session, place, today),
        what_helps=strengths[0].sentence if strengths else "",
        audit_hash=audit.head(session, place.id),
        held=_held(themes, today),
        safe=safe,
        lenses=_lenses(place, themes, (*earlier, *lines), today),
        groups=_groups(session, place, today),
        shared=neighbours.patterns(session, place.id, today),
        too_much=rounds.load_is_heavy(session, place.id, today - timedelta(weeks=4), place.k),
        bar=place.k,
        not_home=not_home.line(session, place, today),
        changed=sum(
            theme.answer is not None and theme.answer.status in AFTER_ACT
            for theme in themes.values()
        ),
    )


def _themes(session: Session, earlier: Sequence[Line]) -> Mapping[str, _Theme]:
    by_subject: dict[str, list[Line]] = {}
    for line in earlier:
        by_subject.setdefault(line.subject, []).append(line)
    return {
        subject: _Theme(tuple(lines), tuple(commitments.answering(session, line) for line in lines))
        for subject, lines in by_subject.items()
    }


def _loops(themes: Mapping[str, _Theme], today: date) -> tuple[pages.Loop, ...]:
    """One for each theme that waits: its newest question, and how long the first of them waited."""
    return tuple(
        pages.Loop(waiting[-1].question, (today - waiting[0].until).days, waiting[-1].id, title)
        for theme in themes.values()
        if (waiting := theme.unanswered) and (title := waiting[-1].title)
    )


def _promises(
    session: Session, place: Place, themes: Mapping[str, _Theme], today: date
) -> tuple[pages.Promise, ...]:
    """The newest answers, and the newest meetings that give hours back."""
    given = [
        (
            answer.confirmed_on or date.min,
            answer.id,
            _promise(place, theme.lines[-1], answer, today),
        )
        for theme in themes.values()
        if (answer := theme.answer) is not None
    ]
    given += [
        (row.confirmed_on or date.min, row.id, _given_back(row, today))
        for row in groups.changes(session, place.id, "confirmed")
    ]
    newest = sorted(given, key=lambda one: one[:2], reverse=True)
    return tuple(promise for _, _, promise in newest[:PROMISES])


def _promise(place: Place, line: Line, answer: Commitment, today: date) -> pages.Promise:
    return pages.Promise(
        title=line.title,
        sentence=in_short(answer.answer),
        status=answer.status,
        status_label=status_words(answer),
        due=answer.due_on,
        owner=answer.owner_role,
        sign=answer.sign,
        level=_levels(place, line)[0],
        new=answer.confirmed_on is not None and answer.confirmed_on > today - WEEK,
    )


def _given_back(row: MeetingChange, today: date) -> pages.Promise:
    """A meeting that stops, merges or gets shorter: the group's own change."""
    return pages.Promise(
        title=row.meeting,
        sentence=given_back.sentence(row),
        status="changed",
        status_label=STATUS_LABELS["changed"],
        due=None,
        new=row.confirmed_on is not None and row.confirmed_on > today - WEEK,
    )


def _groups(session: Session, place: Place, today: date) -> tuple[pages.TaskGroup, ...]:
    """Groups at work and lately ended: their job, their end, and what they told contributors."""
    return tuple(
        pages.TaskGroup(row.name, row.remit, row.ends_on, in_short(groups.told(session, row)))
        for row in groups.standing(session, place.id, today - LOOKING_BACK)
    )


def in_short(answer: str, most: int = PROMISE_WORDS) -> str:
    """What an answer promises, in whole sentences; every message and the board have all of it.

    It begins at the first sentence that says what is done, will be or won't, and an ellipsis stands
    for what was left out.
    """
    sentences = re.split(r"(?<=[.!?])\s+", answer.strip())
    first = next((n for n, one in enumerate(sentences) if _DOES.search(one)), 0)
    kept = [sentences[first]]
    for sentence in sentences[first + 1 :]:
        if len(" ".join((*kept, sentence)).split()) > most:
            break
        kept.append(sentence)
    over = first + len(kept) < len(sentences)
    return f"{'… ' if first else ''}{' '.join(kept)}{' …' if over else ''}"


_DOES = re.compile(
    r"^(?!You (?:told|said|asked)\b)(?=.*\b(?:we|will|from|now|can't|stops?|have|has|is done)\b)",
    re.IGNORECASE | re.DOTALL,
)


def _held(themes: Mapping[str, _Theme], today: date) -> pages.HeldQuestion | None:
    """The held question that is looked at again soonest."""
    held = [
        pages.HeldQuestion(line.id, line.title, line.question, answer.due_on)
        for theme in themes.values()
        if (answer := theme.answer) is not None
        and answer.status == "held_until"
        and answer.due_on is not None
        and answer.due_on >= today
        and (line := theme.lines[-1])
    ]
    return min(held, key=lambda question: (question.until, question.key), default=None)


def _strengths(
    session: Session, earlier: Sequence[Line], today: date
) -> tuple[pages.Strength, ...]:
    """What helps, as it was released in the last twelve weeks: each sentence once, the newest first."""
    numbers = {row.id: row.number for row in releases.issued(session, _place_of(earlier))}
    found: dict[str, pages.Strength] = {}
    for line in reversed(earlier):
        if line.until < today - LOOKING_BACK or line.digest_id not in numbers:
            continue
        said = line.sentence if line.leaning == "strength" else line.other_side
        if said and said not in found:
            found[said] = pages.Strength(line.title, said, numbers[line.digest_id])
    return tuple(found.values())


def _place_of(earlier: Sequence[Line]) -> str:
    return earlier[0].partnership_id if earlier else ""


class _Beside:
    """Gives each worry something that helps beside it: of its own theme if it can, and none twice."""

    def __init__(self, strengths: Sequence[pages.Strength]) -> None:
        self._free = list(strengths)

    def take(self, title: str) -> pages.Strength | None:
        same = [s for s in self._free if s.title == title]
        if not self._free:
            return None
        chosen = (same or self._free)[0]
        self._free.remove(chosen)
        return chosen


def _page_line(line: Line, earlier: Sequence[Line], beside: _Beside) -> pages.Line:
    before = [
        other
        for other in earlier
        if other.subject == line.subject and other.until <= line.until and other.id != line.id
    ]
    other_side, put, number = line.other_side, line.provenance, 0
    if line.leaning == "worry" and not other_side and (found := beside.take(line.title)):
        other_side = found.sentence
        from_where = "strength_from" if found.title == line.title else "strength_from_on"
        number = found.number
        put = say(from_where, number=str(number), title=found.title)
    return pages.Line(
        key=line.id,
        title=line.title,
        practitioners_band=line.practitioners_band,
        voices_band=line.voices_band,
        sentence=line.sentence,
        provenance=cast(pages.Provenance, line.provenance),
        leaning=cast(Literal["strength", "worry"], line.leaning),
        other_side=other_side,
        question=line.question,
        blocks=_blocks(before, line),
        diversity=line.diversity,
        other_provenance=put,
        differs=bool(line.other_side),
        apart=cast(Literal["", "practitioners_help", "voices_help", "gathered"], line.apart),
        first_contact=line.subject == "first_contact_justice",
        beside=number,
    )


def _blocks(before: Sequence[Line], line: Line) -> tuple[pages.Block, ...]:
    """Releases under the rule of the line's first band: people are never set beside voices."""
    rule = "practitioners_band" if line.practitioners_band else "voices_band"
    return tuple(
        pages.Block(other.since, other.until, band)
        for other in (*before, line)
        if (band := getattr(other, rule))
    )


def _lenses(
    place: Place, themes: Mapping[str, _Theme], lines: Sequence[Line], today: date
) -> tuple[pages.Lens, ...]:
    """Where the themes of the last twelve weeks sit, by their own place in the codebook.

    Only what was released is looked at, and only its theme: no contribution, so nobody to subtract.
    """
    recent = {line.subject: line for line in lines if line.until >= today - LOOKING_BACK}
    heard: dict[tuple[str, str], int] = {}
    answered: dict[tuple[str, str], int] = {}
    for subject, line in recent.items():
        known = themes.get(subject)
        done = known is not None and known.answer is not None
        for key in zip(("prevention", "network", "transition"), _levels(place, line), strict=True):
            heard[key] = heard.get(key, 0) + 1
            answered[key] = answered.get(key, 0) + done
    found = []
    for kind, order in (("prevention", LEVELS), ("network", PLACES), ("transition", None)):
        places = order or sorted(at for lens, at in heard if lens == kind and at)
        tallies = tuple(
            pages.Tally(at, heard[kind, at], answered[kind, at])
            for at in places
            if (kind, at) in heard
        )
        if tallies:
            found.append(pages.Lens(cast(Literal["prevention"], kind), tallies))
    return tuple(found)


def _levels(place: Place, line: Line) -> tuple[str, str, str]:
    """Prevention level, network level and transition of a theme; a group has none of its own."""
    if line.level != "theme":
        return "", "", ""
    theme = place.codebook.theme(line.subject)
    return theme.prevention_level, theme.network_level, theme.transition


def _not_heard_from(session: Session, place: Place, today: date) -> tuple[str, ...]:
    """Kinds of voice and communities of whom not enough could be shown for twelve weeks; never an agency."""
    heard = releases.heard_since(session, place.id, today - LOOKING_BACK)
    named = {one.id: one.name for one in place.codebook.communities}
    return tuple(name for id, name in (KINDS_OF_VOICE | named).items() if id not in heard)
