"""Whether an app's secrets and scopes work, asked of Slack itself and said in plain words."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.apps import App, client
from bot.slack.manifest import SCOPES

WRONG = {
    "invalid_auth": "The bot token of the Slack app {name} is not one that Slack knows.",
    "not_authed": "The Slack app {name} has no bot token.",
    "token_revoked": "The bot token of the Slack app {name} has been revoked. Install the app again.",
    "account_inactive": "The Slack app {name} has been taken out of its workspace.",
    "token_expired": "The bot token of the Slack app {name} has expired.",
}


async def problems(app: App) -> tuple[str, ...]:
    """Every problem that Slack tells us about this app; empty when it can be used."""
    found = []
    if app.token:
        found += await _bot(app)
    if app.app_token:
        found += await _socket(app)
    return tuple(found)


async def _bot(app: App) -> list[str]:
    try:
        answer = await client(app.token, base=app.base).auth_test()
    except SlackApiError as error:
        said = str(error.response.get("error"))
        return [WRONG.get(said, "Slack refuses the app {name}: " + said).format(name=app.name)]
    except (TimeoutError, aiohttp.ClientError, SlackClientError, OSError):
        return [f"Slack cannot be reached from here, so the app {app.name} could not be checked."]
    headers = {name.lower(): value for name, value in answer.headers.items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",")}
    return [
        f"The Slack app {app.name} lacks the scope {scope}, {reason}. Add it and install again."
        for scope, reason in SCOPES.items()
        if scope not in granted
    ]


async def _socket(app: App) -> list[str]:
    try:
        await client(app.app_token, base=app.base).apps_connections_open(app_token=app.app_token)
    except SlackApiError as error:
        said = str(error.response.get("error"))
        return [f"Socket Mode of the Slack app {app.name} is refused by Slack: {said}."]
    except (TimeoutError, aiohttp.ClientError, SlackClientError, OSError):
        return [f"Slack cannot be reached from here, so the app {app.name} could not be checked."]
    return []
