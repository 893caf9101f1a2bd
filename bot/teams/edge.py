"""Teams as this deployment has it: the doors of its registrations, and what sends for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from starlette.routing import Route

from bot.chats import Chat
from bot.settings_teams import TeamsSettings
from bot.teams import who
from bot.teams.access import Access
from bot.teams.apps import LOGIN, OPENID, SERVICES, Person, Registration
from bot.teams.front import routes
from bot.teams.keys import Keys
from bot.teams.listen import Listening
from bot.teams.send import Limits, Sender
from bot.teams.showing import Showing
from bot.teams.surfaces import message
from bot.teams.tab import Tab
from bot.teams.tokens import Tokens
from storage import Database


def registrations_of(settings: Sequence[TeamsSettings]) -> list[Registration]:
    """Each registration with its secret, read from the file that the settings name."""
    return [
        Registration(
            name=one.name,
            app_id=one.app_id,
            tenant=one.tenant,
            secret=_secret(one.secret_file),
            catalog_id=one.catalog_id,
            login=one.stand_in or LOGIN,
            openid=f"{one.stand_in}/v1/.well-known/openidconfiguration" if one.stand_in else OPENID,
            services=(one.stand_in,) if one.stand_in else SERVICES,
        )
        for one in settings
    ]


def _secret(file: Path) -> str:
    return file.read_text(encoding="ascii").strip()


def strictest(settings: Sequence[TeamsSettings]) -> Limits:
    """Limits that keep what every registration was given."""
    windows = {window for one in settings for window in one.per_thread}
    return Limits(tuple(sorted(windows)), float(min(one.per_second for one in settings)))


class Teams:
    """Every registration of this deployment (at least one)."""

    def __init__(
        self,
        database: Database,
        settings: Sequence[TeamsSettings],
        *,
        now: Callable[[], datetime],
        public_address: str,
    ) -> None:
        self.registrations = registrations_of(settings)
        self.sender = Sender(
            self.registrations,
            shows=message,
            access=Access(now=now),
            now=now,
            limits=strictest(settings),
        )
        chat: Chat[Person] = Chat(database, who.accounts, now=now, public_address=public_address)
        self.listening = Listening(chat, Showing(self.sender))
        self.tab = Tab(database, chat, self.registrations, now=now, public_address=public_address)
        keys = {address: Keys(address) for address in {one.openid for one in self.registrations}}
        self.tokens = {one.name: Tokens(one, keys[one.openid]) for one in self.registrations}

    def routes(self) -> list[Route]:
        return [*routes(self.registrations, self.tokens, self.listening), *self.tab.routes()]
