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

WORD_LIMIT = 500
CHARACTER_LIMIT = 3_000
NUMBERS = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six"}


def fault(words: str) -> str:
    """Why these words cannot be taken, as an error beside the box; empty when they can."""
    if not words.strip():
        return "Write a few words first, or choose 'Nothing to add'."
    if len(words) > CHARACTER_LIMIT or len(words.split()) > WORD_LIMIT:
        return (
            f"That's longer than I can take: {WORD_LIMIT} words at most. What matters most in it?"
        )
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
        Text("Nothing is kept until you choose. Replacing is chosen for you.", style="hint"),
        Marked(words, tuple((d.start, d.end) for d in details)),
    ]
    for number, detail in enumerate(details, 1):
        note = detail.note or f"looks like {detail.kind.replace('_', ' ')}"
        fields.append(
            Field(
                name=f"detail.{number}",
                label=f"{number}. “{detail.text}” {note}",
                kind="one_of",
                choices=(
                    Choice("replace", f"Use “{detail.replacement}”"),
                    Choice("keep", "Keep it"),
                ),
                value="replace",
            )
        )
    many = NUMBERS.get(len(details), str(len(details)))
    title = (
        "One detail could point to someone"
        if len(details) == 1
        else f"{many} details could point to someone"
    )
    return Form(
        name="identifying_check",
        title=title,
        parts=(*fields, fixed_line(place)),
        buttons=(
            Button("Send with these choices", kind, style="main"),
            Button("Edit my words", edit),
            Button("Don’t send", "throw_away", style="quiet"),
        ),
        state=state,
    )
