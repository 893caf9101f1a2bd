"""The wiring: the one place that knows every part, and the one place where a platform's name selects.

The web thread is everybody's and is written in the same transaction as the decision, so it has no
sender; a platform with a sender is written to besides, where a person has an address there.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.routing import Mount, Route

from bot import apart, config, metrics, reading_again, timetable
from bot.clock import WallClock, wall_clock
from bot.health import Health
from bot.mail.platform import Mail
from bot.openid.provider import Provider
from bot.outbox import Sender
from bot.outbox.posting import sending
from bot.sending import Platform
from bot.web.app import Web
from storage import Database

log = logging.getLogger("heardback.timetable")
GRACE_SECONDS = 6 * 60 * 60
TICK_SECONDS = 60
SETTLE_SECONDS = 25  # what was erased is gone from logs and copies within a minute


@dataclass(frozen=True)
class Edge:
    """A platform beside the pages: the routes that listen, and what sends (None for the thread).

    `connected` holds what must stay open while the server listens (Slack's Socket Mode).
    """

    routes: tuple[Route | Mount, ...] = ()
    sender: Platform | None = None
    connected: Callable[[], AbstractAsyncContextManager[None]] | None = None


def edges(database: Database, settings: config.Settings) -> dict[str, Edge]:
    """Every platform of this deployment by name. A platform that is not set up is not here."""
    found = {"web": Edge()}
    if settings.slack:
        from bot.slack.edge import Slack

        slack = Slack(
            database, settings.slack, now=wall_clock, public_address=settings.public_address
        )
        found["slack"] = Edge(tuple(slack.routes()), slack.sender, slack.connected)
    if settings.teams:
        from bot.teams.edge import Teams

        teams = Teams(
            database, settings.teams, now=wall_clock, public_address=settings.public_address
        )
        found["teams"] = Edge(tuple(teams.routes()), teams.sender)
    if settings.mail is not None:
        mail = Mail(database, settings.mail, settings.public_address, clock=wall_clock)
        found["mail"] = Edge(sender=mail)
    return found


def senders(found: Mapping[str, Edge]) -> dict[str, Platform]:
    """What can be written to besides the web thread."""
    return {name: edge.sender for name, edge in found.items() if edge.sender is not None}


def application(database: Database, settings: config.Settings, *, alone: bool = True) -> Starlette:
    """The edges; when this process is alone, with the timetable and the sender behind them."""
    secure = settings.public_address.startswith("https://")
    found = edges(database, settings)
    web = Web(
        database,
        secure=secure,
        subdomains=settings.hsts_subdomains,
        chats=bool(found.keys() - {"web", "mail"}),
        mails=settings.mail is not None,
        providers=[
            Provider(one, f"{settings.public_address}/openid/{one.name}/back")
            for one in settings.openid
        ],
    )
    listening = [route for edge in found.values() for route in edge.routes]
    listening += Health(database).routes()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as parts:
            if alone:
                await parts.enter_async_context(Running(database, settings, senders(found)))
            for edge in found.values():
                if edge.connected is not None:
                    await parts.enter_async_context(edge.connected())
            yield

    return web.app(listening, lifespan=lifespan)


class Running:
    """The ticking clock, and the sender when it is given platforms (none, or more, but not None).

    A first tick catches up at the start.
    """

    def __init__(
        self,
        database: Database,
        settings: config.Settings,
        platforms: Mapping[str, Platform] | None,
    ) -> None:
        self.database = database
        self.settings = settings
        self.now = WallClock()
        self.platforms = platforms
        self.clock = AsyncIOScheduler(timezone=UTC)
        self.parts = AsyncExitStack()

    async def __aenter__(self) -> None:
        self.clock.add_job(
            self._tick,
            "interval",
            seconds=TICK_SECONDS,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=GRACE_SECONDS,
            next_run_time=wall_clock(),
        )
        self.clock.add_job(
            self._settle, "interval", seconds=SETTLE_SECONDS, coalesce=True, max_instances=1
        )
        self.clock.start()
        if self.platforms is not None:
            sender = Sender(self.database, self.platforms, clock=self.now)
            await self.parts.enter_async_context(sending(sender))

    async def _tick(self) -> None:
        if not self.now.believed():
            log.warning("the wall clock leapt; nothing is started by it for now")
            return
        ran = await run_in_threadpool(timetable.tick, self.database, self.settings, now=self.now())
        places = [place.id for place in self.settings.partnerships]
        await run_in_threadpool(reading_again.go_on, self.database, places, now=self.now())
        metrics.TICKS.inc()
        metrics.SLOTS.inc(ran)

    async def _settle(self) -> None:
        folder = self.settings.apart
        await run_in_threadpool(apart.settle, self.database, folder, now=self.now())

    async def __aexit__(self, *problem: object) -> None:
        self.clock.shutdown(wait=False)
        await self.parts.aclose()
