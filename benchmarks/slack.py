"""How soon Slack is answered: signed commands at a steady rate, ours beside a Bolt app that keeps nothing.

`python -m benchmarks.slack [--rate 50] [--seconds 20]`. Each app runs in a process of its own on this
machine, one after the other, with the same load. Ours commits and syncs each reply before it answers,
while something else in its process writes to the same database as fast as it can.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import logging
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import httpx
import uvicorn
from rich.console import Console
from rich.table import Table
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette

from bot import ready
from bot.demo import cast
from bot.slack.apps import App, quiet
from bot.slack.front import signature
from bot.slack.listen import Listening
from bot.slack.routes import routes
from handlers import permissions
from handlers.messages import Address, Incoming
from storage import Database, Keyring, addresses
from tests import databases

SECRET = "benchmark"  # noqa: S105 - signs requests to ourselves
NAME, TEAM, USER = "bench", "T1", "U1"
PORT = 18_765
SURE = "fsync = on\nfull_page_writes = on"  # every commit on the disk, as in a real deployment


def in_a_file(folder: Path) -> Database:
    keys = Keyring.create(folder / "keys")
    database = Database(f"sqlite:///{folder / 'rows.db'}", f"sqlite:///{folder / 'keys.db'}", keys)
    database.migrate()
    return database


def ours(database: Database, *, busy: bool) -> Starlette:
    """The real front, listeners and runner; a second writer may keep the database busy."""
    with database.writing() as session:
        cast.gather(session, datetime.now(UTC).date())
        person = cast.someone("northport", permissions.PRACTITIONER)
        there = Address("slack", f"{NAME}/{TEAM}", USER)
        addresses.keep(session, person=person, address=there, on=datetime.now(UTC).date())
    app = App(NAME, SECRET, token="xoxb-none", base="http://127.0.0.1:9/api/")  # noqa: S106
    listening = Listening(
        database,
        app,
        tokens=lambda account: app.token,
        now=lambda: datetime.now(UTC),
        public_address="http://127.0.0.1",
    )
    logging.getLogger("heardback.slack").setLevel(logging.ERROR)  # no Slack is there to show it
    if busy:
        threading.Thread(target=_busy, args=(database,), daemon=True).start()
    return Starlette(routes=list(routes({NAME: (app, listening.bolt)})))


def _busy(database: Database) -> None:
    from bot.outbox import perform
    from handlers.permissions import clock

    for n in itertools.count():
        event = Incoming("tick_nudge")
        perform(database, f"busy:{n}", clock("northport"), event, now=datetime.now(UTC))
        time.sleep(0.02)


def hello() -> Starlette:
    """The least that Bolt can do: it says hello and stores nothing."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-none")  # noqa: S106

    bolt = AsyncApp(signing_secret=SECRET, authorize=authorize, logger=quiet)

    @bolt.view(re.compile(".*"))
    async def take(ack: object) -> None:
        await ack()  # type: ignore[operator]

    @bolt.command("/heardback")
    async def say_hello(ack: object) -> None:
        await ack("hello")  # type: ignore[operator]

    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
    from starlette.routing import Route

    handler = AsyncSlackRequestHandler(bolt)
    path = f"/slack/{NAME}/events"
    return Starlette(routes=[Route(path, handler.handle, methods=["POST"])])


async def load(rate: int, seconds: int) -> list[float]:
    """Milliseconds until each answer, at this many requests a second, none waiting for another."""
    taken: list[float] = []

    async def one(client: httpx.AsyncClient, number: int) -> None:
        fields = {
            "command": "/heardback",
            "text": "back",
            "user_id": USER,
            "team_id": TEAM,
            "channel_id": "D1",
            "trigger_id": f"{number}.1.a",
        }
        body, stamp = urlencode(fields).encode(), str(int(time.time()))
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": signature(SECRET, stamp, body),
        }
        begun = time.perf_counter()
        answer = await client.post(f"/slack/{NAME}/events", content=body, headers=headers)
        answer.raise_for_status()
        taken.append(1_000 * (time.perf_counter() - begun))

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}", timeout=30) as client:
        begun, running = time.perf_counter(), []
        for number in range(rate * seconds):
            await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            running.append(asyncio.create_task(one(client, number)))
        await asyncio.gather(*running)
    return taken


@contextmanager
def serving(which: str) -> Iterator[None]:
    """One of the apps, in a process of its own, for as long as this lasts."""
    server = subprocess.Popen([sys.executable, "-m", "benchmarks.slack", "--serve", which])  # noqa: S603
    try:
        for _ in range(300):
            try:
                httpx.get(f"http://127.0.0.1:{PORT}/")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait(30)


def measure(which: str, rate: int, seconds: int) -> tuple[float, float]:
    """p50 and p99 of one app, in milliseconds."""
    with serving(which):
        asyncio.run(load(rate, 2))  # warm
        cuts = statistics.quantiles(asyncio.run(load(rate, seconds)), n=100)
    return cuts[49], cuts[98]


def serve(which: str) -> None:
    """One of the apps, until somebody ends this process: then its database and folder go too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if which == "hello":
            app = hello()
        elif which == "postgres":
            socket = stack.enter_context(databases.postgres_server(SURE))
            app = ours(databases.postgres(folder, socket), busy=False)
        else:
            app = ours(in_a_file(folder), busy=which == "ours")
        ready.begin()
        uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="error")


def main() -> None:
    asked = argparse.ArgumentParser(description="How soon Slack is answered.")
    asked.add_argument("--rate", type=int, default=50)
    asked.add_argument("--seconds", type=int, default=20)
    asked.add_argument("--serve", choices=("ours", "quiet", "postgres", "hello"))
    given = asked.parse_args()
    if given.serve:
        serve(given.serve)
        return
    table = Table("", "p50 ms", "p99 ms", title=f"Slack answered, {given.rate} requests a second")
    found = {which: measure(which, given.rate, given.seconds) for which in ("hello", "ours")}
    for which, label in (
        ("hello", "Bolt, says hello, keeps nothing"),
        ("ours", "heardback, database busy"),
    ):
        table.add_row(label, *(f"{value:.1f}" for value in found[which]))
    ratios = (
        f"{ours / theirs:.1f}" for ours, theirs in zip(found["ours"], found["hello"], strict=True)
    )
    table.add_row("ours / theirs", *ratios)
    Console().print(table)


if __name__ == "__main__":
    main()
