"""A form's parts and buttons as Slack blocks, each within Slack's limits.

Limits are those of Slack's Block Kit reference: 24 characters in a modal's title and buttons, 75 in an
option, 2,000 in a label, 255 in an action's id, 25 elements in an actions block, 100 blocks in a modal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from bot.slack.text import Json, mrkdwn, pieces, plain, quoted
from handlers.messages import Button, Buttons, Choice, Contacts, Field, Form, Marked, Part, Text

OPTION = 75
LABEL = 2_000
HINT = 2_000
TYPED = 3_000
HEADER = 150
BUTTON = 75
VALUE = 2_000
IN_A_ROW = 25
IN_A_CONTEXT = 10
RADIO_MOST = 10
NONE = "-"  # Slack knows no empty option value


def blocks_of(part: Part, *, form: Form, partnership: str, row: int = 0) -> list[Json]:
    """The blocks that show one part of this form; `row` is its place in it."""
    match part:
        case Text():
            return _text(part)
        case Marked():
            return [quoted(part.words, part.spans)]
        case Contacts():
            return _contacts(part)
        case Field():
            return _field(part, form)
        case Buttons():
            elements = (
                button(one, number, partnership=partnership, state=part.state)
                for number, one in enumerate(part.buttons)
            )
            return rows(elements, block_id=f"row.{row}")


def _text(part: Text) -> list[Json]:
    if part.style == "phrase":
        return [{"type": "header", "text": plain(part.body, HEADER)}]
    if part.style == "voice":
        above = pieces(f"**{part.heading}**") if part.heading else ()
        return [*map(section, above), quoted(part.body)]
    if part.style in ("hint", "not_referral"):
        return [context(piece) for piece in pieces(part.body)]
    heading = f"**{part.heading}**\n" if part.heading else ""
    return [section(piece) for piece in pieces(heading + part.body)]


def _contacts(part: Contacts) -> list[Json]:
    rows = "\n".join(
        f"**{row.label}:** {', '.join(said for said in (row.number, row.hours) if said)}"
        for row in part.rows
    )
    heading = f"**{part.heading}**\n" if part.heading else ""
    return [section(piece) for piece in pieces(heading + rows)]


def section(text: str) -> Json:
    return {"type": "section", "text": mrkdwn(text)}


def context(text: str) -> Json:
    said = list(pieces(text))[:IN_A_CONTEXT] or ["…"]
    return {"type": "context", "elements": [mrkdwn(piece) for piece in said]}


def _field(part: Field, form: Form) -> list[Json]:
    block: Json = {
        "type": "input",
        "block_id": part.name,
        "label": plain(part.label, LABEL),
        "element": _element(part) | {"action_id": _fresh_id(part, form.name)},
        "optional": part.name not in form.needs,
    }
    if part.hint:
        block["hint"] = plain(part.hint, HINT)
    return [block, context(f"**{part.error}**")] if part.error else [block]


def _fresh_id(part: Field, form: str) -> str:
    """Slack keeps what was typed under an id it has seen; another preset needs another id."""
    seed = json.dumps([form, part.name, part.value])
    return f"{part.name[:200]}.{hashlib.sha256(seed.encode()).hexdigest()[:8]}"


def _element(part: Field) -> Json:
    if part.kind in ("long_text", "short_text"):
        element: Json = {"type": "plain_text_input", "multiline": part.kind == "long_text"}
        return element | {"max_length": TYPED} | _preset("initial_value", part.value[:TYPED])
    if part.kind == "date":
        return {"type": "datepicker"} | _preset("initial_date", part.value)
    options = [_option(choice) for choice in part.choices]
    chosen = set(part.value.split(",")) if part.kind == "any_of" else {part.value}
    picked = [o for o, choice in zip(options, part.choices, strict=True) if choice.value in chosen]
    if part.kind == "any_of":
        return {"type": "checkboxes", "options": options} | _preset("initial_options", picked)
    radio = part.kind == "one_of" and len(options) <= RADIO_MOST
    kind = {"type": "radio_buttons"} if radio else {"type": "static_select"}
    first = picked[0] if picked else None
    return {**kind, "options": options, **_preset("initial_option", first)}


def _preset(name: str, value: object) -> Json:
    return {name: value} if value else {}


def _option(choice: Choice) -> Json:
    option: Json = {"text": plain(choice.label, OPTION), "value": choice.value or NONE}
    return option | {"description": plain(choice.hint, OPTION)} if choice.hint else option


def button(
    pressed: Button, number: int, *, partnership: str = "", state: Mapping[str, str] | None = None
) -> Json:
    """A button whose value says what it does; in a message it also carries the form's ids."""
    element: Json = {
        "type": "button",
        "action_id": f"do.{number}.{pressed.kind}",
        "text": plain(pressed.label, BUTTON),
        "value": written(pressed, partnership=partnership, state=state),
    }
    if pressed.tail:
        element["accessibility_label"] = plain(f"{pressed.label} {pressed.tail}", BUTTON)["text"]
    return element | {"style": "primary"} if pressed.style == "main" else element


def written(pressed: Button, *, partnership: str, state: Mapping[str, str] | None) -> str:
    """What comes back when it is pressed: `[kind, value, partnership, state]`, ids and dates only."""
    value = json.dumps([pressed.kind, pressed.value, partnership, dict(state or {})])
    if len(value) > VALUE:
        raise ValueError(f"the button {pressed.kind} carries more than Slack lets it")
    return value


def rows(elements: Iterable[Json], *, block_id: str) -> list[Json]:
    """Buttons in rows of at most 25."""
    all_ = list(elements)
    return [
        {
            "type": "actions",
            "block_id": f"{block_id}.{start}",
            "elements": all_[start : start + IN_A_ROW],
        }
        for start in range(0, len(all_), IN_A_ROW)
    ]
