"""The lease clock: it goes on while the machine sleeps, and no change of the wall clock moves it.

On PostgreSQL it is the database server's own clock, the same for every machine. With a file it is the
machine's time since it was started, and the epoch is that start.
"""

from __future__ import annotations

import time
from pathlib import Path

from storage import Session
from storage.budgets import Tick

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def steady() -> float:
    """Seconds on this machine's own clock, sleep included where the system can tell."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def _epoch() -> str:
    try:
        return _BOOT.read_text("ascii").strip()[:8]
    except OSError:
        return "boot"


EPOCH = _epoch()


def tick(session: Session) -> Tick:
    """Now, on the clock that this database's leases are counted by."""
    server = session.server_clock()
    return Tick(EPOCH, steady()) if server is None else Tick("server", server)
