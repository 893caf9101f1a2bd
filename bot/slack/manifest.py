"""The manifest from which an organisation makes its own app, with the fewest scopes that do.

Each scope and event has its reason beside it; `docs/how-to/slack.md` says the same in words.
Source of the shape: Slack's reference of the app manifest.
"""

from __future__ import annotations

from typing import Any

from handlers.wording import say

SCOPES = {
    "chat:write": "to write to a person in their own conversation with the app",
    "commands": "for /heardback and the two shortcuts",
    "im:write": "to open that conversation",
    "im:history": "to look there for our own message before it is sent again, and to answer "
    "somebody who types into it; no other conversation can be read",
}
EVENTS = {
    "app_home_opened": "to show somebody their home",
    "message.im": "to say, when somebody types into the chat, that it is not kept",
    "app_uninstalled": "to stop at once when the app is taken out",
    "tokens_revoked": "to stop at once when its access is taken away",
}
STATUS_SCOPE = {"users:read": "to see a status of leave with an end, and ask nobody who is away"}


def manifest(
    *, name: str, partnership: str, address: str, socket: bool, status: bool = False
) -> dict[str, Any]:
    """The manifest of one organisation's app.

    Args:
        name: the app's name in the settings, part of its address.
        partnership: shown to people as the app's name.
        address: the public address, without a slash at its end.
        socket: Socket Mode, in which Slack needs no address of ours.
        status: whether a status of leave is to be read, which takes one scope more.
    """
    door = f"{address}/slack/{name}/events"
    url = {} if socket else {"request_url": door}
    scopes = [*SCOPES, *(STATUS_SCOPE if status else ())]
    events = [*EVENTS, *(("user_change",) if status else ())]
    command = {} if socket else {"url": door}
    return {
        "display_information": {
            "name": say("app_name", partnership=partnership)[:35],
            "description": say("app_line")[:140],
            "long_description": say("app_about"),
            "background_color": "#2b2440",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "heardback", "always_online": True},
            "shortcuts": [
                {
                    "name": say("app_relay"),
                    "type": "global",
                    "callback_id": "relay",
                    "description": say("app_relay_explained"),
                },
                {
                    "name": say("app_relay_this"),
                    "type": "message",
                    "callback_id": "relay_this",
                    "description": say("app_relay_this_explained"),
                },
            ],
            "slash_commands": [
                {
                    "command": "/heardback",
                    "description": say("app_command"),
                    "usage_hint": say("app_command_hint"),
                    "should_escape": False,
                    **command,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": scopes}},
        "settings": {
            "event_subscriptions": {**url, "bot_events": events},
            "interactivity": {"is_enabled": True, **url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }
