"""What Teams would refuse of a card: schema 1.5 and the limits that Teams adds, on everything that we show.

The schema is Microsoft's own (see NOTICE.md); it forbids any property that it does not know. What it leaves open
is checked here: the size, ids used twice, a chosen value that is not offered, too many buttons in a row,
what a dialog and a posted card may each do when something is pressed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from bot.teams.surfaces import AT_ONCE, CARD

Json = dict[str, Any]
MOST_BYTES = 28 * 1024
SCHEMA = Path(__file__).with_name("adaptive-card-1.5.json")
ACTIONS = {"Action.Submit", "Action.Execute"}
MARKDOWN = re.compile(r"[*`<>\n]|\][(:\[]|~~|(?<!\u2060)[_\\|]|[_\\|](?!\u2060)")


@cache
def schema() -> jsonschema.Draft6Validator:
    return jsonschema.Draft6Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def card_of(shown: Json) -> Json:
    """The card in an activity, in a dialog, or in the answer to a press."""
    if "task" in shown:
        held: Json = shown["task"]["value"]["card"]
        assert held["contentType"] == CARD
        return {k: v for k, v in held["content"].items() if k != "msteams"}
    if "statusCode" in shown:
        found: Json = shown["value"]
        return {k: v for k, v in found.items() if k != "msteams"}
    content: Json = shown["attachments"][0]["content"]
    return {k: v for k, v in content.items() if k != "msteams"}


def problems(shown: Json) -> list[str]:
    """Everything that Teams would refuse or not show; empty when all is well."""
    card = card_of(shown)
    found = [f"{'/'.join(map(str, e.path))}: {e.message[:90]}" for e in schema().iter_errors(card)]
    if (size := len(json.dumps(shown, ensure_ascii=False).encode())) > MOST_BYTES:
        found.append(f"{size} bytes")
    if card.get("version") != "1.5" or not card.get("body"):
        found.append("not a card of 1.5 with a body")
    ids = [e["id"] for e in every(card) if str(e.get("type", "")).startswith("Input.")]
    found += [f"id twice: {id}" for id in set(ids) if ids.count(id) > 1]
    for element in every(card):
        found += _element(element)
    return [*found, *(_dialog(shown, card) if "task" in shown else _posted(shown, card))]


def every(found: Any) -> Iterator[Json]:
    """Every object in a card that has a type; what a button carries is not looked into."""
    if isinstance(found, dict):
        if "type" in found:
            yield found
        for name, value in found.items():
            if name != "data":
                yield from every(value)
    elif isinstance(found, list):
        for value in found:
            yield from every(value)


def _element(element: Json) -> Iterator[str]:
    kind = element["type"]
    row = element.get("actions", [])
    if len(row) > 5 or ("actions" in element and not row):
        yield f"{len(row)} buttons in a row"
    if kind.startswith("Action.") and (
        not 0 < len(element["title"].strip()) <= 80 or kind not in ACTIONS
    ):
        yield f"the button {element['title']!r}"
    if kind == "Input.ChoiceSet":
        yield from _choices(element)
    if kind == "Input.Text" and len(element.get("value", "")) > element["maxLength"]:
        yield "more in a box than it takes"
    if kind in ("TextBlock", "TextRun") and not element["text"]:
        yield "an empty text"


def _choices(element: Json) -> Iterator[str]:
    values = [choice["value"] for choice in element["choices"]]
    if not values or len(set(values)) < len(values) or "" in values:
        yield f"choices {values}"
    chosen = element.get("value", "").split(",") if element["isMultiSelect"] else None
    chosen = chosen if chosen is not None else [element.get("value", "")]
    if any(value and value not in values for value in chosen):
        yield "what is chosen is not among the choices"


def _dialog(shown: Json, card: Json) -> Iterator[str]:
    info = shown["task"]["value"]
    if not 0 < len(info["title"]) <= 60 or info["height"] not in ("small", "medium", "large"):
        yield "the dialog's frame"
    boxes = any(e["type"].startswith("Input.") for e in every(card))
    presses = [e for e in every(card) if e["type"].startswith("Action.")]
    if boxes and not presses:
        yield "boxes and nothing to send them with"
    for press in presses:
        if press["type"] != "Action.Submit" or "msteams" in press["data"]:
            yield "a dialog that does not go on as a dialog"


def _posted(shown: Json, card: Json) -> Iterator[str]:
    for press in (e for e in every(card) if e["type"].startswith("Action.")):
        kind = press["data"]["heardback"]["kind"]
        if (press["type"] == "Action.Execute") != (kind in AT_ONCE):
            yield f"{kind} in a {press['type']}"
        if press["type"] == "Action.Submit" and press["data"]["msteams"] != {"type": "task/fetch"}:
            yield "a button that would post what is typed"
        if press["type"] == "Action.Execute" and press["verb"] != kind:
            yield "a verb of its own"
    if any(e["type"].startswith("Input.") for e in every(card)):
        yield "a box in a posted card"
    if "attachments" in shown and not shown["summary"].startswith("heardback"):
        yield "a notice with words"


def reads(shown: Json) -> str:
    """All that a person reads on a card, in order."""
    card = card_of(shown)
    title = [shown["task"]["value"]["title"]] if "task" in shown else []
    return "\n".join(
        title + list(_said(card.get("body", []))) + list(_said(card.get("actions", [])))
    )


def _said(found: Any) -> Iterator[str]:
    if isinstance(found, list):
        for one in found:
            yield from _said(one)
    elif isinstance(found, dict):
        if found.get("type") == "RichTextBlock":
            yield "".join(run["text"] for run in found["inlines"])
            return
        for name in ("label", "title", "text", "value"):
            if isinstance(found.get(name), str):
                yield found[name]
        for name in ("items", "facts", "choices", "actions"):
            yield from _said(found.get(name, []))


def live_markdown(shown: Json) -> list[str]:
    """Texts in which a card would read markdown, and that hold some."""
    card = card_of(shown)
    found = [e["text"] for e in every(card) if e["type"] == "TextBlock"]
    for element in every(card):
        found += [element["label"]] if "label" in element else []
        found += [choice["title"] for choice in element.get("choices", [])]
        found += [said for fact in element.get("facts", []) for said in fact.values()]
    runs = [e["text"] for e in every(card) if e["type"] == "TextRun"]
    return [t for t in found if MARKDOWN.search(t)] + [t for t in found + runs if "{{" in t]
