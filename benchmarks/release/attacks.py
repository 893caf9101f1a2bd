"""Attacks on what was published: each says how often somebody is left with a few who are not their own.

The attacker knows each number exactly, where only a band was printed, and which of their own are behind it.
"Few" is one to four practitioners; of voices, which have their own rule, one or two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import combinations, product

from benchmarks.release.published import Cell
from benchmarks.release.town import GROUPS
from digests import release

Weeks = Sequence[Sequence[Cell]]
FEW = {"practitioners": range(1, 5), "relayed": range(1, 3)}
HORIZON = release.HORIZON // timedelta(weeks=1)
MOST_AT_ONCE = 9  # lines of one rule in a week, with their sides


def _few(rule: str, weights: Iterable[int]) -> bool:
    return sum(weights) in FEW[rule]


def _left(sums: Sequence[tuple[int, Cell]]) -> dict[str, int]:
    """The units that do not cancel in a sum of cells, with their weights."""
    total: dict[str, int] = {}
    weight: dict[str, int] = {}
    for sign, one in sums:
        for unit, own in one.weight.items():
            total[unit] = total.get(unit, 0) + sign
            weight[unit] = own
    return {unit: weight[unit] for unit, times in total.items() if times}


def _main(cells: Iterable[Cell]) -> list[Cell]:
    return [one for one in cells if one.level != "agency"]


def margins(weeks: Weeks) -> Iterator[int]:
    """Within one week: sums and differences of up to three lines, and a theme less its agencies."""
    for cells in weeks:
        by_rule = {rule: [c for c in cells if c.rule == rule] for rule in FEW}
        for rule, own in by_rule.items():
            for theme in (c for c in own if c.level == "theme"):
                parts = [
                    c for c in own if c.level == "agency" and c.subject.split()[0] == theme.subject
                ]
                if parts:
                    rest = set(theme.units).difference(*(c.units for c in parts))
                    yield _few(rule, (theme.weight[unit] for unit in rest))
            main = _main(own)
            if len(main) > MOST_AT_ONCE:
                continue  # a dashboard has too many cells to try them all; its margins are above
            for some in (s for n in (2, 3) for s in combinations(main, n)):
                for signs in product((1, -1), repeat=len(some) - 1):
                    left = _left(list(zip((1, *signs), some, strict=True)))
                    yield -1 in signs and _few(rule, left.values())


def _pairs_in_time(weeks: Weeks) -> Iterator[tuple[Cell, Cell]]:
    """Each line and the one before it about the same subject."""
    last: dict[tuple[str, str, str], Cell] = {}
    for cells in weeks:
        for one in _main(cells):
            key = (one.rule, one.level, one.subject)
            if key in last and one.week - last[key].week < HORIZON:
                yield last[key], one
            last[key] = one


def week_to_week(weeks: Weeks) -> Iterator[int]:
    """This week's line about a subject, less the one before."""
    for old, new in _pairs_in_time(weeks):
        yield _few(new.rule, _left([(1, new), (-1, old)]).values())


def own_agency(weeks: Weeks) -> Iterator[int]:
    """A line, and a line less the one before, without the attacker's own agency."""
    for cells in weeks:
        for one in _main(cells):
            yield _without(one, dict(one.weight))
    for old, new in _pairs_in_time(weeks):
        left = _left([(1, new), (-1, old)])
        yield _without(new, left, old)


def _without(one: Cell, left: dict[str, int], other: Cell | None = None) -> bool:
    known = {unit: one.agencies.get(unit, frozenset()) for unit in left}
    if other is not None:
        known = {u: a | other.agencies.get(u, frozenset()) for u, a in known.items()}
    agencies = frozenset[str]().union(*known.values())
    return any(
        _few(one.rule, (w for u, w in left.items() if agency not in known[u]))
        for agency in agencies
    )


def two_agencies(weeks: Weeks) -> Iterator[int]:
    """A line without two agencies that put their knowledge together."""
    for cells in weeks:
        for one in _main(cells):
            names = sorted(frozenset[str]().union(*one.agencies.values()))
            yield any(
                _few(one.rule, (w for u, w in one.weight.items() if not one.agencies[u] & {a, b}))
                for a, b in combinations(names, 2)
            )


def champion(weeks: Weeks) -> Iterator[int]:
    """A line of voices without those that one champion carried."""
    yield from _champions(weeks, 1)


