"""`heardback audit verify`: whether the record of what was done is as it was written. Changes nothing."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from bot.commands import start
from bot.commands.refusal import refuse
from storage import Database, DatabaseError, audit, checkpoints, releases


def verify(file: Path, marks: Sequence[str]) -> None:
    """Say what was looked at, and end with a failure when anything does not hold."""
    settings = start.read(file)
    wanted = [_mark(mark) for mark in marks]
    database = start.database_of(settings)
    if database is None:
        raise refuse("There is no database yet, and so no record.")
    try:
        points = checkpoints.read(database.keyring, settings.apart) if settings.apart else ()
        found = _verified(database, points, wanted)
    except checkpoints.CheckpointsError as error:
        raise refuse(str(error), "The file of checkpoints itself was changed.") from None
    except DatabaseError as error:
        raise refuse(f"The record cannot be read: {type(error).__name__}.") from None
    finally:
        database.close()
    if not found.whole:
        raise refuse(*_faults(found))
    typer.echo(f"{found.rows:,} rows, each as it was written and in its place.")
    if settings.apart is None:
        typer.echo(
            "Nothing is written down elsewhere (apart = ...), so cut-off rows would not show."
        )
    else:
        typer.echo(
            f"{found.checkpoints:,} checkpoints in {settings.apart} agree; "
            f"{found.after_last_checkpoint:,} rows are newer than the last of them."
        )


def _mark(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{12,64}", text.strip().lower()):
        raise refuse(f'"{text}" is no mark: it is 12 letters and figures from a digest.')
    return text.strip().lower()[: audit.MARK]


def _verified(
    database: Database, points: Iterable[audit.Checkpoint], wanted: Sequence[str]
) -> audit.Verified:
    console = Console(stderr=True)
    with database.reading() as session:
        marks = {*wanted, *releases.audit_marks(session)}
        with Progress(console=console, disable=not sys.stderr.isatty()) as progress:
            task = progress.add_task("Rows", total=audit.length(session))
            return audit.verify(
                session, points, marks, looked=lambda rows: progress.advance(task, rows)
            )


def _faults(found: audit.Verified) -> list[str]:
    said = []
    if found.faults:
        places = ", ".join(map(str, found.broken))
        more = ", and more" if found.faults > len(found.broken) else ""
        said.append(
            f"The record is not as it was written, at {found.faults:,} of {found.rows:,} rows: "
            f"{places}{more}."
        )
    said += [
        f"No row of the record has the mark {mark}, which a digest carries."
        for mark in sorted(found.marks_not_found)
    ]
    return said
