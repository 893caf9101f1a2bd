"""Slack's shortcuts: what a message that somebody passes on says, as a person reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from handlers.messages import Incoming


def relayed(payload: Mapping[str, Any]) -> Incoming:
    """A shortcut that opens the relay form, with a message's own words in it where there is one."""
    message = payload.get("message")
    text = message.get("text") if isinstance(message, Mapping) else ""
    words = without_markup(text) if isinstance(text, str) else ""
    return Incoming("relay", {"words": words[:3_000]} if words else {})


def without_markup(text: str) -> str:
    """A message's text as a person reads it: no ids, no addresses of links, entities as characters."""
    text = re.sub(r"<[@#!][^<>|]*(?:\|([^<>]*))?>", r"\1", text)
    text = re.sub(r"<[^<>|]+\|([^<>]*)>", r"\1", text)
    text = re.sub(r"<([^<>]*)>", r"\1", text)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return " ".join(text.split(" ")).strip()