def two_champions(weeks: Weeks) -> Iterator[int]:
    yield from _champions(weeks, 2)


def _champions(weeks: Weeks, together: int) -> Iterator[int]:
    for cells in weeks:
        for one in _main(cells):
            if one.rule != "relayed":
                continue
            names = sorted(set(one.champions.values()))
            yield any(
                _few(one.rule, (w for u, w in one.weight.items() if one.champions[u] not in some))
                for some in combinations(names, together)
            )


def group_then_theme(weeks: Weeks) -> Iterator[int]:
    """A group's line less its themes' lines, before or after it: one at a time, and all together."""
    themes: dict[tuple[str, str], list[Cell]] = {}
    for cells in weeks:
        for one in cells:
            if one.level == "theme":
                themes.setdefault((one.rule, _group(one.subject)), []).append(one)
    for cells in weeks:
        for group in (c for c in cells if c.level == "group"):
            near = [
                t
                for t in themes.get((group.rule, group.subject), ())
                if abs(t.week - group.week) < (HORIZON if _rare(weeks) else 1)
            ]
            tries = [[t] for t in near] + ([near] if len(near) > 1 else [])
            yield any(
                _few(group.rule, _left([(1, group), *((-1, t) for t in some)]).values())
                for some in tries
            )


def line_then_sides(weeks: Weeks) -> Iterator[int]:
    """A line less strengths, worries or both of it, of any week; and a side less two lines, or all near it."""
    sides: dict[tuple[str, str], list[Cell]] = {}
    lines: dict[tuple[str, str], list[Cell]] = {}
    for cells in weeks:
        for one in cells:
            if one.level == release.SIDE:
                sides.setdefault((one.rule, one.subject.split()[0]), []).append(one)
            elif one.level in ("theme", "group"):
                lines.setdefault((one.rule, one.subject), []).append(one)
    for key, own in lines.items():
        for line in own:
            near = [s for s in sides.get(key, ()) if abs(s.week - line.week) < HORIZON]
            tries = [[s] for s in near] + [list(pair) for pair in combinations(near, 2)]
            yield any(_few(line.rule, _rest(line, some)) for some in tries)
        for one in sides.get(key, ()) if _rare(weeks) else ():
            near = [line for line in own if abs(line.week - one.week) < HORIZON]
            tries = [list(pair) for pair in combinations(near, 2)] + [near]
            yield any(_few(one.rule, _rest(one, some)) for some in tries if some)


def _rest(one: Cell, others: Iterable[Cell]) -> Iterable[int]:
    return _left([(1, one), *((-1, other) for other in others)]).values()


def _rare(weeks: Weeks) -> bool:
    """Whether there are few enough lines to try each against each (a digest, not a dashboard)."""
    return max(len(cells) for cells in weeks) <= 2 * MOST_AT_ONCE


def _group(theme: str) -> str:
    return f"g{int(theme[1:]) % GROUPS}"


BANDS = (5, 10, 20)


def all_but_one(weeks: Weeks, *, bands: bool) -> Iterator[int]:
    """Everybody behind a line but one: does the published size say that there is one more?"""
    for cells in weeks:
        for one in (c for c in _main(cells) if c.rule == "practitioners"):
            yield one.size in BANDS if bands else 1


def beyond_the_horizon(weeks: Weeks) -> Iterator[int]:
    """Any line about a subject less any one about it from so long ago that the ledger has forgotten it."""
    seen: dict[tuple[str, str, str], list[Cell]] = {}
    for cells in weeks:
        for one in _main(cells):
            before = seen.setdefault((one.rule, one.level, one.subject), [])
            for old in before:
                if one.week - old.week >= HORIZON:
                    yield _few(one.rule, _left([(1, one), (-1, old)]).values())
            before.append(one)


ATTACKS: dict[str, Callable[[Weeks], Iterator[int]]] = {
    "margins and sums within a week": margins,
    "this week less the last": week_to_week,
    "an agency takes out its own": own_agency,
    "a champion takes out their own": champion,
    "a group less its themes": group_then_theme,
    "a line less its sides": line_then_sides,
    "two agencies together": two_agencies,
    "two champions together": two_champions,
    "a line less one that is older than the horizon": beyond_the_horizon,
}
