"""`heardback close` and `certificate`: the end of a partnership, and what a third person checks of it.

The folder is written before anything is deleted; what was deleted is looked for once more before the
certificate gets its name.
"""

from __future__ import annotations

from pathlib import Path

import typer

from bot import apart
from bot.clock import wall_clock
from bot.commands.acting import actor_with
from bot.commands.parting import empty_folder, write
from bot.commands.refusal import refuse
from bot.commands.seating import Desk
from handlers import certificate
from handlers.permissions import NotAllowedError
from storage.parting import ending

LARGEST = 1 << 30  # bytes of one file


def end(file: Path, partnership: str, by: str, *, out: Path, yes: bool) -> None:
    """Write the records, delete everything, look for what is left, and leave the certificate."""
    empty_folder(out)
    with Desk(file, partnership) as desk:
        actor = actor_with(desk, by)
        if not yes:
            typer.confirm(f"Delete everything of {desk.partnership} for ever?", abort=True)
        try:
            with desk.database.writing() as session:
                found = certificate.finish(session, actor, now=wall_clock())
                write(out, found.records)
                write(out, {f"{name}.half": held for name, held in found.certificate.items()})
        except NotAllowedError:
            raise refuse("This person's seats do not allow it.") from None
        except certificate.NotYetError as wrong:
            raise refuse(*map(str, wrong.args), "Nothing was deleted.") from None
        except OSError as error:
            raise refuse(
                f"{error.filename or out} cannot be written to. Nothing was deleted."
            ) from None
        apart.settle(desk.database, desk.settings.apart, now=wall_clock())
        with desk.database.reading() as session:
            left = ending.left(session, desk.partnership, set(found.keys))
        if left:
            raise refuse(*(f"Still there: {number} of {name}." for name, number in left.items()))
    for name in found.certificate:
        (out / f"{name}.half").rename(out / name)
    typer.echo(f"{desk.partnership} has ended. Nothing of it is left here, and no key to it.")
    typer.echo(f"Its records and the certificate are in {out}; README.txt says how to check them.")
    typer.echo("Take the partnership out of the settings before the service starts again.")


def look_at(folder: Path, *, key: str) -> None:
    """Say whether a folder is as it was when the partnership ended."""
    if not folder.is_dir():
        raise refuse(f"{folder} is not a folder.")
    paths = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size < LARGEST]
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    if wrong := certificate.holds(files, key):
        raise refuse(*wrong)
    typer.echo("The certificate holds, and the records are those that it names.")
    if not key:
        typer.echo("That the key is the partnership's you must know from elsewhere: --key HEX.")
