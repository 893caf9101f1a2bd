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
KEEP = dict(zip(("no_one", "public", "needed"), buttons("detail_reasons"), strict=True))


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
    """Words ready to keep, and what their author left in: "name", or "name:no_one" with the reason."""

    words: str
    kept_kinds: tuple[str, ...]


def protected(words: str, fields: Mapping[str, str]) -> Checked:
    """Replace every detail that its author did not choose to keep."""
    gone: list[protect.Detail] = []
    stay: list[str] = []
    for number, detail in enumerate(protect.find(words), 1):
        choice, _, reason = fields.get(f"detail.{number}", "").partition(":")
        if choice != "keep":
            gone.append(detail)
        else:
            stay.append(f"{detail.kind}:{reason}" if reason in KEEP else detail.kind)
    return Checked(protect.replace(words, gone), tuple(stay))


def kept_words(kept: str) -> str:
    """What an author kept, for the reviewer: "street", or "street because everybody may know it"."""
    kind, _, reason = kept.partition(":")
    word = protect.STAND_INS.get(kind, kind.replace("_", " "))
    return say("detail_kept", kind=word, why=KEEP[reason]) if reason in KEEP else word


def while_typing(words: str) -> tuple[protect.Detail, ...]:
    """What could point to someone in words that are still being typed; too many of them: nothing."""
    return () if len(words) > CHARACTER_LIMIT else protect.find(words)


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
                    *(
                        Choice(f"keep:{id}", say("detail_keep_because", why=why))
                        for id, why in KEEP.items()
                    ),
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
