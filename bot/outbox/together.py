"""Events that come while another is being committed are committed together, each as if it were alone.

A file has one writer, and making its commit sure costs more than most handlers do. So whoever gets the
turn takes everybody who waits along: one transaction, one commit, and only then everybody's answer. When
a handler raises, the transaction is begun again with a part of its own for each event, so that one leaves
nothing and the others are kept. When that transaction cannot be kept, nobody's was, and each tries once
more alone.

Who waits in a thread takes the turn there. Those who wait in the event loop (`soon`) need no thread each:
one thread takes turns for as long as any of them waits.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from bot.logs import tell_of
from handlers.messages import Form
from storage import Database, DatabaseError, Session, outgoing

MOST = 32  # events in one transaction, so that nobody waits for a long one

Work = Callable[[Session], Form]
log = logging.getLogger("heardback.accepting")


class RaisedError(Exception):
    """A handler raised, and so nothing may be kept of a transaction in which it had no part of its own."""


@dataclass(eq=False)
class Waiting:
    """One event, and what became of it: an answer, or what its handler raised, or neither."""

    work: Work
    key: str = ""
    in_loop: bool = False
    form: Form | None = None
    raised: BaseException | None = None
    over: Future[Form | None] = field(default_factory=Future)

    def end(self) -> None:
        """Give the answer once it is committed; None when it has to be tried alone."""
        if self.raised is not None:
            self.over.set_exception(self.raised)
        else:
            self.over.set_result(self.form)


Do = Callable[[Session, Sequence[Waiting]], None]


class TooLongError(DatabaseError):
    """Others have been writing for too long, so nothing was kept."""


class Queue:
    """Who waits for the writer of one database."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.waiting: deque[Waiting] = deque()
        self._led = False  # whether a thread takes turns for those who wait in an event loop
        self._leading = threading.Lock()

    def take(
        self, database: Database, work: Work, *, patience: float, key: str = ""
    ) -> Form | None:
        """Have this done with whatever else waits. None when that failed, and it may be tried alone.

        Args:
            key: under which the work looks whether it was done before, if it does.

        Raises:
            DatabaseError: the writer was not to be had in time, so nothing was kept.
        """
        mine = Waiting(work, key)
        self.waiting.append(mine)
        while not mine.over.done():
            if not self.turn.acquire(timeout=patience):
                if self._withdraw(mine):
                    raise TooLongError()
                continue  # somebody has taken it along, and ends before long
            try:
                if not mine.over.done():
                    self._commit(database, patience)
            finally:
                self.turn.release()
        return mine.over.result()

    async def soon(
        self, database: Database, work: Work, *, patience: float, key: str = ""
    ) -> Form | None:
        """`take`, for whoever waits in an event loop."""
        mine = Waiting(work, key, in_loop=True)
        with self._leading:
            self.waiting.append(mine)
            leads, self._led = not self._led, True
        if leads:
            asyncio.get_running_loop().run_in_executor(None, self._lead, database, patience)
        return await asyncio.wrap_future(mine.over)

    def _lead(self, database: Database, patience: float) -> None:
        """Take turns until nobody waits."""
        while True:
            if self.turn.acquire(timeout=patience):
                try:
                    self._commit(database, patience)
                except Exception as error:  # it is nobody's own: each of them tries once more alone
                    tell_of(log, error)
                finally:
                    self.turn.release()
            else:
                self._give_up()
            with self._leading:
                if not self.waiting:
                    self._led = False
                    return

    def _give_up(self) -> None:
        for one in list(self.waiting):
            if one.in_loop and self._withdraw(one) and one.over.set_running_or_notify_cancel():
                one.raised = TooLongError()
                one.end()

    def _withdraw(self, mine: Waiting) -> bool:
        try:
            self.waiting.remove(mine)
        except ValueError:
            return False
        return True

    def _commit(self, database: Database, patience: float) -> None:
        """One transaction for the first of those who wait."""
        first = [self.waiting.popleft() for _ in range(min(MOST, len(self.waiting)))]
        some = [one for one in first if one.over.set_running_or_notify_cancel()]
        kept = False
        never: DatabaseError | None = None
        try:
            kept = _kept(database, some, patience, _plainly) or len(some) == 1
            kept = kept or _kept(database, some, patience, _apart)
        except NotBegunError as error:
            never = error.why
        except DatabaseError:
            kept = False
        finally:  # whatever went wrong, nobody is told of a commit that was not made
            for one in some:
                if not kept:
                    one.form, one.raised = None, never
                one.end()


class NotBegunError(Exception):
    """The database could not even begin, so nothing was kept."""

    def __init__(self, why: DatabaseError) -> None:
        super().__init__(str(why))
        self.why = why


def _kept(database: Database, some: Sequence[Waiting], patience: float, do: Do) -> bool:
    """Do all of these in one transaction. False when one of them raised, and so all were undone.

    Raises:
        NotBegunError: there was no transaction.
        DatabaseError: what the database could not do ended the whole transaction.
    """
    begun = False
    try:
        with database.writing(patience=patience) as session:
            begun = bool(session.connection())
            do(session, some)
    except RaisedError:
        return False
    except DatabaseError as error:
        if begun:
            raise
        raise NotBegunError(error) from error
    return True


def _plainly(session: Session, some: Sequence[Waiting]) -> None:
    """As if nobody raised: what is remembered of all is read at once, and written at once."""
    foreseen = outgoing.Foreseen(session, (one.key for one in some if one.key))
    for one in some:
        try:
            one.form, one.raised = one.work(session), None
        except DatabaseError:
            raise
        except Exception as error:
            one.raised = error
            raise RaisedError from error
    foreseen.write(session)


def _apart(session: Session, some: Sequence[Waiting]) -> None:
    """Each in a part of its own: what it raises is for its own caller, and undoes nobody else's."""
    for one in some:
        one.form = one.raised = None
        try:
            with session.apart():
                one.form = one.work(session)
        except DatabaseError:
            raise
        except Exception as error:
            one.raised = error


_queues: WeakKeyDictionary[Database, Queue] = WeakKeyDictionary()
_making = threading.Lock()


def queue_of(database: Database) -> Queue:
    """The queue of this process for the writer of this database."""
    with _making:
        return _queues.setdefault(database, Queue())
