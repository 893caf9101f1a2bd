"""Socket Mode: Slack's events over a connection that we open, so that no public address is needed.

The same listeners answer; only the way in differs. The SDK connects again by itself when Slack closes
the connection, which it does every few hours.
"""

from __future__ import annotations

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from bot.slack.apps import client, quiet
from bot.slack.listen import Listening


def handler_of(listening: Listening) -> AsyncSocketModeHandler:
    """What connects this app to Slack, with its own `xapp-` token; `connect_async` begins."""
    app = listening.app
    return AsyncSocketModeHandler(
        listening.bolt,
        app.app_token,
        logger=quiet,
        web_client=client(app.app_token, base=app.base),
    )
