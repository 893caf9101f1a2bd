"""Who may be shown what: a subject is released only when nobody can be picked out of it.

Practitioners and relayed voices are cleared apart, each by its own rule, and each rule lets only
its own line through. A contribution is consumed once: by a theme that clears, else by a group that
clears with what is left. What does not clear is not in the answer at all, so that whoever reads it
cannot tell "too few" from "nobody". Rows hold tags and ids and never a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Literal

Level = Literal["theme", "group"]
Rule = Literal["practitioners", "relayed"]

LOWEST_BAR = 5  # people or attested voices; may be raised, never lowered (DESIGN 3.6)
AGENCIES = 2
CHAMPIONS = 3
CHAMPIONS_LEFT = 2  # without the champion who relayed most
VOICES_LEFT = 3  # the same, at the lowest bar; rises in proportion with it


@dataclass(frozen=True, slots=True)
class Spoken:
    """One contribution under one of its themes, as the release rule sees it: no words.

    `person` and `agency` are keyed tags; for a relay the person is the champion. `voices` is the
    lower end of the band that the champion attested, and counts for relays only.
    """

    contribution: str
    person: str
    agency: str
    theme: str
    group: str
    relayed: bool
    voices: int = 1


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


def clear(spoken: Iterable[Spoken], *, k: int = LOWEST_BAR) -> tuple[Cleared, ...]:
    """Return what may be shown: themes, then groups, the most diverse first in each.

    The order is a rank for cutting and is never shown; it does not depend on the order of `spoken`.
    Relays are left out of the practitioners' rule, although a relay would weigh as one contributor
    there: counted under both, one contribution would be consumed twice, and the band of people less
    the band of voices would say how many champions spoke.

    Raises ValueError for `k` below 5, and for rows of one contribution that contradict each other.
    """
    _check_bar(k)
    rows = _by_rule(spoken)
    cleared: list[tuple[Level, tuple[int, int, str], Cleared]] = []
    for rule, spoken_under in rows.items():
        cleared += _clear_one_rule(spoken_under, rule=rule, k=k)
    cleared.sort(key=lambda entry: (entry[0] == "group", entry[1], entry[2].rule))
    return tuple(entry[2] for entry in cleared)


def isolates(issued: Sequence[frozenset[str]], new: frozenset[str], k: int) -> bool:
    """Say whether `new`, beside any one earlier set, would leave fewer than `k` people alone.

    Every set holds the person tags behind one released line of the same subject. True when an
    earlier set and the new one share somebody, and 1 to k-1 people are in one but not in the other.
    Sets that share nobody cannot be subtracted; the caller leaves out earlier sets whose window is
    known to be a different one, because their contributions are not the same either.

    It compares two sets at a time. It does not see what three or more together give away (a union
    of two lines less a third), nor sets of different subjects, nor what a reader knows already.
    """
    _check_bar(k)
    return any(
        not new.isdisjoint(earlier) and (0 < len(new - earlier) < k or 0 < len(earlier - new) < k)
        for earlier in issued
    )


def _check_bar(k: int) -> None:
    if k < LOWEST_BAR:
        raise ValueError("the bar is never lowered")


def _by_rule(spoken: Iterable[Spoken]) -> dict[Rule, list[Spoken]]:
    first: dict[str, Spoken] = {}
    reflections: list[Spoken] = []
    relays: list[Spoken] = []
    for row in spoken:
        seen = first.setdefault(row.contribution, row)
        if row.voices < 1 or (seen is not row and _whose(seen) != _whose(row)):
            raise ValueError(f"rows of contribution {row.contribution} contradict each other")
        (relays if row.relayed else reflections).append(row)
    return {"practitioners": reflections, "relayed": relays}


def _whose(row: Spoken) -> tuple[str, str, bool, int]:
    return row.person, row.agency, row.relayed, row.voices


class _Gathering:
    """The unconsumed contributions of one subject, counted so that one can be taken out again."""

    __slots__ = ("agencies", "consumed", "people", "rows", "subject", "voices")

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.rows: dict[str, Spoken] = {}
        self.people: dict[str, int] = {}  # contributions of each person
        self.voices: dict[str, int] = {}  # attested voices brought by each person
        self.agencies: dict[str, dict[str, int]] = {}  # contributions of each person in each
        self.consumed = False

    def add(self, row: Spoken) -> None:
        person = row.person
        self.rows[row.contribution] = row
        self.people[person] = self.people.get(person, 0) + 1
        self.voices[person] = self.voices.get(person, 0) + row.voices
        members = self.agencies.setdefault(row.agency, {})
        members[person] = members.get(person, 0) + 1

    def take_out(self, row: Spoken) -> None:
        del self.rows[row.contribution]
        self.voices[row.person] -= row.voices
        if _one_less(self.people, row.person):
            del self.voices[row.person]
        if _one_less(self.agencies[row.agency], row.person) and not self.agencies[row.agency]:
            del self.agencies[row.agency]

    def rank(self) -> tuple[int, int, str]:
        return -len(self.agencies), -len(self.people), self.subject


def _one_less(counts: dict[str, int], key: str) -> bool:
    """Count one less, and say whether that was the last."""
    counts[key] -= 1
    if counts[key]:
        return False
    del counts[key]
    return True


def _practitioners_clear(gathered: _Gathering, k: int) -> bool:
    """At least `k` people, two agencies, and `k` people with no tie to the largest agency.

    A person who spoke from two agencies is a member of both: the size of each counts them, and
    leaving either out leaves them out.
    """
    if len(gathered.people) < k or len(gathered.agencies) < AGENCIES:
        return False
    largest = max(len(members) for members in gathered.agencies.values())
    return len(gathered.people) - largest >= k


def _relayed_clear(gathered: _Gathering, k: int) -> bool:
    """At least `k` voices through 3 champions in 2 agencies; 3/5 `k` through 2 without the largest.

    A champion's voices are those of all their relays to the subject; the largest champion is the
    one with most voices. A champion with two agencies does not make two of one: somebody else has
    no tie to the largest.
    """
    if len(gathered.people) < CHAMPIONS or len(gathered.agencies) < AGENCIES:
        return False
    if max(len(members) for members in gathered.agencies.values()) == len(gathered.people):
        return False
    voices = sum(gathered.voices.values())
    left = voices - max(gathered.voices.values())
    enough_left = -(-VOICES_LEFT * k // LOWEST_BAR)
    return voices >= k and left >= enough_left and len(gathered.people) - 1 >= CHAMPIONS_LEFT


_CLEARS: dict[Rule, Callable[[_Gathering, int], bool]] = {
    "practitioners": _practitioners_clear,
    "relayed": _relayed_clear,
}


def _clear_one_rule(
    rows: Sequence[Spoken], *, rule: Rule, k: int
) -> list[tuple[Level, tuple[int, int, str], Cleared]]:
    spent: set[str] = set()
    found: list[tuple[Level, tuple[int, int, str], Cleared]] = []
    levels: tuple[Level, ...] = ("theme", "group")
    for level in levels:
        for gathered in _consume(rows, level=level, rule=rule, k=k, spent=spent):
            people, voices = len(gathered.people), sum(gathered.voices.values())
            count = people if rule == "practitioners" else voices
            line = Cleared(gathered.subject, level, rule, _band(count), frozenset(gathered.rows))
            found.append((level, gathered.rank(), line))
    return found


def _consume(
    rows: Sequence[Spoken], *, level: Level, rule: Rule, k: int, spent: set[str]
) -> list[_Gathering]:
    """Clear subjects of one level, most diverse first; each leaves its contributions in `spent`.

    A contribution taken by one subject is taken out of the others, which are then judged afresh:
    they may fail, or (when it held somebody in the largest agency) pass. Each row is added once and
    taken out at most once, so that the work grows with the rows.
    """
    gatherings, holders = _gather(rows, level=level, spent=spent)
    clears = _CLEARS[rule]
    heap = [(g.rank(), g.subject) for g in gatherings.values() if clears(g, k)]
    heapify(heap)
    taken: list[_Gathering] = []
    while heap:
        rank, subject = heappop(heap)
        best = gatherings[subject]
        if best.consumed or rank != best.rank() or not clears(best, k):
            continue  # an entry from before something was taken out of it
        best.consumed = True
        taken.append(best)
        spent.update(best.rows)
        for other in _take_from_others(best, holders):
            if clears(other, k):
                heappush(heap, (other.rank(), other.subject))
    return taken


def _gather(
    rows: Sequence[Spoken], *, level: Level, spent: set[str]
) -> tuple[dict[str, _Gathering], dict[str, list[_Gathering]]]:
    gatherings: dict[str, _Gathering] = {}
    holders: dict[str, list[_Gathering]] = {}
    for row in rows:
        if row.contribution in spent:
            continue
        subject = row.theme if level == "theme" else row.group
        gathered = gatherings.get(subject)
        if gathered is None:
            gathered = gatherings[subject] = _Gathering(subject)
        if row.contribution not in gathered.rows:
            gathered.add(row)
            holders.setdefault(row.contribution, []).append(gathered)
    return gatherings, holders


def _take_from_others(
    best: _Gathering, holders: dict[str, list[_Gathering]]
) -> Iterable[_Gathering]:
    touched: dict[str, _Gathering] = {}
    for contribution, row in best.rows.items():
        for other in holders[contribution]:
            if other is not best:
                other.take_out(row)
                touched[other.subject] = other
    return touched.values()


def _band(count: int) -> str:
    if count >= 20:
        return "20+"
    return "10–19" if count >= 10 else "5–9"
