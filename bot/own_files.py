"""Files that nobody else on this machine may read: the folder of the data, and the databases in it.

SQLite gives its logs (`-wal`, `-shm`) the permissions of the file that they belong to.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO
LOGS = ("", "-wal", "-shm", "-journal")


def folder(path: Path) -> None:
    """Make a folder for its owner alone, unless it is there; raises OSError when it cannot be made."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)


def database(url: str) -> None:
    """Make the file of a SQLite database for its owner alone, unless it is there."""
    path = file_of(url)
    if path is not None and not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None for a server's."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def open_to_others(*paths: Path) -> Iterator[tuple[Path, str]]:
    """Which of these, and of their logs, others may open; each with the mode that it should have."""
    for path in paths:
        for own in (path.with_name(path.name + end) for end in LOGS):
            if own.exists() and own.stat().st_mode & OTHERS:
                yield own, "700" if own.is_dir() else "600"
