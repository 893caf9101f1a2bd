"""The reviewed forms for the question at the end of a line: which of them may be asked, and why.

A form is asked from what changed since a theme was last shown, from what is missing beside it, or from
the theme itself; never from a score. The forms and their grounds are data in `starter/questions.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from digests.content import BANDS
from storage import Session, commitments, releases
from storage.models import Line

GROUNDS = frozenset(
    {
        "first",
        "louder",
        "quieter",
        "unanswered",
        "answered",
        "both_sides",
        "voices_only",
        "practitioners_only",
        "strength",
        "worry",
    }
)
NOT_AGAIN = 18  # lines; six digests of three


@dataclass(frozen=True)
class QuestionForm:
    """One reviewed form; no groups means that it suits every theme."""

    text: str
    when: frozenset[str]
    groups: frozenset[str]


@lru_cache(maxsize=1)
def forms() -> tuple[QuestionForm, ...]:
    """The reviewed forms in the order in which they are suggested."""
    text = resources.files("handlers").joinpath("starter/questions.toml").read_text("utf-8")
    return tuple(
        QuestionForm(
            row["text"],
            frozenset([row["when"]] if isinstance(row["when"], str) else row["when"]),
            frozenset(row.get("groups", ())),
        )
        for row in tomllib.loads(text)["forms"]
    )


def grounds(session: Session, line: Line) -> frozenset[str]:
    """On what grounds a question about this line may be asked."""
    before = [
        other
        for other in releases.shown_lines(session, line.partnership_id)
        if other.subject == line.subject and other.id != line.id
    ]
    found = {line.leaning}
    if line.other_side:
        found.add("both_sides")
    if not line.practitioners_band:
        found.add("voices_only")
    if not line.voices_band:
        found.add("practitioners_only")
    if not before:
        return frozenset(found | {"first"})
    found.add("answered" if commitments.answering(session, before[-1]) else "unanswered")
    return frozenset(found | _trend(line, before))


def _trend(line: Line, before: Iterable[Line]) -> set[str]:
    """Louder or quieter than the last release under the same rule."""
    for rule in ("practitioners_band", "voices_band"):
        now = getattr(line, rule)
        last = [getattr(other, rule) for other in before if getattr(other, rule)]
        if now and last:
            step = BANDS.index(now) - BANDS.index(last[-1])
            return {"louder"} if step > 0 else {"quieter"} if step < 0 else set()
    return set()


def may_be_asked(found: Collection[str], group: str) -> tuple[str, ...]:
    """The forms that these grounds and this group of themes allow, the first to suggest first."""
    return tuple(
        form.text
        for form in forms()
        if form.when <= set(found) and (not form.groups or group in form.groups)
    )


def suggested(session: Session, line: Line, group: str) -> str:
    """The first form that may be asked and was not asked of late; else the one asked longest ago."""
    allowed = may_be_asked(grounds(session, line), group)
    shown = releases.shown_lines(session, line.partnership_id)
    drafted = [other for other in releases.lines_of(session, line.digest_id) if other.id != line.id]
    asked = [other.question for other in (*shown[-NOT_AGAIN:], *drafted)]
    fresh = [text for text in allowed if text not in asked]
    if fresh:
        return fresh[0]
    return min(allowed, key=lambda text: max(n for n, one in enumerate(asked) if one == text))
