"""The app package that an organisation's administrator uploads: manifest and icons, with the fewest permissions.

It asks for no permission to read anything: no Graph permission, no resource-specific consent, no files,
no calls, no devices. Source of the shape: Microsoft's schema of the app manifest, version 1.19.
"""

from __future__ import annotations

import json
from importlib.resources import files
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from handlers.wording import say

VERSION = "1.19"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json"
PACKAGE = "1.0.0"  # raise it with any change of the manifest: Teams updates by this number
TAB = "/teams/{name}/home"
RELAY = "relay"
ICONS = ("color.png", "outline.png")
MADE = (2026, 1, 1, 0, 0, 0)  # the same package every time, so that two can be compared
SAID = ("reflect", "relay", "away", "my_words", "what_happened", "help")


def manifest(
    *, name: str, app_id: str, partnership: str, address: str, privacy: str = ""
) -> dict[str, Any]:
    """The manifest of one organisation's app.

    Args:
        name: the registration's name in the settings, part of its address.
        app_id: the registration's application id, which is the bot's id and the app's.
        partnership: shown to people as part of the app's full name.
        address: the public address, https and without a slash at its end.
        privacy: the organisation's own privacy notice; the public address where it names none.
    """
    host = urlsplit(address).netloc
    return {
        "$schema": SCHEMA,
        "manifestVersion": VERSION,
        "version": PACKAGE,
        "id": app_id,
        "developer": {
            "name": "heardback",
            "websiteUrl": address,
            "privacyUrl": privacy or address,
            "termsOfUseUrl": address,
        },
        "name": {"short": "heardback", "full": say("app_full_name", partnership=partnership)[:100]},
        "description": {
            "short": say("app_line"),
            "full": say("app_about"),
        },
        "icons": {"color": ICONS[0], "outline": ICONS[1]},
        "accentColor": "#0B5869",
        "defaultInstallScope": "personal",
        "bots": [
            {
                "botId": app_id,
                "scopes": ["personal", "team"],
                "isNotificationOnly": False,
                "supportsFiles": False,
                "supportsCalling": False,
                "supportsVideo": False,
                "commandLists": [
                    {
                        "scopes": ["personal"],
                        "commands": [
                            {
                                "title": say(f"app_says_{id}"),
                                "description": say(f"app_says_{id}_for"),
                            }
                            for id in SAID
                        ],
                    }
                ],
            }
        ],
        "composeExtensions": [
            {
                "botId": app_id,
                "composeExtensionType": "botBased",
                "commands": [
                    {
                        "id": RELAY,
                        "type": "action",
                        "title": say("app_relay"),
                        "description": say("app_relay_agreed"),
                        "context": ["message", "compose"],
                        "fetchTask": True,
                    }
                ],
            }
        ],
        "staticTabs": [
            {
                "entityId": "home",
                "name": say("app_home"),
                "contentUrl": address + TAB.format(name=name),
                "websiteUrl": f"{address}/home",
                "scopes": ["personal"],
            }
        ],
        "webApplicationInfo": {"id": app_id, "resource": f"api://{host}/{app_id}"},
        "validDomains": [host],
    }


def package(made: dict[str, Any]) -> bytes:
    """The manifest and its icons as the zip file that Teams takes."""
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        content = json.dumps(made, indent=2, ensure_ascii=False).encode()
        archive.writestr(_entry("manifest.json"), content)
        for icon in ICONS:
            drawn = files("bot.teams").joinpath("icons", icon).read_bytes()
            archive.writestr(_entry(icon), drawn)
    return held.getvalue()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, MADE)
    entry.compress_type = ZIP_DEFLATED
    return entry
