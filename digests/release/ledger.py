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
from digests.release.solving import Found, nearest, tells, told_apart

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
    units: dict[str, Unit] = {}
    shared: dict[tuple[str, str, int], Unit] = {}  # many relays of one champion are one value
    for row in spoken:
        if row.relayed != (rule == "relayed"):
            continue
        key = row.person, row.agency, row.voices
        unit = shared.get(key)
        if unit is None:
            unit = shared[key] = _unit(row, roster)
        tag = row.contribution if row.relayed else row.person
        units[tag] = _known_to_both(units.get(tag, unit), unit)
    return Entry(rule, level, subject, band, on, units)


def _unit(row: Spoken, roster: Roster) -> Unit:
    if row.relayed:
        return Unit(row.voices, frozenset({f"agency {row.agency}", f"champion {row.person}"}))
    return Unit(1, frozenset({f"agency {roster.block(row.agency)}"}))


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
    apart = told_apart(table.everyone)
    if apart < k:
        if not tells(table.everyone):
            return ""
        found = nearest(table.everyone, k)
        if found is not Found.NONE:
            return _why(found, "isolates")
    left = enough_left(k) if new.rule == "relayed" else k
    for knower in table.knowers():
        if apart - table.known_to(knower) >= left:
            continue  # whatever of those apart they know, enough are left
        kin = table.kin(knower)
        if not tells(kin):
            return "one_agency"
        found = nearest(kin, left)
        if found is not Found.NONE:
            return _why(found, "isolates_beside_own")
    return ""


def _consumed_before(earlier: Sequence[Entry], new: Entry) -> bool:
    return any(e.level != SIDE and not e.units.keys().isdisjoint(new.units) for e in earlier)


def _why(found: Found, why: Why) -> Why:
    return "unsolved" if found is Found.UNSOLVED else why


Kind = tuple[int, bool]  # in which of the earlier entries, as bits, and whether in the new one


class _Table:
    """How many there are of each kind in any of the entries, and how many of them each knower knows."""

    def __init__(self, earlier: Sequence[Entry], new: Entry) -> None:
        masks: dict[str, int] = {}
        units: dict[str, Unit] = {}
        for n, e in enumerate((*earlier, new)):
            bit = 0 if e is new else 1 << n
            for tag, unit in e.units.items():
                masks[tag] = masks.get(tag, 0) | bit
                units[tag] = _known_to_both(units.get(tag, unit), unit)
        self.everyone: dict[Kind, int] = {}
        self._known: dict[str, dict[Kind, int]] = {}
        for tag, unit in units.items():
            kind = masks[tag], tag in new.units
            self.everyone[kind] = self.everyone.get(kind, 0) + unit.weight
            for knower in unit.knowers:
                own = self._known.setdefault(knower, {})
                own[kind] = own.get(kind, 0) + unit.weight

    def knowers(self) -> list[str]:
        """Whoever knows a part of the new line or of an earlier one."""
        return sorted(self._known)

    def known_to(self, knower: str) -> int:
        """How many the knower knows."""
        return sum(self._known[knower].values())

    def kin(self, knower: str) -> dict[Kind, int]:
        """How many there are of each kind, without those whom the knower knows."""
        own = self._known[knower]
        return {kind: weight - own.get(kind, 0) for kind, weight in self.everyone.items()}


def _known_to_both(before: Unit, after: Unit) -> Unit:
    """The same unit in two entries: known to whoever knows it in either."""
    if before.knowers == after.knowers:
        return after
    return Unit(after.weight, before.knowers | after.knowers)
