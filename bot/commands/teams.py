"""`heardback teams package`: what each organisation's administrator uploads, before any secret is there."""

from __future__ import annotations

from pathlib import Path

import typer

from bot.commands.document import called, document
from bot.commands.refusal import refuse
from bot.settings_teams import GUID, NAME


def package(file: Path, out: Path) -> None:
    """Write a zip file for each registration; ends with 1 when one of them cannot be made."""
    from bot.teams.package import manifest
    from bot.teams.package import package as packed

    found = document(file)
    partnership, address = called(found)
    registrations = found.get("teams") or []
    if not registrations:
        raise refuse("No registration in Teams is set up: there is no [[teams]] part.")
    if not address.startswith("https://"):
        raise refuse("Teams shows pages of https:// only: public_address must begin with it.")
    made = {}
    for one in registrations:
        name, app_id = str(one.get("name", "")), str(one.get("app_id", "")).lower()
        if not NAME.match(name) or not GUID.match(app_id):
            raise refuse(
                f'The registration "{name}" needs a name and an app_id: see heardback check.'
            )
        privacy = str(one.get("privacy_url", ""))
        made[name] = packed(
            manifest(
                name=name, app_id=app_id, partnership=partnership, address=address, privacy=privacy
            )
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in made.items():
            (out / f"heardback-{name}.zip").write_bytes(content)
            typer.echo(f"{out / f'heardback-{name}.zip'}")
    except OSError as error:
        raise refuse(f"{error.filename or out} cannot be written to.") from None
