"""Running a coroutine where another loop may be running: Playwright keeps one in the main thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """What the coroutine returns, from a loop of its own in a thread of its own."""
    return aside(lambda: asyncio.run(coroutine))


def aside(call: Callable[[], T]) -> T:
    """What this returns when it is called in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()
