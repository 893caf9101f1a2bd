"""What Teams shows: a posted card and a dialog. Each stays under the 28 KB that a card may have.

A dialog carries its own state in its buttons. What would make it too large is shown in a box of its own
instead, so that nothing typed is ever lost; then go sentences, and never a box. A posted card never holds
a contributor's words: it is made from notices, which have none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.plain_text import cut, shown
from bot.teams.cards import (
    action,
    card,
    elements_of,
    heading,
    notice_of,
    room_for,
    rows,
    sentence,
)
from bot.teams.carried import Carried, Posted, pack
from bot.teams.text import Json
from handlers.messages import Button, Buttons, Contacts, Field, Form, Incoming, Part, Text
from handlers.surfaces import ON_PAPER, only_says
from handlers.wording import say

CARD = "application/vnd.microsoft.card.adaptive"
LIMIT = 26_000  # bytes of UTF-8, of the 28 KB that Teams takes; the rest is for what goes around it
TITLE = 60
WORTH_A_BOX = 200  # characters of state; shorter ones are ids and dates
# What is done with one press, and answered in the same card. Everything else opens a dialog.
AT_ONCE = frozenset(
    {
        "not_now",
        "nothing_to_add",
        "too_much",
        "back",
        "opinion",
        "told",
        "answer_confirm",
        "answer_send_back",
        "waited_keep",
        "waited_let_go",
        "quote_no",
    }
)
How = Callable[[Button, Mapping[str, str]], Json]


def message(form: Form, *, partnership: str) -> Json:
    """An activity with the form as a card. Its notice says what kind of thing came, and no word of it."""
    if form.name in ("prompt", "nudge"):
        away = Button(say("button_im_away"), "away", style="quiet")
        aside = Text(say("prompt_aside"), style="hint")
        form = replace(form, buttons=(*form.buttons, away), parts=(*form.parts, aside))
    title = [heading(form.title)] if form.title else []
    how = _pressed_in_message(form, partnership)
    return _activity(form.name, _fitted(form, title, how), wide=form.name == "digest_issued")


def dialog(
    form: Form, *, partnership: str, once: str = "", posted: Posted | None = None
) -> dict[str, Any]:
    """What an invoke is answered with to open a dialog, or to show its next step.

    `once` is the dialog's one-time key; `posted` is the card that it was opened from.
    """
    form = replace(form, buttons=tuple(b for b in form.buttons if b.kind not in ON_PAPER))
    title = [heading(form.title)] if len(form.title) > TITLE else []
    made = _fitted(form, title, _pressed_in_dialog(form, partnership, once, posted))
    asked = sum(isinstance(part, Field) for part in form.parts)
    height = "small" if only_says(form) else "large" if asked > 1 else "medium"
    info = {
        "title": cut(" ".join(shown(form.title).split()), TITLE) or "heardback",
        "width": "medium",
        "height": height,
        "card": {"contentType": CARD, "content": made},
    }
    return {"task": {"type": "continue", "value": info}}


def choosing(
    event: Incoming,
    serves: Sequence[tuple[str, str]],
    *,
    once: str = "",
    posted: Posted | None = None,
) -> dict[str, Any]:
    """Which partnership it is for, from somebody who serves several: `(id, name)` of each."""
    buttons = tuple(Button(name, event.kind, id) for id, name in serves)
    parts = (Text(say("which_partnership")),)
    form = Form("which", say("which_partnership_title"), parts, buttons, event.fields)

    def how(one: Button, state: Mapping[str, str]) -> Json:
        choice = event.fields.get("choice", "")
        carried = Carried(one.kind, choice, one.value, state, (), once, posted)
        return {"type": "Action.Submit", "data": pack(carried)}

    shell = dialog(Form("which", form.title), partnership="")
    shell["task"]["value"]["card"]["content"] = _fitted(form, [], how)
    return shell


def _activity(name: str, made: Json, *, wide: bool) -> Json:
    content = {**made, "msteams": {"width": "Full"}} if wide else made
    return {
        "type": "message",
        "summary": notice_of(name),
        "attachments": [{"contentType": CARD, "content": content}],
        "channelData": {"notification": {"alert": True}},
    }


def _pressed_in_message(form: Form, partnership: str) -> How:
    others = any(one.style != "quiet" for one in form.buttons)

    def how(one: Button, state: Mapping[str, str]) -> Json:
        about = {k: v for k, v in form.state.items() if len(v) < WORTH_A_BOX}
        posted = Posted(form.name, about)
        data = pack(Carried(one.kind, one.value, partnership, state, posted=posted))
        mode = {"mode": "secondary"} if one.style == "quiet" and others else {}
        if one.kind in AT_ONCE:
            return {"type": "Action.Execute", "verb": one.kind, "data": data, **mode}
        return {"type": "Action.Submit", "data": {**data, "msteams": OPENS}, **mode}

    return how


OPENS = {"type": "task/fetch"}


def _pressed_in_dialog(form: Form, partnership: str, once: str, posted: Posted | None) -> How:
    boxes = tuple(part.name for part in form.parts if isinstance(part, Field))

    def how(one: Button, state: Mapping[str, str]) -> Json:
        carried = Carried(one.kind, one.value, partnership, state, boxes, once, posted)
        return {"type": "Action.Submit", "data": pack(carried)}

    return how


# fitting it into 28 KB


@dataclass(frozen=True)
class _Chunk:
    """Elements that stay or go together. Lower ranks are placed first."""

    rank: int
    elements: list[Json]


def _fitted(form: Form, title: list[Json], how: How, *, most: int = LIMIT) -> Json:
    """The form as a card of at most so many bytes: first state turns into boxes, then sentences go."""
    spilled: list[str] = []
    while True:
        made = _whole(form, title, how, spilled)
        long = [name for name in form.state if len(form.state[name]) > WORTH_A_BOX]
        left = [name for name in long if name not in spilled and name not in _boxes(form)]
        if _size(_card(form, made)) <= most:
            return _card(form, made)
        if not left:
            return _card(form, _trimmed(form, made, most))
        spilled.append(max(left, key=lambda name: len(form.state[name])))


def _boxes(form: Form) -> set[str]:
    return {part.name for part in form.parts if isinstance(part, Field)}


def _whole(form: Form, title: list[Json], how: How, spilled: Sequence[str]) -> list[_Chunk]:
    state = {k: v for k, v in form.state.items() if k not in spilled}
    boxes = [Field(name, say("not_saved_words"), value=form.state[name]) for name in spilled]
    parts = [*boxes, *form.parts]
    room = room_for(parts)
    found = [_Chunk(0, title)] if title else []
    for part in parts:
        if isinstance(part, Buttons):
            beside = {**state, **part.state}
            found += [_Chunk(1, [row]) for row in rows(_actions(part.buttons, beside, how))]
        else:
            found.append(_Chunk(_rank(part), elements_of(part, room=room)))
    last = _actions(form.buttons, state, how)
    return [*found, *(_Chunk(min(n - 1, 1), [row]) for n, row in enumerate(rows(last)))]


_KEPT = {"not_referral", "phrase", "error"}


def _rank(part: Part) -> int:
    if isinstance(part, Field | Contacts) or (isinstance(part, Text) and part.style in _KEPT):
        return 0
    return 2


def _actions(buttons: Sequence[Button], state: Mapping[str, str], how: How) -> list[Json]:
    return [action(one, how(one, state)) for one in buttons]


def _card(form: Form, chunks: Sequence[_Chunk]) -> Json:
    """The card; where the form's own buttons are one row, they stand at its foot."""
    body = [element for chunk in chunks for element in chunk.elements]
    actions: list[Json] = []
    foot = body[-1] if body and body[-1]["type"] == "ActionSet" else {"actions": []}
    if form.buttons and len(foot["actions"]) == len(form.buttons):
        actions = body.pop()["actions"]
    return card(body, notice=notice_of(form.name), actions=actions)


def _trimmed(form: Form, chunks: Sequence[_Chunk], most: int) -> list[_Chunk]:
    """What fits: the form's own buttons first, then boxes and numbers, then sentences, each in order.

    A box that alone is larger than a card (no client of ours lets anybody type that much) is cut.
    """
    gap = _Chunk(2, sentence(say("elsewhere")))
    left = most - _size(_card(form, [])) - _size(gap.elements) - 100
    kept: dict[int, _Chunk] = {}
    for place in sorted(range(len(chunks)), key=lambda n: (chunks[n].rank, n)):
        chunk = chunks[place]
        size = _size(chunk.elements)
        if size > left and chunk.rank == 0:
            chunk, size = _shorter(chunk, left)
        if size <= left:
            kept[place] = chunk
            left -= size
    found: list[_Chunk] = []
    said = False
    for place in range(len(chunks)):
        if place in kept:
            found.append(kept[place])
        elif not said:
            found.append(gap)
            said = True
    return found


def _shorter(chunk: _Chunk, left: int) -> tuple[_Chunk, int]:
    """The box alone, with as much of its value as there is room for."""
    box = chunk.elements[0]
    value = box.get("value", "")
    while value and box["type"] == "Input.Text" and _size([{**box, "value": value}]) > left:
        value = value[: len(value) * 9 // 10]
    shorter = _Chunk(0, [{**box, "value": value} if value else box])
    return shorter, _size(shorter.elements)


def _size(found: object) -> int:
    return len(json.dumps(found, ensure_ascii=False).encode())
