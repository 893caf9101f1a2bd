"""Seeing it: alive, ready and counted, for the machine's keeper alone and never with a person in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta

import httpx
import pytest
from starlette.applications import Starlette

from bot import health
from bot.clock import wall_clock
from bot.health import Health
from storage import outgoing
from tests.loops import run
from tests.story import Story


def ask(
    story: Story, path: str, *, client: str = "127.0.0.1", headers: dict[str, str] | None = None
) -> httpx.Response:
    app = Starlette(routes=Health(story.database).routes())

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as browser:
            return await browser.get(path, headers=headers)

    return run(get())


def test_it_is_ready_when_something_could_be_kept(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    assert ask(story, "/healthz").status_code == 200
    assert ask(story, "/readyz").status_code == 200
    file = story.database.engine.url.database
    assert file is not None
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert ask(story, "/healthz").status_code == 200
        assert ask(story, "/readyz").status_code == 503


def test_metrics_count_messages_by_state_and_say_how_late_the_oldest_is(story: Story) -> None:
    person = story.person("ana").person
    now = wall_clock()
    with story.database.writing() as session:
        intents = [
            outgoing.Intent("prompt", person, "person", str(n), {}, now - timedelta(minutes=n))
            for n in (5, 7)
        ]
        outgoing.intend(session, "northport", intents)
        outgoing.settle(session, outgoing.due(session, now)[0], "parked", date(2026, 9, 7), "x")
    story.does(story.person("ana"), "reflect", words="the late bus")
    said = ask(story, "/metrics").text
    assert 'heardback_messages{state="due"} 1.0' in said
    assert 'heardback_messages{state="parked"} 1.0' in said
    late = next(line for line in said.splitlines() if line.startswith("heardback_oldest_seconds "))
    assert 299 < float(late.split()[1]) < 400
    assert 'heardback_accept_seconds_count{kept="yes"}' in said


@pytest.mark.parametrize(
    ("client", "headers"),
    [("10.0.0.7", {}), ("127.0.0.1", {"x-forwarded-for": "10.0.0.7"}), ("::2", {})],
)
def test_metrics_are_for_the_machine_itself(
    story: Story, client: str, headers: dict[str, str]
) -> None:
    assert ask(story, "/metrics", client=client, headers=headers).status_code == 404
