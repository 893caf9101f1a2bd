"""Spreadsheets as people have them: .csv, .xlsx and .jsonl, row by row, however long.

Every row of a file either comes out with its line number or is named as a bad row with its reason:
none is lost. A file that is no spreadsheet is refused in a sentence for whoever chose it, and no
sentence repeats what stands in a row.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

BadRows = list[tuple[int, str]]

LONGEST_CELL = 1_000_000  # characters; a cell beyond this is a missing quote, not words
MOST_PARTS = 5_000
MOST_UNPACKED = 4 * 1024**3  # bytes
UNPACKED_UNASKED = 64 * 1024**2  # bytes; below this no density is looked at
DENSEST = 200  # times; sheets of text pack by ten or twenty, what is made to burst by a thousand
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old .xls files, and .xlsx files with a password
MOST_COLUMNS = 2_000
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    NotImplementedError,
    EOFError,
    IndexError,
    KeyError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)
_ZIP = b"PK\x03\x04"

# What a column may be called, most telling first; compared in small letters without punctuation.
_NAMES: Mapping[str, Sequence[str]] = {
    "text": (
        "text",
        "comment",
        "comments",
        "words",
        "feedback",
        "response",
        "answer",
        "reflection",
    ),
    "respondent": ("respondent", "respondent id", "participant", "participant id", "person id"),
    "relayed_by": ("relayed by", "champion", "collected by", "recorded by", "interviewer"),
    "date": ("date", "on", "on date", "when", "day", "submitted", "created", "timestamp"),
    "agreement": ("agreement", "agreed", "agreed to", "consent", "permission"),
    "speaker": ("speaker", "voice", "whose voice", "who spoke", "spoken by"),
    "agency": ("agency", "organisation", "organization", "service", "team", "trust", "employer"),
    "name": ("name", "full name", "display name"),
    "email": ("email", "e mail", "email address", "mail", "work email"),
    "role": ("role", "roles", "seat", "seats"),
}


class NotASpreadsheet(Exception):
    """The file cannot be read as rows; the message is a sentence for the person who chose it."""


def rows(
    path: Path, sheet: str | None = None, *, bad: BadRows | None = None
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its line number in the file (the header is line 1) and its cells by column.

    `sheet` picks a sheet of a workbook; otherwise the first. Rows that cannot be read are added to
    `bad` with a reason; without a collector the first of them raises. Empty rows are passed over.
    Raises NotASpreadsheet, when the first row is asked for.
    """
    start = _start_of(path)
    kind = path.suffix.lower()
    if kind not in {".csv", ".xlsx", ".jsonl"}:
        raise NotASpreadsheet(
            f"{path.name} is not a .csv, .xlsx or .jsonl file. In your spreadsheet program choose "
            "Save as, then CSV or Excel workbook (.xlsx)."
        )
    problems: BadRows = _Refusing(path) if bad is None else bad
    if start.startswith(_OLE):
        raise NotASpreadsheet(
            f"{path.name} has a password or is an old Excel file. Open it, take the password "
            "off, and save it as an Excel workbook (.xlsx) or as CSV."
        )
    if kind == ".xlsx":
        yield from _workbook(path, sheet, problems)
    elif start.startswith(_ZIP):
        raise NotASpreadsheet(
            f"{path.name} is called {kind} but looks like an Excel file. Give it the ending .xlsx."
        )
    elif kind == ".csv":
        yield from _csv(path, problems)
    else:
        yield from _jsonl(path, problems)


def columns(path: Path, sheet: str | None = None) -> tuple[str, ...]:
    """The names of the columns, in order; a .jsonl file's are those of its first readable line."""
    for _line, row in rows(path, sheet, bad=[]):
        return tuple(row)
    raise NotASpreadsheet(f"{path.name} has no rows under its column names.")


