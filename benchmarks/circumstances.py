"""On what a figure was measured: commit, Python, machine, how busy it was, and with which seed."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path


def commit() -> str:
    """The short name of the commit, with a word when files differ from it."""
    found = _git("rev-parse", "--short", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return f"{found or 'no commit'}{' with changes' if changed else ''}"


def told(*, seed: int | None = None) -> str:
    """One sentence to stand under a table; the load is the last minute's."""
    chance = "nothing left to chance" if seed is None else f"seed {seed}"
    return (
        f"heardback at {commit()}, {chance}, Python {platform.python_version()}, "
        f"{platform.machine()}, {os.cpu_count()} cores{_model()}, load {os.getloadavg()[0]:.1f}."
    )


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return done.stdout.strip()


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return ""
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f" of {names[0]}" if names and names[0] else ""
