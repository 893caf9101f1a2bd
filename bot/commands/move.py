"""`heardback move`: from the file to PostgreSQL, with every row counted and compared."""

from __future__ import annotations

from pathlib import Path

import typer

from bot.commands.refusal import refuse
from bot.commands.start import open_database, read
from storage import Database, DatabaseError, moving


def move(file: Path, *, to: str, keys_to: str) -> None:
    """Copy everything into two empty databases and check it; the settings are left to a person."""
    settings = read(file)
    if not settings.database_url.startswith("sqlite"):
        raise refuse("The settings name PostgreSQL already; move copies from the file to it.")
    if to == keys_to:
        raise refuse("Rows and keys need a database each, so that one alone opens nothing.")
    source = open_database(settings)
    target = Database(_address(to), _address(keys_to), source.keyring)
    try:
        target.migrate()
        copied = moving.copy(source, target, copied=_say)
    except moving.NotEmptyError as there:
        raise refuse(f'The table "{there}" of the new database is not empty.') from None
    except moving.NotTheSameError as table:
        raise refuse(f'The table "{table}" is not the same after copying. Do not use it.') from None
    except DatabaseError as error:
        raise refuse(f"The new database could not be used: {type(error).__name__}.") from None
    finally:
        source.close()
        target.close()
    rows = sum(one.rows for one in copied)
    typer.echo(f"Copied and compared {rows:,} rows of {len(copied)} tables. Digests are the same.")
    typer.echo("Put these two lines into the settings, and keep the old files until you are sure:")
    typer.echo(f'database = "{to}"')
    typer.echo(f'key_database = "{keys_to}"')


def _address(url: str) -> str:
    for start in ("postgresql://", "postgres://", "postgresql+psycopg://"):
        if url.startswith(start):
            return "postgresql+psycopg://" + url.removeprefix(start)
    raise refuse("The new databases must be postgresql://... addresses.")


def _say(one: moving.Copied) -> None:
    typer.echo(f"{one.table:<24}{one.rows:>10,}  {one.hash[:16]}")
