"""Killed at random, many times: what is lost, doubled or left over, beside two designs that are wrong on purpose.

`python -m benchmarks.faults [--kills 10000] [--seed 1]`. Workers are forked from a warm parent and killed at a
random statement, socket call or named step, on SQLite and PostgreSQL, with a platform that behaves and with
one that fails three times in ten (`tests/faults/README.md`). It goes on in parts, each with a seed and a
database of its own, until so many were killed; a tenth as many for each wrong design. Each part that lost,
doubled or left anything, or in which a worker failed, is said with the words that run it alone:
`--alone DESIGN DATABASE ROUGH --seed N`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count, product
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import circumstances
from tests import databases
from tests.faults.checking import Verdict, put_through

OURS = "ours"
WRONG = ("send_then_mark", "mark_then_send")
DATABASES = ("sqlite", "postgres")
ROUGH = (0.0, 0.3)  # of what is asked of the platform, how much it fails
WORKERS = 400  # in one part; those that end before their moment are not killed


@dataclass(frozen=True)
class Part:
    """One run of the harness: which design, where, with how rough a platform, and its seed."""

    design: str
    database: str
    rough: float
    seed: int

    def __str__(self) -> str:
        return f"--alone {self.design} {self.database} {self.rough:g} --seed {self.seed}"


@dataclass
class Counts:
    """Over all parts of one design on one database."""

    parts: int = 0
    kills: int = 0
    owed: int = 0
    lost: int = 0
    doubled: int = 0
    unsettled: int = 0
    parked: int = 0
    failed: list[Part] = field(default_factory=list)

    def add(self, part: Part, verdict: Verdict) -> None:
        self.parts += 1
        for name in ("kills", "owed", "lost", "doubled", "unsettled", "parked"):
            setattr(self, name, getattr(self, name) + getattr(verdict, name))
        if verdict.lost or verdict.doubled or verdict.unsettled:
            self.failed.append(part)


def put(part: Part, workers: int, socket: str) -> Verdict:
    """Run it; raises RuntimeError when a worker fails by itself."""
    with tempfile.TemporaryDirectory() as folder:
        on_file = part.database == "sqlite"
        made = (
            databases.sqlite(Path(folder)) if on_file else databases.postgres(Path(folder), socket)
        )
        more = ("--most", "1", "--random", str(workers), "--design", part.design)
        try:
            return put_through(made, Path(folder), *more, seed=part.seed, rough=part.rough)
        finally:
            made.close()
            if not on_file:
                databases.drop(made, socket)


def parts_of(design: str, first: int) -> Iterator[Part]:
    for seed in count(first):
        for rough, database in product(ROUGH, DATABASES):
            yield Part(design, database, rough, seed)


def until(
    kills: int,
    parts: Iterator[Part],
    workers: int,
    socket: str,
    found: dict[tuple[str, str], Counts],
) -> None:
    """Part after part, each said as it ends, until so many were killed."""
    killed = 0
    for part in parts:
        counts = found.setdefault((part.design, part.database), Counts())
        began = time.perf_counter()
        try:
            verdict = put(part, workers, socket)
        except RuntimeError as error:
            counts.failed.append(part)
            print(f"{part}: {error}", flush=True)
            continue
        counts.add(part, verdict)
        killed += verdict.kills
        print(
            f"{part}: {verdict.kills} killed, {verdict.owed} owed, {verdict.lost} lost, {verdict.doubled} doubled, "
            f"{verdict.unsettled} left, {verdict.parked} parked, {time.perf_counter() - began:.0f} s",
            flush=True,
        )
        if killed >= kills:
            return


def show(found: dict[tuple[str, str], Counts], seed: int) -> None:
    table = Table(
        "design", "on", "parts", "killed", "owed", "lost", "doubled", "left over", "parked",
        title="Killed at random",
    )  # fmt: skip
    for (design, database), counts in found.items():
        figures = (counts.parts, counts.kills, counts.owed, counts.lost, counts.doubled)
        table.add_row(
            design, database, *(f"{n:,}" for n in (*figures, counts.unsettled, counts.parked))
        )
    console = Console()
    console.print(table)
    console.print(circumstances.told(seed=seed), soft_wrap=True)


def main() -> int:
    """0 when our design lost, doubled and left nothing."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=10_000, help="of workers of our design")
    options.add_argument("--seed", type=int, default=1, help="of the first part; the next add one")
    options.add_argument("--workers", type=int, default=WORKERS, help="in one part")
    options.add_argument("--alone", nargs=3, metavar=("DESIGN", "DATABASE", "ROUGH"))
    given = options.parse_args()
    found: dict[tuple[str, str], Counts] = {}
    with ExitStack() as stack:
        socket = ""
        if given.alone is None or given.alone[1] == "postgres":
            socket = stack.enter_context(databases.postgres_server())
        if given.alone is not None:
            design, database, rough = given.alone
            alone = Part(design, database, float(rough), given.seed)
            until(1, iter([alone]), given.workers, socket, found)
        else:
            until(given.kills, parts_of(OURS, given.seed), given.workers, socket, found)
            for design in WRONG:
                until(given.kills // 10, parts_of(design, given.seed), given.workers, socket, found)
    show(found, given.seed)
    bad = [part for (design, _), c in found.items() if design == OURS for part in c.failed]
    for part in bad:
        print(f"Look again: python -m benchmarks.faults {part} --workers {given.workers}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
