"""The shapes in which Teams wants an invoke answered."""

from __future__ import annotations

from typing import Any

from bot.teams.surfaces import CARD
from bot.teams.text import Json

ANSWER = 200
TEXT = "application/vnd.microsoft.activity.message"


def card(activity: Json) -> dict[str, Any]:
    """The answer to a press in a card: the card that now stands in its place."""
    content = activity["attachments"][0]["content"]
    return {"statusCode": ANSWER, "type": CARD, "value": content}


def text(said: str) -> dict[str, Any]:
    """The answer to a press that leaves the card as it is."""
    return {"statusCode": ANSWER, "type": TEXT, "value": said.replace("**", "")}
