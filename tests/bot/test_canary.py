"""A week at DEBUG: none of its words, names or addresses in any log, metric, job or error."""

from __future__ import annotations

import io
import logging
from datetime import date

import pytest
from sqlalchemy import text

from bot import jobs, metrics
from bot.clock import WallClock
from bot.outbox import NotSavedError, Sender, accept, perform
from bot.sending import Budget, Message, TryLater, Unclear
from handlers import router
from handlers.messages import Address, Incoming
from storage import Database, addresses, people
from tests.loops import run
from tests.story import Story

WORDS = "quillwort marzipan the late bus from Zephyrhaven"
NAME, MAIL, USER = "Wilhelmina Quarterbrook", "wilhelmina@quarterbrook.example", "UCANARY42"
SECRETS = ("quillwort", "marzipan", "zephyrhaven", "wilhelmina", "quarterbrook", USER.lower())


class Chat:
    """Fails in every way, with as much of the message in its errors as it can find."""

    can_read_back = True
    budget = Budget()

    def __init__(self) -> None:
        said = f"{NAME} {USER} {WORDS}"
        self.next: list[Exception] = [Unclear(said), TryLater(1), RuntimeError(said), OSError(said)]

    async def send(self, address: Address, message: Message) -> str:
        if self.next:
            raise self.next.pop()
        return "1"

    async def find(self, address: Address, key: str, since: object) -> str | None:
        raise RuntimeError(f"{address} {WORDS}")


def nothing_of_it(said: str) -> None:
    for secret in SECRETS:
        assert secret not in said.lower(), f"{secret} in {said[:400]}"


def test_a_week_at_debug_tells_nothing(
    database: Database, heard: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story(database)
    on_server = database.engine.dialect.name == "postgresql"
    if on_server:
        jobs.prepare(database)
        database.announce = jobs.Announcer()
    ana = story.person("ana")
    with database.writing() as session:
        people.enrol(session, name=NAME, email=MAIL)
        address = Address("slack", "T1", USER)
        addresses.keep(session, person=ana.person, address=address, on=date(2026, 9, 7))
    sender = Sender(database, {"slack": Chat()}, clock=WallClock(lambda: story.now))
    for day in range(7):
        if day == 0:
            story.clock("tick_ask")
        story.does(ana, "reflect", words=f"{WORDS} {day}")
        story.clock("tick_aside")
        run(sender.turn())
        story.later(days=1)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"{NAME} {WORDS}")

    monkeypatch.setitem(router.KINDS, "reflect", ("reflect", broken))
    with pytest.raises(RuntimeError):
        story.does(ana, "reflect", words=WORDS)
    try:
        broken()
    except RuntimeError:
        logging.getLogger("heardback.web").exception("a page failed")
        logging.getLogger("uvicorn.error").exception(f"{WORDS} {NAME}")
    logging.getLogger("slack_sdk").debug("body: %s", WORDS)

    assert "a page failed" in heard.getvalue()
    assert "RuntimeError" in heard.getvalue()
    nothing_of_it(heard.getvalue())
    nothing_of_it(metrics.text(database).decode())
    if on_server:
        with database.reading() as session:
            payloads = session.execute(text("SELECT * FROM procrastinate_jobs")).all()
        assert payloads
        nothing_of_it(str(payloads))


def test_an_error_of_the_database_holds_no_values(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story(database)
    ana = story.person("ana")
    monkeypatch.setattr(accept, "PATIENCE", 5.0)

    def clumsy(session: object, *_: object, **__: object) -> None:
        values = {"words": WORDS, "name": NAME}
        session.execute(text("INSERT INTO no_such_table VALUES (:words, :name)"), values)  # type: ignore[attr-defined]

    monkeypatch.setitem(router.KINDS, "reflect", ("reflect", clumsy))
    with pytest.raises(NotSavedError) as refused:
        event = Incoming("reflect", {"words": WORDS})
        perform(database, "k", ana, event, now=story.now)
    nothing_of_it(str(refused.value))
    nothing_of_it(str(refused.value.__cause__))
