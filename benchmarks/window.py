"""How wide the window is that no sender can close: from the last look at the lease to the write to the socket.

`python -m benchmarks.window [--people 300]`. A sender posts to a platform in a process of its own: over a
bare socket, and with Slack's own client. Somebody who is frozen inside the window for longer than the
lease doubles one message; frozen anywhere else, none (`tests/faults/test_kills.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from asyncio.selector_events import _SelectorSocketTransport as Transport
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from unittest import mock

from rich.console import Console
from rich.table import Table

from benchmarks import circumstances
from benchmarks.delivery import prepare
from bot.clock import WallClock
from bot.outbox import Sender
from bot.sending import Platform
from bot.slack import send as slack
from bot.slack.apps import App
from handlers.messages import Address
from tests.faults.checking import chat
from tests.faults.wire import Wire
from tests.story import MONDAY

_looked: ContextVar[list[float]] = ContextVar("looked")  # of the request that is being made


class Taps:
    """Seconds between the last look and the first write of each request."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def step(self, name: str) -> None:
        if name == "last look":
            _looked.set([time.perf_counter()])

    def written(self) -> None:
        if looked := _looked.get([]):
            self.seconds.append(time.perf_counter() - looked.pop())

    def listen(self, name: str) -> AbstractContextManager[Any]:
        """Hear of each write to a socket by this method."""
        original = getattr(Transport, name)

        def writes(transport: Transport, what: Any) -> None:
            original(transport, what)
            self.written()

        return mock.patch.object(Transport, name, writes)


class Client(slack.Sender):
    """Slack's own client, which knows each person's conversation."""

    async def _channel(self, address: Address) -> str:
        return f"D{address.user}"


def over_a_socket(port: int) -> Platform:
    return Wire(port, lambda _name: None)


def with_slacks_client(port: int) -> Platform:
    names = {f"T{n}": App(f"T{n}", "", base=f"http://127.0.0.1:{port}/api/") for n in range(4)}
    return Client(names, tokens=lambda _account: "xoxb-none", now=lambda: MONDAY)


def measure(count: int, platform: Callable[[int], Platform]) -> tuple[list[float], float]:
    """Seconds of each post inside of the window, and of all of them together."""
    taps = Taps()

    with tempfile.TemporaryDirectory() as folder:
        database, _ = prepare(Path(folder), count, 4)
        with chat(Path(folder) / "posted.jsonl") as port:
            sender = Sender(
                database,
                {"slack": platform(port)},
                clock=WallClock(lambda: MONDAY),
                step=taps.step,
            )

            async def drain() -> None:
                while (await sender.begin()).busy:
                    pass

            with taps.listen("write"), taps.listen("writelines"):
                began = time.perf_counter()
                asyncio.run(drain())
                whole = time.perf_counter() - began
        database.close()
    return taps.seconds, whole


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=300)
    count = options.parse_args().people
    table = Table("", "posts", "took", "in the middle", "longest", "of a busy sender's time")
    for name, platform in (
        ("a bare socket", over_a_socket),
        ("Slack's client", with_slacks_client),
    ):
        seconds, whole = measure(count, platform)
        seconds.sort()
        table.add_row(
            name,
            str(len(seconds)),
            f"{whole:.1f} s",
            f"{1e6 * seconds[len(seconds) // 2]:.0f} µs",
            f"{1e3 * seconds[-1]:.1f} ms",
            f"{100 * sum(seconds) / whole:.2f} %",
        )
    console = Console()
    console.print(table)
    console.print(circumstances.told(seed=1), soft_wrap=True)


if __name__ == "__main__":
    main()
