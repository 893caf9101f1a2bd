"""`heardback recode`: read all words that are still held again, after the codebook or the coder changed.

It goes in small steps, each kept before the next: stopped at any moment, it goes on from there. No word
is shown, and what people have coded stays theirs.
"""

from __future__ import annotations

from rich.console import Console
from rich.progress import Progress

from bot.clock import wall_clock
from handlers import place, weekly
from storage import Database, audit

STEP = 100  # contributions that are kept at once


def recode(database: Database, partnership: str, *, console: Console) -> int:
    """How many contributions were read again."""
    done = 0
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("Reading again", total=None)
        while True:
            with database.writing() as session:
                here = place.of(session, partnership)
                read, left = weekly.code_again(session, here, at_most=STEP)
            done += read
            progress.update(bar, total=done + left, completed=done)
            if not read:
                break
    if done:
        with database.writing() as session:
            audit.record(
                session,
                partnership=partnership,
                actor="command_line",
                action="words.recode",
                reason=f"{done} read again",
                at=wall_clock(),
            )
    return done
