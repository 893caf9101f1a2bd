"""A database that is locked, full or cannot be written to: nothing is acknowledged, and it goes on after."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.event import listen

from bot.clock import WallClock
from bot.outbox import NotSavedError, Sender, perform
from handlers.messages import Actor, Incoming
from storage import Database, DatabaseError, outgoing
from storage.models import Contribution, Outbox
from tests.loops import run
from tests.story import MONDAY, Story

PROJECT = Path(__file__).resolve().parents[2]


def kept(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Contribution)) or 0


def reflect(story: Story, ana: Actor, key: str, words: str = "the late bus") -> str:
    event = Incoming("reflect", {"words": words})
    return perform(story.database, key, ana, event, now=MONDAY).name


def test_a_full_database_keeps_what_it_took_and_takes_again_when_there_is_room(
    story: Story,
) -> None:
    ana = story.person("ana")
    story.database.engine.dispose()
    full = {"on": True}

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 4 if full['on'] else 10**6}")

    listen(story.database.engine, "connect", limit)
    taken = []
    refused = 0
    for number in range(60):
        words = f"the late bus number {'x' * 400} {number}"
        try:
            reflect(story, ana, f"k{number}", words)
            taken.append(number)
        except NotSavedError:
            refused += 1
    assert refused
    assert kept(story.database) == len(taken)
    full["on"] = False
    story.database.engine.dispose()
    assert reflect(story, ana, "after") == "receipt"
    for number in taken:
        reflect(story, ana, f"k{number}")
    assert kept(story.database) == len(taken) + 1


def test_a_sender_goes_on_after_the_database_was_locked(story: Story) -> None:
    person = story.person("ana").person
    with story.database.writing() as session:
        about = {"digest": "3"}
        intent = outgoing.Intent("lines_to_write", person, "person", "1", about, MONDAY)
        outgoing.intend(session, "northport", [intent])
    sender = Sender(story.database, {}, clock=WallClock(lambda: MONDAY))
    sender.patience = 0.05
    file = story.database.engine.url.database
    assert file is not None
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError):
            run(sender.turn())
    run(sender.turn())
    with story.database.reading() as session:
        assert session.scalars(select(Outbox.state)).all() == ["sent"]


def test_a_file_that_may_not_grow_refuses_and_is_whole_afterwards(tmp_path: Path) -> None:
    """RLIMIT_FSIZE: the system itself refuses the write, in the middle of it."""
    script = """
import resource, signal, sys
from pathlib import Path
from bot.outbox import NotSavedError
from tests import databases
from tests.faults.test_storage import kept, reflect
from tests.story import Story
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
database = databases.sqlite(Path(sys.argv[1]))
story = Story(database)
ana = story.person("ana")
words = "the late bus never comes and " * 70
assert reflect(story, ana, "before", words) == "receipt"  # what reads words is in memory by now
database.empty_logs()
size = max(p.stat().st_size for p in Path(sys.argv[1]).rglob("*") if p.is_file())
resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
taken = refused = 0
for number in range(80):
    try:
        taken += reflect(story, ana, f"k{number}", f"{words} {number}") == "receipt"
    except NotSavedError:
        refused += 1
    if refused > 3:
        break
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
database.engine.dispose()
assert refused, "the limit was never reached"
assert reflect(story, ana, "after") == "receipt"
assert kept(database) == taken + 2, (kept(database), taken)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
