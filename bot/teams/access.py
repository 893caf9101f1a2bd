"""What each registration writes with: an access token from its own tenant's authority, kept while it is good.

Client credentials, as Microsoft describes them for a single-tenant bot. The secret is sent to that
authority and to nobody else; neither it nor a token is ever logged.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from bot.answers import body_of
from bot.teams.apps import SCOPE, Registration

PATIENCE = 5.0  # seconds
EARLY = timedelta(minutes=5)  # a token is replaced so long before it ends
AWAY_WAIT = 30.0  # seconds until a sign-in service that cannot be reached is asked again
REFUSED_WAIT = (
    300.0  # seconds until a refused secret is tried again; somebody has to put in a new one
)
MOST_BYTES = 65_536
AWAY = "cannot be reached"
log = logging.getLogger("heardback.teams")


class NoAccess(Exception):
    """No token now. `reason` is the sign-in service's own short word, or that it is away."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seconds = seconds


@dataclass(frozen=True)
class Granted:
    token: str
    until: datetime


class Access:
    """The tokens of this process. `now` is the clock."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self.now = now
        self.granted: dict[str, Granted] = {}
        self.turns: dict[str, asyncio.Lock] = {}

    async def token(self, registration: Registration) -> str:
        """A token that is good for some minutes yet.

        Raises:
            NoAccess: the tenant's authority gave none.
        """
        async with self.turns.setdefault(registration.app_id, asyncio.Lock()):
            held = self.granted.get(registration.app_id)
            if held is None or held.until - EARLY <= self.now():
                held = await self._ask(registration)
                self.granted[registration.app_id] = held
            return held.token

    def forget(self, registration: Registration) -> None:
        """The connector did not take it: the next one is asked for."""
        self.granted.pop(registration.app_id, None)

    async def _ask(self, registration: Registration) -> Granted:
        try:
            status, said = await _granted(registration)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError):
            raise NoAccess(AWAY, AWAY_WAIT) from None
        if status >= 500 or status == 429:
            raise NoAccess(AWAY, AWAY_WAIT)
        token, lasts = said.get("access_token"), said.get("expires_in")
        if status != 200 or not isinstance(token, str) or not isinstance(lasts, int):
            reason = _word(said.get("error"))
            log.error("the registration %s gets no token: %s", registration.name, reason)
            raise NoAccess(reason, REFUSED_WAIT)
        return Granted(token, self.now() + timedelta(seconds=lasts))


async def _granted(registration: Registration) -> tuple[int, Mapping[str, Any]]:
    """The status and what was said; raises ValueError where that is no object."""
    address = f"{registration.login}/{registration.tenant}/oauth2/v2.0/token"
    asked = {
        "grant_type": "client_credentials",
        "client_id": registration.app_id,
        "client_secret": registration.secret,
        "scope": SCOPE,
    }
    limit = aiohttp.ClientTimeout(total=PATIENCE)
    async with (
        aiohttp.ClientSession(timeout=limit, trust_env=False) as http,
        http.post(address, data=asked, allow_redirects=False) as answer,
    ):
        said = json.loads(await body_of(answer, most=MOST_BYTES))
    if not isinstance(said, dict):
        raise ValueError("not an object")
    return answer.status, said


def _word(error: Any) -> str:
    """An OAuth error code; what stands beside it is said at length and stays unsaid."""
    text = str(error)
    return text if text.isascii() and text.replace("_", "").isalpha() else "refused"
