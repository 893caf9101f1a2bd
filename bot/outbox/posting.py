"""The sender: takes what may go, posts it with our key, writes down what happened, and never guesses.

It is the only one that tries again. Everything it needs is in the database, so it can be killed at
any point and any number of them may run at once. An account whose limit is strict is one sender's
while requests of it are under way, and given back when none is.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bot import lease, metrics
from bot.clock import WallClock
from bot.outbox.looking import deliver_in
from bot.outbox.taking import LAST_LOOK, Result, Taken, Task, pace_of, settle, take
from bot.sending import PATIENCE, Busy, Message, Platform, Refused, TooLate, TryLater, Unclear
from handlers.messages import Form
from storage import Database, outgoing
from storage.budgets import Pace

log = logging.getLogger("heardback.sending")
AT_ONCE = 100  # rows in one transaction, which keeps others from writing to a file meanwhile
TOGETHER = 64  # requests open at the same time
SPREAD = (
    0.5  # seconds over which a batch is spread by its budget, from which the next is taken early
)
CATCH_UP = 0.5  # of the distance between two requests: so much of a late wake-up is made up for


@dataclass
class Turn:
    """What one turn did, as numbers."""

    looked: int = 0
    moved: int = 0
    fenced: int = 0
    under_way: int = 0
    results: dict[str, int] = field(default_factory=dict)

    @property
    def busy(self) -> bool:
        """Whether another turn may find more to do at once."""
        return bool(self.looked or self.moved or self.results or self.under_way)


@dataclass
class Batch:
    """What was taken at once: under which token, when, and how much of it has not begun."""

    taken: Taken
    token: str
    before: float
    done: Turn
    half: asyncio.Event = field(default_factory=asyncio.Event)
    left: int = 0

    def __post_init__(self) -> None:
        self.left = len(self.taken.tasks)

    def began(self) -> None:
        self.left -= 1
        if self.left <= len(self.taken.tasks) / 2:
            self.half.set()

    @property
    def lasts(self) -> bool:
        """Whether there is more where it came from, or it takes a while: then the next is taken meanwhile."""
        tasks = self.taken.tasks
        return len(tasks) >= AT_ONCE or max(task.goes_in for task in tasks) > SPREAD


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
        self.name = secrets.token_hex(8)  # under which accounts are held
        self.under_way: set[asyncio.Task[None]] = set()
        self.requests: Counter[str] = Counter()  # under way, by account
        self.books = asyncio.Lock()  # nothing is taken while an account is given back
        self.gate = asyncio.Semaphore(TOGETHER)
        self.free_at: dict[str, float] = {}  # by account, on this machine's steady clock
        self.patience = 30.0  # seconds to wait for somebody else's lock

    async def turn(self) -> Turn:
        """Look at what is due, post what may go now, and write down what came of it."""
        done = await self.begin()
        await self._ended()
        return done

    async def begin(self) -> Turn:
        """A turn that ends when half of a large batch has begun, so that no second of a budget is lost
        between two batches. What is under way is written down meanwhile, or in the next turn."""
        if not await asyncio.to_thread(self._waiting):
            await self._ended()
            return Turn()
        done = Turn(looked=await asyncio.to_thread(self._look))
        if self.platforms:
            batch = await self._take_batch(done)
            if not (batch and batch.taken.more and self.requests.total() < AT_ONCE):
                await self._ended(batch.half if batch and batch.lasts else None)
            done.under_way = len(self.under_way)
        return done

    async def _take_batch(self, done: Turn) -> Batch | None:
        before, token = lease.steady(), secrets.token_hex(8)
        async with self.books:
            taken = await asyncio.to_thread(self._take, token)
            self.requests.update(task.account for task in taken.tasks)
        done.moved = taken.moved
        if not taken.tasks:
            return None
        self.step("taken")
        batch = Batch(taken, token, before, done)
        self.under_way.add(asyncio.create_task(self._post_all(batch)))
        return batch

    async def _ended(self, enough: asyncio.Event | None = None) -> None:
        """Wait until everything under way has ended, or for this. Raises what a batch raised."""
        mine = set(self.under_way)
        if not mine:
            return
        waits = asyncio.create_task(enough.wait()) if enough else None
        try:
            if waits is None:
                await asyncio.wait(mine)
            while waits and not waits.done() and not all(task.done() for task in mine):
                left = {task for task in mine if not task.done()}
                await asyncio.wait({waits, *left}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if waits is not None:
                waits.cancel()
        ended = {task for task in mine if task.done()}
        self.under_way -= ended
        for error in [task.exception() for task in ended]:
            if error is not None:
                raise error

    async def stop(self) -> None:
        """Let go of what is under way: it is read back by whoever comes next."""
        left = set(self.under_way)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        self.under_way -= left

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

    def _take(self, token: str) -> Taken:
        with self.database.writing(patience=self.patience) as session:
            return take(
                session,
                self.platforms,
                token=token,
                holder=self.name,
                now=self.clock(),
                limit=AT_ONCE,
            )

    async def _post_all(self, batch: Batch) -> None:
        """Post each at its moment; results are written down together as they come in."""
        done = batch.done
        waiting = {self._start(task, batch) for task in batch.taken.tasks}
        try:
            while waiting:
                ended, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                results = [task.result() for task in ended]
                self.step("posted")
                fenced = await self._write_down(batch, results)
                self.step("settled")
                done.fenced += fenced
                metrics.FENCED.inc(fenced)
                for result in results:
                    metrics.RESULTS.labels(result.how).inc()
                    done.results[result.how] = done.results.get(result.how, 0) + 1
        finally:
            for task in waiting:
                task.cancel()

    def _start(self, task: Task, batch: Batch) -> asyncio.Task[Result]:
        started = asyncio.create_task(self._post(task, batch))
        started.add_done_callback(lambda _: self.requests.subtract([task.account]))
        return started

    async def _write_down(self, batch: Batch, results: Sequence[Result]) -> int:
        if not self._over(results):
            return await asyncio.to_thread(self._settle, batch, results, {})
        async with self.books:
            return await asyncio.to_thread(self._settle, batch, results, self._over(results))

    def _over(self, results: Sequence[Result]) -> Mapping[str, Pace]:
        """The paced accounts of these of which nothing is under way any more."""
        ended = {result.task.account: result.task.platform for result in results}
        paces = {account: pace_of(self.platforms[name]) for account, name in ended.items()}
        return {
            account: pace
            for account, pace in paces.items()
            if pace.step and not self.requests[account]
        }

    def _settle(self, batch: Batch, results: Sequence[Result], over: Mapping[str, Pace]) -> int:
        with self.database.writing(patience=self.patience) as session:
            return settle(
                session,
                batch.token,
                batch.taken.epoch,
                results,
                holder=self.name,
                over=over,
                now=self.clock(),
            )

    async def _post(self, task: Task, batch: Batch) -> Result:
        moment = batch.taken.at + task.goes_in
        await asyncio.sleep(max(0.0, moment - lease.steady()))
        async with self.gate:
            await self._pace(task, moment)
            batch.began()
            if task.form is None:
                return await self._find(task, batch.before)
            return await self._send(task, task.form, batch.before)

    async def _pace(self, task: Task, moment: float) -> None:
        """Keep the distance between two requests of one account, however late this wakes.

        Half a distance at most is made up for, and nothing from before its moment, when the account may
        have been another sender's: over any second that is one request more at the most.
        """
        step = pace_of(self.platforms[task.platform]).step
        while step and (early := self.free_at.get(task.account, 0.0) - lease.steady()) > 0:
            await asyncio.sleep(early)
        if step:
            late = lease.steady() - CATCH_UP * step
            free_at = self.free_at.get(task.account, 0.0)
            self.free_at[task.account] = max(free_at, moment, late) + step

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

    async def _find(self, task: Task, before: float) -> Result:
        if lease.steady() - before > LAST_LOOK:  # its account may be another sender's by now
            return Result(task, "unread")
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
        await sender.stop()


async def run(sender: Sender, *, idle: float = 1.0) -> None:
    """Turns without end. A turn that fails (the database is away) is tried again after a pause."""
    while True:
        if not sender.clock.believed():
            await asyncio.sleep(idle)
            continue
        try:
            turn = await sender.begin()
        except Exception as error:
            log.error("a turn of the sender failed: %s", type(error).__name__)
            await asyncio.sleep(idle)
            continue
        if not turn.busy:
            await asyncio.sleep(idle)
