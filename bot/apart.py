"""What is kept apart from the database, brought up to date each minute by the running service.

A folder that cannot be written to stops nothing and is said in the log, without a word of anybody's.
"""

from __future__ import annotations

import logging
from pathlib import Path

from storage import Database, DatabaseError, checkpoints

log = logging.getLogger("heardback.apart")


def keep_up(database: Database, folder: Path | None) -> None:
    """Write down elsewhere what has changed since the last minute; nothing when no folder is set."""
    if folder is None:
        return
    try:
        checkpoints.keep_up(database, folder)
    except (checkpoints.CheckpointsError, OSError, DatabaseError) as error:
        log.error("what is kept apart is not up to date: %s", type(error).__name__)
