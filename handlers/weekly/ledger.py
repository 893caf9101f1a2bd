"""The ledger beside the desk: each new line is held against what was issued before it goes anywhere.

Asked at the draft, so that nobody writes a line in vain, and again at the issue, which alone enters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import cast

from digests import release
from handlers.place import Place
from storage import Session, ledger


class Ledger:
    """One partnership's issued lines within the horizon, and those admitted beside them so far."""

    def __init__(self, session: Session, place: Place, roster: release.Roster, today: date) -> None:
        self._session, self._place, self.roster, self.today = session, place, roster, today
        known = ledger.since(session, place.id, today - release.HORIZON)
        self.entries = [_entry(issued) for issued in known]

    def admit(self, part: release.Cleared, about: Iterable[release.Spoken]) -> release.Entry | None:
        """The entry of a part that may be shown beside everything before it; None when it waits."""
        return self._admit(part, about, level=part.level, subject=part.subject)

    def admit_sides(
        self, subject: str, sides: Sequence[release.Cleared], about: Sequence[release.Spoken]
    ) -> list[release.Entry]:
        """The entries of both sides of a line, when all may stand beside everything else; else none."""
        before = len(self.entries)
        found = []
        for side in sides:
            named = f"{subject} {side.subject}"
            new = self._admit(side, about, level=release.SIDE, subject=named)
            if new is None:
                del self.entries[before:]
                return []
            found.append(new)
        return found

    def mark(
        self,
        part: release.Cleared,
        about: Iterable[release.Spoken],
        beside: Sequence[release.Entry],
    ) -> release.Entry | None:
        """The entry of what is said of several lines together, when it may stand beside everything and `beside`."""
        new = self._entry(part, about, level=release.SIDE, subject=part.subject)
        refused = release.refusal([*self.entries, *beside], new, k=self._place.k)
        return None if refused else new

    def _admit(
        self, part: release.Cleared, about: Iterable[release.Spoken], *, level: str, subject: str
    ) -> release.Entry | None:
        new = self._entry(part, about, level=level, subject=subject)
        if release.refusal(self.entries, new, k=self._place.k):
            return None
        self.entries.append(new)
        return new

    def _entry(
        self, part: release.Cleared, about: Iterable[release.Spoken], *, level: str, subject: str
    ) -> release.Entry:
        return release.entry(
            [row for row in about if row.contribution in part.contributions],
            rule=part.rule,
            level=level,
            subject=subject,
            band=part.band,
            on=self.today,
            roster=self.roster,
        )

    def enter(self, entries: Sequence[release.Entry], *, line: str) -> None:
        """Write down what is issued now; what is older than the horizon is forgotten."""
        for entry in entries:
            ledger.enter(self._session, self._place.id, _issued(entry), line=line)
        ledger.forget_before(self._session, self._place.id, self.today - release.HORIZON)


def _entry(issued: ledger.Issued) -> release.Entry:
    units = {
        tag: release.Unit(weight, frozenset(knowers))
        for tag, (weight, knowers) in issued.units.items()
    }
    rule = cast(release.Rule, issued.rule)
    return release.Entry(rule, issued.level, issued.subject, issued.band, issued.issued_on, units)


def _issued(entry: release.Entry) -> ledger.Issued:
    units = {tag: (unit.weight, tuple(sorted(unit.knowers))) for tag, unit in entry.units.items()}
    return ledger.Issued(entry.rule, entry.level, entry.subject, entry.band, entry.issued_on, units)
