"""Lenses: a second way of looking at what was released, and at nothing else, under the same rules.

A value of a lens has a window of its own: everything released since that value was last seen. It is
shown when both the release rule and the ledger let it; a value that does not clear is not in the
answer, so that "too few" and "nobody" are alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from digests.release.clearing import stands
from digests.release.ledger import Entry, entry, refusal
from digests.release.roster import NOBODY_KNOWN, Roster
from digests.release.rules import LOWEST_BAR, Rule, Spoken

LENSES = ("prevention_level", "network_level", "transition")


@dataclass(frozen=True)
class Seen:
    """One value of a lens that may be shown: its band, and its entry for the ledger."""

    subject: str  # lens:value
    rule: Rule
    band: str
    entry: Entry


def through(
    released: Iterable[Spoken],
    issued: Collection[Entry],
    *,
    on: date,
    k: int = LOWEST_BAR,
    roster: Roster = NOBODY_KNOWN,
) -> tuple[Seen, ...]:
    """Return the values that may be shown, in the order of their names.

    `released` has a row for each released contribution and value, with `theme` as `lens:value`; the
    caller leaves out what was released before the value was last seen. Each value is held against the
    ledger with the values before it already entered.
    """
    rows = list(released)
    entries = list(issued)
    found: list[Seen] = []
    for subject in sorted({row.theme for row in rows}):
        about = [row for row in rows if row.theme == subject]
        for cleared in stands(about, subject=subject, level="theme", k=k, roster=roster):
            new = entry(
                about,
                rule=cleared.rule,
                level="lens",
                subject=subject,
                band=cleared.band,
                on=on,
                roster=roster,
            )
            if refusal(entries, new, k=k) == "":
                entries.append(new)
                found.append(Seen(subject, cleared.rule, cleared.band, new))
    return tuple(found)
