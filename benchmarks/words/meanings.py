"""Words that mean different things: invented towns in which they do and in which they do not.

In each town an agency's people say one word beside two of six kinds of thing. In a divided town half the
agencies say it mostly beside one pair and half beside another; in an even one all say it alike. Asked is how
often a difference is found where there is one, and where there is none.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

from digests import meanings
from digests.release import Roster

Row = tuple[str, str, str, str]
TOWNS = 200
AGENCIES = 8
KINDS = (
    ("when {} is at home with family", "when the front door is shut at home"),
    ("when {} is in school and in lessons", "when a teacher has seen {} in class"),
    ("when {} is off the street by dark", "when the bus and the station are lit"),
    ("when {} is not arrested", "when there are no police and no court"),
    ("when {} has somebody to ring", "when someone who knows {} is on shift"),
    ("when {} is not scared", "when {} feels calm and can laugh"),
)
MOSTLY = (0.6, 0.9)  # how much of what is said is of the usual kinds


def measure(data: Path) -> Iterator[Row]:
    """Rows of the table: measure, peer, ours, target. No data is read."""
    del data
    for people in (5, 8, 12):
        for mostly in MOSTLY:
            found, right = _towns(people, mostly, divided=True)
            named = f"meanings: {AGENCIES * people} people, {mostly:.0%} of the usual kinds"
            yield f"{named}: found, and the very halves", "–", f"{found:.0%}, {right:.0%}", "–"
        false = _towns(people, MOSTLY[1], divided=False)[0]
        yield (
            f"meanings: {AGENCIES * people} people, no difference: found",
            "–",
            f"{false:.1%}",
            "≤ 1%",
        )
    start = time.process_time()
    meanings.find(town(random.Random(1), 25, 0.9, divided=True)[0], k=5)
    yield "meanings: 200 people, seconds", "–", f"{time.process_time() - start:.2f}", "≤ 1"


def _towns(people: int, mostly: float, *, divided: bool) -> tuple[float, float]:
    found = right = 0
    for n in range(TOWNS):
        said, halves = town(random.Random(n), people, mostly, divided=divided)
        for meaning in meanings.find(said, k=5):
            if meaning.differs:
                found += 1
                agency = {one.contribution: one.agency for one in said}
                behind = [
                    {agency[id] for b in part for id in b.contributions} for part in meaning.parts
                ]
                right += all(part <= halves or not part & halves for part in behind)
    return found / TOWNS, right / TOWNS


def town(
    chance: random.Random, people: int, mostly: float, *, divided: bool
) -> tuple[list[meanings.Said], set[str]]:
    """What everybody in a town says of being safe, and the agencies of one half of it."""
    halves = set(chance.sample([f"agency {n}" for n in range(AGENCIES)], AGENCIES // 2))
    kinds = chance.sample(KINDS, 4)
    said = []
    for n in range(AGENCIES * people):
        agency = f"agency {n % AGENCIES}"
        usual = kinds[:2] if agency in halves or not divided else kinds[2:]
        kind = chance.choice(usual if chance.random() < mostly else KINDS)
        words = f"Safe is {chance.choice(kind).format(chance.choice(('she', 'he')))}."
        said.append(meanings.Said(f"c{n}", words, "", f"p{n}", agency))
    return said, halves


def roster(said: list[meanings.Said]) -> Roster:
    """Everybody in a town, and nobody besides."""
    agencies = {one.agency for one in said}
    return Roster({a: {one.person for one in said if one.agency == a} for a in agencies})
