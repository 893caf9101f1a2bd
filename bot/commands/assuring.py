"""`heardback assurance`: the papers for information governance, filled in for this deployment."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from bot.assurance import facts
from bot.assurance.writing import papers
from bot.commands.refusal import refuse
from bot.commands.start import database_of, read


def write(file: Path, out: Path, *, invented: bool) -> None:
    """Write every paper into this folder; one that is there already is left as it is."""
    found = _invented() if invented else _here(file)
    made = papers(found)
    there = [name for name in made if (out / name).exists()]
    if there and not invented:
        raise refuse(
            f"{', '.join(there)} in {out} would be written over, with what you decided in them. "
            "Choose an empty folder and compare."
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (out / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise refuse(f"{error.filename or out} cannot be written to.") from None
    typer.echo(f"{len(made)} papers are in {out}. What only you can decide begins with: To decide.")


def _here(file: Path) -> facts.Facts:
    settings = read(file)
    database = database_of(settings)
    if database is None:
        return facts.of(settings, None)
    try:
        return facts.of(settings, database if database.is_newest() else None)
    finally:
        database.close()


def _invented() -> facts.Facts:
    with TemporaryDirectory() as folder:
        return facts.invented(Path(folder))
