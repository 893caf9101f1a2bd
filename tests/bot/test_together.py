"""Events that wait for the same file are committed together, and each as if it were alone."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.outbox import together
from bot.outbox.together import Queue
from handlers.messages import Form
from storage import Database, DatabaseError, Session, audit
from tests import databases, loops
from tests.story import MONDAY

PATIENCE = 5.0


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = databases.sqlite(tmp_path)
    yield made
    made.close()


class Counted:
    """A database that counts its transactions."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.begun = 0

    @contextmanager
    def writing(self, *, patience: float) -> Iterator[Session]:
        self.begun += 1
        with self.database.writing(patience=patience) as session:
            yield session


def notes(name: str) -> Callable[[Session], Form]:
    """Work that leaves one row and one sealed text, and answers with its name."""

    def work(session: Session) -> Form:
        session.seal("words", "northport", name, f"the words of {name}")
        audit.record(session, partnership="northport", actor=name, action="test.note", at=MONDAY)
        return Form(name, name)

    return work


Got = list[Form | BaseException | None]
All = Callable[[Queue, Counted, list[Callable[[Session], Form]]], Got]


def in_threads(queue: Queue, database: Counted, works: list[Callable[[Session], Form]]) -> Got:
    """Let all of them wait for the turn, then let go; what each got."""
    got: Got = [None] * len(works)

    def one(number: int) -> None:
        try:
            got[number] = queue.take(database, works[number], patience=PATIENCE)  # type: ignore[arg-type]
        except BaseException as error:
            got[number] = error

    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(works))]
    with queue.turn:
        for thread in threads:
            thread.start()
        end = time.monotonic() + PATIENCE
        while len(queue.waiting) < len(works):
            assert time.monotonic() < end, "they do not wait"
    for thread in threads:
        thread.join(PATIENCE)
    return got


def in_a_loop(queue: Queue, database: Counted, works: list[Callable[[Session], Form]]) -> Got:
    """The same, each waiting in an event loop."""

    async def everyone() -> list[Any]:
        with queue.turn:
            waiting = [
                asyncio.ensure_future(queue.soon(database, work, patience=PATIENCE))  # type: ignore[arg-type]
                for work in works
            ]
            while len(queue.waiting) < len(works):
                await asyncio.sleep(0)
        return await asyncio.gather(*waiting, return_exceptions=True)

    return loops.run(everyone())


@pytest.fixture(params=(in_threads, in_a_loop), ids=("threads", "loop"))
def all_at_once(request: pytest.FixtureRequest) -> All:
    way: All = request.param
    return way


def written(database: Database) -> set[str]:
    with database.reading() as session:
        return {row.actor for row in session.query(audit.Audit)}


def test_those_who_wait_share_one_commit_and_each_gets_its_own_answer(
    database: Database, all_at_once: All
) -> None:
    counted, names = Counted(database), [f"n{number}" for number in range(10)]
    got = all_at_once(Queue(), counted, [notes(name) for name in names])
    assert [form.name for form in got if isinstance(form, Form)] == names
    assert counted.begun == 1
    assert written(database) == set(names)


def test_one_that_raises_leaves_nothing_and_takes_nobody_with_it(
    database: Database, all_at_once: All
) -> None:
    with database.writing() as session:
        kept = session.seal("words", "northport", "old", "said last week")

    def breaks(session: Session) -> Form:
        notes("broken")(session)
        session.destroy_key("words", "old")
        raise LookupError("a handler's own fault")

    got = all_at_once(Queue(), Counted(database), [notes("a"), breaks, notes("b")])
    assert isinstance(got[1], LookupError)
    assert written(database) == {"a", "b"}
    with database.reading() as session:
        assert session.open("words", "northport", "old", kept) == "said last week"


def test_keys_made_beside_one_that_raises_are_kept_with_their_rows(
    database: Database, all_at_once: All
) -> None:
    sealed: dict[str, bytes] = {}

    def seals(session: Session) -> Form:
        sealed["a"] = session.seal("words", "northport", "a", "still readable")
        return Form("a", "a")

    def breaks(session: Session) -> Form:
        session.seal("words", "northport", "gone", "never kept")
        raise LookupError

    all_at_once(Queue(), Counted(database), [seals, breaks])
    with database.reading() as session:
        assert session.open("words", "northport", "a", sealed["a"]) == "still readable"


def test_what_the_database_cannot_do_sends_everybody_to_try_alone(
    database: Database, all_at_once: All
) -> None:
    def full(session: Session) -> Form:
        raise DatabaseError("the disk is full")

    counted = Counted(database)
    got = all_at_once(Queue(), counted, [notes("a"), full, notes("b")])
    assert got == [None, None, None]
    assert written(database) == set()


def test_a_commit_that_breaks_in_an_unforeseen_way_is_nobodys_success(
    database: Database, all_at_once: All
) -> None:
    class Breaking(Counted):
        @contextmanager
        def writing(self, *, patience: float) -> Iterator[Session]:
            with super().writing(patience=patience) as session:
                yield session
                raise MemoryError

    got = all_at_once(Queue(), Breaking(database), [notes("a"), notes("b")])
    assert {type(one) for one in got} <= {MemoryError, type(None)}
    assert written(database) == set()


def test_a_writer_that_never_comes_is_said_at_once_and_nobody_waits_on(database: Database) -> None:
    queue = Queue()
    with queue.turn, pytest.raises(DatabaseError):
        queue.take(database, notes("late"), patience=0.01)
    assert not queue.waiting
    with database.writing(), pytest.raises(DatabaseError):
        in_a_thread(lambda: queue.take(database, notes("late"), patience=0.01))
    assert written(database) == set()


def in_a_thread(work: Callable[[], object]) -> None:
    """Do it in another thread, and raise here what it raises there."""
    raised: list[BaseException] = []

    def caught() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=caught)
    thread.start()
    thread.join(PATIENCE)
    if raised:
        raise raised[0]


def test_no_more_than_a_few_go_together(
    database: Database, monkeypatch: pytest.MonkeyPatch, all_at_once: All
) -> None:
    monkeypatch.setattr(together, "MOST", 3)
    counted = Counted(database)
    all_at_once(Queue(), counted, [notes(f"n{number}") for number in range(7)])
    assert counted.begun == 3
    assert len(written(database)) == 7


def test_a_loop_whose_writer_never_comes_is_told_and_the_next_one_is_served(
    database: Database,
) -> None:
    queue = Queue()

    async def late_then_well() -> Form | None:
        with queue.turn, pytest.raises(DatabaseError):
            await queue.soon(database, notes("late"), patience=0.01)
        return await queue.soon(database, notes("well"), patience=PATIENCE)

    answer = loops.run(late_then_well())
    assert answer is not None
    assert written(database) == {"well"}


def test_what_nobody_waits_for_any_more_is_not_done(database: Database) -> None:
    queue = Queue()

    async def leave_then_stay() -> None:
        with queue.turn:
            gone = asyncio.ensure_future(queue.soon(database, notes("gone"), patience=PATIENCE))
            stays = asyncio.ensure_future(queue.soon(database, notes("stays"), patience=PATIENCE))
            while len(queue.waiting) < 2:
                await asyncio.sleep(0)
            gone.cancel()
            with pytest.raises(asyncio.CancelledError):
                await gone
        await stays

    loops.run(leave_then_stay())
    assert written(database) == {"stays"}
