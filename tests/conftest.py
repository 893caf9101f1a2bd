"""Browser tests run where chromium is found; where it is not, one line says that they were skipped."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage import Database
from tests import databases
from tests.story import Story

SKIPPED = pytest.StashKey[int]()

# A property holds or it does not; how long it took says only how busy the machine was.
settings.register_profile("heardback", deadline=None)
settings.load_profile("heardback")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if shutil.which("chromium"):
        return
    browser = [item for item in items if item.get_closest_marker("browser")]
    config.stash[SKIPPED] = len(browser)
    for item in browser:
        item.add_marker(pytest.mark.skip(reason="chromium is not on this machine"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.config.stash.get(SKIPPED, 0)
    if skipped:
        terminalreporter.write_line(
            f"Browser tests skipped: {skipped}, because chromium is not on this machine."
        )


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
    else:
        made = databases.postgres(tmp_path, request.getfixturevalue("postgres_socket"))
    yield made
    made.close()


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """Northport and Wolds, with people in their seats and a clock that can be moved."""
    made = databases.sqlite(tmp_path)
    yield Story(made)
    made.close()
