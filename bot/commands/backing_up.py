"""`heardback backup` and `heardback restore`: sealed, from a database that runs on, rows and data keys apart.

A restore reads the whole backup before it writes a row, replays what was erased before anything is served, and
sends nothing that may have been sent. Where it cannot finish, it leaves the databases empty.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from bot import own_files, timetable
from bot.clock import wall_clock
from bot.commands import start
from bot.commands.refusal import refuse
from bot.config import Settings
from bot.outbox.policy import policy_of
from handlers.wording import say
from storage import (
    Database,
    DatabaseError,
    Keyring,
    SealingError,
    audit,
    backup,
    checkpoints,
    holds_apart,
    key_sources,
    key_store,
    restoring,
    retention,
)
from storage.sealed_files import NotReadableError


def make(file: Path, folder: Path, *, keys_to: Path | None) -> None:
    """Write the rows into the folder, and the data keys into another place."""
    settings, now = start.read(file), wall_clock()
    apart = keys_to or settings.apart
    if apart is None:
        raise refuse(
            "Rows and data keys must not lie together. Say where the keys go: --keys-to FOLDER, or "
            "apart in the settings."
        )
    if apart.resolve() == folder.resolve():
        raise refuse("Rows and data keys must not lie in the same folder.")
    database = start.open_database(settings)
    path = folder / f"heardback-{now:%Y%m%dT%H%M%SZ}.backup"
    try:
        for place in (folder, apart):
            own_files.folder(place)
        rows = 0
        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
            task = progress.add_task("Tables", total=backup.TABLES)

            def copied(one: backup.Counted) -> None:
                nonlocal rows
                rows += one.rows
                progress.advance(task)

            backup.write_rows(database, path, now=now, copied=copied)
        backup.write_keys(database, apart / backup.KEYS_FILE, now=now)
    except OSError as error:
        raise refuse(f"{error.filename or folder} cannot be written to.") from None
    finally:
        database.close()
    typer.echo(f"{rows:,} rows are in {path}.")
    typer.echo(
        f"The data keys are in {apart / backup.KEYS_FILE}, in place of those that were there."
    )
    typer.echo("Neither opens without the master key. Keep that apart from both.")


def put_back(file: Path, rows: Path, *, keys: Path | None, old_key: Path | None) -> None:
    """Fill empty databases from a backup, make true what happened since, and say what that was."""
    settings, now = start.read(file), wall_clock()
    if keys is None and settings.apart is not None and (settings.apart / backup.KEYS_FILE).exists():
        keys = settings.apart / backup.KEYS_FILE
    database = _empty_database(settings, old_key)
    try:
        made = restoring.look_through(rows, database.keyring, "rows")
        if made < now - retention.length("tombstones"):
            raise refuse("The backup is so old that what was erased since is not known any more.")
        if keys is not None:
            restoring.look_through(keys, database.keyring, "keys")
        found = _fill(database, settings, rows, keys, made=made, now=now)
    except (NotReadableError, SealingError) as error:
        raise refuse(str(error), "Nothing was restored.") from None
    except DatabaseError as error:
        raise refuse(f"The database could not be used: {type(error).__name__}.") from None
    finally:
        database.empty_logs()
        database.close()
    _tell(found, rows, made)


def _empty_database(settings: Settings, old_key: Path | None) -> Database:
    own_files.folder(settings.data)
    database = start.closed_database(settings)
    if old_key is not None:
        try:
            database.keyring = Keyring(*database.keyring.masters, key_sources.read(old_key))
        except SealingError as error:
            raise refuse(str(error)) from None
    if not restoring.is_empty(database, "rows"):
        database.close()
        raise refuse("The database is not empty. Restore into a new one; nothing was changed.")
    return database


def _fill(
    database: Database,
    settings: Settings,
    rows: Path,
    keys: Path | None,
    *,
    made: datetime,
    now: datetime,
) -> restoring.Restored:
    """Keys first, then rows, then everything that must be true before anybody is served."""
    survived = not restoring.is_empty(database, "keys")
    if not survived and keys is None:
        raise refuse("The data keys are gone too: name their backup with --keys FILE.")
    try:
        if not survived and keys is not None:
            restoring.fill(database, "keys", keys)
        database.migrate()
        database.recognise()
        key_store.begin_restoring(database.key_engine, database.keyring)
        count = restoring.fill(database, "rows", rows)
        database.migrate()
        if keys is not None:
            restoring.destroy_buried(database, restoring.tombstones(keys, database.keyring))
        found = _make_true(database, settings, made=made, now=now)
        found.rows = count
        key_store.rewrap_all(database.key_engine, database.keyring)
    except BaseException:
        restoring.wipe(database, "rows")
        if survived:
            key_store.end_restoring(database.key_engine)
        else:
            restoring.wipe(database, "keys")
        raise
    key_store.end_restoring(database.key_engine)
    return found


def _make_true(
    database: Database, settings: Settings, *, made: datetime, now: datetime
) -> restoring.Restored:
    def dropped(kind: str) -> bool:
        policy = policy_of(kind)
        return policy.unclear == "drop" or policy.late == "drop"

    with database.writing() as session:
        apart = settings.apart
        holds = holds_apart.put_back(session, apart) if apart is not None else None
        found = restoring.make_true(session, now=now, dropped=dropped, why=say("parked_restored"))
        timetable.pass_over(session, settings, after=made, now=now)
        audit.record(
            session,
            partnership="-",
            actor="command_line",
            action="backup.restore",
            about=made.isoformat(),
            at=now,
        )
    found.holds = holds
    if settings.apart is not None:
        checkpoints.begin_anew(settings.apart, now)
        checkpoints.keep_up(database, settings.apart)
    return found


def _tell(found: restoring.Restored, rows: Path, made: datetime) -> None:
    typer.echo(f"{found.rows:,} rows of {made:%d %B %Y, %H:%M} (UTC) are back from {rows}.")
    for table, number in sorted(found.erased.items()):
        typer.echo(f"Erased since, and not brought back: {number:,} of {table.replace('_', ' ')}.")
    if found.held:
        typer.echo(
            f"Taken back since, under a legal hold, and still so: {found.held:,} contributions."
        )
    if found.ended:
        typer.echo(f"Closed since, and not brought back: {found.ended} partnerships.")
    if found.changed:
        typer.echo(
            f"Changed since, so neither text is there any more: {found.changed:,} contributions."
        )
    for kind, number in sorted(found.dropped.items()):
        typer.echo(
            f"Not sent, because it may have gone out: {number:,} of {kind.replace('_', ' ')}."
        )
    for kind, number in sorted(found.parked.items()):
        typer.echo(
            f"A person must look whether it went out: {number:,} of {kind.replace('_', ' ')}."
        )
    if found.holds is None:
        typer.echo(
            "Legal holds agreed to since are not here, because the settings name no folder apart: ask for "
            "them again before anything else."
        )
    elif found.holds:
        typer.echo(
            f"Legal holds as they were last written down apart: {found.holds:,} brought back."
        )
    typer.echo(
        "Everybody signs in again. What was said, issued or answered after the backup is not here."
    )
    typer.echo(
        "Digests issued since are not in the ledger: lay the last ones beside the next draft."
    )
