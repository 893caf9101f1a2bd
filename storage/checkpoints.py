"""The end of the audit chain, written down elsewhere: one line at a time, each keyed to the one before.

The file lies in a folder apart from the database. It shows rows that were cut off, and a chain that was
rebuilt or put back to an earlier day, as long as nobody who can change the database can change it too:
keep it where lines can be added and not taken away. Whoever holds the master key *and* both places can
rebuild both; against them stand the short hashes in the footers of digests that others have read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from storage import audit
from storage.database import Database
from storage.sealing import Keyring

NAME = "checkpoints"
LONGEST = 4096  # bytes from the end in which the last line is surely whole


class CheckpointsError(Exception):
    """The file is not what was written: the message is a sentence for whoever runs the machine."""


def keep_up(database: Database, folder: Path) -> bool:
    """Write the chain's present end down, unless it is there already; says whether a line was added.

    Raises:
        CheckpointsError: the file's last line was not written by this deployment.
        OSError: the folder cannot be written to.
    """
    with database.reading() as session:
        now = audit.end(session)
    path = folder / NAME
    if now is None or now.sequence <= _last(path)[0]:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    with database.alone("checkpoints"):  # several processes write here
        sequence, before = _last(path)
        if sequence >= now.sequence:
            return False
        mark = _mark(database.keyring, now, before)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(f"{now.sequence} {now.chain} {mark}\n".encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
    return True


def begin_anew(folder: Path, now: datetime) -> None:
    """After a restore the chain goes on from the backup: the file that tells of more is put aside, and kept."""
    path = folder / NAME
    if path.exists():
        path.rename(folder / f"{NAME}-until-{now:%Y%m%dT%H%M%SZ}")


def read(keyring: Keyring, folder: Path) -> Iterator[audit.Checkpoint]:
    """Every line in order; nothing when there is no file yet.

    Raises:
        CheckpointsError: a line was changed, taken out or put in.
    """
    path = folder / NAME
    if not path.exists():
        return
    before, sequence = "", 0
    with path.open(encoding="ascii", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            there, chain, mark = _read(line, path)
            found = audit.Checkpoint(there, chain)
            if mark != _mark(keyring, found, before) or there <= sequence:
                raise CheckpointsError(f"Line {number} of {path} was changed, or one is missing.")
            before, sequence = mark, there
            yield found


def _mark(keyring: Keyring, point: audit.Checkpoint, before: str) -> str:
    return keyring.tag("audit", "checkpoint", str(point.sequence), point.chain, before)


def _last(path: Path) -> tuple[int, str]:
    """The last line's sequence and mark."""
    if not path.exists():
        return 0, ""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - LONGEST))
        lines = file.read().decode("ascii", "replace").splitlines()
    if not lines:
        return 0, ""
    sequence, _, mark = _read(lines[-1], path)
    return sequence, mark


def _read(line: str, path: Path) -> tuple[int, str, str]:
    parts = line.split()
    if len(parts) != 3 or not parts[0].isdecimal() or len(parts[1]) != 64 or len(parts[2]) != 64:
        raise CheckpointsError(f"{path} holds a line that is not a checkpoint: {line.strip()[:20]}")
    return int(parts[0]), parts[1], parts[2]
