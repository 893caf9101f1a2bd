"""Browser tests run where chromium is found; where it is not, one line says that they were skipped."""

from __future__ import annotations

import shutil

import pytest

SKIPPED = pytest.StashKey[int]()


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
