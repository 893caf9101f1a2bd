"""Slack's published limits, checked on everything that we send: the strictness of the real counterpart.

`slack_sdk`'s own models check lengths and counts; what they leave open (unknown types, ids used twice,
an initial option that is not among the options, the size of the whole) is checked here. slackblocks reads
each block a second time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.bot.slack.second_reading import refused

TYPES = {"section", "context", "header", "divider", "actions", "input", "rich_text"}
MODAL_BYTES = 250_000


def problems(view_or_message: dict[str, Any]) -> list[str]:
    """Everything that Slack would refuse; empty when all is well."""
    blocks = view_or_message["blocks"]
    most = 50 if "text" in view_or_message else 100
    found = [] if 1 <= len(blocks) <= most else [f"{len(blocks)} blocks"]
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    found += [f"block id twice: {id}" for id in ids if ids.count(id) > 1]
    for block in blocks:
        found += _block(block)
    if view_or_message.get("type") == "modal":
        found += _modal(view_or_message)
    if len(json.dumps(view_or_message).encode()) > MODAL_BYTES:
        found.append("larger than 250 kB")
    return found


def _block(block: dict[str, Any]) -> Iterator[str]:
    if block["type"] not in TYPES:
        yield f"unknown block {block['type']}"
        return
    parsed = Block.parse(block)
    if parsed is None:
        yield f"not read by the SDK: {block['type']}"
        return
    try:
        parsed.validate_json()
    except Exception as error:  # the SDK raises several kinds
        yield f"{block['type']}: {error}"
    if why := refused(block):
        yield f"slackblocks: {why}"
    if block["type"] in ("section", "header"):
        text = block["text"]["text"]
        if not 1 <= len(text) <= (3000 if block["type"] == "section" else 150):
            yield f"{block['type']} of {len(text)} characters"
    if block["type"] == "context" and len(block["elements"]) > 10:
        yield "more than ten elements in a context"
    if len(block.get("block_id", "")) > 255:
        yield "long block id"
    if block["type"] == "actions":
        yield from _actions(block["elements"])
    if block["type"] == "input":
        yield from _input(block)


def _actions(elements: list[dict[str, Any]]) -> Iterator[str]:
    if not 1 <= len(elements) <= 25:
        yield f"{len(elements)} buttons in a row"
    ids = [element["action_id"] for element in elements]
    if len(ids) != len(set(ids)):
        yield "action id twice"
    for element in elements:
        if len(element["action_id"]) > 255 or len(element.get("value", "")) > 2000:
            yield "long action"
        if element["type"] == "button" and not 1 <= len(element["text"]["text"]) <= 75:
            yield "long button"
        if element["type"] == "overflow":
            if not 1 <= len(element["options"]) <= 5:
                yield "overflow options"
            yield from _options(element["options"])


def _options(options: list[dict[str, Any]]) -> Iterator[str]:
    values = [option["value"] for option in options]
    if len(values) != len(set(values)):
        yield "option value twice"
    for option in options:
        if not 1 <= len(option["text"]["text"]) <= 75 or not 1 <= len(option["value"]) <= 150:
            yield f"option {option}"
        if len(option.get("description", {"text": ""})["text"]) > 75:
            yield "long description"


def _input(block: dict[str, Any]) -> Iterator[str]:
    element = block["element"]
    if not 1 <= len(block["label"]["text"]) <= 2000:
        yield "label"
    if len(block.get("hint", {"text": ""})["text"]) > 2000:
        yield "hint"
    if element["type"] == "plain_text_input":
        if (
            len(element.get("initial_value", "")) > element["max_length"]
            or element["max_length"] > 3000
        ):
            yield "text longer than its input"
        return
    if "options" not in element:
        return
    most = 100 if element["type"] == "static_select" else 10
    if not 1 <= len(element["options"]) <= most:
        yield f"{len(element['options'])} options"
    yield from _options(element["options"])
    chosen = element.get("initial_options", [])
    if "initial_option" in element:
        chosen = [element["initial_option"]]
    if any(option not in element["options"] for option in chosen):
        yield "initial option is not among the options"


def _modal(view: dict[str, Any]) -> Iterator[str]:
    try:
        View(**view).validate_json()
    except Exception as error:  # the SDK raises several kinds
        yield f"view: {error}"
    for name in ("title", "submit", "close"):
        if name in view and not 1 <= len(view[name]["text"]) <= 24:
            yield f"{name} of {len(view[name]['text'])} characters"
    if len(view["private_metadata"]) > 3000:
        yield "private metadata over 3,000 characters"
    if any(block["type"] == "input" for block in view["blocks"]) and "submit" not in view:
        yield "inputs without a submit"
