"""Several processes at once on one database: each does the same work, and tells what came of it."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable
from typing import Any

from storage import Database


def crowd(database: Database, processes: int, work: Callable[[int], Any]) -> list[Any]:
    """Fork so many, give each its number, and return what each one made, as JSON carries it."""
    database.close()  # nobody inherits a connection
    children = []
    for number in range(processes):
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            _do(writing, work, number)
        os.close(writing)
        children.append((child, reading))
    found = []
    for child, reading in children:
        with os.fdopen(reading, encoding="utf-8") as pipe:
            told = pipe.read()
        _, status = os.waitpid(child, 0)
        if status:
            raise RuntimeError(f"process {child} failed: {status}")
        found.append(json.loads(told))
    return found


def _do(writing: int, work: Callable[[int], Any], number: int) -> None:
    try:
        told = json.dumps(work(number))
        with os.fdopen(writing, "w", encoding="utf-8") as pipe:
            pipe.write(told)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(70)
