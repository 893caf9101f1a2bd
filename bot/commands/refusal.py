"""How a command says no: sentences on the error stream, and an end that other programs can see."""

from __future__ import annotations

import typer


def refuse(*sentences: str) -> typer.Exit:
    """Say what is wrong, and end with a failure."""
    for sentence in sentences:
        typer.echo(sentence, err=True)
    return typer.Exit(1)
