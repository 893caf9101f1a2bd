"""Every connection taken: an answer within seconds, every typed word kept, and on again without a hand."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import Engine, func, select

from bot.clock import WallClock, wall_clock
from bot.outbox import NotSavedError, Sender, perform
from bot.outbox.posting import sending
from bot.web.app import Web
from bot.web.entrance import COOKIE
from handlers.messages import Address, Incoming
from storage import Database, addresses, outgoing, sign_in
from storage.models import Contribution, Outbox
from tests.faults.test_machines import CONVERGE, Chat
from tests.loops import run
from tests.story import MONDAY, Story
from tests.visiting import Visitor

WORDS = "The late bus stops before the <last> session & nobody can get home"
SECONDS = 8.0  # an answer takes one, on a machine that has time


@contextmanager
def exhausted(*engines: Engine) -> Iterator[None]:
    """Somebody holds every connection that these may open."""
    with ExitStack() as held:
        for engine in engines:
            for _ in range(engine.pool.size() + engine.pool._max_overflow):  # type: ignore[attr-defined]
                held.enter_context(engine.connect())
        yield


def visitor_of(story: Story, person: str) -> Visitor:
    with story.database.writing() as session:
        until = wall_clock() + timedelta(hours=1)
        link = sign_in.make_link(session, person=person, partnership="northport", expires_at=until)
        opened = sign_in.use_link(session, link, now=wall_clock())
    assert opened is not None
    visitor = Visitor(Web(story.database, clock=lambda: MONDAY, secure=False).app())
    visitor.cookies.set(COOKIE, opened.token)
    return visitor


def test_a_form_is_answered_within_seconds_and_keeps_its_words(database: Database) -> None:
    story = Story(database)
    browser = visitor_of(story, story.person("ana").person)
    csrf = browser.get("/home").text.split('name="csrf" value="')[1].split('"')[0]
    fields = {"csrf": csrf, "once": "k1", "words": WORDS, "stance": "worry", "round": ""}
    began = time.monotonic()
    with exhausted(database.engine):
        answer = browser.post("/do/reflect", data=fields)
    assert time.monotonic() - began < SECONDS
    assert answer.status_code == 503
    assert WORDS in unescape(answer.text)
    assert browser.post("/do/reflect", data=fields).status_code == 200
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contribution)) == 1


@pytest.fixture
def hasty(database: Database) -> Database:
    """A third of a second for a connection instead of a second, so that these tests are quick."""
    for engine in (database.engine, database.key_engine):
        engine.pool._timeout = 0.3  # type: ignore[attr-defined]
    return database


@pytest.mark.parametrize("which", ["engine", "key_engine"])
def test_an_event_is_not_acknowledged(hasty: Database, which: str) -> None:
    database, ana = hasty, Story(hasty).person("ana")
    event = Incoming("reflect", {"words": WORDS})
    began = time.monotonic()
    with exhausted(getattr(database, which)), pytest.raises(NotSavedError):
        perform(database, "k", ana, event, now=MONDAY)
    assert time.monotonic() - began < SECONDS
    assert perform(database, "k", ana, event, now=MONDAY).name == "receipt"


def test_a_sender_waits_and_goes_on_by_itself(
    hasty: Database, caplog: pytest.LogCaptureFixture
) -> None:
    database, person = hasty, Story(hasty).person("ana").person
    about = {"digest": "3"}
    with database.writing() as session:
        there = Address("slack", "T1", "U1")
        addresses.keep(session, person=person, address=there, on=date(2026, 9, 7))
        intents = [
            outgoing.Intent("lines_to_write", person, "person", str(n), about, MONDAY)
            for n in range(30)
        ]
        outgoing.intend(session, "northport", intents)
    chat, stop = Chat(), threading.Event()

    async def work() -> None:
        sender = Sender(database, {"slack": chat}, clock=WallClock(lambda: MONDAY))
        async with sending(sender, idle=0.2):
            await asyncio.to_thread(stop.wait)

    with exhausted(database.engine, database.key_engine):
        worker = threading.Thread(target=run, args=(work(),))
        worker.start()
        while "TimeoutError" not in caplog.text:
            time.sleep(0.05)
    try:
        until, left = time.monotonic() + CONVERGE, 1
        while left and time.monotonic() < until:
            time.sleep(0.1)
            with database.reading() as session:
                waits = Outbox.state.in_(("due", "ready"))
                left = session.scalar(select(func.count()).where(waits)) or 0
    finally:
        stop.set()
        worker.join()
    assert left == 0
    assert len(chat.posted) == len(set(chat.posted)) == 30
