"""A database server that dies under a machine and comes back."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.clock import WallClock
from bot.outbox import Sender, taking
from bot.outbox.posting import sending
from bot.sending import Budget, Message
from handlers.messages import Address
from storage import addresses, outgoing
from storage.models import Outbox
from tests import databases
from tests.loops import run
from tests.story import MONDAY, Story

CONVERGE = 35.0  # seconds after the fault


class Chat:
    can_read_back = True
    budget = Budget(per_account=20.0)

    def __init__(self) -> None:
        self.posted: list[str] = []

    async def send(self, address: Address, message: Message) -> str:
        message.last_look()
        self.posted.append(message.key)
        return "1"

    async def find(self, address: Address, key: str, since: object) -> str | None:
        return key if key in self.posted else None


def test_a_server_that_is_stopped_at_once_and_started_again_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "LEASE", 6.0)  # what was taken when it died is waited for
    if databases.postgres_tools() is None:
        pytest.skip("PostgreSQL is not on this machine")
    with databases.postgres_server() as socket:
        database = databases.postgres(tmp_path, socket)
        story = Story(database)
        ana = story.person("ana")
        with database.writing() as session:
            there = Address("slack", "T1", "U1")
            addresses.keep(session, person=ana.person, address=there, on=date(2026, 9, 7))
            about = {"digest": "3"}
            intents = [
                outgoing.Intent("lines_to_write", ana.person, "person", str(n), about, MONDAY)
                for n in range(120)
            ]
            outgoing.intend(session, "northport", intents)
        chat = Chat()
        stop = threading.Event()

        async def work() -> None:
            sender = Sender(database, {"slack": chat}, clock=WallClock(lambda: MONDAY))
            async with sending(sender, idle=0.2):
                await asyncio.to_thread(stop.wait)

        worker = threading.Thread(target=run, args=(work(),))
        worker.start()
        try:
            while len(chat.posted) < 30:
                time.sleep(0.05)
            databases.restart(socket)
            until = time.monotonic() + CONVERGE
            left = 1
            while left and time.monotonic() < until:
                time.sleep(0.5)
                with database.reading() as session:
                    waits = Outbox.state.in_(("due", "ready"))
                    left = session.scalar(select(func.count()).where(waits)) or 0
        finally:
            stop.set()
            worker.join()
            database.close()
        assert left == 0
        assert len(chat.posted) == len(set(chat.posted)) == 120
