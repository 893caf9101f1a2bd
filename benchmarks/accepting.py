"""How many signed events are taken in a second: ours, kept and synced, beside a Bolt app that keeps nothing.

`python -m benchmarks.accepting [--seconds 8]`. 1, 16 and 64 connections, each sending its next window as
soon as the last was answered. Every window is another one, so that each is a commit of its own. The same
client, in a process of its own, for both; what it costs itself weighs on both alike.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import statistics
import time
from urllib.parse import urlencode

import aiohttp
import psutil
from rich.console import Console
from rich.table import Table

from benchmarks import circumstances
from benchmarks.slack import NAME, PORT, SECRET, TEAM, USER, serving
from bot.slack.carried import Carried, pack
from bot.slack.front import signature

CONNECTIONS = (1, 16, 64)
APPS = {
    "hello": "Bolt, keeps nothing",
    "quiet": "heardback, a file",
    "postgres": "heardback, PostgreSQL",
}


def window(number: int) -> bytes:
    """Somebody sets a date to be away until: one window, signed by no other event."""
    carried, _ = pack(Carried("northport", {}, ("away_set", "")))
    until = {"type": "datepicker", "selected_date": "2031-01-03"}
    view = {
        "id": f"V{number}",
        "hash": f"{number}.a",
        "type": "modal",
        "callback_id": "away",
        "private_metadata": carried,
        "state": {"values": {"until": {"until.1": until}}},
        "blocks": [],
    }
    payload = {
        "type": "view_submission",
        "user": {"id": USER, "team_id": TEAM},
        "team": {"id": TEAM},
        "api_app_id": "A1",
        "view": view,
        "trigger_id": f"{number}.1.a",
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


async def flood(connections: int, seconds: float, numbers: itertools.count[int]) -> list[float]:
    """Seconds that each answer took."""
    taken: list[float] = []
    end = time.perf_counter() + seconds

    async def one(client: aiohttp.ClientSession) -> None:
        while time.perf_counter() < end:
            body, stamp = window(next(numbers)), str(int(time.time()))
            headers = {
                "content-type": "application/x-www-form-urlencoded",
                "x-slack-request-timestamp": stamp,
                "x-slack-signature": signature(SECRET, stamp, body),
            }
            begun = time.perf_counter()
            async with client.post(f"/slack/{NAME}/events", data=body, headers=headers) as answer:
                await answer.read()
                answer.raise_for_status()
            taken.append(time.perf_counter() - begun)

    limit = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{PORT}", connector=limit) as client:
        await asyncio.gather(*(one(client) for _ in range(connections)))
    return taken


def measure(which: str, seconds: float) -> dict[int, tuple[float, float, float]]:
    """For each number of connections: events a second, p99 in milliseconds, and milliseconds of processor
    that the app took for one."""
    found, numbers = {}, itertools.count()
    with serving(which):
        (app,) = psutil.Process().children()
        asyncio.run(flood(4, 1, numbers))  # warm
        for connections in CONNECTIONS:
            before = app.cpu_times()
            taken = asyncio.run(flood(connections, seconds, numbers))
            after = app.cpu_times()
            used = after.user + after.system - before.user - before.system
            found[connections] = (
                len(taken) / seconds,
                1_000 * statistics.quantiles(taken, n=100)[98],
                1_000 * used / len(taken),
            )
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=8)
    seconds = asked.parse_args().seconds
    table = Table(
        "", "connections", "events a second", "p99", "processor for one", "ratio",
        title="Accepting signed windows",
    )  # fmt: skip
    theirs: dict[int, tuple[float, float, float]] = {}
    for which, name in APPS.items():
        found = measure(which, seconds)
        theirs = theirs or found
        for connections, (rate, p99, used) in found.items():
            ratio = f"{rate / theirs[connections][0]:.2f}" if which != "hello" else ""
            table.add_row(
                name, str(connections), f"{rate:.0f}", f"{p99:.0f} ms", f"{used:.1f} ms", ratio
            )
        table.add_section()
    console = Console()
    console.print(table)
    console.print(circumstances.told(), soft_wrap=True)


if __name__ == "__main__":
    main()
