"""What is published week by week: by our rules, and by the usual "hide every number under five"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from benchmarks.release.town import Town, side, weeks
from digests import release
from digests.release import Entry, Rule, Spoken
from handlers.weekly.drafting import AT_MOST, YIELD, in_turn
from handlers.weekly.sides import GATHERED, Sides, gather, judge

START = date(2026, 1, 5)
WEEK = timedelta(weeks=1)
HIDE_UNDER = 5


@dataclass(frozen=True)
class Cell:
    """One published number, with everybody behind it: worst case, the number is known exactly.

    `weight` and `owner` by unit: a person and their agency, or a relay, its voices and its champion.
    """

    week: int
    rule: Rule
    level: str  # theme | group | side (of one line) | agency (a theme within one agency)
    subject: str
    weight: Mapping[str, int]
    agencies: Mapping[str, frozenset[str]]
    champions: Mapping[str, str]
    out: frozenset[str] = frozenset()  # contributions that are out with it

    @property
    def units(self) -> frozenset[str]:
        return frozenset(self.weight)

    @property
    def size(self) -> int:
        return sum(self.weight.values())


def cell(rows: Iterable[Spoken], *, week: int, rule: Rule, level: str, subject: str) -> Cell:
    weight: dict[str, int] = {}
    agencies: dict[str, frozenset[str]] = {}
    champions: dict[str, str] = {}
    out = set()
    for row in rows:
        unit = row.contribution if row.relayed else row.person
        weight[unit] = row.voices if row.relayed else 1
        agencies[unit] = agencies.get(unit, frozenset()) | {row.agency}
        if row.relayed:
            champions[unit] = row.person
        out.add(row.contribution)
    return Cell(week, rule, level, subject, weight, agencies, champions, frozenset(out))


@dataclass(frozen=True)
class _Shown:
    """A line that was shown, and the side that it leans to; none where both were shown."""

    on: date
    behind: list[Spoken]
    leaning: str


@dataclass
class Ours:
    """Our digests over a year; `refused` counts what the ledger held back, by reason."""

    place: Town
    refused: dict[str, int]
    sides_refused: int = 0
    sides_gathered: int = 0
    _before: dict[str, list[_Shown]] = field(default_factory=dict)

    def run(self) -> Iterator[list[Cell]]:
        roster = self.place.roster
        waiting: list[tuple[int, Spoken]] = []
        ledger: list[Entry] = []
        shown_on: dict[str, date] = {}
        for week, said in enumerate(weeks(self.place)):
            today = START + week * WEEK
            waiting = [(w, r) for w, r in waiting if week - w < 26] + [(week, r) for r in said]
            rows = [row for _, row in waiting]
            merged: dict[tuple[str, str], list[release.Cleared]] = {}
            for cleared in release.clear(rows, roster=roster):
                merged.setdefault((cleared.level, cleared.subject), []).append(cleared)
            recent = {subject for subject, on in shown_on.items() if on > today - YIELD}
            cells: list[Cell] = []
            chosen = 0
            for (_, subject), parts in in_turn(merged, recent):
                if chosen == AT_MOST:
                    break
                kept = [c for part in parts if (c := self._admit(part, rows, ledger, week, today))]
                if kept:
                    chosen += 1
                    shown_on[subject] = today
                    cells += kept
            cells += [
                s
                for subject in dict.fromkeys(c.subject for c in cells)
                for s in self._sides(subject, cells, rows, ledger, week, today)
            ]
            spent = frozenset[str]().union(*(c.out for c in cells))
            waiting = [(w, r) for w, r in waiting if r.contribution not in spent]
            yield cells

    def _sides(
        self,
        subject: str,
        cells: list[Cell],
        rows: list[Spoken],
        ledger: list[Entry],
        week: int,
        today: date,
    ) -> list[Cell]:
        """Both sides of a line when both clear and neither tells about a few: as on the page."""
        out = frozenset[str]().union(*(c.out for c in cells if c.subject == subject))
        behind = [r for r in rows if r.contribution in out and subject in (r.theme, r.group)]
        told = {id: frozenset({side(id)} - {""}) for id in out}
        bar, roster = release.LOWEST_BAR, self.place.roster
        found = judge(told, behind, usual="worry", k=bar, roster=roster)
        earlier = self._gathering(subject, found, today)
        told |= {row.contribution: frozenset({side(row.contribution)} - {""}) for row in earlier}
        found = gather(found, told, behind, earlier, k=bar, roster=roster)
        shown = self._stand(found, [*behind, *earlier], ledger, subject, week, today)
        self.sides_gathered += found.gathered and bool(shown)
        self._before.setdefault(subject, []).append(
            _Shown(today, behind, "" if shown else found.leaning)
        )
        return shown

    def _gathering(self, subject: str, found: Sides, today: date) -> list[Spoken]:
        """What stands behind earlier lines about the same since the smaller side was last shown."""
        rows: list[Spoken] = []
        for one in reversed(self._before.get(subject, [])):
            if one.on <= today - GATHERED or one.leaning in ("", found.smaller):
                break
            rows += one.behind
        return rows

    def _stand(
        self,
        found: Sides,
        behind: list[Spoken],
        ledger: list[Entry],
        subject: str,
        week: int,
        today: date,
    ) -> list[Cell]:
        bar, roster = release.LOWEST_BAR, self.place.roster
        before, shown = len(ledger), []
        for part in found.parts:
            some = [r for r in behind if r.contribution in part.contributions]
            named = f"{subject} {part.subject}"
            new = release.entry(
                some,
                rule=part.rule,
                level=release.SIDE,
                subject=named,
                band=part.band,
                on=today,
                roster=roster,
            )
            if release.refusal(ledger, new, k=bar):
                self.sides_refused += 1
                del ledger[before:]
                return []
            ledger.append(new)
            shown.append(cell(some, week=week, rule=part.rule, level=release.SIDE, subject=named))
        return shown

    def _admit(
        self,
        part: release.Cleared,
        rows: list[Spoken],
        ledger: list[Entry],
        week: int,
        today: date,
    ) -> Cell | None:
        behind = [
            r
            for r in rows
            if r.contribution in part.contributions
            and part.subject == (r.theme if part.level == "theme" else r.group)
        ]
        new = release.entry(
            behind,
            rule=part.rule,
            level=part.level,
            subject=part.subject,
            band=part.band,
            on=today,
            roster=self.place.roster,
        )
        why = release.refusal(ledger, new, k=release.LOWEST_BAR)
        self.refused[why] = self.refused.get(why, 0) + 1
        if why:
            return None
        ledger.append(new)
        return cell(behind, week=week, rule=part.rule, level=part.level, subject=part.subject)


def hide_under_five(place: Town) -> Iterator[list[Cell]]:
    """A dashboard of the year so far: themes, groups, themes by agency and by stance; under five hidden."""
    found: dict[tuple[Rule, str, str], list[Spoken]] = {}
    cells: dict[tuple[Rule, str, str], Cell] = {}
    for week, said in enumerate(weeks(place)):
        fresh = set()
        for row in said:
            rule: Rule = "relayed" if row.relayed else "practitioners"
            for level, subject in (
                ("theme", row.theme),
                ("group", row.group),
                ("agency", f"{row.theme} {row.agency}"),
                (release.SIDE, f"{row.theme} {side(row.contribution)}"),
            ):
                if level == release.SIDE and not side(row.contribution):
                    continue
                key = rule, level, subject
                found.setdefault(key, []).append(row)
                fresh.add(key)
        for rule, level, subject in fresh:
            key = rule, level, subject
            cells[key] = cell(found[key], week=week, rule=rule, level=level, subject=subject)
        yield [one for one in cells.values() if one.size >= HIDE_UNDER]
