"""What a digest is made of: lines, loops, promises and who was not heard from, as storage has them.

Everything here was released before or is about to be; nothing that still gathers is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, cast

from digests import digest as pages
from handlers.answers import STATUS_LABELS
from handlers.place import Place
from storage import Session, audit, commitments, releases
from storage.models import Line

PROMISES = 6  # the newest; the board has them all
WEEK = timedelta(weeks=1)
UNHEARD_AFTER = timedelta(weeks=12)
KINDS_OF_VOICE = {
    "young_person": "Young people",
    "parent_carer": "Parents and carers",
    "family_member": "Wider family",
    "community_member": "Communities",
}


def of(
    session: Session, place: Place, number: int, lines: Sequence[Line], today: date
) -> pages.Material:
    earlier = releases.shown_lines(session, place.id)
    standing = {line.id: commitments.standing(session, line.id) for line in earlier}
    loops = tuple(
        pages.Loop(line.question, (today - line.until).days, line.id)
        for line in earlier
        if standing[line.id] is None
    )
    promises = tuple(
        pages.Promise(
            line.title, answer.answer, answer.status, STATUS_LABELS[answer.status], answer.due_on
        )
        for line in reversed(earlier)
        if (answer := standing[line.id]) is not None
    )
    helps = next((line.sentence for line in reversed(earlier) if line.leaning == "strength"), "")
    return pages.Material(
        number=number,
        partnership=place.name,
        on=today,
        next_on=today + WEEK,
        answer_by=today + timedelta(days=place.answer_within_days),
        asked=len(earlier),
        answered=len(promises),
        loops=loops,
        promises=promises[:PROMISES],
        lines=tuple(_page_line(line, earlier) for line in lines),
        not_heard_from=_not_heard_from(earlier, lines, today),
        what_helps=helps,
        audit_hash=audit.head(session, place.id),
    )


def _page_line(line: Line, earlier: Sequence[Line]) -> pages.Line:
    before = [other for other in earlier if other.subject == line.subject]
    blocks = tuple(
        pages.Block(other.since, other.until, other.practitioners_band or other.voices_band)
        for other in (*before, line)
    )
    return pages.Line(
        key=line.id,
        title=line.title,
        practitioners_band=line.practitioners_band,
        voices_band=line.voices_band,
        sentence=line.sentence,
        provenance=cast(pages.Provenance, line.provenance),
        leaning=cast(Literal["strength", "worry"], line.leaning),
        other_side=line.other_side,
        question=line.question,
        blocks=blocks,
        diversity=line.diversity,
    )


def _not_heard_from(earlier: Sequence[Line], lines: Sequence[Line], today: date) -> tuple[str, ...]:
    """Kinds of voice, not people: relayed voices when none could be shown for twelve weeks."""
    recent = [line for line in (*earlier, *lines) if line.until >= today - UNHEARD_AFTER]
    if any(line.voices_band for line in recent):
        return ()
    return tuple(KINDS_OF_VOICE.values())
