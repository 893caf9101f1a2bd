"""Twice a minute the running service settles what was done: logs, and what is kept apart from the database.

What was erased is cut out of SQLite's logs, and out of the copy of the data keys. A folder that cannot be written
to stops nothing and is said in the log, without a word of anybody's.
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from storage import Database, DatabaseError, SealingError, backup, checkpoints, holds_apart
from storage.sealed_files import NotReadableError

REASONS = (
    checkpoints.CheckpointsError,
    NotReadableError,
    SealingError,
    OSError,
    DatabaseError,
)
log = logging.getLogger("heardback.apart")


def settle(database: Database, folder: Path | None, *, now: datetime) -> None:
    """Empty the logs and, where a folder is set, bring what it holds up to date."""
    try:
        database.empty_logs()
        if folder is not None:
            checkpoints.keep_up(database, folder)
            backup.keep_keys_up(database, folder, now=now)
            holds_apart.keep_up(database, folder)
    except REASONS as error:
        log.error("what is kept apart is not up to date: %s", type(error).__name__)
