"""`heardback keys rotate`: a new master key, under which every data key is wrapped anew.

The key before stays beside the new one until the last data key is done, so that a rotation can be broken off
anywhere and said again. The service may run meanwhile, on a machine that sees the same key file.
"""

from __future__ import annotations

import sys
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from bot.clock import wall_clock
from bot.commands import start
from bot.commands.refusal import refuse
from bot.config import Settings
from storage import Database, SealingError, audit, key_sources, key_store


def rotate(file: Path, *, keep_old: Path | None) -> None:
    """Exchange the key, wrap every data key anew, and then let the key before go."""
    settings = start.read(file)
    if keep_old is not None and keep_old.exists():
        raise refuse(f"{keep_old} is there already, and is left as it is.")
    if settings.keys_commands and len(settings.keys_commands) != 2:
        raise refuse(
            "The key comes from a command. Put the new key where it is kept, let keys_command print it "
            "and keys_before_command the one before, and say this again."
        )
    start.open_database(settings).close()  # the key that is there now opens what is there now
    try:
        if not settings.keys_commands:
            key_sources.exchange(settings.keys)
    except (SealingError, OSError) as error:
        raise refuse(str(error)) from None
    database = start.open_database(settings)
    try:
        with database.alone("keys"):
            key_store.begin_rotation(database.key_engine, database.keyring)
            done = _rewrap(database)
        with database.writing() as session:
            about = database.keyring.fingerprint
            audit.record(
                session,
                partnership="-",
                actor="command_line",
                action="keys.rotate",
                about=about,
                at=wall_clock(),
            )
    except SealingError as error:
        raise refuse(str(error), "Nothing is lost: put this right and say it again.") from None
    finally:
        database.close()
    _end(settings, keep_old, done)


def _rewrap(database: Database) -> int:
    keys, keyring = database.key_engine, database.keyring
    done, after = 0, ""
    console = Console(stderr=True)
    with Progress(console=console, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Data keys", total=key_store.to_rewrap(keys, keyring))
        while True:
            some, after = key_store.rewrap_some(keys, keyring, after)
            if not some:
                break
            done += some
            progress.advance(task, some)
    if left := key_store.to_rewrap(keys, keyring):
        raise SealingError(f"{left:,} data keys are not wrapped anew yet.")
    database.empty_logs()
    return done


def _end(settings: Settings, keep_old: Path | None, done: int) -> None:
    typer.echo(f"{done:,} data keys are wrapped by the new master key.")
    if settings.keys_commands:
        typer.echo(
            "Take keys_before_command out of the settings, and the key before out of its place."
        )
    elif keep_old is not None:
        key_sources.let_go(settings.keys, keep_old)
        typer.echo(
            f"The key before is in {keep_old}. Destroy it when the last backup it opens is gone."
        )
    else:
        key_sources.let_go(settings.keys)
        typer.echo(
            "The key before is destroyed. Backups made until now open no more: make one now."
        )
