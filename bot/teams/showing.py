"""Showing something in a conversation of Teams: a card beside what was typed, or a card in place of another.

What a person did is kept by the time anything here runs; whatever goes wrong costs them a look and not
their words.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Protocol

from bot.outbox import fresh_key
from bot.sending import Message, Refused, TryLater, Unclear
from bot.teams import who
from bot.teams.apps import Person
from bot.teams.surfaces import message as as_message
from handlers.messages import Address, Form

SECONDS = 5.0  # of the fifteen in which Teams wants its answer
log = logging.getLogger("heardback.teams")


class Writes(Protocol):
    """The connector of Teams. Raises as `bot.sending.Platform.send` says."""

    async def send(self, address: Address, message: Message) -> str:
        """Post once; returns the platform's own reference."""

    async def replace(
        self, address: Address, activity_id: str, activity: Mapping[str, Any]
    ) -> None:
        """Put this in the place of a message of ours."""


class Showing:
    """What is shown outside the outbox: only ever an answer to what was just typed or pressed."""

    def __init__(self, writes: Writes) -> None:
        self.writes = writes

    async def post(self, person: Person, form: Form, *, partnership: str = "") -> None:
        made = Message(form.name, form, fresh_key(), partnership=partnership)
        await self._try("a card", self.writes.send(who.address_of(person), made))

    async def replace(self, person: Person, id: str, form: Form, *, partnership: str) -> None:
        shown = as_message(form, partnership=partnership)
        address = who.address_of(person)
        await self._try("a settled card", self.writes.replace(address, id, shown))

    async def _try(self, what: str, writing: Any) -> None:
        try:
            async with asyncio.timeout(SECONDS):
                await writing
        except (Unclear, TryLater, Refused, TimeoutError) as error:
            log.warning("%s was not shown: %s", what, type(error).__name__)
