"""The offline checker: what was owed against what the platform really got."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from storage import Database, addresses
from storage.models import Outbox
from tests.story import Story

PROJECT = Path(__file__).resolve().parents[2]


@dataclass
class Verdict:
    """Counts over everything owed. `noted` are repeats that said so; `parked` wait for a person."""

    owed: int = 0
    lost: int = 0
    doubled: int = 0
    noted: int = 0
    parked: int = 0
    unsettled: int = 0
    kills: int = 0
    told: dict[str, Any] = field(default_factory=dict)


@contextmanager
def chat(log: Path, *, seed: int = 1, rough: float = 0.0) -> Iterator[int]:
    """The platform's process; yields its port."""
    command = [sys.executable, "-m", "tests.faults.server", "--log", str(log)]
    command += ["--seed", str(seed), "--rough", str(rough)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT, text=True
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.kill()


def put_through(
    database: Database, folder: Path, *more: str, seed: int = 1, rough: float = 0.0
) -> Verdict:
    """Run the harness on this database, then judge. Raises RuntimeError when a worker fails by itself."""
    story = Story(database)
    ana = story.person("ana")
    with database.writing() as session:
        there = addresses.Address("slack", "T1", "U1")
        addresses.keep(session, person=ana.person, address=there, on=date(2026, 9, 7))
    owed, log = folder / "owed.jsonl", folder / "posted.jsonl"
    key_file = next(path for path in folder.rglob("master.key"))
    database.engine.dispose()
    database.key_engine.dispose()
    with chat(log, seed=seed, rough=rough) as port:
        command = [sys.executable, "-m", "tests.faults.harness", "--port", str(port)]
        command += ["--rows", database.engine.url.render_as_string(hide_password=False)]
        command += ["--key-rows", database.key_engine.url.render_as_string(hide_password=False)]
        command += ["--keys", str(key_file), "--owed", str(owed), "--person", ana.person]
        command += ["--seed", str(seed), *more]
        done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, check=False)
    if done.returncode:
        raise RuntimeError(f"seed {seed}: {done.stderr[-3000:]}")
    return judge(database, owed, log, json.loads(done.stdout))


def judge(database: Database, owed: Path, log: Path, told: dict[str, Any]) -> Verdict:
    """Compare obligations with the platform's own history, and with what the desk shows."""
    keys = {row["key"]: row["id"] for row in _lines(owed)}
    got = Counter(row["key"] for row in _lines(log))
    unsaid = Counter(row["key"] for row in _lines(log) if not row["repeat"])
    with database.reading() as session:
        states = {row.id: row.state for row in session.scalars(select(Outbox))}
    verdict = Verdict(owed=len(keys), kills=told["kills"], told=told)
    for key, id in keys.items():
        visible = states.get(id) == "parked"
        verdict.parked += visible
        verdict.lost += not got[key] and not visible
        verdict.doubled += unsaid[key] > 1
        verdict.noted += got[key] > unsaid[key]
        verdict.unsettled += states.get(id) in ("due", "ready")
    return verdict


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    if file.exists():
        for line in file.read_text("utf-8").splitlines():
            yield json.loads(line)
