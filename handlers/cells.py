"""Tables for a spreadsheet: as RFC 4180 says, and no cell that one of them would run.

A cell that begins with what spreadsheets take for a formula gets an apostrophe before it. Whoever reads the
file as text sees that apostrophe; whoever opens it as a sheet does not, and nothing is computed or fetched.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

UNSEEN = (*map(chr, range(32)), "\x7f")  # some programs leave these away, and then see what follows
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", *UNSEEN)


def cell(value: Any) -> str:
    """A value as it stands in a cell; what could begin a formula begins with an apostrophe instead."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(FORMULA) else text


def write(out: TextIO, rows: Iterable[Sequence[Any]], *, quoting: int = csv.QUOTE_MINIMAL) -> None:
    """Write rows of cells; `out` is opened with `newline=""`."""
    writer = csv.writer(out, quoting=quoting, lineterminator="\r\n")  # type: ignore[arg-type]
    writer.writerows([cell(value) for value in row] for row in rows)


def spreadsheet(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The rows as CSV under the names of the first one's fields, each cell quoted."""
    out = io.StringIO(newline="")
    if rows:
        each = [tuple(row.values()) for row in rows]
        write(out, [tuple(rows[0].keys()), *each], quoting=csv.QUOTE_ALL)
    return out.getvalue().encode("utf-8-sig")