def guess(columns: Sequence[str]) -> Mapping[str, str]:
    """Which column holds what, as far as its name tells: {"text": "Comment", "date": "When"}.

    Each column is used once; what cannot be told is left out.
    """
    plain = {column: re.sub(r"[\W_]+", " ", column).strip().lower() for column in columns}
    found: dict[str, str] = {}
    for exactly in (True, False):
        for purpose, names in _NAMES.items():
            free = [column for column in columns if column not in found.values()]
            match = next((c for n in names for c in free if _means(plain[c], n, exactly)), None)
            if purpose not in found and match is not None:
                found[purpose] = match
    return found


def _means(column: str, name: str, exactly: bool) -> bool:
    if exactly:
        return column == name
    return len(name) > 3 and re.search(rf"\b{name}\b", column) is not None


class _Refusing(BadRows):
    """Stands in for a collector when the caller gave none: the first bad row ends the reading."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._name = path.name

    def append(self, row: tuple[int, str]) -> None:
        raise NotASpreadsheet(f"{self._name}, line {row[0]}: {row[1]}")


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            start = file.read(65536)
    except FileNotFoundError:
        raise NotASpreadsheet(f"There is no file {path}.") from None
    except OSError:
        raise NotASpreadsheet(f"{path} cannot be opened. Is it a folder, or locked?") from None
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise NotASpreadsheet(f"{path.name} is empty.")
    return start


def _encoding(path: Path) -> str:
    """UTF-8 when the whole file is, otherwise what older Windows programs write."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    control = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if control.search(block):
                raise NotASpreadsheet(
                    f"{path.name} is not text inside, whatever its name says. Open it in the program "
                    "it came from and save it as CSV or as an Excel workbook (.xlsx)."
                )
    try:
        with path.open(encoding="utf-8-sig") as text:
            while text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _csv(path: Path, bad: BadRows) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding=_encoding(path), errors="replace", newline="") as file:
        csv.field_size_limit(LONGEST_CELL)
        delimiter = _delimiter(file.read(65536))
        file.seek(0)
        typed = _Typed(file)
        lines = csv.reader(typed, delimiter=delimiter)
        try:
            header = _header(path, next(lines, []))
        except csv.Error:
            raise NotASpreadsheet(f"The first line of {path.name} cannot be read.") from None
        while True:
            line, cells = lines.line_num + 1, None
            try:
                cells = next(lines)
            except StopIteration:
                return
            except csv.Error:
                cells = None
            if cells is None or typed.is_open_after(lines.line_num - line):
                span = f"Lines {line} to {lines.line_num}" if lines.line_num > line else "Here"
                bad.append((line, f"{span}: a quotation mark is opened and never closed."))
            elif any(cell.strip() for cell in cells):
                yield from _paired(line, header, cells, bad)


class _Typed:
    """The lines of a file, remembering the last: does a cell that ran over several lines end there?"""

    def __init__(self, file: Iterable[str]) -> None:
        self._file = iter(file)
        self._last = ""

    def __iter__(self) -> _Typed:
        return self

    def __next__(self) -> str:
        self._last = next(self._file)
        return self._last

    def is_open_after(self, further_lines: int) -> bool:
        """A row of several lines must be closed by a quotation mark in its last one."""
        alone = further_lines == 0 and self._last.count('"') == 1
        if alone:
            return bool(re.search(r'(^|[,;\t|])"[^"]*$', self._last.rstrip("\r\n")))
        return further_lines > 0 and self._last.count('"') % 2 == 0


def _delimiter(sample: str) -> str:
    """The mark that the first line has most of; a comma when it has none."""
    first = re.sub(r'"[^"]*"', "", sample).lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t|", key=first.count)


