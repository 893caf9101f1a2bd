"""One short story, served on a free port of this machine, and one chromium for every browser test."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from bot.demo import replay
from bot.demo.serve import Demo
from bot.web.app import Web
from tests.browser.driver import Served
from tests.story import Story

WEEKS = 2


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demonstration, stopped at the end of its second week."""
    patch = pytest.MonkeyPatch()
    patch.setattr(replay, "HISTORY", WEEKS)
    demo = Demo(tmp_path_factory.mktemp("story") / "data")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    config = uvicorn.Config(demo.app(), host="127.0.0.1", port=port, log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 50
    while not (demo.ready and server.started):
        assert not demo.failed, demo.failed
        assert time.monotonic() < end, "the history was not made in time"
        time.sleep(0.1)
    yield Served(demo, f"http://127.0.0.1:{port}", datetime(2100, 1, 1, tzinfo=UTC))
    server.should_exit = True
    server.force_exit = True
    thread.join(10)
    demo.database.close()
    patch.undo()


@pytest.fixture
def told(story: Story) -> Iterator[tuple[Story, str]]:
    """A story of its own on a free port, with the address at which it answers."""
    web = Web(story.database, clock=lambda: story.now, secure=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    config = uvicorn.Config(web.app(), host="127.0.0.1", port=port, log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < end
        time.sleep(0.05)
    yield story, f"http://127.0.0.1:{port}"
    server.should_exit = server.force_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()
