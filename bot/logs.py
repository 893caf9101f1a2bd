"""Logs as lines of JSON, with ids and counts only: no words, names or addresses, at any level.

Our own loggers write what they were written to say. Of anybody else's record only its place and the
kind of its exception are kept, because libraries log bodies, rows and addresses when asked to.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

OWN = "heardback"


class Lines(logging.Formatter):
    """One record as one line."""

    def format(self, record: logging.LogRecord) -> str:
        own = record.name.split(".")[0] == OWN
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "where": f"{record.module}:{record.lineno}",
        }
        if own:
            line["said"] = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__name__
            frames = traceback.extract_tb(record.exc_info[2])[-12:]
            line["frames"] = [
                f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames
            ]
        return json.dumps(line)


class Ours(logging.Filter):
    """Everything of ours; of others what is wrong."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.name.split(".")[0] == OWN or record.levelno >= logging.WARNING


def begin(level: int = logging.INFO, to: TextIO | None = None) -> logging.Handler:
    """Send every log of this process to one place; returns the handler, to be taken away again."""
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(Lines())
    handler.addFilter(Ours())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    return handler


def tell_of(log: logging.Logger, error: Exception) -> None:
    """A fault of ours is told by its kind and place alone; its text could hold somebody's words."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"
    log.error("a request could not be answered: %s at %s", type(error).__name__, at)
