"""`heardback work`: sending, ticking and drafting on as many machines as there are, on PostgreSQL.

With a file as the database there is one process, `heardback serve`, which does all this itself.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import typer

from bot import logs, ready
from bot.app import Running, edges, senders
from bot.clock import WallClock
from bot.commands.refusal import refuse
from bot.commands.start import open_database, read
from bot.config import Settings
from bot.outbox import Sender
from storage import Database

TOGETHER = 4  # jobs of one process at the same time


def prepare(database: Database) -> None:
    """Let what is decided here wake the workers.

    Raises:
        typer.Exit: the database is a file, or the part for many machines is not installed.
    """
    if database.engine.dialect.name != "postgresql":
        raise refuse("Several machines need PostgreSQL: with a file, heardback serve does it all.")
    try:
        from bot import jobs
    except ModuleNotFoundError:
        raise refuse('Install the part for many machines: pip install "heardback[postgres]"') from (
            None
        )
    jobs.prepare(database)
    database.announce = jobs.Announcer()


def work(file: Path) -> None:
    """Work until stopped."""
    settings = read(file)
    logs.begin()
    database = open_database(settings)
    try:
        prepare(database)
        ready.begin()
        typer.echo("heardback works (stop with Ctrl-C).")
        asyncio.run(run(database, settings))
    finally:
        database.close()


async def run(database: Database, settings: Settings) -> None:
    """One worker: the tick of its own process, and jobs shared with all others."""
    from bot import jobs

    sender = Sender(database, senders(edges(database, settings)), clock=WallClock())
    app = jobs.workers(database, sender)
    async with Running(database, settings, None), app.open_async():
        await app.run_worker_async(
            queues=[jobs.SENDING, jobs.CLOCK],
            concurrency=TOGETHER,
            delete_jobs="successful",
            update_heartbeat_interval=5.0,
            stalled_worker_timeout=jobs.STALLED,
            fetch_job_polling_interval=2.0,
        )
