"""`heardback slack manifest` and `check`: an app in ten minutes, and what is wrong with it in plain words."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import typer

from bot.commands.document import called, document
from bot.commands.refusal import refuse
from bot.slack.manifest import manifest as manifest_of


def manifest(file: Path, name: str, *, socket: bool, status: bool) -> None:
    """Print the manifest. The secrets need not be there yet: they come from the app that it makes."""
    partnership, address = called(document(file))
    made = manifest_of(
        name=name,
        partnership=partnership,
        address=address,
        socket=socket,
        status=status,
    )
    typer.echo(json.dumps(made, indent=2))


def check(file: Path) -> None:
    """Ask Slack about every app; ends with 1 when anything is wrong."""
    from bot.commands.start import read
    from bot.slack.checking import problems
    from bot.slack.edge import apps_of

    apps = apps_of(read(file).slack)
    if not apps:
        raise refuse("No app in Slack is set up: there is no [[slack]] part.")
    found = [said for app in apps.values() for said in asyncio.run(problems(app))]
    if found:
        raise refuse(*found)
    typer.echo("Slack knows every app, and each has what it needs.")
