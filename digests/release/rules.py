"""The two rules: when practitioners, and when relayed voices, may be shown about one subject.

Practitioners and relayed voices are cleared apart, each by its own rule, and each rule lets only its
own line through. Rows hold tags and ids and never a word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, get_args

Level = Literal["theme", "group"]
Rule = Literal["practitioners", "relayed"]
RULES: tuple[Rule, ...] = get_args(Rule)

LEAVING = 10  # people behind anything that leaves the partnership (DESIGN 3.6)
LOWEST_BAR = 5  # people or attested voices; may be raised, never lowered (DESIGN 3.6)
AGENCIES = 2
CHAMPIONS = 3
VOICES_LEFT = 3  # the same, at the lowest bar; rises in proportion with it


class Spoken(NamedTuple):
    """One contribution under one of its themes, as the release rule sees it: no words.

    A plain tuple, because a partnership may have a million of them.
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


BANDS = ((20, "20+"), (10, "10–19"), (0, "5–9"))  # from so many; the lower end is what is sure


class Gathering:
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


def practitioners_clear(gathered: Gathering, k: int) -> bool:
    """At least `k` people, two agencies, and `k` people with no tie to the largest agency.

    A person who spoke from two agencies is a member of both: the size of each counts them, and
    leaving either out leaves them out.
    """
    if len(gathered.people) < k or len(gathered.agencies) < AGENCIES:
        return False
    largest = max(len(members) for members in gathered.agencies.values())
    return len(gathered.people) - largest >= k


def relayed_clear(gathered: Gathering, k: int) -> bool:
    """At least `k` voices through 3 champions in 2 agencies; 3/5 `k` through 2 without the largest.

    A champion's voices are those of all their relays to the subject; the largest champion is the
    one with most voices. Without any one agency 3/5 `k` voices remain as well: champions who share
    an office can subtract together. A champion with two agencies counts in both.
    """
    if len(gathered.people) < CHAMPIONS or len(gathered.agencies) < AGENCIES:
        return False
    voices = sum(gathered.voices.values())
    least = enough_left(k)
    if voices < k or voices - max(gathered.voices.values()) < least:
        return False
    largest = max(
        sum(gathered.voices[champion] for champion in members)
        for members in gathered.agencies.values()
    )
    return voices - largest >= least


CLEARS: dict[Rule, Callable[[Gathering, int], bool]] = {
    "practitioners": practitioners_clear,
    "relayed": relayed_clear,
}


def band(count: int) -> str:
    """The rough size that is shown for so many."""
    return next(words for least, words in BANDS if count >= least)


def surely(band: str) -> int:
    """How many people a band says at least."""
    return next(max(least, LOWEST_BAR) for least, words in BANDS if words == band)


def check_bar(k: int) -> None:
    """Raises ValueError for a bar below 5."""
    if k < LOWEST_BAR:
        raise ValueError("the bar is never lowered")


def enough_left(k: int) -> int:
    """Voices that must remain without the champion who relayed most, at this bar."""
    return -(-VOICES_LEFT * k // LOWEST_BAR)
