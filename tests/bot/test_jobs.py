"""Many machines: a job exists exactly when its rows do, and says nothing about them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import jobs
from bot.clock import WallClock
from bot.outbox import Sender, perform
from bot.sending import Budget, Message
from handlers import permissions
from handlers.messages import Address, Incoming
from storage import Database, addresses
from tests import databases
from tests.loops import run as wait_for
from tests.story import MONDAY, Story

DAY = date(2026, 9, 7)


class Chat:
    """Counts what was posted, over all senders that share it."""

    can_read_back = True
    budget = Budget()

    def __init__(self) -> None:
        self.posted: list[str] = []

    async def send(self, address: Address, message: Message) -> str:
        message.last_look()
        self.posted.append(address.user)
        return "1"

    async def find(self, address: Address, key: str, since: object) -> str | None:
        return None


@pytest.fixture
def story(tmp_path: Path, postgres_socket: str) -> Iterator[Story]:
    database = databases.postgres(tmp_path, postgres_socket)
    jobs.prepare(database)
    jobs.prepare(database)  # whoever comes second finds it done
    yield Story(database)
    database.close()


def waiting(database: Database) -> list[tuple[str, str, object]]:
    with database.reading() as session:
        query = "SELECT task_name, status::text, args FROM procrastinate_jobs ORDER BY id"
        return [tuple(row) for row in session.execute(text(query))]


def ask(story: Story, people: int) -> None:
    with story.database.writing() as session:
        for number in range(people):
            actor = story.actors[f"p{number}", "northport"]
            address = Address("slack", "T1", f"U{number}")
            addresses.keep(session, person=actor.person, address=address, on=DAY)
    clock = permissions.clock("northport")
    perform(story.database, "round", clock, Incoming("tick_ask"), now=MONDAY)


def test_a_job_exists_exactly_when_its_rows_do(story: Story) -> None:
    story.person("p0")
    story.person("p0", side="wolds")
    story.database.announce = jobs.Announcer()
    ask(story, 1)
    assert waiting(story.database) == [("send", "todo", {})]

    class StopError(Exception):
        pass

    def fail(_session: object) -> None:
        jobs.Announcer()(_session)  # type: ignore[arg-type]
        raise StopError

    story.database.announce = fail
    with pytest.raises(StopError):
        perform(
            story.database,
            "again",
            permissions.clock("wolds"),
            Incoming("tick_ask"),
            now=MONDAY,
        )
    assert len(waiting(story.database)) == 1


def test_two_workers_send_each_message_once(story: Story) -> None:
    for number in range(40):
        story.person(f"p{number}")
    story.database.announce = jobs.Announcer()
    ask(story, 40)
    chat = Chat()

    async def work() -> None:
        for _ in range(2):
            sender = Sender(story.database, {"slack": chat}, clock=WallClock(lambda: MONDAY))
            app = jobs.workers(story.database, sender)
            async with app.open_async():
                await app.run_worker_async(
                    queues=[jobs.SENDING], wait=False, install_signal_handlers=False
                )

    wait_for(work())
    assert sorted(chat.posted) == sorted(f"U{number}" for number in range(40))


def test_a_job_of_a_worker_that_died_is_given_to_another(story: Story) -> None:
    sender = Sender(story.database, {}, clock=WallClock(lambda: MONDAY))
    app = jobs.workers(story.database, sender)

    async def die_and_sweep() -> None:
        async with app.open_async():
            await app.configure_task("send", queue=jobs.SENDING).defer_async()
            manager = app.job_manager
            worker = await manager.register_worker()
            assert await manager.fetch_job([jobs.SENDING], worker)
            await app.connector.execute_query_async(
                "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"
            )
            await app.tasks["sweep"].func(0)
            await asyncio.sleep(0)

    wait_for(die_and_sweep())
    states = [status for name, status, _ in waiting(story.database) if name == "send"]
    assert "doing" not in states
    assert "todo" in states
