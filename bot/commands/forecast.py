"""How often themes would clear, told before anybody is asked: a small seeded simulation.

It runs the real release rule over invented replies. The bar is a given: no forecast lowers it.
"""

from __future__ import annotations

from functools import cache
from random import Random

from digests import release

WEEKS = 26
AGENCIES = 5
GROUPS = 5
THEMES = 15
SMALL_PILOT = 12
MOST_ROWS = 60_000  # simulated replies in all, so that a large roster is quick too
LIVE = (
    "Advice for a small pilot: ask everybody one shared question, and hold a live session in which "
    "the words are talked over together. The bar is never lowered."
)


@cache
def forecast(
    roster_size: int, reply_rate: float, *, k: int = release.LOWEST_BAR, interval_weeks: int = 2
) -> tuple[str, ...]:
    """What to expect from so many people of whom such a share replies to a prompt, in sentences."""
    expected = max(1.0, roster_size * reply_rate * WEEKS / interval_weeks)
    runs = max(3, min(40, int(MOST_ROWS / expected)))
    shown = [_half_year(Random(n), roster_size, reply_rate, k, interval_weeks) for n in range(runs)]  # noqa: S311 - a forecast, not a secret
    share = sum(len(weeks) for weeks in shown) / (runs * WEEKS)
    first = sorted(weeks[0] if weeks else WEEKS + 1 for weeks in shown)[runs // 2]
    said = [
        f"Forecast for {roster_size} people of whom {reply_rate:.0%} reply to a prompt, with a bar "
        f"of {k} people (invented replies over {THEMES} themes and {AGENCIES} agencies; yours will "
        "differ):",
        f"About {round(share * 10)} of 10 weekly digests would have something to show.",
    ]
    if first > WEEKS:
        said.append("Most likely nothing would clear in the first half year.")
    else:
        said.append(f"The first would most likely come in week {first}.")
    if roster_size <= SMALL_PILOT:
        said.append(LIVE)
    elif share < 0.3:
        said.append(
            "Advice: ask one shared question at a time, invite more agencies, or hold a live "
            "session. The bar is never lowered."
        )
    return tuple(said)


def _half_year(
    chance: Random, size: int, reply_rate: float, k: int, interval_weeks: int
) -> list[int]:
    """The weeks in which at least one theme or group clears."""
    weights = [1 / (rank + 1) for rank in range(THEMES)]
    waiting: list[release.Spoken] = []
    weeks = []
    for week in range(1, WEEKS + 1):
        if (week - 1) % interval_weeks == 0:
            for person in range(size):
                if chance.random() < reply_rate:
                    theme = chance.choices(range(THEMES), weights)[0]
                    waiting.append(_reply(week, person, theme))
        cleared = release.clear(waiting, k=k)
        if cleared:
            weeks.append(week)
            spent = frozenset[str]().union(*(one.contributions for one in cleared))
            waiting = [row for row in waiting if row.contribution not in spent]
    return weeks


def _reply(week: int, person: int, theme: int) -> release.Spoken:
    return release.Spoken(
        contribution=f"{week}-{person}",
        person=str(person),
        agency=str(person % AGENCIES),
        theme=str(theme),
        group=f"group {theme % GROUPS}",
        relayed=False,
    )
