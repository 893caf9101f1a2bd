"""How wide the window is that no sender can close: from the last look at the lease to the write to the socket.

`python -m benchmarks.window [--people 300]`. A sender posts to a platform in a process of its own, over a
bare socket whose connection is open before the last look. Somebody who is frozen inside the window for
longer than the lease doubles one message; frozen anywhere else, none (`tests/faults/test_kills.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from benchmarks import circumstances
from benchmarks.delivery import prepare
from bot.clock import WallClock
from bot.outbox import Sender
from tests.faults.checking import chat
from tests.faults.harness import FROZEN
from tests.faults.wire import Wire
from tests.story import MONDAY


class Taps:
    """Seconds between the last look and the write, in order."""

    def __init__(self) -> None:
        self.looked = 0.0
        self.seconds: list[float] = []

    def __call__(self, name: str) -> None:
        if name == "step: last look":
            self.looked = time.perf_counter()
        if name == "socket: written":
            self.seconds.append(time.perf_counter() - self.looked)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=300)
    count = options.parse_args().people
    taps = Taps()
    with tempfile.TemporaryDirectory() as folder:
        database, _ = prepare(Path(folder), count, 4)
        with chat(Path(folder) / "posted.jsonl") as port:
            sender = Sender(
                database,
                {"slack": Wire(port, taps)},
                clock=WallClock(lambda: MONDAY),
                step=lambda name: taps(f"step: {name}"),
            )

            async def drain() -> None:
                while (await sender.begin()).busy:
                    pass

            began = time.perf_counter()
            asyncio.run(drain())
            whole = time.perf_counter() - began
        database.close()
    inside = sum(taps.seconds)
    middle = sorted(taps.seconds)[len(taps.seconds) // 2]
    print(
        f"{len(taps.seconds)} posts in {whole:.1f} s, {1e6 * middle:.0f} microseconds each inside of "
        f'"{FROZEN.removeprefix("socket: ")}": {100 * inside / whole:.2f} % of a busy sender\'s time.'
    )
    print(circumstances.told())


if __name__ == "__main__":
    main()
