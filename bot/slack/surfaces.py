"""The three places where Slack shows something: a modal, a message, and the App Home.

A modal has one submit button; a form's other buttons stand in it as a row. A posted message never
holds a contributor's words: it is made from notices, which have none.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.slack.blocks import HEADER, blocks_of, button, context, rows, written
from bot.slack.carried import Carried, pack
from bot.slack.text import Json, plain
from handlers.messages import Button, Field, Form, Incoming, Text
from handlers.surfaces import ON_PAPER
from handlers.wording import say

TITLE = 24
IN_MODAL = 100
IN_MESSAGE = 50
BYTES = 200_000  # of a view's 250 kB, for its blocks
ELSEWHERE = say("slack_more_elsewhere")
ASIDE = (  # beside each question
    (say("button_im_away"), "away"),
    (say("button_pace"), "pace"),
    (say("button_stop"), "stop"),
)


def modal(form: Form, *, partnership: str) -> Json:
    """The form as a modal that carries its own state; nothing typed is left out of it."""
    form = replace(form, buttons=tuple(b for b in form.buttons if b.kind not in ON_PAPER))
    submit = _submit(form)
    others = [one for one in form.buttons if one is not submit]
    kind = (submit.kind, submit.value) if submit else ("", "")
    metadata, spilled = pack(Carried(partnership, form.state, kind))
    blocks: list[Json] = []
    if len(form.title) > TITLE:
        blocks.append({"type": "header", "text": plain(form.title, HEADER)})
    shown = {part.name for part in form.parts if isinstance(part, Field)}
    for name, value in spilled.items():
        if name not in shown:
            box = Field(name, say("your_words"), value=value)
            blocks += blocks_of(box, form=form, partnership=partnership)
    blocks += _parts(form, partnership)
    if others:
        elements = (button(one, number) for number, one in enumerate(others))
        blocks += rows(elements, block_id="buttons")
    view: Json = {
        "type": "modal",
        "callback_id": form.name[:255],
        "title": plain(form.title if len(form.title) <= TITLE else "heardback", TITLE),
        "close": plain(say("button_close"), TITLE),
        "private_metadata": metadata,
        "blocks": _within(blocks, IN_MODAL),
    }
    return view | {"submit": plain(submit.label, TITLE)} if submit else view


def _parts(form: Form, partnership: str) -> list[Json]:
    return [
        block
        for row, part in enumerate(form.parts)
        for block in blocks_of(part, form=form, partnership=partnership, row=row)
    ]


def home(forms: Sequence[tuple[str, Form]]) -> Json:
    """The App Home: one form for each partnership that somebody serves, `(partnership, form)`."""
    blocks: list[Json] = []
    for number, (partnership, form) in enumerate(forms):
        if number:
            blocks.append({"type": "divider"})
        blocks.append({"type": "header", "text": plain(form.title, HEADER)})
        found = [
            block
            for row, part in enumerate(form.parts)
            for block in blocks_of(
                part, form=form, partnership=partnership, row=1_000 * number + row
            )
        ]
        blocks += found
        elements = (
            button(one, place, partnership=partnership, state=form.state)
            for place, one in enumerate(form.buttons)
        )
        blocks += rows(elements, block_id=f"home.{number}")
    return {"type": "home", "callback_id": "home", "blocks": _within(blocks, IN_MODAL)}


def choosing(event: Incoming, partnerships: Sequence[tuple[str, str]]) -> Json:
    """Which partnership it is for, from somebody who serves several: `(id, name)` of each."""
    title, asked = say("which_partnership_title"), (Text(say("which_partnership")),)
    view = modal(Form("which", title, asked, (), event.fields), partnership="")
    elements = (
        button(Button(name, event.kind), number, partnership=id)
        for number, (id, name) in enumerate(partnerships)
    )
    return view | {"blocks": [*view["blocks"], *rows(elements, block_id="which")]}


def _submit(form: Form) -> Button | None:
    """The button that sends what was typed: Slack shows one only where there is something to fill in."""
    if not any(isinstance(part, Field) for part in form.parts):
        return None
    main = (one for one in form.buttons if one.style == "main")
    return next(main, form.buttons[0] if form.buttons else None)


def _within(blocks: list[Json], most: int) -> list[Json]:
    """As many blocks as Slack takes, by their number and by their size."""
    kept: list[Json] = []
    size = 0
    for block in blocks:
        size += len(json.dumps(block))
        if size > BYTES or (len(kept) == most - 1 and len(blocks) > most):
            return [*kept, context(ELSEWHERE)]
        kept.append(block)
    return kept or [context("…")]


def message(form: Form, *, partnership: str) -> Json:
    """`text` for notifications (a title, no words) and the blocks of a posted message."""
    blocks: list[Json] = []
    if form.title:
        blocks.append({"type": "header", "text": plain(form.title, HEADER)})
    blocks += _parts(form, partnership)
    elements = [
        button(one, number, partnership=partnership, state=form.state)
        for number, one in enumerate(form.buttons)
        if one.style != "quiet"
    ]
    more = [one for one in form.buttons if one.style == "quiet"]
    if form.name in ("prompt", "nudge"):
        more += [Button(label, kind) for label, kind in ASIDE]
    if more:
        elements.append(_overflow(more, partnership=partnership))
    blocks += rows(elements, block_id=form.name[:200])
    return {"text": plain(form.title, 3_000)["text"], "blocks": _within(blocks, IN_MESSAGE)}


def _overflow(buttons: list[Button], *, partnership: str) -> Json:
    """What people rarely need, behind three dots. An option's value has 150 characters: ids only."""
    return {
        "type": "overflow",
        "action_id": "more",
        "options": [
            {
                "text": plain(one.label, 75),
                "value": written(one, partnership=partnership, state=None),
            }
            for one in buttons[:5]
        ],
    }
