"""Browser tests run where chromium is found; where it is not, one line says that they were skipped."""

from __future__ import annotations

import atexit
import gc
import shutil
import tempfile
import zlib
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from handlers.messages import Actor
from storage import Database
from tests import databases
from tests.story import Story

FIRST = ("tests/browser/", "tests/faults/")
NO_BROWSER = "chromium is not on this machine"

# A property holds or it does not; how long it took says only how busy the machine was.
settings.register_profile("heardback", deadline=None)
settings.load_profile("heardback")


def _left_to_the_proof(item: pytest.Item) -> bool:
    """Of the stories on PostgreSQL a third, always the same, is quick; `./dev prove` runs the others."""
    told = item.path.parent.name == "dialogues" or "both" in getattr(item, "fixturenames", ())
    return told and "[postgres" in item.nodeid and zlib.crc32(item.nodeid.encode()) % 3 != 0


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(
    items: list[pytest.Item],
) -> Generator[None]:
    """What takes longest begins first."""
    for item in items:
        if _left_to_the_proof(item):
            item.add_marker(pytest.mark.prove)
    yield
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))
    if shutil.which("chromium"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


class Dealt(LoadScopeScheduling):
    """A file is one worker's, with what its tests share; so are all that share a browser. Each long test of
    the faults is dealt out by itself.

    By path, because pytest-xdist 3.8 does not see its own `xdist_group` marks under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        browser, faults = FIRST
        if nodeid.startswith(browser):
            return browser
        return nodeid if nodeid.startswith(faults) else nodeid.split("::", 1)[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Dealt:
    config.option.loadscopereorder = False  # as sorted above, not by how many tests there are
    return Dealt(config, log)


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = terminalreporter.stats.get("skipped", [])
    skipped = sum(NO_BROWSER in str(report.longrepr) for report in reports)
    if skipped:
        terminalreporter.write_line(f"Browser tests skipped: {skipped}, because {NO_BROWSER}.")


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[str]:
    if databases.postgres_tools() is None:
        pytest.skip("PostgreSQL is not on this machine")
    with databases.postgres_server() as socket:
        yield socket


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database: the test runs once on each kind."""
    if request.param == "sqlite":
        made = databases.sqlite(tmp_path)
        yield made
        made.close()
        return
    socket = request.getfixturevalue("postgres_socket")
    made = databases.postgres(tmp_path, socket)
    yield made
    made.close()
    databases.drop(made, socket)


def _folder() -> Path:
    """A folder until this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="hb-story-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _begin(made: Database) -> dict[tuple[str, str], Actor]:
    actors = Story(made).actors
    made.empty_logs()
    made.close()
    return actors


@cache
def _begun() -> tuple[Path, dict[tuple[str, str], Actor]]:
    """The beginning of every story, made once in a process: its folder, and who sits where."""
    folder = _folder()
    return folder, _begin(databases.sqlite(folder))


@cache
def _begun_on(socket: str) -> tuple[Database, Path, dict[tuple[str, str], Actor]]:
    """The same on this server: the databases, closed, their master key, and who sits where."""
    folder = _folder()
    made = databases.postgres(folder, socket)
    return made, folder / "master.key", _begin(made)


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """Northport and Wolds, with people in their seats and a clock that can be moved."""
    yield from _copied(tmp_path)


def _copied(folder: Path) -> Iterator[Story]:
    source, actors = _begun()
    made = databases.copied(source, folder)
    yield Story(made, actors)
    made.close()


@pytest.fixture(params=["sqlite", "postgres"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    """The story, once on each kind of database."""
    if request.param == "sqlite":
        yield from _copied(tmp_path)
        return
    socket = request.getfixturevalue("postgres_socket")
    source, key, actors = _begun_on(socket)
    made = databases.copied_on(socket, source, key)
    yield Story(made, actors)
    made.close()
    databases.drop(made, socket)
