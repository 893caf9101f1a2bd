"""Our apps in Slack: each organisation's own, with its secrets, and a client for each workspace.

Clients never try again by themselves: Slack's own client would post twice when a connection drops.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.last_look import looking
from bot.sending import PATIENCE

SLACK = "https://slack.com/api/"
quiet = logging.getLogger("heardback.slack.sdk")  # the SDK and Bolt log whole bodies, words and all
quiet.addFilter(lambda record: False)
quiet.propagate = False


@dataclass(frozen=True)
class App:
    """One app: `name` is our word for it, in addresses and paths. Secrets never show in a repr.

    `token` is the bot's own where one workspace installed it by hand; `app_token` starts with `xapp-`
    and opens Socket Mode. `base` is another address of the API, for tests.
    """

    name: str
    signing_secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    base: str = SLACK


class Asking(AsyncWebClient):
    """A client that Slack's answer cannot send to another address, and that looks before it writes."""

    last_look: Callable[[], None] | None = None

    async def _request(
        self, *, http_verb: str, api_url: str, req_args: dict[str, Any]
    ) -> dict[str, Any]:
        asked = {**req_args, "allow_redirects": False}
        if self.last_look is None:
            return await super()._request(http_verb=http_verb, api_url=api_url, req_args=asked)
        limit = aiohttp.ClientTimeout(total=self.timeout)
        async with aiohttp.ClientSession(
            timeout=limit, trust_env=False, request_class=looking(self.last_look)
        ) as self.session:
            return await super()._request(http_verb=http_verb, api_url=api_url, req_args=asked)


Tokens = Callable[[str], str | None]  # account -> the bot's token there


def client(
    token: str, *, base: str = SLACK, last_look: Callable[[], None] | None = None
) -> AsyncWebClient:
    """A client that asks once and tells what happened; what its last look raises is let through."""
    made = Asking(
        token=token,
        base_url=base,
        logger=quiet,
        timeout=int(PATIENCE),
        retry_handlers=[],
        trust_env_in_session=False,
    )
    made.last_look = last_look
    return made
