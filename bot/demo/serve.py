"""The demonstration as one process: web chat, sender and a clock of its own, on an embedded file.

The first page answers at once and shows the history being made. History stops at week 12; a control
plays four more weeks, and from then on everything goes on by hand.
"""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from bot import reading_again
from bot.demo import cast, replay
from bot.outbox import deliver, fresh_key, perform
from bot.web.app import Web
from bot.web.entrance import COOKIE
from bot.web.pages import Frame, page
from handlers import permissions
from handlers.messages import Incoming
from handlers.wording import say
from storage import Database, Keyring

TICKS = ("tick_nudge", "tick_aside")


class Demo:
    """The story on a folder of its own: which week it is, and how far the history has got."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state_file = folder / "demo.json"
        self.progress = 0
        self.words = say("demo_setting_the_table")
        self.failed = ""
        self.lock = threading.Lock()
        self.week = self._read_week()
        self.since = time.monotonic()
        if self.week == 0 and (folder / "making").exists():
            shutil.rmtree(folder)  # an earlier start was stopped half-way through its own history
        folder.mkdir(parents=True, exist_ok=True)
        key_file = folder / "keys" / "master.key"
        keyring = Keyring.load(key_file) if key_file.exists() else Keyring.create(key_file)
        if self.week == 0:
            (folder / "making").touch()
        self.database = Database(
            f"sqlite:///{folder}/heardback.db",
            f"sqlite:///{folder}/keys/record-keys.db",
            keyring,
            replaying=self.week == 0,
        )
        self.database.migrate()

    def _read_week(self) -> int:
        if not self.state_file.exists():
            return 0
        return int(json.loads(self.state_file.read_text("utf-8"))["week"])

    @property
    def ready(self) -> bool:
        return self.week >= replay.HISTORY

    def now(self) -> datetime:
        """The story's time: where the last week ended, and from there as fast as real time."""
        passed = timedelta(seconds=time.monotonic() - self.since)
        return (replay.end_of(max(self.week, 1)) + passed).astimezone(UTC)

    def make_history(self) -> None:
        """Play weeks 1 to 12, saying how far it is."""
        try:
            with self.database.writing() as session:
                cast.gather(session, replay.WEEK_1)
            for week in range(1, replay.HISTORY + 1):
                self.words = say("demo_playing", week=str(week), last=str(replay.HISTORY))
                replay.play(self.database, week)
                self.progress = round(100 * week / replay.HISTORY)
        except Exception as error:
            self.failed = say("demo_failed", name=type(error).__name__)
            raise
        self.database.settle()
        (self.folder / "making").unlink()
        self._stand_at(replay.HISTORY)

    def next_week(self) -> None:
        """Play one more week, if the story has one."""
        with self.lock:
            if self.ready and self.week < replay.LAST_WEEK:
                replay.play(self.database, self.week + 1)
                self._stand_at(self.week + 1)

    def _stand_at(self, week: int) -> None:
        self.state_file.write_text(json.dumps({"week": week}), "utf-8")
        self.week, self.since = week, time.monotonic()

    def tick(self) -> None:
        """What is due now: reminders, alarms, and whatever waits in the outbox."""
        if not self.ready:
            return
        now = self.now()
        for side in cast.NAMES:
            for kind in TICKS:
                key = f"tick:{kind}:{side}:{now:%Y%m%d%H%M}"
                perform(self.database, key, permissions.clock(side), Incoming(kind), now=now)
        reading_again.go_on(self.database, cast.NAMES, now=now)
        deliver(self.database, now=now)

    # pages

    def page(self, request: Request) -> Response:
        frame = Frame(say("demo_title"), (), "/demo", say("demo_footer"), "", "", demo=False)
        parts = self._parts() if self.ready else []
        weeks = [
            {
                "number": week,
                "state": "now" if week == self.week else "past" if week < self.week else "next",
            }
            for week in range(1, replay.LAST_WEEK + 1)
        ]
        html = page(
            "demo",
            frame=frame,
            once=fresh_key(),
            week=self.week,
            week_date=f"{self.now().astimezone(replay.LONDON):%A %-d %B %Y}",
            weeks=weeks,
            ready=self.ready,
            progress=self.progress,
            progress_words=self.failed or self.words,
            parts=parts,
            over=self.week >= replay.LAST_WEEK,
        )
        return HTMLResponse(html)

    def _parts(self) -> list[dict[str, Any]]:
        """Both partnerships with a way in for every role; only once nothing else is writing."""
        with self.database.writing() as session:
            return [
                {
                    "name": name,
                    "sentence": say(f"demo_{side}"),
                    "roles": [asdict(link) for link in cast.links(session, side)],
                }
                for side, name in cast.NAMES.items()
            ]

    def press_next(self, request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return JSONResponse({"error": say("demo_press_there")}, 403)
        self.next_week()
        return RedirectResponse("/demo", status_code=303)

    def state(self) -> dict[str, Any]:
        return {"progress": self.progress, "words": self.failed or self.words, "ready": self.ready}

    async def watch(self, request: Request) -> Response:
        async def stream() -> AsyncIterator[str]:
            while not await request.is_disconnected():
                yield f"data: {json.dumps(self.state())}\n\n"
                if self.ready:
                    return
                await asyncio.sleep(0.5)

        return StreamingResponse(stream(), media_type="text/event-stream")

    def front(self, request: Request) -> Response:
        return RedirectResponse(
            "/home" if request.cookies.get(COOKIE) else "/demo", status_code=303
        )

    def app(self) -> Starlette:
        """The web application; history starts to be made when it starts."""
        web = Web(self.database, clock=self.now, secure=False, demo=True)
        return web.app(
            [
                Route("/", self.front),
                Route("/demo", self.page),
                Route("/demo/next-week", self.press_next, methods=["POST"]),
                Route("/demo/progress", self.watch),
            ],
            lifespan=self._lifespan,
        )

    def _lifespan(self, app: Starlette) -> Any:
        return _Running(self)


class _Running:
    """The history's thread and the ticking clock, for as long as the server runs."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.clock = AsyncIOScheduler(timezone=UTC)

    async def __aenter__(self) -> None:
        if not self.demo.ready:
            threading.Thread(target=self.demo.make_history, daemon=True).start()
        self.clock.add_job(
            self._tick, "interval", seconds=3, coalesce=True, misfire_grace_time=3600
        )
        # A tick that takes long is waited for; whoever tries the demo need not read of it.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self.clock.start()

    async def _tick(self) -> None:
        await run_in_threadpool(self.demo.tick)

    async def __aexit__(self, *problem: object) -> None:
        self.clock.shutdown(wait=False)
