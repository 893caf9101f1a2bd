"""What it costs to start: the time from the command to the first page, and memory."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

PATIENCE_SECONDS = 60


def first_page(folder: Path) -> float:
    """Seconds from `heardback demo` on this folder to its first whole page; raises TimeoutError."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bot", "demo", "--no-browser"]
    start = time.perf_counter()
    server = subprocess.Popen(  # noqa: S603
        [*command, "--data", str(folder), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while time.perf_counter() - start < PATIENCE_SECONDS:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/demo") as page:
                    page.read()
                return time.perf_counter() - start
            except (URLError, ConnectionError):
                time.sleep(0.02)
        raise TimeoutError("no page came")
    finally:
        server.kill()
        server.wait()


def peak_memory() -> float:
    """The most memory this process has held, in MB.

    Not from `getrusage`: Linux counts there what the process that started it had held at that moment.
    """
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("this machine does not say how much memory was held")
