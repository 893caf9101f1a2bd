"""`heardback read`: a file of words in, what the machine reads in each out, and nothing kept.

It is the dry run for an analyst's old spreadsheet. Each line that can be read becomes one line of
JSON; each that cannot is named with its number and reason, and no sentence repeats what stands in it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import IO, Any

import typer

from bot import readers
from bot.commands.refusal import refuse
from digests import codebook, reading
from digests.themes import Coder, CoderError, from_bytes, train

LARGEST_BATCH = 512  # texts; the first batch is one text, so that the first line comes at once

Row = tuple[Any, str]  # an id and words


def read(file: Path | None, *, only: str, book: Path | None, coder: Path | None) -> None:
    """Write one line of JSON for each text; exits with 1 when a line could not be read.

    Without a file the lines are taken from standard input.
    """
    parts = _parts(only)
    trained = _coder(book, coder) if "themes" in parts else None
    bad: readers.BadRows = []
    rows = _lines(sys.stdin.buffer, bad) if file is None else _rows(file, bad)
    try:
        for batch in _batches(rows):
            texts = [text for _, text in batch]
            found = reading.read_many(texts, parts=parts, coder=trained)
            for (id, _), one in zip(batch, found, strict=True):
                sys.stdout.write(json.dumps({"id": id, **one}, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    except readers.NotASpreadsheet as error:
        raise refuse(str(error)) from None
    except BrokenPipeError:  # whoever was reading has read enough
        sys.stderr.close()
        raise typer.Exit(0) from None
    for line, why in bad:
        typer.echo(f"Line {line} was not read. {why}", err=True)
    if bad:
        raise typer.Exit(1)


def _parts(only: str) -> tuple[str, ...]:
    wanted = [part.strip() for part in only.split(",") if part.strip()]
    if strange := [part for part in wanted if part not in reading.PARTS]:
        raise refuse(f"There is no part {strange[0]}. There are: {', '.join(reading.PARTS)}.")
    return tuple(part for part in reading.PARTS if part in wanted or not wanted)


def _coder(book: Path | None, coder: Path | None) -> Coder:
    if coder is None:
        return train(book_from(book))
    try:
        return from_bytes(coder.read_bytes())
    except CoderError as error:
        raise refuse(f"{coder} cannot be used. {error}") from None
    except OSError:
        raise refuse(f"{coder} cannot be opened. Is it there, and a file?") from None


def book_from(file: Path | None) -> codebook.Codebook:
    """The codebook in this file, or the starter codebook; refuses with its mistake."""
    if file is None:
        starter = resources.files("handlers").joinpath("starter/codebook.toml")
        return codebook.read(starter.read_text("utf-8"))
    try:
        return codebook.read(file.read_text("utf-8-sig"))
    except codebook.CodebookError as error:
        raise refuse(f"{file}: {error}") from None
    except UnicodeDecodeError:
        raise refuse(f"{file} is not text in UTF-8.") from None
    except OSError:
        raise refuse(f"{file} cannot be opened. Is it there, and a file?") from None


def _rows(file: Path, bad: readers.BadRows) -> Iterator[Row]:
    """The rows of a file: lines of JSON as they stand, a spreadsheet by its column of words."""
    if file.suffix.lower() in {".jsonl", ".ndjson", ".json"}:
        try:
            with file.open("rb") as lines:
                yield from _lines(lines, bad)
        except OSError:
            raise readers.NotASpreadsheet(f"{file} cannot be opened. Is it a file?") from None
        return
    there = readers.columns(file)
    column = readers.guess(there).get("text")
    if column is None:
        raise readers.NotASpreadsheet(
            f"No column of {file.name} is called text. Its columns are: {', '.join(there)}."
        )
    for line, cells in readers.rows(file, bad=bad):
        yield cells.get("id") or line, cells[column]


def _lines(lines: IO[bytes], bad: readers.BadRows) -> Iterator[Row]:
    """JSON lines: an object with `text`, and its `id` where it has one, else the line's number."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig"))
        except UnicodeDecodeError:
            bad.append((number, "It is not text in UTF-8."))
            continue
        except (ValueError, RecursionError):
            row = None
        if isinstance(row, str):
            row = {"text": row}
        if not isinstance(row, dict):
            bad.append((number, 'It is not one JSON object, such as {"id": 1, "text": "…"}.'))
        elif not isinstance(row.get("text"), str):
            bad.append((number, "It has no text in quotes called text."))
        else:
            id = row.get("id")
            yield number if id is None else id, _well_formed(row["text"])


def _well_formed(text: str) -> str:
    """JSON can hold half of a pair that stands for one sign; no output could carry it."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _batches(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    """One text, then two, four and so on: the first answer at once, the many fast."""
    size, batch = 1, []
    for row in rows:
        batch.append(row)
        if len(batch) >= size:
            yield batch
            size, batch = min(2 * size, LARGEST_BATCH), []
    if batch:
        yield batch
