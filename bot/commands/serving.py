"""The service itself: it refuses to start while anything is wrong, and says what it keeps and for how long."""

from __future__ import annotations

from pathlib import Path

import typer

from bot import logs, ready
from bot.commands import checking, work
from bot.commands.refusal import refuse
from bot.commands.start import open_database, read
from storage import Database, orphans, retention
from storage.sealing import SealingError


def serve(file: Path, *, alone: bool = True) -> None:
    """Start, unless anything at all is wrong with the settings.

    `alone` says that this process also ticks and sends; else workers do (`heardback work`).
    """
    import uvicorn

    from bot.app import application

    settings = read(file)
    logs.begin()
    database = open_database(settings)
    if wrong := [one for one in checking.about_people(database, settings) if one.fatal]:
        database.close()
        raise refuse(*map(str, wrong), "Put this right with: heardback people seat")
    if not alone:
        work.prepare(database)
    for sentence in (*_swept(database), "How long things are kept here:", *retention.sentences()):
        typer.echo(sentence)
    ready.begin()
    typer.echo(f"heardback listens on http://{settings.host}:{settings.port} (stop with Ctrl-C).")
    try:
        uvicorn.run(
            application(database, settings, alone=alone),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
        )
    finally:
        database.close()


def _swept(database: Database) -> tuple[str, ...]:
    """What an earlier crash or a restored backup left half: swept, and said."""
    try:
        with database.writing() as session:
            return orphans.sweep(session).sentences
    except SealingError as error:
        raise refuse(str(error)) from None
