"""`heardback preview`: this week's digest as it would be, sent to nobody and kept nowhere.

It is made by the same handlers inside a transaction that is undone.
"""

from __future__ import annotations

from datetime import datetime

from bot.outbox import fresh_key, run
from digests.digest import from_json
from digests.render import digest_text
from handlers import permissions
from handlers.messages import Incoming
from storage import Database, releases


class _OnlyLooking(Exception):
    """Undoes everything that the preview did."""


def preview(database: Database, partnership: str, *, now: datetime) -> tuple[str, int]:
    """The digest as plain text, and how many of its lines nobody has signed yet.

    Lines that wait for a signature are shown as if they had one. The text is empty when today's
    digest is out already.
    """
    text, unsigned = "", 0
    clock = permissions.clock(partnership)
    try:
        with database.writing() as session:
            run(session, fresh_key(), clock, Incoming("tick_draft"), now=now)
            made = releases.draft(session, partnership)
            if made is not None:
                for line in releases.lines_of(session, made.id):
                    if line.state in ("draft", "ready"):
                        unsigned += 1
                        line.state = "signed"
                run(session, fresh_key(), clock, Incoming("issue"), now=now)
                text = digest_text(from_json(made.frozen))
            raise _OnlyLooking
    except _OnlyLooking:
        return text, unsigned
