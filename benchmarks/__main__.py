"""Measures what people wait for, on this machine, and prints one table with the commit it was measured on.

`python -m benchmarks [--quick]`. Nothing here asserts a time: figures are read by people.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import bringing, circumstances, starting
from benchmarks.release import run as attacks
from bot.demo import cast
from bot.demo.serve import Demo
from bot.outbox import perform
from digests import release
from handlers import permissions
from handlers.messages import Actor, Incoming

WORDS = "The late bus goes before homework club ends, and that is when they wait alone."


def timed(work: Callable[[], object]) -> float:
    """Seconds that this takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def accept(story: Demo, times: int) -> tuple[float, float]:
    """Milliseconds to accept a reflection, committed and synced to disk: p50 and p99."""
    person = cast.someone("northport", permissions.PRACTITIONER)
    actor = Actor(person, "northport", frozenset({permissions.PRACTITIONER}), "housing")
    taken = []
    for n in range(times):
        event = Incoming("reflect", {"words": WORDS})
        now = story.now() + timedelta(seconds=n)
        taken.append(
            1000
            * timed(lambda e=event, k=n, t=now: perform(story.database, f"b{k}", actor, e, now=t))
        )
    cuts = statistics.quantiles(taken, n=100)
    return cuts[49], cuts[98]


def spoken(number: int) -> list[release.Spoken]:
    """Invented contributions: 33 themes in 8 groups, people by the square root of their number."""
    chance = random.Random(20261123)
    people = max(50, int(number**0.5) * 5)
    rows = []
    for n in range(number):
        person, theme = chance.randrange(people), chance.randrange(33)
        rows.append(
            release.Spoken(
                f"c{n}",
                f"p{person}",
                f"a{person % 20}",
                f"t{theme}",
                f"g{theme % 8}",
                chance.random() < 0.3,
            )
        )
    return rows


def held_against_the_ledger(
    heard: list[release.Spoken], cleared: list[release.Cleared]
) -> tuple[float, int]:
    """Seconds of the slowest line, each held against those before it: a quarter of three a week."""
    once = {row.contribution: row for row in heard}
    issued: list[release.Entry] = []
    slowest = 0.0
    for line in cleared[:39]:
        start = time.perf_counter()
        new = release.entry(
            [once[id] for id in line.contributions],
            rule=line.rule,
            level=line.level,
            subject=line.subject,
            band=line.band,
            on=date(2026, 1, 5),
        )
        release.refusal(issued, new, k=release.LOWEST_BAR)
        slowest = max(slowest, time.perf_counter() - start)
        issued.append(new)
    return slowest, len(issued) - 1


def digest_run(stored: int, waiting: int) -> str:
    """Seconds for the draft and the issue, and the most memory, of a process of its own."""
    command = [sys.executable, "-m", "benchmarks.digest_run", str(stored), str(waiting)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)  # noqa: S603
    return f"{told['draft_s']:.1f} / {told['issue_s']:.1f} s, {told['mb']} MB"


def record_run(rows: int) -> str:
    """Seconds to verify the record, beside the least it could take, and the most memory."""
    command = [sys.executable, "-m", "benchmarks.record", str(rows)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)  # noqa: S603
    return (
        f"{told['wall_s']:.1f} s (reading and hashing alone {told['peer_s']:.1f}), {told['mb']} MB"
    )


def main() -> None:
    choice = argparse.ArgumentParser(description=__doc__)
    choice.add_argument("--quick", action="store_true", help="leave the million out")
    choice.add_argument("what", nargs="?", choices=("release",), help="attack the release instead")
    choice.add_argument("--towns", type=int, default=attacks.TOWNS, help="for release")
    asked = choice.parse_args()
    if asked.what == "release":
        attacks.main(asked.towns)
        return
    quick = asked.quick
    rows: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        new = starting.first_page(Path(folder) / "new")
        rows.append(("cold start to the first page", f"{new:.1f} s"))
    with tempfile.TemporaryDirectory() as folder:
        story = Demo(Path(folder))
        rows.append(("history ready, weeks 1–12", f"{timed(story.make_history):.1f} s"))
        rows.append(("one more week of the story", f"{timed(story.next_week):.2f} s"))
        again: list[Demo] = []
        rows.append(
            (
                "second start on the same data",
                f"{timed(lambda: again.append(Demo(Path(folder)))):.2f} s",
            )
        )
        p50, p99 = accept(again[0], 200)
        rows.append(("accept a reflection, p50 / p99", f"{p50:.1f} / {p99:.1f} ms"))
        story.database.close()
        again[0].database.close()
    rows.append(("import, rows a second", f"{bringing.rows_a_second():.0f}"))
    rows.append(("peak memory so far", f"{starting.peak_memory():.0f} MB"))
    for number in (10_000,) if quick else (10_000, 1_000_000):
        heard = spoken(number)
        cleared: list[release.Cleared] = []
        taken = timed(lambda h=heard, c=cleared: c.extend(release.clear(h)))
        rows.append((f"release rules over {number:,} contributions", f"{taken:.2f} s"))
        slowest, lines = held_against_the_ledger(heard, cleared)
        rows.append((f"a line of these against {lines} others, at most", f"{slowest:.2f} s"))
    for stored, waiting in (
        ((10_000, 10_000),) if quick else ((10_000, 10_000), (1_000_000, 10_000))
    ):
        rows.append(
            (
                f"draft / issue a digest, {waiting:,} waiting of {stored:,}",
                digest_run(stored, waiting),
            )
        )
    recorded = 10_000 if quick else 1_000_000
    rows.append((f"verify {recorded:,} rows of the record", record_run(recorded)))
    table = Table(title="heardback")
    table.add_column("What")
    table.add_column("Measured", justify="right")
    for what, measured in rows:
        table.add_row(what, measured)
    console = Console()
    console.print(table)
    console.print(circumstances.told(), soft_wrap=True)


if __name__ == "__main__":
    main()
