"""Events that come while another is being committed are committed together, each in a part of its own.

A file has one writer, and making its commit sure costs more than most handlers do. So whoever gets the
turn takes everybody who waits along: one transaction, one part for each event that leaves nothing when its
handler raises, one commit, and only then everybody's answer. When that transaction cannot be kept, nobody's
was, and each tries once more alone.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from handlers.messages import Form
from storage import Database, DatabaseError, Session

MOST = 32  # events in one transaction, so that nobody waits for a long one

Work = Callable[[Session], Form]


@dataclass(eq=False)
class Waiting:
    """One event, and what became of it: an answer, or what its handler raised, or neither."""

    work: Work
    over: bool = False
    form: Form | None = None
    raised: BaseException | None = None

    def answer(self) -> Form | None:
        """The answer once it is committed; None when it has to be tried alone."""
        if self.raised is not None:
            raise self.raised
        return self.form


class Queue:
    """Who waits for the writer of one database."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.waiting: deque[Waiting] = deque()

    def take(self, database: Database, work: Work, *, patience: float) -> Form | None:
        """Have this done with whatever else waits. None when that failed, and it may be tried alone.

        Raises:
            DatabaseError: the writer was not to be had in time, so nothing was kept.
        """
        mine = Waiting(work)
        self.waiting.append(mine)
        while not mine.over:
            if not self.turn.acquire(timeout=patience):
                if self._withdraw(mine):
                    raise DatabaseError("others have been writing for too long")
                continue  # somebody has taken it along, and ends before long
            try:
                if not mine.over:
                    self._commit(database, patience)
            finally:
                self.turn.release()
        return mine.answer()

    def _withdraw(self, mine: Waiting) -> bool:
        try:
            self.waiting.remove(mine)
        except ValueError:
            return False
        return True

    def _commit(self, database: Database, patience: float) -> None:
        """One transaction for the first of those who wait."""
        some = [self.waiting.popleft() for _ in range(min(MOST, len(self.waiting)))]
        begun = kept = False
        never: DatabaseError | None = None
        try:
            with database.writing(patience=patience) as session:
                begun = bool(session.connection())
                for one in some:
                    _do(session, one)
            kept = True
        except DatabaseError as error:
            never = None if begun else error
        finally:  # whatever went wrong, nobody is told of a commit that was not made
            for one in some:
                if not kept:
                    one.form, one.raised = None, never
                one.over = True


def _do(session: Session, one: Waiting) -> None:
    """One event in a part of its own. What the database could not do ends the whole transaction."""
    try:
        with session.apart():
            one.form = one.work(session)
    except DatabaseError:
        raise
    except Exception as error:  # its own caller gets it, and nobody else
        one.raised = error


_queues: WeakKeyDictionary[Database, Queue] = WeakKeyDictionary()
_making = threading.Lock()


def queue_of(database: Database) -> Queue:
    """The queue of this process for the writer of this database."""
    with _making:
        return _queues.setdefault(database, Queue())
