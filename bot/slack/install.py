"""Letting an app into a workspace with OAuth, for those who host for others; and tokens that rotate.

An administrator begins, and the state that comes back from Slack works once, for ten minutes, for the
browser that began. Tokens are sealed and replaced two hours before they end.
Source: Slack, "Installing with OAuth" and "Token rotation".
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from slack_sdk.errors import SlackApiError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.slack.apps import App
from bot.slack.apps import client as client_of
from bot.slack.manifest import SCOPES
from handlers.wording import say
from storage import Database, installations
from storage.installations import Installed

PLATFORM = "slack"
ALLOW = "https://slack.com/oauth/v2/authorize"
COOKIE = "slack_state"
STATE_LASTS = timedelta(minutes=10)
ROTATE_BEFORE = timedelta(hours=2)


class Installing:
    """One app's two addresses: where an administrator begins, and where Slack sends them back."""

    def __init__(
        self,
        database: Database,
        app: App,
        *,
        now: Callable[[], datetime],
        public_address: str,
        may: Callable[[Request], bool],
    ) -> None:
        self.database = database
        self.app = app
        self.now = now
        self.back = f"{public_address}/slack/{app.name}/installed"
        self.may = may
        self.secure = self.back.startswith("https://")
        self.cookie = f"__Host-{COOKIE}" if self.secure else COOKIE

    def routes(self) -> list[Route]:
        return [
            Route(f"/slack/{self.app.name}/install", self.begin),
            Route(f"/slack/{self.app.name}/installed", self.finish),
        ]

    async def begin(self, request: Request) -> Response:
        if not self.may(request):
            return PlainTextResponse(say("not_your_seat"), 403)
        state = secrets.token_urlsafe(24)
        asked = {
            "client_id": self.app.client_id,
            "scope": ",".join(SCOPES),
            "redirect_uri": self.back,
            "state": state,
        }
        answer = RedirectResponse(f"{ALLOW}?{urlencode(asked)}", 303)
        answer.set_cookie(
            self.cookie,
            state,
            max_age=int(STATE_LASTS.total_seconds()),
            httponly=True,
            secure=self.secure,
            samesite="lax",
        )
        return answer

    async def finish(self, request: Request) -> Response:
        """Slack sent an administrator back: the same browser, the same state, once."""
        kept = request.cookies.get(self.cookie, "")
        given = request.query_params.get("state", "")
        if (
            not self.may(request)
            or not kept
            or not hmac.compare_digest(kept.encode(), given.encode())
        ):
            return PlainTextResponse(say("slack_not_let_in"), 403)
        code = request.query_params.get("code", "")
        answer = PlainTextResponse(say("slack_not_let_in"), 400)
        if code and await self._exchange(code):
            answer = PlainTextResponse(say("slack_let_in"))
        answer.delete_cookie(self.cookie, secure=self.secure, httponly=True)
        return answer

    async def _exchange(self, code: str) -> bool:
        given = await _access(self.app, code=code, redirect_uri=self.back)
        team = (given.get("team") or {}).get("id") or (given.get("enterprise") or {}).get("id")
        if not given.get("ok") or not team or not given.get("access_token"):
            return False
        with self.database.writing() as session:
            account = f"{self.app.name}/{team}"
            installations.keep(session, PLATFORM, account, _installed(given, self.now()))
        return True


async def _access(app: App, **asked: str) -> Mapping[str, Any]:
    """`oauth.v2.access`, once; what Slack answered, whatever it was."""
    client = client_of("", base=app.base)
    try:
        ours = {"client_id": app.client_id, "client_secret": app.client_secret}
        answer = await client.api_call("oauth.v2.access", data={**ours, **asked})
    except SlackApiError as refused:
        answer = refused.response
    return answer.data if isinstance(answer.data, dict) else {}


def _installed(given: Mapping[str, Any], now: datetime) -> Installed:
    lasts = given.get("expires_in")
    expires = now + timedelta(seconds=int(lasts)) if lasts else None
    return Installed(str(given["access_token"]), str(given.get("refresh_token") or ""), expires)


async def rotate(database: Database, apps: Mapping[str, App], *, now: datetime) -> int:
    """Replace every token that ends within two hours; returns how many were replaced."""
    with database.reading() as session:
        due = [
            (account, installed)
            for account, installed in installations.every(session, PLATFORM)
            if installed.refresh
            and installed.expires_at
            and installed.expires_at - now < ROTATE_BEFORE
        ]
    replaced = 0
    for account, installed in due:
        app = apps.get(account.partition("/")[0])
        if app is None:
            continue
        given = await _access(app, grant_type="refresh_token", refresh_token=installed.refresh)
        if given.get("ok") and given.get("access_token"):
            with database.writing() as session:
                installations.keep(session, PLATFORM, account, _installed(given, now))
            replaced += 1
    return replaced


def tokens(database: Database, apps: Mapping[str, App]) -> Callable[[str], str | None]:
    """Finds the bot's token for an account: the app's own, else what its workspace gave us."""

    def find(account: str) -> str | None:
        app = apps.get(account.partition("/")[0])
        if app is not None and app.token:
            return app.token
        with database.reading() as session:
            found = installations.find(session, PLATFORM, account)
        return found.token if found else None

    return find
