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

VERSION = "1.19"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json"
PACKAGE = "1.0.0"  # raise it with any change of the manifest: Teams updates by this number
TAB = "/teams/{name}/home"
RELAY = "relay"
ICONS = ("color.png", "outline.png")
MADE = (2026, 1, 1, 0, 0, 0)  # the same package every time, so that two can be compared
SAID = (
    ("reflect", "Answer a question, or say something unasked"),
    ("relay", "Pass on what someone told you"),
    ("away until 3 Jan", "Be asked nothing while you are away"),
    ("my words", "See, change or take back what you said"),
    ("what happened", "See what came of it"),
    ("help", "What you can say here"),
)


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
        "name": {"short": "heardback", "full": f"heardback, {partnership}"[:100]},
        "description": {
            "short": "Asked, heard, answered, told.",
            "full": (
                "heardback asks short reflective questions, lets champions pass on what young people "
                "and families say, and tells everybody what came of it. It never measures a person. "
                "It is not a referral channel: if someone is in danger, call 999."
            ),
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
                        "commands": [{"title": t, "description": d} for t, d in SAID],
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
                        "title": "Relay a voice",
                        "description": "Pass on what someone told you, with their agreement",
                        "context": ["message", "compose"],
                        "fetchTask": True,
                    }
                ],
            }
        ],
        "staticTabs": [
            {
                "entityId": "home",
                "name": "Home",
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
