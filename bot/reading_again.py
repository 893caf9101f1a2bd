"""Reading everything again in the background, where a coordinator asked for it: a few steps with each tick.

The coder is made before anything is locked; each step is a transaction of its own, and a machine that
stops in the middle loses none of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.outbox.accept import run
from handlers import permissions
from handlers.messages import Incoming
from handlers.own_texts import reading_again
from storage import Database

STEPS = 50  # of a hundred contributions each, in one tick and partnership


def go_on(database: Database, partnerships: Iterable[str], *, now: datetime) -> int:
    """Read some again wherever it was asked for; returns how many steps were made."""
    return sum(_of_one(database, id, now=now) for id in partnerships)


def _of_one(database: Database, partnership: str, *, now: datetime) -> int:
    with database.reading() as session:
        if not reading_again.asked(session, partnership):
            return 0
        reading_again.prepare(session, partnership)
    clock, event = permissions.clock(partnership), Incoming("tick_read_again")
    for step in range(STEPS):
        with database.writing() as session:
            made = run(session, f"read_again:{partnership}", clock, event, now=now)
        if made.now.name == "read_again":
            return step + 1
    return STEPS
