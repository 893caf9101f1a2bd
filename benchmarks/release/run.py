"""Attack a thousand invented partnerships over a year each, and print what comes of it.

`./dev bench release [--towns N]`. Success is counted per partnership: a share with at least one
isolation in 52 weeks; for ours the isolations in all lines stand beside it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from benchmarks.release.attacks import ATTACKS, all_but_one
from benchmarks.release.published import Cell, Ours, hide_under_five
from benchmarks.release.town import REPLIES, WEEKS, town, weeks
from digests import release

TOWNS = 1_020
WITHIN = (1, 2, 4)
ALL_BUT_ONE = "everybody but one together"
NEVER = (
    "margins and sums within a week",
    "this week less the last",
    "an agency takes out its own",
    "a champion takes out their own",
    "a group less its themes",
    "a line less its sides",
)


@dataclass
class Outcome:
    """Isolations by attack, lines published, what the ledger refused, and how soon themes were out."""

    reply: float
    size: int
    lines: dict[str, int] = field(default_factory=dict)
    isolations: dict[tuple[str, str], int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    spoken: int = 0  # pairs of a theme and a week in which practitioners spoke of it
    out: dict[tuple[str, int], int] = field(default_factory=dict)
    sides: int = 0
    sides_gathered: int = 0  # of them with earlier lines about the same
    sides_refused: int = 0  # lines whose two sides were not shown beside each other


def attack(seed: int) -> Outcome:
    place = town(seed)
    outcome = Outcome(place.reply, place.size)
    published_by_us = Ours(place, outcome.refused)
    ours = list(published_by_us.run())
    outcome.sides = sum(c.level == release.SIDE for cells in ours for c in cells)
    outcome.sides_refused = published_by_us.sides_refused
    outcome.sides_gathered = published_by_us.sides_gathered
    theirs = list(hide_under_five(place))
    for name, published in (("ours", ours), ("hide", theirs)):
        outcome.lines[name] = sum(
            len([c for c in cells if c.level in ("theme", "group")]) for cells in published
        )
        for attack_name, function in ATTACKS.items():
            outcome.isolations[name, attack_name] = _tried(name, function(published))
        everybody = all_but_one(published, bands=name == "ours")
        outcome.isolations[name, ALL_BUT_ONE] = _tried(name, everybody)
    _price(seed, outcome, {"ours": ours, "hide": theirs})
    return outcome


def _tried(name: str, isolations: Iterator[int]) -> int:
    """How many isolations; for the dashboard, which has thousands of numbers, only whether there is one."""
    return sum(isolations) if name == "ours" else int(any(isolations))


def _price(seed: int, outcome: Outcome, published: dict[str, list[list[Cell]]]) -> None:
    """Of themes spoken of in a week: the share out, alone or in their group, within so many weeks."""
    out: dict[str, dict[str, int]] = {"ours": {}, "hide": {}}
    for name, year in published.items():
        for cells in year:
            for one in cells:
                if one.level != "agency":
                    for contribution in one.out:
                        out[name].setdefault(contribution, one.week)
    for week, said in enumerate(weeks(town(seed))):
        if week >= WEEKS - max(WITHIN):
            break
        themes: dict[str, list[str]] = {}
        for row in said:
            if not row.relayed:
                themes.setdefault(row.theme, []).append(row.contribution)
        outcome.spoken += len(themes)
        for contributions in themes.values():
            for name in out:
                first = min(out[name].get(c, WEEKS * 2) for c in contributions)
                for within in WITHIN:
                    if first - week < within:
                        key = (name, within)
                        outcome.out[key] = outcome.out.get(key, 0) + 1


def outcomes(towns: int, *, workers: int = 1) -> list[Outcome]:
    if workers == 1:
        return [attack(seed) for seed in range(towns)]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(attack, range(towns), chunksize=8))


def rates(found: Sequence[Outcome], name: str, attack_name: str) -> tuple[float, int]:
    """Share of partnerships with an isolation, and isolations in all."""
    hit = [outcome.isolations[name, attack_name] for outcome in found]
    return sum(h > 0 for h in hit) / len(found), sum(hit)


def table(found: Sequence[Outcome]) -> str:
    """Everything as Markdown."""
    said = [
        f"{len(found):,} invented partnerships × {WEEKS} weeks. Partnerships with at least one isolation "
        f"(and isolations in {sum(outcome.lines['ours'] for outcome in found):,} lines of ours):",
        "",
        "| Attack | heardback | hide under 5 |",
        "|---|---:|---:|",
    ]
    for attack_name in (*ATTACKS, ALL_BUT_ONE):
        row = [attack_name + ("" if attack_name in NEVER else " *")]
        for name in ("ours", "hide"):
            share, count = rates(found, name, attack_name)
            row.append(f"{share:.1%} ({count:,})" if name == "ours" else f"{share:.1%}")
        said.append(f"| {' | '.join(row)} |")
    said += ["", "\\* Not promised: stated as it is.", "", _price_table(found), "", _refused(found)]
    return "\n".join(said)


def _price_table(found: Sequence[Outcome]) -> str:
    said = [
        "Of themes that practitioners spoke of in a week, out (alone or in their group) within 1, 2, 4 weeks:",
        "",
        "| Reply | heardback | hide under 5 |",
        "|---|---:|---:|",
    ]
    for reply in REPLIES:
        some = [outcome for outcome in found if outcome.reply == reply]
        spoken = max(1, sum(outcome.spoken for outcome in some))
        row = [f"{reply:.0%}"]
        for name in ("ours", "hide"):
            shares = (sum(o.out.get((name, w), 0) for o in some) / spoken for w in WITHIN)
            row.append(" / ".join(f"{share:.0%}" for share in shares))
        said.append(f"| {' | '.join(row)} |")
    return "\n".join(said)


def _refused(found: Sequence[Outcome]) -> str:
    total: dict[str, int] = {}
    for outcome in found:
        for why, count in outcome.refused.items():
            total[why] = total.get(why, 0) + count
    asked = max(1, sum(total.values()))
    parts = ", ".join(f"{why} {n / asked:.1%}" for why, n in sorted(total.items()) if why)
    sides, waited = sum(o.sides for o in found), sum(o.sides_refused for o in found)
    gathered = sum(o.sides_gathered for o in found)
    return (
        f"Lines held against the ledger: {asked:,}; refused: {parts or 'none'}. "
        f"Sides shown: {sides:,} (beside {gathered:,} lines the smaller one was gathered with earlier "
        f"lines); lines whose sides were not shown beside each other: {waited:,}."
    )


def main(towns: int) -> None:
    print(table(outcomes(towns, workers=min(2, os.cpu_count() or 1))))
