"""The ledger: what was issued, and whether a new line beside it would tell about a few.

What is assumed of a reader: they have every digest; they know the exact number behind each line, where
only a band was shown; an agency knows besides which of its own people are behind it, and a champion
which voices they carried. What no reader of this kind knows is who else is behind a line. A new line
is refused when some weighted sum of it and of earlier ones, with or without a reader's own part, is
about fewer people than the rule itself would show.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from digests.release.roster import NOBODY_KNOWN, Roster
from digests.release.rules import Rule, Spoken, check_bar, enough_left
from digests.release.solving import Found, nearest, tells

HORIZON = timedelta(weeks=13)  # a quarter: one week more than the strips of the page go back
SIDE = "side"  # the level of strengths, or of worries, of one line

Why = Literal["", "consumed", "isolates", "isolates_beside_own", "one_agency", "unsolved"]


@dataclass(frozen=True, slots=True)
class Unit:
    """What is counted: a person under the practitioners' rule, a relay under the relayed one.

    `knowers` are those who know whether this one is behind a line: the agency, or for a relay its
    champion and the champion's agency.
    """

    weight: int
    knowers: frozenset[str]


@dataclass(frozen=True)
class Entry:
    """One issued line, or one side of a line, as the ledger keeps it. `units` by their tags.

    A side (level `side`) is about some of those behind its line: strengths or worries. That it cleared
    is published, so that it is held against everything else; it consumes nothing of its own.
    """

    rule: Rule
    level: str
    subject: str
    band: str
    issued_on: date
    units: Mapping[str, Unit]


def entry(
    spoken: Iterable[Spoken],
    *,
    rule: Rule,
    level: str,
    subject: str,
    band: str,
    on: date,
    roster: Roster = NOBODY_KNOWN,
) -> Entry:
    """The entry for these contributions; rows of the other rule are left out.

    Agencies merged by the roster are one knower: it is they together that the rule left out.
    """
    weights: dict[str, int] = {}
    knowers: dict[str, set[str]] = {}
    for row in spoken:
        if row.relayed != (rule == "relayed"):
            continue
        tag = row.contribution if row.relayed else row.person
        weights[tag] = row.voices if row.relayed else 1
        agency = row.agency if row.relayed else roster.block(row.agency)
        known = {f"agency {agency}"} | ({f"champion {row.person}"} if row.relayed else set())
        knowers.setdefault(tag, set()).update(known)
    units = {tag: Unit(weights[tag], frozenset(knowers[tag])) for tag in weights}
    return Entry(rule, level, subject, band, on, units)


def refusal(issued: Collection[Entry], new: Entry, *, k: int) -> Why:
    """Say why `new` may not be issued beside what was; empty when it may.

    Only entries of the same rule within the `HORIZON` are looked at: voices and practitioners are not
    the same people, and what is older is forgotten. It is enough to look for sums with `new` in them,
    because earlier entries were looked at when they were issued.

    Raises ValueError for `k` below 5.
    """
    check_bar(k)
    since = new.issued_on - HORIZON
    earlier = [e for e in issued if e.rule == new.rule and e.issued_on > since]
    if new.rule == "relayed" and new.level != SIDE and _consumed_before(earlier, new):
        return "consumed"
    table = _Table(earlier, new)
    everyone = table.kin("")
    if not tells(everyone):
        return ""
    found = nearest(everyone, k)
    if found is not Found.NONE:
        return _why(found, "isolates")
    for knower in table.knowers():
        kin = table.kin(knower)
        if not tells(kin):
            return "one_agency"
        found = nearest(kin, enough_left(k) if new.rule == "relayed" else k)
        if found is not Found.NONE:
            return _why(found, "isolates_beside_own")
    return ""


def _consumed_before(earlier: Sequence[Entry], new: Entry) -> bool:
    return any(e.level != SIDE and not e.units.keys().isdisjoint(new.units) for e in earlier)


def _why(found: Found, why: Why) -> Why:
    return "unsolved" if found is Found.UNSOLVED else why


class _Table:
    """Everybody in any of the entries, by which of them they are in."""

    def __init__(self, earlier: Sequence[Entry], new: Entry) -> None:
        self._new = new
        self._weights: dict[str, int] = {}
        self._masks: dict[str, int] = {}
        self._known: dict[str, set[str]] = {}
        for n, e in enumerate((*earlier, new)):
            for tag, unit in e.units.items():
                self._weights[tag] = unit.weight
                if e is not new:
                    self._masks[tag] = self._masks.get(tag, 0) | 1 << n
                for knower in unit.knowers:
                    self._known.setdefault(knower, set()).add(tag)
        self._all: dict[tuple[int, bool], int] = {}
        for tag in self._weights:
            self._count(self._all, tag, 1)

    def _count(self, kin: dict[tuple[int, bool], int], tag: str, sign: int) -> None:
        key = self._masks.get(tag, 0), tag in self._new.units
        kin[key] = kin.get(key, 0) + sign * self._weights[tag]

    def knowers(self) -> list[str]:
        """Whoever knows a part of the new line or of an earlier one."""
        return sorted(self._known)

    def kin(self, knower: str) -> dict[tuple[int, bool], int]:
        """How many there are of each kind, without those whom the knower knows."""
        kin = dict(self._all)
        for tag in self._known.get(knower, ()):
            self._count(kin, tag, -1)
        return kin
