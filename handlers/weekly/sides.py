"""Strength or worry: which way a line leans, and whether both sides may be shown beside each other.

Both are shown only when each clears alone, by the same rule as the line, from what people said themselves, and
when neither tells about a few beside everything issued. A contribution that tells of both counts on one of them,
and so does one that tells of neither: a line less both its sides is nobody. Otherwise the line keeps the side
that most of it is on, and the other gathers on: when the theme is shown again within a quarter, the smaller side
may stand beside it with everybody who told of it since it was last shown. Which side somebody is on is what they
said, or the champion who carried their words: no machine's reading of it is right often enough to be shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from digests import release
from handlers import questions
from handlers.place import Place
from handlers.weekly.gathering import spoken
from handlers.weekly.ledger import Ledger
from storage import Session, counting, releases
from storage.counting import Counted
from storage.models import Line

Leaning = Literal["strength", "worry"]
GATHERED = release.HORIZON - timedelta(weeks=1)
APART = (
    ("practitioners", "relayed", "practitioners_help"),
    ("relayed", "practitioners", "voices_help"),
)


@dataclass(frozen=True)
class Sides:
    """Which way a line leans, and what cleared of each side when both did."""

    leaning: Leaning
    parts: tuple[release.Cleared, ...] = ()
    gathered: bool = False  # whether the smaller side cleared only with earlier lines of the theme

    @property
    def both(self) -> bool:
        return bool(self.parts)

    @property
    def smaller(self) -> Leaning:
        """The side that the line does not lean to."""
        return "worry" if self.leaning == "strength" else "strength"

    @property
    def apart(self) -> str:
        """Who tells of which side, where practitioners clear on one alone and carried voices on the other.

        `practitioners_help` or `voices_help`; empty where one of them clears on both sides, or none does.
        `gathered` where the smaller side was gathered over several lines.
        """
        if self.gathered:
            return "gathered"
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
    found, said = _of(session, place, line, behind, book)
    both = bool(book.admit_sides(line.subject, found.parts, said))
    other = "worry" if found.leaning == "strength" else "strength"
    line.leaning = found.leaning
    line.sentence = place.side_words(line.subject, found.leaning)
    line.other_side = place.side_words(line.subject, other) if both else ""
    line.apart = found.apart if both else ""
    line.question = questions.suggested(session, line, place.group_of(line.subject))


def stand(
    session: Session, place: Place, line: Line, behind: Sequence[Counted], book: Ledger
) -> list[release.Entry]:
    """What goes into the ledger for the sides of a line; nothing when they may not be shown together."""
    found, said = _of(session, place, line, behind, book)
    entries = book.admit_sides(line.subject, found.parts, said)
    line.apart = found.apart if entries else ""
    return entries


def _of(
    session: Session, place: Place, line: Line, behind: Sequence[Counted], book: Ledger
) -> tuple[Sides, list[release.Spoken]]:
    """The sides of what stands behind one line, as it is now, and what was said."""
    usual = place.usual_stance(line.subject)
    told = {one.id: _sides_of(one) for one in behind}
    under = _under(place, line, behind)
    found = judge(told, under, usual=usual, k=place.k, roster=book.roster)
    if found.both:
        return found, under
    before = _gathering(session, place, line, found.smaller, book.today)
    told |= {one.id: _sides_of(one) for one in before}
    earlier = _under(place, line, before)
    found = gather(found, told, under, earlier, k=place.k, roster=book.roster)
    return found, [*under, *earlier]


def _under(place: Place, line: Line, behind: Sequence[Counted]) -> list[release.Spoken]:
    return [s for s in spoken(place, behind) if line.subject in (s.theme, s.group)]


def _gathering(session: Session, place: Place, line: Line, side: str, today: date) -> list[Counted]:
    """What stands behind earlier lines about the same, since this side of it was last shown.

    No further back than the ledger remembers every line.
    """
    found: list[Counted] = []
    for other in reversed(releases.shown_lines(session, place.id)):
        if other.until <= today - GATHERED:
            break
        if (other.level, other.subject) != (line.level, line.subject):
            continue
        if other.other_side or other.leaning == side:
            break
        found += counting.behind(session, place.id, other.id)
    return found


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


def gather(
    found: Sides,
    told: Mapping[str, frozenset[str]],
    now: Sequence[release.Spoken],
    before: Sequence[release.Spoken],
    *,
    k: int,
    roster: release.Roster,
) -> Sides:
    """The smaller side with whoever told of it before and was not shown, where it clears with them.

    Only when somebody tells of it again now: else the line would show what nobody behind it said.
    """
    new, old = (
        [
            _on(row, found.smaller)
            for row in {one.contribution: one for one in rows}.values()
            if found.smaller in told.get(row.contribution, ())
        ]
        for rows in (now, before)
    )
    if found.both or not (new and old):
        return found
    parts = release.stands([*new, *old], subject=found.smaller, level="theme", k=k, roster=roster)
    return Sides(found.leaning, parts, gathered=True) if parts else found


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
