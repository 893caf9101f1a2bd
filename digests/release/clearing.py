"""What clears: themes first, then groups with what is left, and each contribution once.

A contribution is consumed once: by a theme that clears, else by a group that clears with what is
left. What does not clear is not in the answer at all, so that whoever reads it cannot tell "too few"
from "nobody".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from digests.release.roster import NOBODY_KNOWN, Roster
from digests.release.rules import (
    CLEARS,
    LOWEST_BAR,
    Gathering,
    Level,
    Rule,
    Spoken,
    band,
    check_bar,
)


@dataclass(frozen=True, slots=True)
class Cleared:
    """A theme or group that may be shown, with the contributions it consumed.

    `band` is of people under the practitioners' rule and of attested voices under the relayed one.
    """

    subject: str
    level: Level
    rule: Rule
    band: str
    contributions: frozenset[str]


def clear(
    spoken: Iterable[Spoken], *, k: int = LOWEST_BAR, roster: Roster = NOBODY_KNOWN
) -> tuple[Cleared, ...]:
    """Return what may be shown: themes, then groups, the most diverse first in each.

    The order is a rank for cutting and is never shown; it does not depend on the order of `spoken`.
    Relays are left out of the practitioners' rule, although a relay would weigh as one contributor
    there: counted under both, one contribution would be consumed twice, and the band of people less
    the band of voices would say how many champions spoke.

    Raises ValueError for `k` below 5, and for rows of one contribution that contradict each other.
    """
    check_bar(k)
    rows = _by_rule(spoken, roster)
    cleared: list[tuple[Level, tuple[int, int, str], Cleared]] = []
    for rule, spoken_under in rows.items():
        cleared += _Clearing(rule, k, roster).run(spoken_under)
    cleared.sort(key=lambda entry: (entry[0] == "group", entry[1], entry[2].rule))
    return tuple(entry[2] for entry in cleared)


def stands(
    spoken: Iterable[Spoken],
    *,
    subject: str,
    level: Level,
    k: int = LOWEST_BAR,
    roster: Roster = NOBODY_KNOWN,
) -> tuple[Cleared, ...]:
    """Return what still clears of one subject, judged alone: once for each rule at most."""
    check_bar(k)
    found = []
    for rule, rows in _by_rule(spoken, roster).items():
        about = [row for row in rows if subject == (row.theme if level == "theme" else row.group)]
        gathered = _gather(about, level=level, spent=set())[0].get(subject)
        if gathered is not None and _Clearing(rule, k, roster).clears(gathered):
            found.append(_line(gathered, level, rule))
    return tuple(found)


def _by_rule(spoken: Iterable[Spoken], roster: Roster) -> dict[Rule, list[Spoken]]:
    first: dict[str, Spoken] = {}
    reflections: list[Spoken] = []
    relays: list[Spoken] = []
    blocks = roster.blocks
    for row in spoken:
        seen = first.setdefault(row.contribution, row)
        if row.voices < 1 or (seen is not row and _whose(seen) != _whose(row)):
            raise ValueError(f"rows of contribution {row.contribution} contradict each other")
        if row.relayed:
            relays.append(row)  # a champion is taken out by a rule of their own, agency or not
        else:
            merged = row.agency in blocks
            reflections.append(row._replace(agency=blocks[row.agency]) if merged else row)
    return {"practitioners": reflections, "relayed": relays}


def _whose(row: Spoken) -> tuple[str, str, bool, int]:
    return row.person, row.agency, row.relayed, row.voices


def _line(gathered: Gathering, level: Level, rule: Rule) -> Cleared:
    people, voices = len(gathered.people), sum(gathered.voices.values())
    count = people if rule == "practitioners" else voices
    return Cleared(gathered.subject, level, rule, band(count), frozenset(gathered.rows))


@dataclass(frozen=True)
class _Clearing:
    """One rule at one bar, for one roster."""

    rule: Rule
    k: int
    roster: Roster

    def clears(self, gathered: Gathering) -> bool:
        return CLEARS[self.rule](gathered, self.k) and not (
            self.rule == "practitioners" and self.roster.tells_about_everyone(gathered)
        )

    def run(self, rows: Sequence[Spoken]) -> list[tuple[Level, tuple[int, int, str], Cleared]]:
        spent: set[str] = set()
        levels: tuple[Level, ...] = ("theme", "group")
        return [
            (level, gathered.rank(), _line(gathered, level, self.rule))
            for level in levels
            for gathered in self._consume(rows, level, spent)
        ]

    def _consume(self, rows: Sequence[Spoken], level: Level, spent: set[str]) -> list[Gathering]:
        """Clear subjects of one level, most diverse first; each leaves its contributions in `spent`.

        A contribution taken by one subject is taken out of the others, which are then judged afresh:
        they may fail, or (when it held somebody in the largest agency) pass. Each row is added once
        and taken out at most once, so that the work grows with the rows.
        """
        gatherings, holders = _gather(rows, level=level, spent=spent)
        heap = [(g.rank(), g.subject) for g in gatherings.values() if self.clears(g)]
        heapify(heap)
        taken: list[Gathering] = []
        while heap:
            rank, subject = heappop(heap)
            best = gatherings[subject]
            if best.consumed or rank != best.rank() or not self.clears(best):
                continue  # an entry from before something was taken out of it
            best.consumed = True
            taken.append(best)
            spent.update(best.rows)
            for other in _take_from_others(best, holders):
                if self.clears(other):
                    heappush(heap, (other.rank(), other.subject))
        return taken


def _gather(
    rows: Sequence[Spoken], *, level: Level, spent: set[str]
) -> tuple[dict[str, Gathering], dict[str, list[Gathering]]]:
    gatherings: dict[str, Gathering] = {}
    holders: dict[str, list[Gathering]] = {}
    for row in rows:
        if row.contribution in spent:
            continue
        subject = row.theme if level == "theme" else row.group
        gathered = gatherings.get(subject)
        if gathered is None:
            gathered = gatherings[subject] = Gathering(subject)
        if row.contribution not in gathered.rows:
            gathered.add(row)
            holders.setdefault(row.contribution, []).append(gathered)
    return gatherings, holders


def _take_from_others(best: Gathering, holders: dict[str, list[Gathering]]) -> Iterable[Gathering]:
    touched: dict[str, Gathering] = {}
    for contribution, row in best.rows.items():
        for other in holders[contribution]:
            if other is not best:
                other.take_out(row)
                touched[other.subject] = other
    return touched.values()
