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

_ROW, _HEAD, _WIDE, _BOX = 64, 34, 720, 190
_LEFT, _MIDDLE, _RIGHT = 10, (_WIDE - _BOX) // 2, _WIDE - _BOX - 10
_LONGEST = 22  # letters of a label in the drawing; the table has all of it


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
    tall = _HEAD + max(len(heard), len(passed), 1) * _ROW
    middle = (tall - _ROW) // 2 + 8
    inside = [_station(_MIDDLE, middle, group, strong=True)]
    for n, one in enumerate(heard):
        y = _HEAD + n * _ROW
        inside.append(_station(_LEFT, y, one.name))
        inside += _arrows(_LEFT + _BOX, y, _MIDDLE, middle, one)
    for n, one in enumerate(passed):
        y = _HEAD + n * _ROW
        inside.append(_station(_RIGHT, y, one.name))
        inside += _arrows(_MIDDLE + _BOX, middle, _RIGHT, y, one)
    return (
        f'<svg class="map" viewBox="0 0 {_WIDE} {tall}" aria-hidden="true" focusable="false">'
        f"{_MARKS}{''.join(inside)}</svg>"
    )


_MARKS = (
    '<defs><marker id="m-go" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
    'orient="auto-start-reverse"><path d="M0 0 10 5 0 10Z" fill="currentColor"/></marker></defs>'
)


def _station(x: int, y: int, name: str, *, strong: bool = False) -> str:
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    kind = "m-own" if strong else "m-box"
    return (
        f'<rect class="{kind}" x="{x}" y="{y}" width="{_BOX}" height="40" rx="8"/>'
        f'<text class="m-name" x="{x + _BOX // 2}" y="{y + 25}" text-anchor="middle">'
        f"{escape(short)}</text>"
    )


def _arrows(x1: int, y1: int, x2: int, y2: int, one: Station) -> list[str]:
    """There, with how many themes went; and back, dashed, with how many came back."""
    there = _arrow(x1, y1 + 14, x2, y2 + 14, one.sent, "m-go")
    if not one.returned:
        return [there]
    return [there, _arrow(x2, y2 + 28, x1, y1 + 28, one.returned, "m-back")]


def _arrow(x1: int, y1: int, x2: int, y2: int, count: int, kind: str) -> str:
    gap = 4 if x1 < x2 else -4
    along = 0.32 if kind == "m-go" else 0.38  # near to where it starts, so that labels keep apart
    x, y = x1 + (x2 - x1) * along, y1 + (y2 - y1) * along
    lift = -4 if kind == "m-go" else 15
    return (
        f'<path class="{kind}" d="M{x1 + gap} {y1} {x2 - gap} {y2}" marker-end="url(#m-go)"/>'
        f'<text class="m-count" x="{x:.0f}" y="{y + lift:.0f}" text-anchor="middle">{count}</text>'
    )
