"""A warm parent that forks workers and kills them: at each named step, each Nth statement, each Nth call.

Every worker owes two more messages, sends, and dies at its N-th tap; the next one finds what it left.
It goes on with N + 1 until a worker comes through unharmed. Prints one line of JSON for the checker.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import mmap
import os
import random
import signal
import struct
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from bot import lease
from bot.clock import WallClock
from bot.outbox import Sender
from bot.outbox.taking import key_of
from storage import Database, Keyring, outgoing
from storage.budgets import Tick
from storage.models import Outbox
from tests.faults.wire import BlindWire, Wire
from tests.faults.wrong import MarkThenSend, SendThenMark
from tests.story import MONDAY

KINDS = ("lines_to_write", "set_aside_unread_alarm")
ABOUT = {"digest": "3", "next_read_time": "Monday", "hours": "3"}
LATER = 40.0  # seconds that pass between two workers: every lease is over by then
TURNS = 6


class SharedClock:
    """Seconds to add to the steady clock, seen by every worker at once."""

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, 8)

    def add(self, seconds: float) -> None:
        self.memory[:8] = struct.pack("d", self.value + seconds)

    @property
    def value(self) -> float:
        return float(struct.unpack("d", self.memory[:8])[0])


class Killer:
    """Counts taps of one sort and does what it was told to at the N-th."""

    def __init__(self) -> None:
        self.sort, self.at, self.seen, self.signal = "", 0, 0, signal.SIGKILL

    def arm(self, sort: str, at: int, how: signal.Signals = signal.SIGKILL) -> None:
        self.sort, self.at, self.seen, self.signal = sort, at, 0, how

    def tap(self, name: str) -> None:
        if self.sort and name.startswith(self.sort):
            self.seen += 1
            if self.seen == self.at:
                os.kill(os.getpid(), self.signal)


class Harness:
    def __init__(self, given: argparse.Namespace) -> None:
        self.given = given
        # Without fsync: a process that is killed loses nothing that it has written.
        keyring = Keyring.load(given.keys)
        self.database = Database(given.rows, given.key_rows, keyring, replaying=True)
        self.clock = SharedClock()
        self.killer = Killer()
        self.owed = 0
        self.kills: dict[str, int] = {}
        self.random = random.Random(given.seed)
        steady, tick = lease.steady, lease.tick
        lease.steady = lambda: steady() + self.clock.value
        if not given.rows.startswith("sqlite"):

            def moved(session: object) -> Tick:
                real = tick(session)  # type: ignore[arg-type]
                return Tick(real.epoch, real.at + self.clock.value)

            lease.tick = moved
        event.listen(Engine, "before_cursor_execute", self._on_statement)
        event.listen(Engine, "commit", lambda _connection: self.killer.tap("sql"))

    def _on_statement(self, *_: object) -> None:
        self.killer.tap("sql")

    # one worker

    def fork(self, sort: str, at: int, *, owes: int, how: signal.Signals = signal.SIGKILL) -> int:
        """Start a worker; returns its process id."""
        self.owed += owes
        first = self.owed - owes
        process = os.fork()
        if process:
            return process
        try:
            code = asyncio.run(self._work(sort, at, range(first, self.owed), how))
            os._exit(code)
        except BaseException:
            traceback.print_exc()
            os._exit(70)

    async def _work(self, sort: str, at: int, owes: range, how: signal.Signals) -> int:
        database = self.database
        self._owe(database, owes)
        self.killer.arm(sort, at, how)
        wire = (BlindWire if self.given.blind else Wire)(self.given.port, self.killer.tap)
        worker: Sender | SendThenMark
        if self.given.design == "ours":
            clock = WallClock(lambda: MONDAY)
            worker = Sender(database, {"slack": wire}, clock=clock, step=self._step)
        else:
            wrong = {"send_then_mark": SendThenMark, "mark_then_send": MarkThenSend}
            worker = wrong[self.given.design](database, wire)
        for _ in range(TURNS):
            if not (await worker.turn()).busy:
                break
        self.killer.arm("", 0)
        database.close()
        return 0

    def _step(self, name: str) -> None:
        self.killer.tap(f"step: {name}")

    def _owe(self, database: Database, owes: range) -> None:
        """Put new obligations into the outbox, and their keys into the checker's file."""
        if not owes:
            return
        intents = [
            outgoing.Intent(KINDS[n % 2], self.given.person, "person", f"o{n}", ABOUT, MONDAY)
            for n in owes
        ]
        with database.writing() as session:
            outgoing.intend(session, "northport", intents)
        with database.reading() as session:
            rows = session.scalars(select(Outbox).where(Outbox.state == "due"))
            with self.given.owed.open("a", encoding="utf-8") as file:
                for row in rows:
                    file.write(json.dumps({"key": key_of(session, row.id), "id": row.id}) + "\n")

    def wait(self, process: int) -> bool:
        """Whether this worker came through unharmed."""
        _, status = os.waitpid(process, 0)
        if os.WIFSIGNALED(status):
            return False
        if os.WEXITSTATUS(status):
            raise RuntimeError("a worker failed")
        return True

    # what is done to them

    def warm(self) -> None:
        """Do it all once without forking, so that every worker begins with what was learnt."""
        self.owed += 2
        asyncio.run(self._work("", 0, range(2), signal.SIGKILL))
        self.clock.add(LATER)

    def sweep(self, sort: str, most: int) -> int:
        """Kill a worker at its first, second, … tap, and the one that cleans up after it too.

        Goes on until both come through; returns how many died.
        """
        died = 0
        for at in range(1, most):
            first = self.wait(self.fork(sort, at, owes=1))
            self.clock.add(LATER)
            second = first or self.wait(self.fork(sort, at, owes=0))
            died += (not first) + (not second)
            if first:
                return died
            self.clock.add(LATER)
            self.wait(self.fork("", 0, owes=0))
            self.clock.add(LATER)
        return died

    def at_random(self, kills: int) -> int:
        died = 0
        for _ in range(kills):
            sort = self.random.choice(("sql", "socket", "step"))
            at = self.random.randint(1, 60 if sort == "sql" else 9)
            died += not self.wait(self.fork(sort, at, owes=1))
            self.clock.add(LATER)
        return died

    def freeze(self, length: float) -> Iterator[tuple[str, float]]:
        """Freeze a worker for so long at each tap outside of a transaction; others take over; it wakes."""
        for sort in PLACES:
            frozen = self.fork(sort, 1, owes=1, how=signal.SIGSTOP)
            if not self._stopped(frozen):
                self.clock.add(LATER)
                continue
            self.clock.add(length)
            for _ in range(2):
                self.wait(self.fork("", 0, owes=0))
            os.kill(frozen, signal.SIGCONT)
            self.wait(frozen)
            self.clock.add(LATER)
            yield sort, length

    def freeze_inside(self, length: float) -> Iterator[tuple[str, float]]:
        """Freeze a worker at some of its statements, with whatever it has locked, while another comes."""
        for at in STATEMENTS:
            frozen = self.fork("sql", at, owes=1, how=signal.SIGSTOP)
            if not self._stopped(frozen):
                self.clock.add(LATER)
                continue
            self.clock.add(length)
            other = self.fork("", 0, owes=0)
            time.sleep(REALLY)
            os.kill(frozen, signal.SIGCONT)
            self.wait(frozen)
            self.wait(other)
            self.clock.add(LATER)
            yield f"sql {at}", length

    def _stopped(self, process: int) -> bool:
        _, status = os.waitpid(process, os.WUNTRACED)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            raise RuntimeError("a worker failed")
        return os.WIFSTOPPED(status)

    def settle(self) -> int:
        """Workers that nobody kills, until nothing waits; returns how many it took."""
        for turn in range(1, 60):
            self.clock.add(LATER)
            self.wait(self.fork("", 0, owes=0))
            if not self._waits():
                return turn
        return 60

    def _waits(self) -> bool:
        process = os.fork()
        if not process:
            with self.database.reading() as session:
                os._exit(int(outgoing.waiting(session, MONDAY)))
        _, status = os.waitpid(process, 0)
        return bool(os.WEXITSTATUS(status))

    def run(self) -> dict[str, object]:
        if self.given.freeze:
            frozen = []
            for length in self.given.freeze:
                frozen += [*self.freeze(length), *self.freeze_inside(length)]
            return {"frozen": frozen, "settled_in": self.settle(), "kills": 0}
        for sort, most in (("step", 60), ("socket", 60), ("sql", self.given.most)):
            self.kills[sort] = self.sweep(sort, most)
        self.kills["random"] = self.at_random(self.given.random)
        settled = self.settle()
        return {"by": self.kills, "kills": sum(self.kills.values()), "settled_in": settled}


FROZEN = "socket: between last look and write"
PLACES = ("step: taken", "socket: connect", "step: last look", FROZEN, "socket: written")
STATEMENTS = (4, 12, 20, 28)
REALLY = 0.3  # seconds that somebody frozen in a transaction really holds its locks


def main() -> None:
    options = argparse.ArgumentParser()
    for name in ("--rows", "--key-rows", "--person"):
        options.add_argument(name, required=True)
    for name in ("--keys", "--owed"):
        options.add_argument(name, type=Path, required=True)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--design", default="ours")
    options.add_argument("--blind", action="store_true")
    options.add_argument("--freeze", type=float, nargs="*", help="seconds")
    options.add_argument("--random", type=int, default=0)
    options.add_argument("--most", type=int, default=400)
    options.add_argument("--seed", type=int, default=1)
    harness = Harness(options.parse_args())
    harness.warm()
    gc.freeze()
    json.dump(harness.run(), sys.stdout)


if __name__ == "__main__":
    main()
