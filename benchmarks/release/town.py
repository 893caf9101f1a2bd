"""Invented partnerships: who is there, who replies, and what they speak of. Seeded; nobody real."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from digests.release import Roster, Spoken

SIZES = (20, 20, 35, 35, 35, 60, 60, 60, 120, 250)
REPLIES = (0.15, 0.35, 0.60)  # share of those asked who reply to one prompt
MOSTLY = (0.15, 0.35, 0.15, 0.35, 0.35, 0.60)  # how often each of them is drawn
THEMES, GROUPS = 24, 8
WEEKS = 52


@dataclass(frozen=True)
class Town:
    """A partnership: each person's agency and leanings, its champions, and how many reply."""

    seed: int
    size: int
    reply: float
    agency: dict[str, str]
    leaning: dict[str, list[float]]
    champions: tuple[str, ...]

    @property
    def roster(self) -> Roster:
        people: dict[str, set[str]] = {}
        for person, agency in self.agency.items():
            people.setdefault(agency, set()).add(person)
        return Roster(people)


def town(seed: int) -> Town:
    """Agencies of very different sizes, some of one person; people who come back to their own themes."""
    chance = Random(seed)
    size, reply = SIZES[seed % len(SIZES)], MOSTLY[seed // len(SIZES) % len(MOSTLY)]
    agencies = [f"a{n}" for n in range(chance.randint(4, 14))]
    weights = [chance.paretovariate(1.2) for _ in agencies]
    people = [f"p{n}" for n in range(size)]
    agency = {person: chance.choices(agencies, weights)[0] for person in people}
    popular = [1 / (rank + 1) for rank in range(THEMES)]
    leaning = {person: [w * chance.lognormvariate(0, 1) for w in popular] for person in people}
    champions = tuple(chance.sample(people, min(size, chance.randint(3, 8))))
    return Town(seed, size, reply, agency, leaning, champions)


def side(contribution: str) -> str:
    """Whether somebody told of a strength or a worry, or (one in eight) of neither; always the same."""
    drawn = Random(contribution).random()
    return "" if drawn < 1 / 8 else "strength" if drawn < 4.5 / 8 else "worry"


def weeks(place: Town) -> Iterator[list[Spoken]]:
    """What is said in each week: replies every other week, relays whenever a champion meets somebody."""
    chance = Random(-place.seed - 1)
    count = 0
    for week in range(WEEKS):
        said: list[Spoken] = []
        for person in place.agency:
            if week % 2 == 0 and chance.random() < place.reply:
                said += _about(place, chance, f"c{count}", person, voices=0)
                count += 1
        for person in place.champions:
            if chance.random() < 0.25:
                voices = chance.choice((1, 1, 2, 5, 10))
                said += _about(place, chance, f"c{count}", person, voices=voices)
                count += 1
        yield said


def _about(place: Town, chance: Random, id: str, person: str, *, voices: int) -> list[Spoken]:
    themes = set(chance.choices(range(THEMES), place.leaning[person], k=chance.choice((1, 1, 2))))
    return [
        Spoken(
            id,
            person,
            place.agency[person],
            f"t{theme}",
            f"g{theme % GROUPS}",
            relayed=voices > 0,
            voices=max(voices, 1),
        )
        for theme in sorted(themes)
    ]
