"""The sender: takes what may go, posts it with our key, writes down what happened, and never guesses.

It is the only one that tries again. Everything it needs is in the database, so it can be killed at
any point and any number of them may run at once.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bot import lease, metrics
from bot.clock import WallClock
from bot.outbox.looking import deliver_in
from bot.outbox.taking import LAST_LOOK, Result, Taken, Task, settle, take
from bot.sending import PATIENCE, Busy, Message, Platform, Refused, TooLate, TryLater, Unclear
from handlers.messages import Form
from storage import Database, outgoing

log = logging.getLogger("heardback.sending")
AT_ONCE = 500  # rows taken in one transaction
TOGETHER = 64  # requests open at the same time


@dataclass
class Turn:
    """What one turn did, as numbers."""

    looked: int = 0
    moved: int = 0
    fenced: int = 0
    results: dict[str, int] = field(default_factory=dict)

    @property
    def busy(self) -> bool:
        """Whether another turn may find more to do at once."""
        return bool(self.looked or self.moved or self.results)


class Sender:
    """Sends for one process. `step` is told each named step, for tests that stop there."""

    def __init__(
        self,
        database: Database,
        platforms: Mapping[str, Platform],
        *,
        clock: WallClock,
        step: Callable[[str], None] = lambda name: None,
    ) -> None:
        self.database = database
        self.platforms = platforms
        self.clock = clock
        self.step = step
        self.token = secrets.token_hex(8)
        self.gate = asyncio.Semaphore(TOGETHER)
        self.free_at: dict[str, float] = {}  # by account, on this machine's steady clock
        self.patience = 30.0  # seconds to wait for somebody else's lock

    async def turn(self) -> Turn:
        """Look at what is due, post what may go now, and write down what came of it."""
        if not await asyncio.to_thread(self._waiting):
            return Turn()
        done = Turn(looked=await asyncio.to_thread(self._look))
        if self.platforms:
            before = lease.steady()
            taken = await asyncio.to_thread(self._take)
            done.moved = taken.moved
            if taken.tasks:
                self.step("taken")
                await self._post_all(taken, before, done)
        return done

    async def next_in(self) -> float | None:
        """Seconds until a turn is worth while again; None when nothing waits."""
        due = await asyncio.to_thread(self._next_due)
        return None if due is None else max(1.0, (due - self.clock()).total_seconds())

    def _next_due(self) -> datetime | None:
        with self.database.reading() as session:
            return outgoing.next_due(session)

    def _waiting(self) -> bool:
        with self.database.reading() as session:
            return outgoing.waiting(session, self.clock())

    def _look(self) -> int:
        with self.database.writing(patience=self.patience) as session:
            now = self.clock()
            return deliver_in(session, now=now, limit=AT_ONCE, platforms=self.platforms)

    def _take(self) -> Taken:
        with self.database.writing(patience=self.patience) as session:
            return take(session, self.platforms, token=self.token, now=self.clock(), limit=AT_ONCE)

    async def _post_all(self, taken: Taken, before: float, done: Turn) -> None:
        """Post each at its moment; results are written down together as they come in."""
        waiting = {asyncio.create_task(self._post(task, before)) for task in taken.tasks}
        while waiting:
            ended, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            results = [task.result() for task in ended]
            self.step("posted")
            fenced = await asyncio.to_thread(self._settle, taken.epoch, results)
            self.step("settled")
            done.fenced += fenced
            metrics.FENCED.inc(fenced)
            for result in results:
                metrics.RESULTS.labels(result.how).inc()
                done.results[result.how] = done.results.get(result.how, 0) + 1

    def _settle(self, epoch: str, results: Sequence[Result]) -> int:
        with self.database.writing(patience=self.patience) as session:
            return settle(session, self.token, epoch, results, now=self.clock())

    async def _post(self, task: Task, before: float) -> Result:
        await asyncio.sleep(max(0.0, before + task.goes_in - lease.steady()))
        async with self.gate:
            await self._pace(task)
            if task.form is None:
                return await self._find(task)
            return await self._send(task, task.form, before)

    async def _pace(self, task: Task) -> None:
        """Keep the distance between two requests of one account, however late this wakes."""
        rate = self.platforms[task.platform].budget.per_account
        while rate and (early := self.free_at.get(task.account, 0.0) - lease.steady()) > 0:
            await asyncio.sleep(early)
        if rate:
            self.free_at[task.account] = lease.steady() + 1 / rate

    async def _send(self, task: Task, form: Form, before: float) -> Result:
        def last_look() -> None:
            self.step("last look")
            if lease.steady() - before > LAST_LOOK:
                raise TooLate

        message = Message(
            task.kind, form, task.key, task.repeat, last_look, task.partnership, task.person
        )
        try:
            last_look()
            async with asyncio.timeout(PATIENCE):
                await self.platforms[task.platform].send(task.address, message)
        except Busy:
            return Result(task, "busy")
        except TryLater as later:
            return Result(task, "later", later.seconds)
        except Refused as refused:
            return Result(task, "refused", reason=refused.reason)
        except TooLate:
            return Result(task, "abandoned")
        except (Unclear, TimeoutError):
            return Result(task, "unclear")
        except Exception as error:
            log.error("a platform failed: %s, %s", task.platform, type(error).__name__)
            return Result(task, "unclear")
        return Result(task, "sent")

    async def _find(self, task: Task) -> Result:
        try:
            self.step("reading back")
            async with asyncio.timeout(PATIENCE):
                found = await self.platforms[task.platform].find(task.address, task.key, task.since)
        except TryLater as later:
            return Result(task, "unread", later.seconds)
        except Refused:
            return Result(task, "unreadable")
        except (Unclear, TimeoutError):
            return Result(task, "unread")
        except Exception as error:
            log.error("a platform failed: %s, %s", task.platform, type(error).__name__)
            return Result(task, "unread")
        return Result(task, "found" if found is not None else "missing")


@asynccontextmanager
async def sending(sender: Sender, *, idle: float = 1.0) -> AsyncIterator[None]:
    """Turn after turn in the background, with a pause when there is nothing to do."""
    running = asyncio.create_task(run(sender, idle=idle))
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def run(sender: Sender, *, idle: float = 1.0) -> None:
    """Turns without end. A turn that fails (the database is away) is tried again after a pause."""
    while True:
        if not sender.clock.believed():
            await asyncio.sleep(idle)
            continue
        try:
            turn = await sender.turn()
        except Exception as error:
            log.error("a turn of the sender failed: %s", type(error).__name__)
            await asyncio.sleep(idle)
            continue
        if not turn.busy:
            await asyncio.sleep(idle)
