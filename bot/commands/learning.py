"""`heardback learn`: a coder from a codebook and people's own coding, and an honest word on how good it is.

Every figure is for words that the coder had not seen. Where there are too few examples to say, it says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from bot.commands.reading import book_from
from bot.commands.refusal import refuse
from digests import themes
from digests.codebook import Codebook
from digests.themes import Proof

Coded = tuple[str, tuple[str, ...]]


def learn(*, book: Path | None, examples: Path, out: Path) -> None:
    """Write the coder to `out` and print what may be expected of it.

    Refuses in a sentence when the codebook, the examples or the place to write is wrong; lines of
    the examples that cannot be used are named, and the rest is learnt from.
    """
    codebook = book_from(book)
    bad: list[str] = []
    coded = list(_coded(examples, codebook, bad))
    for sentence in bad:
        typer.echo(sentence, err=True)
    if not coded:
        raise refuse(f"There is nothing to learn from in {examples}.")
    console = Console(stderr=True)
    with console.status("Reading every text with a coder that never saw it"):
        proof = themes.prove(codebook, coded)
    with console.status("Making the coder"):
        made = themes.to_bytes(themes.train(codebook, coded))
    try:
        out.write_bytes(made)
    except OSError:
        raise refuse(f"{out} cannot be written. Is its folder there?") from None
    _tell(proof, codebook)
    typer.echo(f"The coder is in {out} ({len(made) / 1e6:.1f} MB).")
    if bad:
        raise typer.Exit(1)


def _coded(file: Path, codebook: Codebook, bad: list[str]) -> Iterator[Coded]:
    """Each text with its themes; what is wrong with a line is added to `bad`."""
    known = {theme.id for theme in codebook.themes}
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise refuse(f"{file} is not text in UTF-8.") from None
    except OSError:
        raise refuse(f"{file} cannot be opened. Is it there, and a file?") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        given = row.get("themes") if isinstance(row, dict) else None
        if (
            not isinstance(row, dict)
            or not isinstance(row.get("text"), str)
            or not isinstance(given, list)
            or not all(isinstance(id, str) for id in given)
        ):
            bad.append(
                f'Line {number} was not used: it is not like {{"text": "…", "themes": ["…"]}}.'
            )
        elif strange := [id for id in given if id not in known]:
            bad.append(f"Line {number} was not used: the codebook has no theme '{strange[0]}'.")
        else:
            yield row["text"], tuple(given)


def _tell(proof: Proof, codebook: Codebook) -> None:
    """The figures, as a table on the screen and as lines when piped."""
    table = Table(title=f"Learnt from {proof.texts:,} coded texts", title_justify="left")
    table.add_column("Theme")
    table.add_column("Examples", justify="right")
    table.add_column("F1 on words not seen", justify="right")
    for one in sorted(proof.themes, key=lambda one: -one.examples):
        name = codebook.theme(one.theme).name
        table.add_row(name, str(one.examples), _figure(one.f1))
    Console().print(table)
    typer.echo(
        f"All labels together (micro-F1): {_figure(proof.micro)}. "
        f"Mean of the themes that can be measured (macro-F1): {_figure(proof.macro)}."
    )


def _figure(value: float | None) -> str:
    return "too few to say" if value is None else f"{value:.2f}"
