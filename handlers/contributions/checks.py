"""What is looked for before anything is kept: length, then danger, then identifying details.

Danger is looked for first, on the words as typed. Details are shown to the person, who chooses; nothing
is kept until they have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from digests import protect
from handlers.messages import Button, Choice, Field, Form, Marked, Part, Text
from handlers.place import Place
from handlers.surfaces import fixed_line
from handlers.wording import buttons, say

WORD_LIMIT = 500
CHARACTER_LIMIT = 3_000
NUMBERS = dict(enumerate(buttons("numbers"), start=2))


def fault(words: str) -> str:
    """Why these words cannot be taken, as an error beside the box; empty when they can."""
    if not words.strip():
        return say("error_no_words")
    if len(words) > CHARACTER_LIMIT or len(words.split()) > WORD_LIMIT:
        return say("error_too_long", limit=str(WORD_LIMIT))
    return ""


def clean(words: str) -> str:
    """The same words without what no database or page can hold: lone surrogates and control codes."""
    kept = "".join(c for c in words if c in "\n\t" or (c >= " " and not "\ud800" <= c <= "\udfff"))
    return kept.strip()


@dataclass(frozen=True)
class Checked:
    """Words ready to keep, and the kinds of detail that their author chose to leave in."""

    words: str
    kept_kinds: tuple[str, ...]


def protected(words: str, fields: Mapping[str, str]) -> Checked:
    """Replace every detail that its author did not choose to keep."""
    details = protect.find(words)
    stay = [d for n, d in enumerate(details, 1) if fields.get(f"detail.{n}") == "keep"]
    gone = [d for d in details if d not in stay]
    return Checked(protect.replace(words, gone), tuple(d.kind for d in stay))


def detail_form(
    place: Place, words: str, *, kind: str, edit: str, state: Mapping[str, str]
) -> Form | None:
    """The details that could point to someone, each with a safer wording; None when none is seen."""
    details = protect.find(words)
    if not details:
        return None
    fields: list[Part] = [
        Text(say("detail_explained"), style="hint"),
        Marked(words, tuple((d.start, d.end) for d in details)),
    ]
    for number, detail in enumerate(details, 1):
        note = detail.note or say("detail_looks_like", kind=detail.kind.replace("_", " "))
        fields.append(
            Field(
                name=f"detail.{number}",
                label=say("detail_label", number=str(number), detail=detail.text, note=note),
                kind="one_of",
                choices=(
                    Choice("replace", say("detail_use", replacement=detail.replacement)),
                    Choice("keep", say("detail_keep")),
                ),
                value="replace",
            )
        )
    many = NUMBERS.get(len(details), str(len(details)))
    title = say("detail_one_title") if len(details) == 1 else say("detail_many_title", many=many)
    return Form(
        name="identifying_check",
        title=title,
        parts=(*fields, fixed_line(place)),
        buttons=(
            Button(say("button_send_choices"), kind, style="main"),
            Button(say("button_edit_words"), edit),
            Button(say("button_do_not_send"), "throw_away", style="quiet"),
        ),
        state=state,
    )
