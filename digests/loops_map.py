"""The map of loops: where themes were heard, who has them now, and what came back to whom.

Themes are counted and people never; a station is a level of the network, somebody to whom the group passed a
theme, a group at work, or a neighbour. The drawing is hidden from screen readers, because the table beside it says
the same in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

_ROW, _TOP, _TALL, _LINE = 72, 12, 44, 20
_WIDE, _BOX, _OWN = 880, 220, 180
_LEFT, _MIDDLE, _RIGHT = 10, 350, 650
_LONGEST = 25  # letters of a label in the drawing; the table has all of it


@dataclass(frozen=True)
class Station:
    """A place in the network. `sent`: themes that went from there to the group, or from the group there.

    `returned`: how many of these came back: as an answer that people were told, or as what it led to.
    """

    name: str
    side: Literal["heard", "passed"]
    sent: int
    returned: int


def draw(stations: Sequence[Station], *, group: str) -> str:
    """The map as SVG: heard on the left, the group in the middle, passed on to the right.

    An arrow goes with the themes; a dashed one comes back, and is missing where nothing has.
    """
    heard = [one for one in stations if one.side == "heard"]
    passed = [one for one in stations if one.side == "passed"]
    rows = max(len(heard), len(passed), 1)
    tall = _TOP + rows * _ROW
    inside = [_box("m-own", _MIDDLE, _TOP, _OWN, (rows - 1) * _ROW + _TALL, group)]
    for n, one in enumerate(heard):
        y = _TOP + n * _ROW
        inside += [_box("m-box", _LEFT, y, _BOX, _TALL, one.name)]
        inside += _ways(one, _LEFT + _BOX, _MIDDLE, y)
    for n, one in enumerate(passed):
        y = _TOP + n * _ROW
        inside += [_box("m-box", _RIGHT, y, _BOX, _TALL, one.name)]
        inside += _ways(one, _MIDDLE + _OWN, _RIGHT, y)
    return (
        f'<svg class="map" viewBox="0 0 {_WIDE} {tall}" aria-hidden="true" focusable="false">'
        f"{_MARKS}{''.join(inside)}</svg>"
    )


_MARKS = (
    '<defs><marker id="m-end" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
    'markerHeight="7" orient="auto"><path d="M0 0 10 5 0 10Z" fill="currentColor"/></marker></defs>'
)


def _box(kind: str, x: int, y: int, wide: int, tall: int, name: str) -> str:
    """A station: its name on one line, or in a tall one a line for each word."""
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    lines = [short] if tall == _TALL else name.split()
    first = y + tall // 2 + 5 - (len(lines) - 1) * _LINE // 2
    words = "".join(
        f'<tspan x="{x + wide // 2}" y="{first + n * _LINE}">{escape(line)}</tspan>'
        for n, line in enumerate(lines)
    )
    return (
        f'<rect class="{kind}" x="{x}" y="{y}" width="{wide}" height="{tall}" rx="8"/>'
        f'<text class="m-name" text-anchor="middle">{words}</text>'
    )


def _ways(one: Station, start: int, end: int, y: int) -> list[str]:
    """There, with how many themes went; and back below it, dashed, with how many came back."""
    middle = (start + end) // 2
    ways = [_way("m-go", start + 4, end - 4, y + 16), _count(middle, y + 10, one.sent)]
    if one.returned:
        ways += [_way("m-back", end - 4, start + 4, y + 30), _count(middle, y + 46, one.returned)]
    return ways


def _way(kind: str, start: int, end: int, y: int) -> str:
    return f'<path class="{kind}" d="M{start} {y}H{end}" marker-end="url(#m-end)"/>'


def _count(x: int, y: int, count: int) -> str:
    return f'<text class="m-count" x="{x}" y="{y}" text-anchor="middle">{count}</text>'
