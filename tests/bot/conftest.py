"""What several tests of the world outside look through."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from bot import logs


@pytest.fixture
def heard() -> Iterator[io.StringIO]:
    """Everything that every logger says at DEBUG."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    to = io.StringIO()
    logs.begin(logging.DEBUG, to)
    yield to
    root.handlers = before
    root.setLevel(level)
