"""Slack as this deployment has it: the doors of its apps, what sends, and connections of Socket Mode."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from starlette.routing import Route

from bot.settings_slack import SlackSettings
from bot.slack.apps import App
from bot.slack.install import rotate, tokens
from bot.slack.listen import Listening
from bot.slack.routes import routes
from bot.slack.send import Sender
from bot.slack.socket import handler_of
from storage import Database

ROTATE_EVERY = 15 * 60  # seconds; tokens are replaced two hours before they end
log = logging.getLogger("heardback.slack")


def apps_of(settings: Sequence[SlackSettings]) -> dict[str, App]:
    """Each app with its secrets, read from the files that the settings name."""
    return {
        one.name: App(
            name=one.name,
            signing_secret=_secret(one.secret_file),
            token=_secret(one.token_file),
            app_token=_secret(one.socket_file) if one.socket_file else "",
            base=one.api,
        )
        for one in settings
    }


async def _connect(handler: AsyncSocketModeHandler) -> None:
    await handler.connect_async()  # type: ignore[no-untyped-call]


def _secret(file: Path) -> str:
    return file.read_text(encoding="ascii").strip()


class Slack:
    """Every app of this deployment."""

    def __init__(
        self,
        database: Database,
        settings: Sequence[SlackSettings],
        *,
        now: Callable[[], datetime],
        public_address: str,
    ) -> None:
        self.database = database
        self.now = now
        self.apps = apps_of(settings)
        found = tokens(database, self.apps)
        self.sender = Sender(self.apps, tokens=found, now=now)
        self.listening = {
            name: Listening(database, app, tokens=found, now=now, public_address=public_address)
            for name, app in self.apps.items()
        }

    def routes(self) -> list[Route]:
        return routes({name: (one.app, one.bolt) for name, one in self.listening.items()})

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Socket Mode's connections, and tokens that rotate, for as long as the server runs."""
        handlers = [handler_of(one) for one in self.listening.values() if one.app.app_token]
        keeping = asyncio.create_task(self._keep_tokens())
        connecting = [asyncio.create_task(_connect(handler)) for handler in handlers]
        try:
            yield
        finally:
            for task in (keeping, *connecting):
                task.cancel()
            await asyncio.gather(keeping, *connecting, return_exceptions=True)
            for handler in handlers:
                await handler.close_async()  # type: ignore[no-untyped-call]

    async def _keep_tokens(self) -> None:
        while True:
            try:
                await rotate(self.database, self.apps, now=self.now())
            except Exception as error:  # Slack or the database is away: the next look comes soon
                log.warning("tokens were not looked at: %s", type(error).__name__)
            await asyncio.sleep(ROTATE_EVERY)
