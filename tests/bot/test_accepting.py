"""Accepting: what the database cannot take is not acknowledged, and no typed word is lost."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DatabaseError as BrokenError

from bot.clock import wall_clock
from bot.outbox import NotSavedError, accept, perform, perform_soon
from bot.web import app as web_app
from bot.web.app import Web
from bot.web.entrance import COOKIE
from handlers.messages import Actor, Form, Incoming
from handlers.permissions import NotAllowedError
from storage import Database, people, sign_in
from storage.models import Contribution, Done, WebSession
from tests import loops
from tests.story import MONDAY, Story
from tests.visiting import Visitor

WORDS = "The late bus stops before the <last> session & nobody can get home"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accept, "PATIENCE", 0.05)
    monkeypatch.setattr(web_app, "PATIENCE", 0.05)


@contextmanager
def locked(story: Story) -> Iterator[None]:
    """Somebody else holds the file."""
    file = story.database.engine.url.database
    assert file is not None
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def ana(story: Story) -> Actor:
    return story.person("ana")


@pytest.fixture
def browser(story: Story, ana: Actor) -> Visitor:
    web = Web(story.database, clock=lambda: story.now, secure=False)
    with story.database.writing() as session:
        link = sign_in.make_link(
            session,
            person=ana.person,
            partnership="northport",
            expires_at=wall_clock() + timedelta(hours=1),
        )
        opened = sign_in.use_link(session, link, now=wall_clock())
    assert opened is not None
    visitor = Visitor(web.app())
    visitor.cookies.set(COOKIE, opened.token)
    return visitor


def kept(story: Story) -> int:
    with story.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Contribution)) or 0


def test_a_locked_database_leaves_every_typed_word_in_the_open_form(
    story: Story, browser: Visitor
) -> None:
    page = browser.get("/home").text
    csrf = page.split('name="csrf" value="')[1].split('"')[0]
    fields = {"csrf": csrf, "once": "k1", "words": WORDS, "stance": "worry", "round": ""}
    with locked(story):
        answer = browser.post("/do/reflect", data=fields)
    assert answer.status_code == 503
    said = unescape(answer.text)
    assert "your words were <strong>not</strong> kept" in said
    assert WORDS in said
    assert 'name="state.stance" value="worry"' in said
    assert 'name="once" value="k1"' in said
    assert "01632" in said  # the front door's number stands there all the same
    assert kept(story) == 0
    assert browser.post("/do/reflect", data=fields).status_code == 200
    assert browser.post("/do/reflect", data=fields).status_code == 200
    assert kept(story) == 1


def test_the_runner_says_that_nothing_was_kept(story: Story, ana: Actor) -> None:
    with locked(story), pytest.raises(NotSavedError) as refused:
        perform(story.database, "k", ana, Incoming("reflect", {"words": WORDS}), now=story.now)
    assert refused.value.sure


def test_an_answer_to_the_commit_that_is_lost_is_asked_for_again(story: Story, ana: Actor) -> None:
    lost = [1]

    def lose(connection: object) -> None:
        if lost:
            lost.pop()
            raise BrokenError("COMMIT", None, Exception("the answer was lost"))

    event.listen(story.database.engine, "commit", lose)
    try:
        answer = perform(
            story.database, "k", ana, Incoming("reflect", {"words": WORDS}), now=story.now
        )
    finally:
        event.remove(story.database.engine, "commit", lose)
    assert answer.name == "receipt"
    assert kept(story) == 1


def test_a_page_without_its_database_is_a_calm_503(
    story: Story, browser: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise BrokenError("SELECT", None, Exception("gone"))

    monkeypatch.setattr(sign_in, "who", broken)
    answer = browser.get("/home")
    assert answer.status_code == 503
    assert "999" in answer.text
    assert answer.headers["retry-after"] == "10"


def test_looking_at_pages_writes_nothing_for_a_minute(story: Story, browser: Visitor) -> None:
    with locked(story):
        for path in ("/home", "/chat", "/board/northport"):
            assert browser.get(path).status_code == 200


def test_a_session_in_use_stays_alive(
    story: Story, browser: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = wall_clock() + timedelta(minutes=5)
    monkeypatch.setattr(Web, "wall", staticmethod(lambda: later))
    assert browser.get("/home").status_code == 200
    with story.database.reading() as session:
        assert session.scalars(select(WebSession.seen_at)).one() == later


def test_a_reading_session_cannot_write(database: Database) -> None:
    with database.reading() as session, pytest.raises(BrokenError):
        session.execute(text("DELETE FROM outbox"))


def test_parallel_copies_of_one_event_have_one_effect(database: Database) -> None:
    story = Story(database)
    ana = story.person("ana")
    start = threading.Barrier(8)

    def once(number: int) -> str:
        start.wait()
        key = f"event:{number % 4}"
        event = Incoming("reflect", {"words": f"{WORDS} {number % 4}"})
        return perform(database, key, ana, event, now=MONDAY).name

    accept.PATIENCE = 30.0  # put back by the fixture
    with ThreadPoolExecutor(8) as crowd:
        names = list(crowd.map(once, range(8)))
    assert names == ["receipt"] * 8
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contribution)) == 4
        assert session.scalar(select(func.count()).select_from(Done)) == 4


def test_copies_that_wait_in_a_loop_have_one_effect_and_one_answer(database: Database) -> None:
    """They are committed together, also with one that is not allowed."""
    story = Story(database)
    ana = story.person("ana")
    accept.PATIENCE = 30.0  # put back by the fixture

    async def everyone() -> list[Any]:
        def once(number: int) -> Coroutine[Any, Any, Form]:
            event = Incoming("reflect", {"words": f"{WORDS} {number % 4}"})
            return perform_soon(database, f"event:{number % 4}", ana, event, now=MONDAY)

        refused = perform_soon(database, "no", ana, Incoming("aside_open"), now=MONDAY)
        crowd = (*(once(number) for number in range(8)), refused)
        return await asyncio.gather(*crowd, return_exceptions=True)

    *answers, refused = loops.run(everyone())
    assert isinstance(refused, NotAllowedError)
    assert [answer.name for answer in answers] == ["receipt"] * 8
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contribution)) == 4
        assert session.scalar(select(func.count()).select_from(Done)) == 4


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_somebodys_first_two_choices_at_the_same_moment_are_both_kept(
    database: Database,
) -> None:
    """The other is committed when this one has seen that there is none yet."""
    story = Story(database)
    ana = story.person("ana")
    with story.database.writing() as session:
        look = session.get

        def look_and_be_overtaken(*given: Any) -> Any:
            found = look(*given)
            session.get = look  # type: ignore[method-assign]
            with story.database.writing() as other:
                people.preference(other, ana.person, "northport").interval_weeks = 4
            return found

        session.get = look_and_be_overtaken  # type: ignore[method-assign]
        people.preference(session, ana.person, "northport").hear_back = False
    with story.database.reading() as session:
        kept = people.choices(session, ana.person, "northport")
        assert kept is not None
        assert (kept.interval_weeks, kept.hear_back) == (4, False)
