"""A form's parts and buttons as elements of an Adaptive Card 1.5.

What a person typed is never looked at by a card's markdown (see `bot.teams.text`). Nothing is marked as
required in the card itself: what is missing is said by the handlers, in the same words everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.plain_text import cut, shown
from bot.teams.text import Json, bold_parts, lines, marked_parts, safe
from handlers.messages import Button, Buttons, Choice, Contacts, Field, Marked, Part, Text
from handlers.wording import say

LABEL = 400
OPTION = 300
BUTTON = 80
IN_A_ROW = 5
LETTERS, BESIDE = 66, 4  # of the titles in one row, and what each button takes beside its title
TYPED = 3_000  # characters in one box
TYPED_IN_ALL = 6_000  # in all boxes of a card: it has 28 KB, and a character up to four bytes
NONE = "-"  # a choice with an empty value could not be told from none
BOX = "in."  # before the name of every box, so that none can be taken for something of ours
SMALL = {"size": "Small", "isSubtle": True}
BOLD = {"weight": "Bolder"}
HIGHLIGHT = {"highlight": True, "weight": "Bolder"}


def elements_of(part: Part, *, room: int) -> list[Json]:
    """The elements that show one part, without its buttons; `room` is how much a box may take."""
    match part:
        case Text():
            return _text(part)
        case Marked():
            return [_boxed(_blocks(marked_parts(part.words, part.spans), {}, HIGHLIGHT))]
        case Contacts():
            return _contacts(part)
        case Field():
            return _field(part, room)
        case Buttons():
            return []


def heading(text: str) -> Json:
    """A card's title: the one line of its kind, heard as a heading."""
    style = {"size": "Large", "weight": "Bolder", "style": "heading"}
    return {"type": "TextBlock", "text": safe(text, LABEL), "wrap": True, **style}


def sentence(text: str, **style: Any) -> list[Json]:
    """Our own words, in which `**` is bold, a block for each line."""
    return _blocks(bold_parts(text), style, BOLD)


def _text(part: Text) -> list[Json]:
    if part.style == "phrase":
        return [_boxed(sentence(part.body, size="ExtraLarge"))]
    style = SMALL if part.style in ("hint", "not_referral") else {}
    above = sentence(part.heading, **BOLD) if part.heading else []
    if part.style == "voice":  # somebody's words: two stars are two stars
        return [_boxed([*above, *_blocks(iter([(part.body, False)]), {}, {})])]
    found = [*above, *sentence(part.body, **style)]
    if part.style in ("tell", "not_referral", "locked"):
        return [_boxed(found)]
    if part.style == "error":
        return sentence(part.body, **BOLD)
    return found


def _blocks(parts: Iterator[tuple[str, bool]], style: Json, picked: Json) -> list[Json]:
    found = lines(parts, style, picked)
    return [
        {"type": "RichTextBlock", "inlines": line} | ({"spacing": "Small"} if number else {})
        for number, line in enumerate(found)
    ]


def _boxed(items: list[Json]) -> Json:
    return {"type": "Container", "style": "emphasis", "items": items}


def _contacts(part: Contacts) -> list[Json]:
    facts = [
        {
            "title": safe(row.label, OPTION),
            "value": safe(", ".join(said for said in (row.number, row.hours) if said), OPTION),
        }
        for row in part.rows
    ]
    above = sentence(part.heading, **BOLD) if part.heading else []
    return [*above, {"type": "FactSet", "facts": facts}]


def _field(part: Field, room: int) -> list[Json]:
    hint = sentence(part.hint, **SMALL) if part.hint else []
    error = sentence(part.error, **BOLD) if part.error else []
    box = {"id": BOX + part.name, "label": safe(part.label, LABEL), **_box(part, room)}
    return [box, *({**said, "spacing": "Small"} for said in (*error, *hint))]


def _box(part: Field, room: int) -> Json:
    if part.kind in ("long_text", "short_text"):
        value = shown(part.value)
        box: Json = {"type": "Input.Text", "isMultiline": part.kind == "long_text"}
        most = min(TYPED, room)
        return box | {"maxLength": max(most, len(value))} | _preset(value)
    if part.kind == "date":
        return {"type": "Input.Date"} | _preset(part.value)
    chosen = [
        choice.value or NONE
        for choice in part.choices
        if choice.value in (part.value.split(",") if part.kind == "any_of" else [part.value])
    ]
    if part.value == "" and part.kind != "any_of":
        chosen = [NONE] if any(not choice.value for choice in part.choices) else []
    return {
        "type": "Input.ChoiceSet",
        "style": "compact" if part.kind == "select" else "expanded",
        "isMultiSelect": part.kind == "any_of",
        "wrap": True,
        "choices": [_choice(choice) for choice in part.choices],
    } | _preset(",".join(chosen))


def _preset(value: str) -> Json:
    return {"value": value} if value else {}


def _choice(choice: Choice) -> Json:
    said = f"{choice.label}. {choice.hint}" if choice.hint else choice.label
    return {"title": safe(said, OPTION), "value": choice.value or NONE}


def room_for(parts: Sequence[Part]) -> int:
    """How many characters each box may take, so that whatever is typed goes back in one card."""
    boxes = [p for p in parts if isinstance(p, Field) and p.kind in ("long_text", "short_text")]
    return TYPED_IN_ALL // max(len(boxes), 1)


def action(one: Button, how: Mapping[str, Any]) -> Json:
    """A button; `how` says what pressing it does (the type of its action and what it carries)."""
    found: Json = {**how, "title": cut(" ".join(shown(one.label).split()), BUTTON) or "…"}
    if one.tail:
        found["tooltip"] = cut(shown(f"{one.label} {one.tail}"), LABEL)
    return found | {"style": "positive"} if one.style == "main" else found


def rows(actions: Iterable[Json]) -> list[Json]:
    """Buttons in rows that a narrow card shows whole: five at most, and so many letters."""
    found: list[list[Json]] = []
    letters = 0
    for one in actions:
        letters += len(one["title"]) + BESIDE
        if not found or len(found[-1]) == IN_A_ROW or letters > LETTERS:
            found.append([])
            letters = len(one["title"]) + BESIDE
        found[-1].append(one)
    return [{"type": "ActionSet", "actions": row} for row in found]


def card(body: list[Json], *, notice: str, actions: Sequence[Json] = ()) -> Json:
    """The whole card. `notice` is heard, and shown where no card can be: it holds no words."""
    found: Json = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "speak": notice,
        "fallbackText": notice,
        "body": body or sentence("…"),
    }
    return found | {"actions": list(actions)} if actions else found


def notice_of(form: str) -> str:
    """What a notice may say of a form of this name: what kind of thing came, and nothing of it."""
    kinds = {
        "prompt": "notice_question",
        "nudge": "notice_question",
        "digest_issued": "notice_digest",
    }
    return say(kinds.get(form, "notice_something"))
