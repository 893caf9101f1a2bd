"""Small pictures as SVG: the band strip and the dots of answered themes.

People appear as one of three heights and never as a figure, a point or a joined line; weeks with
nothing shown are dots, alike whether nobody spoke or too few did. Colours come from classes, so that
the page needs no inline style, and every picture is hidden from screen readers because its caption
says the same in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from digests.content import BANDS, Block, Lens, Tally
from digests.page import short_day

_LEFT, _RIGHT, _BASE = 58.0, 300.0, 84
_TOP = dict(zip(BANDS, (64, 42, 20), strict=True))
_DAY = timedelta(days=1)
_A_ROW, _MOST_DOTS = 14, 84

_SHIELD = (
    '<path d="M10 17C4.5 14 3 9.5 3.5 4.5 6.5 4.5 8.5 3.5 10 2c1.5 1.5 3.5 2.5 6.5 2.5'
    'C17 9.5 15.5 14 10 17Z" fill="none" stroke="currentColor" stroke-width="2"/>'
    '<path d="m7 9.5 2.2 2.3L13 7.6" fill="none" stroke="currentColor" stroke-width="2"/>'
)
_DIAMOND = (
    '<path d="M10 2.5 17.5 10 10 17.5 2.5 10Z" fill="none" stroke="currentColor"'
    ' stroke-width="2"/><path d="M10 7v3.5" stroke="currentColor" stroke-width="2"/>'
    '<circle cx="10" cy="13.2" r="1.15" fill="currentColor"/>'
)
_STROKE = 'fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"'
_ICONS = {  # name: (size of the square, drawing); each status has a shape of its own
    "helps": (20, _SHIELD),
    "worry": (20, _DIAMOND),
    "heard": (14, f'<circle cx="7" cy="7" r="5" {_STROKE}/>'),
    "being_looked_at": (
        14,
        f'<circle cx="7" cy="7" r="5" {_STROKE}/><path d="M7 2a5 5 0 0 1 0 10Z" '
        'fill="currentColor"/>',
    ),
    "held_until": (14, f'<path d="M4.5 2v10M9.5 2v10" {_STROKE}/>'),
    "changed": (14, f'<path d="m2.5 7.5 3 3.2 6-7" {_STROKE}/>'),
    "partly": (14, f'<path d="M2 10.5h4V7h4V3.5h2" {_STROKE}/>'),
    "not_now": (14, f'<path d="M2.5 7h9" {_STROKE}/>'),
    "not_ours": (14, f'<path d="M2.5 7h9M8 3.5 11.5 7 8 10.5" {_STROKE}/>'),
}


def band_strip(blocks: Sequence[Block], *, first: date, last: date) -> str:
    """Return the releases of one theme between two days as SVG, the latest one in full colour.

    A block is as wide as the days it gathered over. Where two windows meet, the later one begins
    after the earlier one ends. Raises ValueError for a band that is none of the three.
    """
    if last <= first:
        raise ValueError("a band strip needs more than one day")
    drawn = _within(blocks, first=first, last=last)
    marks = [_scale()]
    at = first
    for block in drawn:
        marks.append(_dots(at, block.start, first=first, last=last))
        marks.append(_block(block, block is drawn[-1], first=first, last=last))
        at = block.end + _DAY
    marks.append(_dots(at, last + _DAY, first=first, last=last))
    marks.append('<path class="k-edge" d="M58 84.5H300" stroke-width="1"/>')
    marks.append(_text(58, 106, short_day(first), "start"))
    marks.append(_text(300, 106, short_day(last), "end"))
    return _svg("0 0 304 112", "strip", "".join(marks))


def loop_dots(answered: int, asked: int) -> str:
    """Return one dot a theme, the answered ones first and ticked; '' for none or more than 84."""
    if not 0 <= answered <= asked:
        raise ValueError("more themes answered than asked")
    if not 0 < asked <= _MOST_DOTS:
        return ""
    rows = -(-asked // _A_ROW)
    dots = "".join(_dot(n, ticked=n < answered) for n in range(asked))
    return _svg(f"0 0 {_A_ROW * 30} {rows * 30 + 2}", "dots", dots)


def tally_bar(tally: Tally, lens: Lens) -> str:
    """Return one square a theme on a row as wide as the lens's fullest, the answered ones filled."""
    most = max(12, *(t.heard for t in lens.tallies))
    squares = "".join(
        f'<rect class="{"f-h" if n < tally.answered else "f-surf k-open"}" x="{n * 16 + 2}" y="2"'
        ' width="11" height="11" rx="2"/>'
        for n in range(tally.heard)
    )
    return _svg(f"0 0 {most * 16} 15", "squares", squares)


def icon(name: str) -> str:
    """Return the shape that goes with a status or a stance; '' for a name without one."""
    if name not in _ICONS:
        return ""
    size, drawing = _ICONS[name]
    return _svg(f"0 0 {size} {size}", "icon", drawing)


def _svg(box: str, name: str, inside: str) -> str:
    return (
        f'<svg class="{name}" viewBox="{box}" aria-hidden="true" focusable="false">{inside}</svg>'
    )


def _within(blocks: Sequence[Block], *, first: date, last: date) -> list[Block]:
    drawn: list[Block] = []
    at = first
    for block in sorted(blocks, key=lambda b: (b.start, b.end, b.band)):
        if block.band not in _TOP:
            raise ValueError("people are shown in one of three bands")
        start, end = max(block.start, at), min(block.end, last)
        if start <= end:
            drawn.append(Block(start, end, block.band))
            at = end + _DAY
    return drawn


def _scale() -> str:
    return "".join(
        _text(50, top + 5, band, "end")
        + f'<path class="k-line" d="M58 {top}H300" stroke-width="1"/>'
        for band, top in reversed(_TOP.items())
    )


def _block(block: Block, latest: bool, *, first: date, last: date) -> str:
    left = _across(block.start, first=first, last=last) + 1.5
    wide = max(2.0, _across(block.end + _DAY, first=first, last=last) - 1.5 - left)
    top = _TOP[block.band]
    place = f'x="{left:.1f}" y="{top}" width="{wide:.1f}" height="{_BASE - top}" rx="3"'
    return f'<rect class="{"f-h" if latest else "f-tint k-block"}" {place}/>'


def _dots(start: date, end: date, *, first: date, last: date) -> str:
    left = _across(start, first=first, last=last) + 3
    right = _across(end, first=first, last=last) - 3
    if right - left < 2:
        return ""
    line = f'd="M{left:.1f} 83H{right:.1f}" stroke-width="2" stroke-dasharray="2 3"'
    return f'<path class="k-edge" {line}/>'


def _across(on: date, *, first: date, last: date) -> float:
    return _LEFT + (_RIGHT - _LEFT) * (on - first).days / ((last - first).days + 1)


def _text(x: int, y: int, words: str, anchor: str) -> str:
    where = f'x="{x}" y="{y}" font-size="15" text-anchor="{anchor}"'
    return f'<text class="t-soft" {where}>{words}</text>'


def _dot(number: int, *, ticked: bool) -> str:
    x, y = number % _A_ROW * 30 + 15, number // _A_ROW * 30 + 15
    if not ticked:
        return f'<circle class="f-surf k-open" cx="{x}" cy="{y}" r="9.5"/>'
    tick = f'<path class="k-on" d="m{x - 4.5} {y} 3.4 3.6 6-7.2"/>'
    return f'<circle class="f-h" cx="{x}" cy="{y}" r="11"/>{tick}'