def _header(path: Path, cells: Sequence[str]) -> tuple[str, ...]:
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not any(names):
        raise NotASpreadsheet(f"The first line of {path.name} must hold the names of the columns.")
    if len(names) > MOST_COLUMNS:
        raise NotASpreadsheet(
            f"The first line of {path.name} names {len(names):,} columns; {MOST_COLUMNS:,} are the most."
        )
    names = [name or f"column {place}" for place, name in enumerate(names, start=1)]
    twice = sorted(name for name, times in Counter(names).items() if times > 1)[:5]
    if twice:
        raise NotASpreadsheet(
            f"{path.name} has two columns called the same: {', '.join(twice)}. Rename one of them."
        )
    return tuple(names)


def _paired(
    line: int, header: Sequence[str], cells: Sequence[str], bad: BadRows
) -> Iterator[tuple[int, dict[str, str]]]:
    if any(cell.strip() for cell in cells[len(header) :]):
        bad.append((line, f"It has {len(cells)} cells; the first line names {len(header)}."))
        return
    if any("\ufffd" in cell for cell in cells):
        bad.append((line, "It holds letters that cannot be read. Save the file as CSV UTF-8."))
        return
    filled = [*cells, *[""] * (len(header) - len(cells))]
    yield line, {name: cell.strip() for name, cell in zip(header, filled, strict=False)}


def _jsonl(path: Path, bad: BadRows) -> Iterator[tuple[int, dict[str, str]]]:
    readable = False
    with path.open(encoding=_encoding(path), errors="replace") as file:
        for line, text in enumerate(file, start=1):
            if not text.strip():
                continue
            try:
                row = json.loads(text)
            except (ValueError, RecursionError):
                row = None
            if isinstance(row, dict) and row:
                readable = True
                yield line, {str(name): _as_text(value) for name, value in row.items()}
            elif not readable and line > 20:
                raise NotASpreadsheet(f"The lines of {path.name} are not JSON objects.")
            else:
                bad.append((line, "It is not one JSON object in curly brackets."))
    if not readable:
        raise NotASpreadsheet(f"The lines of {path.name} are not JSON objects.")


def _workbook(path: Path, sheet: str | None, bad: BadRows) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        if _is_bomb(path):
            raise NotASpreadsheet(
                f"{path.name} would unpack to far more than any workbook holds, so it is not opened."
            )
        book = load_workbook(path, read_only=True, data_only=True)
    except (*UNREADABLE, SyntaxError):
        raise NotASpreadsheet(
            f"{path.name} cannot be opened as an Excel workbook. Open it in your spreadsheet program "
            "and save it again, as an Excel workbook (.xlsx) or as CSV."
        ) from None
    try:
        names = [one.title for one in book.worksheets]
        if not names or (sheet is not None and sheet not in names):
            known = ", ".join(names) or "none"
            raise NotASpreadsheet(f"{path.name} has no sheet called {sheet}. It has: {known}.")
        page = book[sheet or names[0]]
        header: tuple[str, ...] = ()
        for line, values in enumerate(page.iter_rows(values_only=True), start=1):
            cells = [_as_text(value) for value in values]
            if not any(cell.strip() for cell in cells):
                continue
            if header:
                yield from _paired(line, header, cells, bad)
            else:
                header = _header(path, cells)
        if not header:
            raise NotASpreadsheet(f"{path.name} is empty.")
    except (*UNREADABLE, SyntaxError):
        raise NotASpreadsheet(f"{path.name} is damaged, or ends in the middle.") from None
    finally:
        book.close()


def _is_bomb(path: Path) -> bool:
    """Whether it unpacks to more than a workbook would; what is unpacked is never more than it says."""
    with zipfile.ZipFile(path) as packed:
        parts = packed.infolist()
    size = sum(part.file_size for part in parts)
    densest = max((part.file_size / max(part.compress_size, 1) for part in parts), default=0)
    if len(parts) > MOST_PARTS or size > MOST_UNPACKED:
        return True
    return size > UNPACKED_UNASKED and densest > DENSEST


def _as_text(value: Any) -> str:
    """A cell as somebody would type it: dates as 2026-09-07, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute) else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value).strip()
