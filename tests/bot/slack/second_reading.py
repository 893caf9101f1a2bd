"""The same blocks built again with slackblocks, which knows Slack's limits by its own reading of them.

Its parser reads blocks of text only, so buttons and inputs are built with its classes, from the same
values. It has no rich text of this kind; the SDK's own models and `validate.py` look at that.
"""

from __future__ import annotations

from typing import Any

import slackblocks as other

READS = ("section", "context", "header", "divider")
ERRORS = (
    other.InvalidUsageError,
    other.LengthError,
    other.MissingRequiredError,
    other.MutualExclusivityError,
    other.RangeError,
    other.TypeMismatchError,
)


def refused(block: dict[str, Any]) -> str:
    """Why slackblocks would not have this block; empty when it would, or when it cannot build its kind."""
    kind = block["type"]
    try:
        if kind in READS:
            read = other.Block.from_dict(block)._resolve()
            same = _bare(block) == _bare(read)
            return "" if same else f"{kind}: slackblocks reads another block"
        if kind == "actions":
            other.ActionsBlock([_element(one) for one in block["elements"]], block.get("block_id"))
        elif kind == "input":
            hint = block.get("hint", {}).get("text")
            other.InputBlock(
                other.PlainText(block["label"]["text"]),
                _element(block["element"]),
                block_id=block["block_id"],
                hint=other.PlainText(hint) if hint else None,
                optional=block["optional"],
            )
    except ERRORS as error:
        return f"{kind}: {error}"
    return ""


def _bare(block: Any) -> Any:
    """Without what slackblocks writes down although it is Slack's default: ids and emoji."""
    if isinstance(block, list):
        return [_bare(one) for one in block]
    if isinstance(block, dict):
        return {k: _bare(v) for k, v in block.items() if k not in ("block_id", "emoji")}
    return block


def _element(element: dict[str, Any]) -> Any:
    id, options = element["action_id"], [_option(one) for one in element.get("options", ())]
    first = _option(element["initial_option"]) if "initial_option" in element else None
    match element["type"]:
        case "button":
            said = element.get("accessibility_label")
            text = other.PlainText(element["text"]["text"])
            return other.Button(
                text,
                id,
                value=element["value"],
                style=element.get("style"),
                accessibility_label=said,
            )
        case "overflow":
            return other.OverflowMenu(id, options)
        case "plain_text_input":
            preset = element.get("initial_value")
            return other.PlainTextInput(id, preset, max_length=element["max_length"])
        case "static_select":
            return other.StaticSelectMenu(id, options, initial_option=first)
        case "radio_buttons":
            return other.RadioButtonGroup(id, options, first)
        case "checkboxes":
            chosen = [_option(one) for one in element.get("initial_options", ())]
            return other.CheckboxGroup(id, options, chosen or None)
        case "datepicker":
            return other.DatePicker(id, element.get("initial_date"))
        case kind:
            raise other.TypeMismatchError(f"an element of kind {kind}")


def _option(option: dict[str, Any]) -> Any:
    hint = option.get("description", {}).get("text")
    return other.Option(other.PlainText(option["text"]["text"]), option["value"], hint)
