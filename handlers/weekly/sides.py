"""Strength or worry: which way a line leans, and whether both sides may be shown beside each other.

Both are shown only when each clears alone, by the same rule as the line, from what people said themselves, and
when neither tells about a few beside everything issued. A contribution that tells of both counts on one of them,
and so does one that tells of neither: a line less both its sides is nobody. Otherwise the line keeps the side
that most of it is on. Which side somebody is on is what they said, or the champion who carried their words: no
machine's reading of it is right often enough to be shown to anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from digests import release
from handlers import questions
from handlers.place import Place
from handlers.weekly.gathering import spoken
from handlers.weekly.ledger import Ledger
from storage import Session
from storage.counting import Counted
from storage.models import Line

Leaning = Literal["strength", "worry"]
APART = (
    ("practitioners", "relayed", "practitioners_help"),
    ("relayed", "practitioners", "voices_help"),
)


@dataclass(frozen=True)
class Sides:
    """Which way a line leans, and what cleared of each side when both did."""

    leaning: Leaning
    parts: tuple[release.Cleared, ...] = ()

    @property
    def both(self) -> bool:
        return bool(self.parts)

    @property
    def apart(self) -> str:
        """Who tells of which side, where practitioners clear on one alone and carried voices on the other.

        `practitioners_help` or `voices_help`; empty where one of them clears on both sides, or none does.
        """
        rules = {(part.subject, part.rule) for part in self.parts}
        for helps, worries, name in APART:
            if rules == {("strength", helps), ("worry", worries)}:
                return name
        return ""


def suggest(
    session: Session, place: Place, line: Line, behind: Sequence[Counted], book: Ledger
) -> None:
    """What a draft line says before a person has looked at it: its sides and its question.

    Its sentence is the theme's own for the side it leans to; the other side has one when both may be
    shown.
    """
    found, said = _of(place, line, behind, book.roster)
    both = bool(book.admit_sides(line.subject, found.parts, said))
    other = "worry" if found.leaning == "strength" else "strength"
    line.leaning = found.leaning
    line.sentence = place.side_words(line.subject, found.leaning)
    line.other_side = place.side_words(line.subject, other) if both else ""
    line.apart = found.apart if both else ""
    line.question = questions.suggested(session, line, place.group_of(line.subject))


def stand(place: Place, line: Line, behind: Sequence[Counted], book: Ledger) -> list[release.Entry]:
    """What goes into the ledger for the sides of a line; nothing when they may not be shown together."""
    found, said = _of(place, line, behind, book.roster)
    entries = book.admit_sides(line.subject, found.parts, said)
    line.apart = found.apart if entries else ""
    return entries


def _of(
    place: Place, line: Line, behind: Sequence[Counted], roster: release.Roster
) -> tuple[Sides, list[release.Spoken]]:
    """The sides of what stands behind one line, as it is now, and what was said."""
    usual = place.usual_stance(line.subject)
    told = {one.id: _sides_of(one) for one in behind}
    under = [s for s in spoken(place, behind) if line.subject in (s.theme, s.group)]
    return judge(told, under, usual=usual, k=place.k, roster=roster), under


def judge(
    told: Mapping[str, frozenset[str]],
    spoken: Sequence[release.Spoken],
    *,
    usual: str,
    k: int,
    roster: release.Roster,
) -> Sides:
    """The same, from which sides each contribution tells of; `usual` is the theme's own stance."""
    once = {row.contribution: row for row in spoken}.values()
    placed = [_on(row, side) for row in once for side in sorted(told.get(row.contribution, ()))]
    parts = tuple(c for c in release.clear(placed, k=k, roster=roster) if c.level == "theme")
    cleared = {part.subject for part in parts}
    people = {
        side: len({row.person for row in placed if row.theme == side})
        for side in ("strength", "worry")
    }
    usually: Leaning = "strength" if usual == "strength" else "worry"
    if len(cleared) == 1:
        return Sides("strength" if "strength" in cleared else "worry")
    if cleared:
        return Sides(usually, _whole(parts, tuple(once), usually, k, roster))
    if people["strength"] == people["worry"]:
        return Sides(usually)
    return Sides("strength" if people["strength"] > people["worry"] else "worry")


def _whole(
    parts: Sequence[release.Cleared],
    rows: Sequence[release.Spoken],
    usually: Leaning,
    k: int,
    roster: release.Roster,
) -> tuple[release.Cleared, ...]:
    """The sides with everybody else of their rule on one of them, so that a line less its sides is nobody.

    No figure of a side is ever shown, so who told of neither may stand on either: on the theme's usual one where
    it cleared. That enough people said each of them themselves was asked before. None where the whole of a
    side would be all of an agency.
    """
    told = {id: part.subject for part in parts for id in part.contributions}
    there = {rule: [p.subject for p in parts if p.rule == rule] for rule in release.RULES}
    placed = []
    for row in rows:
        sides = there["relayed" if row.relayed else "practitioners"]
        if sides:
            side = told.get(row.contribution, usually if usually in sides else sides[0])
            placed.append(_on(row, side))
    whole = tuple(c for c in release.clear(placed, k=k, roster=roster) if c.level == "theme")
    named = [{(part.subject, part.rule) for part in some} for some in (whole, parts)]
    return whole if named[0] == named[1] else ()


def _on(row: release.Spoken, side: str) -> release.Spoken:
    return release.Spoken(
        row.contribution, row.person, row.agency, side, "", row.relayed, row.voices
    )


def _sides_of(row: Counted) -> frozenset[str]:
    """What its author, or whoever carried it, said it is; neither side where they did not say."""
    if row.stance == "mixed":
        return frozenset({"strength", "worry"})
    return frozenset({row.stance} & {"strength", "worry"})
