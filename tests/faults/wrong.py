"""Two designs that are wrong on purpose: the harness has to see what they lose and double."""

from __future__ import annotations

from sqlalchemy import select

from bot.outbox.looking import deliver
from bot.outbox.posting import Turn
from bot.outbox.taking import key_of
from bot.sending import Message, TryLater, Unclear
from handlers.messages import Form
from storage import outgoing, posting
from storage.models import Outbox
from tests.faults.wire import Wire
from tests.story import MONDAY, Database


class SendThenMark:
    """Posts, and writes down afterwards that it did."""

    marks_first = False

    def __init__(self, database: Database, wire: Wire) -> None:
        self.database = database
        self.wire = wire

    async def turn(self) -> Turn:
        deliver(self.database, now=MONDAY, platforms={"slack"})
        with self.database.reading() as session:
            ids = session.scalars(select(Outbox.id).where(Outbox.state == "ready")).all()
        results: dict[str, int] = {}
        for id in ids:
            results[id] = await self._one(id)
        return Turn(results=results if any(results.values()) else {})

    async def _one(self, id: str) -> int:
        with self.database.reading() as session:
            row = session.get_one(Outbox, id)
            there, key = posting.address_of(session, row), key_of(session, id)
        if self.marks_first:
            self._mark(id)
        try:
            await self.wire.send(there, Message("x", Form("x", "x"), key))
        except (Unclear, TryLater):
            return 0
        if not self.marks_first:
            self._mark(id)
        return 1

    def _mark(self, id: str) -> None:
        with self.database.writing() as session:
            outgoing.settle(session, session.get_one(Outbox, id), "sent", MONDAY.date())


class MarkThenSend(SendThenMark):
    """Writes down that it posted, and posts afterwards."""

    marks_first = True
