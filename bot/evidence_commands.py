"""`heardback assurance` and `heardback audit`: what whoever must say yes is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.people_commands import HERE, SettingsFile

audit_commands = typer.Typer(help="The record of what was done.", no_args_is_help=True)


def add_to(cli: typer.Typer) -> None:
    """Put these commands under the others."""
    cli.add_typer(audit_commands, name="audit")
    cli.command("assurance")(assurance)


@audit_commands.callback()
def _audit() -> None:
    """The record of what was done."""


@audit_commands.command("verify")
def audit_verify(
    mark: Annotated[
        list[str] | None, typer.Option(help="A mark from a digest's footer; several times.")
    ] = None,
    settings: SettingsFile = HERE,
) -> None:
    """Look at every row of the record, and at what was written down elsewhere."""
    from bot.commands import verifying

    verifying.verify(settings, mark or [])


def assurance(
    out: Annotated[Path, typer.Option(help="The folder that the papers are written to.")],
    settings: SettingsFile = HERE,
    invented: Annotated[
        bool, typer.Option("--invented", help="For an invented partnership, as an example.")
    ] = False,
) -> None:
    """Papers for information governance, filled in from the settings: data map, DPIA and others."""
    from bot.commands import assuring

    assuring.write(settings, out, invented=invented)
