"""How sending grows with more workers: so many people in 20 workspaces, on PostgreSQL, by 1, 2 and 4 processes.

`python -m benchmarks.scale [--people 50000] [--rate 0]`. Each worker is a process of its own, as
`heardback work` is; the platform takes 20 ms for a request and writes down what it got, and a strict
meter over all of them is read from that afterwards. `--rate` is what each workspace allows in a second.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections import defaultdict
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import circumstances
from bot.clock import WallClock
from bot.outbox import Sender
from bot.sending import Budget, Message
from handlers.messages import Address
from storage import Database, addresses, outgoing, people
from tests import databases
from tests.faults.crowd import crowd
from tests.story import MONDAY, Story

ACCOUNTS = 20
TAKES = 0.02  # seconds
PATIENCE = 60.0  # seconds in which something has to move
WORKERS = (1, 2, 4)

Post = tuple[float, str, str]  # when, in which workspace, with which key


class Chat:
    """Takes everything, and writes down when."""

    can_read_back = True

    def __init__(self, rate: float) -> None:
        self.budget = Budget(per_account=rate)
        self.posted: list[Post] = []

    async def send(self, address: Address, message: Message) -> str:
        message.last_look()
        self.posted.append((time.monotonic(), address.account, message.key))
        await asyncio.sleep(TAKES)
        return str(len(self.posted))

    async def find(self, address: Address, key: str, since: object) -> str | None:
        return key if any(key == one for _, _, one in self.posted) else None


def prepare(database: Database, count: int) -> float:
    """So many people with an address each and a message for each; seconds that queueing took."""
    Story(database)
    day = date(2026, 9, 7)
    persons: list[str] = []
    for start in range(0, count, 1000):
        with database.writing() as session:
            for number in range(start, min(start + 1000, count)):
                person = people.enrol(session, name=f"P {number}")
                there = Address("slack", f"T{number % ACCOUNTS}", f"U{number}")
                addresses.keep(session, person=person, address=there, on=day)
                people.seat(
                    session,
                    partnership="northport",
                    person=person,
                    role="practitioner",
                    agency="housing",
                    on=day,
                )
                persons.append(person)
    began = time.perf_counter()
    with database.writing() as session:
        intents = [
            outgoing.Intent("lines_to_write", person, "person", f"b{n}", {"digest": "3"}, MONDAY)
            for n, person in enumerate(persons)
        ]
        outgoing.intend(session, "northport", intents)
    return time.perf_counter() - began


def work(database: Database, rate: float) -> list[Post]:
    """One worker, until nothing waits any more."""
    chat = Chat(rate)

    async def drain() -> None:
        sender = Sender(database, {"slack": chat}, clock=WallClock(lambda: MONDAY))
        moved = time.monotonic()
        while time.monotonic() - moved < PATIENCE:
            if (await sender.begin()).busy:
                moved = time.monotonic()
                continue
            with database.reading() as session:
                if not outgoing.waiting(session, MONDAY):
                    return
            await asyncio.sleep(0.1)
        raise RuntimeError("nothing moved any more")

    asyncio.run(drain())
    return chat.posted


def breaches(posts: list[Post], rate: float) -> int:
    """How often a workspace got more than its rate over a second, one at the edge left out of account."""
    found, by = 0, defaultdict[str, list[float]](list)
    for at, account, _ in sorted(posts):
        by[account] = [one for one in by[account] if at - one < 1.0]
        found += len(by[account]) > rate
        by[account].append(at)
    return found


def measure(count: int, workers: int, rate: float) -> tuple[list[Post], float]:
    """All that was posted, and seconds to queue."""
    with tempfile.TemporaryDirectory() as folder, databases.postgres_server() as socket:
        database = databases.postgres(Path(folder), socket)
        queued = prepare(database, count)
        told = crowd(database, workers, lambda _: work(database, rate))
        database.close()
    return [(at, account, key) for one in told for at, account, key in one], queued


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=50_000)
    options.add_argument("--rate", type=float, default=0.0, help="0: the meter is off")
    given = options.parse_args()
    count, rate = given.people, given.rate
    table = Table(
        "workers", "took", "a second", "against one", "doubled", "lost", "breaches",
        title=f"{count} people in {ACCOUNTS} workspaces, "
        + (f"{rate:g} a second each" if rate else "the meter off"),
    )  # fmt: skip
    console, alone = Console(), 0.0
    for workers in WORKERS:
        posts, queued = measure(count, workers, rate)
        took = max(at for at, _, _ in posts) - min(at for at, _, _ in posts)
        keys = {key for _, _, key in posts}
        alone = alone or took
        console.print(f"{workers} workers: {len(keys)} people in {took:.1f} s", soft_wrap=True)
        table.add_row(
            str(workers), f"{took:.1f} s", f"{len(posts) / took:.0f}", f"{alone / took:.2f}",
            str(len(posts) - len(keys)), str(count - len(keys)),
            str(breaches(posts, rate)) if rate else "",
        )  # fmt: skip
    console.print(table)
    least = f" Theoretical: {count / ACCOUNTS / rate:.1f} s." if rate else ""
    console.print(f"{1000 * queued / count:.2f} ms to queue a message.{least}")
    console.print(circumstances.told(), soft_wrap=True)


if __name__ == "__main__":
    main()
