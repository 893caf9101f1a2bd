"""How fast messages go out, and that a strict meter is never broken: one table from one run.

`python -m benchmarks.delivery [--people N] [--rate N]`. The platform is a meter in this process that
counts a breach when an account gets more than its rate over any second, or a person two messages
within one. The theoretical time is people divided by the rate.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import circumstances
from bot.clock import WallClock
from bot.outbox import Sender
from bot.sending import Budget, Message
from handlers.messages import Address
from storage import Database, Keyring, addresses, outgoing, people
from tests.story import MONDAY, Story

DAY = date(2026, 9, 7)
ABOUT = {"digest": "3"}


class Meter:
    """Takes everything, and counts what a strict platform would have refused."""

    can_read_back = True

    def __init__(self, budget: Budget, *, takes: float = 0.02) -> None:
        self.budget = budget
        self.takes = takes
        self.at: dict[str, list[float]] = {}
        self.people: dict[str, float] = {}
        self.breaches = 0
        self.posted = 0

    async def send(self, address: Address, message: Message) -> str:
        message.last_look()
        now = time.monotonic()
        recent = [at for at in self.at.get(address.account, []) if now - at < 1.0]
        too_many = self.budget.per_account and len(recent) >= self.budget.per_account + 1
        last = self.people.get(address.user, -2.0)
        too_soon = self.budget.per_conversation and now - last < 0.9
        self.breaches += bool(too_many) or bool(too_soon)
        self.at[address.account] = [*recent, now]
        self.people[address.user] = now
        self.posted += 1
        await asyncio.sleep(self.takes)
        return str(self.posted)

    async def find(self, address: Address, key: str, since: object) -> str | None:
        return None


def prepare(folder: Path, count: int, accounts: int) -> tuple[Database, float]:
    """So many people with an address each, and a message for each; and how long queueing took."""
    keyring = Keyring.create(folder / "keys" / "master.key")
    rows, keys = f"sqlite:///{folder}/rows.db", f"sqlite:///{folder}/keys/record-keys.db"
    database = Database(rows, keys, keyring, replaying=True)
    database.migrate()
    Story(database)
    with database.writing() as session:
        persons = [people.enrol(session, name=f"P {n}") for n in range(count)]
        for number, person in enumerate(persons):
            there = Address("slack", f"T{number % accounts}", f"U{number}")
            addresses.keep(session, person=person, address=there, on=DAY)
            role, agency = "practitioner", "housing"
            people.seat(
                session, partnership="northport", person=person, role=role, agency=agency, on=DAY
            )
    database.settle()
    began = time.perf_counter()
    with database.writing() as session:
        intents = [
            outgoing.Intent("lines_to_write", person, "person", f"b{n}", ABOUT, MONDAY)
            for n, person in enumerate(persons)
        ]
        outgoing.intend(session, "northport", intents)
    return database, time.perf_counter() - began


async def drain(sender: Sender, meter: Meter, count: int) -> float:
    """Seconds until all is posted; raises when nothing moves any more."""
    began = moved = time.perf_counter()
    while meter.posted < count:
        turn = await sender.begin()
        if turn.busy:
            moved = time.perf_counter()
        elif time.perf_counter() - moved > 30:
            raise RuntimeError(f"only {meter.posted} of {count} were posted")
        else:
            await asyncio.sleep(0.05)
    await sender.turn()
    return time.perf_counter() - began


async def idle(sender: Sender, seconds: float) -> float:
    """Percent of a core that a sender with nothing to do costs."""
    began = time.process_time()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        await sender.turn()
        await asyncio.sleep(1.0)
    return 100 * (time.process_time() - began) / seconds


def measure(count: int, budget: Budget, accounts: int) -> tuple[Meter, float, float, float]:
    """The meter, seconds to queue, seconds to send all, and idle percent afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        database, queued = prepare(Path(folder), count, accounts)
        meter = Meter(budget)
        sender = Sender(database, {"slack": meter}, clock=WallClock(lambda: MONDAY))
        took = asyncio.run(drain(sender, meter, count))
        quiet = asyncio.run(idle(sender, 10.0))
        database.close()
    return meter, queued, took, quiet


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--people", type=int, default=2000)
    options.add_argument("--rate", type=float, default=20.0)
    given = options.parse_args()
    table = Table("what", "measured", "theoretical", "ratio", title="Sending")
    _, queued, took, quiet = measure(given.people, Budget(), 4)
    table.add_row("queue a message", f"{1000 * queued / given.people:.2f} ms", "", "")
    table.add_row("send with the meter off", f"{given.people / took:.0f} a second", "", "")
    budget = Budget(per_conversation=1.0, per_account=given.rate)
    meter, _, metered, _ = measure(given.people, budget, 1)
    least = given.people / given.rate
    table.add_row(
        f"send to {given.people} people at {given.rate:g} a second",
        f"{metered:.1f} s, {meter.breaches} breaches",
        f"{least:.1f} s",
        f"{metered / least:.2f}",
    )
    table.add_row("idle", f"{quiet:.2f} % of a core", "", "")
    console = Console()
    console.print(table)
    console.print(circumstances.told(), soft_wrap=True)


if __name__ == "__main__":
    main()
