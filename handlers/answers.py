"""From button to status: what each answer is called, and what it must carry. Data, from the glossary."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.place import day_words
from handlers.wording import buttons, say
from storage.models import Commitment

STATUS_LABELS = {
    status: say(f"status_{status}")
    for status in (
        "heard",
        "being_looked_at",
        "held_until",
        "changed",
        "partly",
        "not_now",
        "not_ours",
        "waiting",
    )
}


@dataclass(frozen=True)
class Button:
    """One of the five, all the same size: its status, and the fields that it cannot do without."""

    id: str
    label: str
    status: str
    meaning: str
    needs: tuple[str, ...]


_NEEDS = (
    ("act", "being_looked_at", ("owner_role", "due_on")),
    ("hold", "held_until", ("due_on",)),
    ("discuss", "being_looked_at", ("due_on",)),
    ("not_now", "not_now", ()),
    ("not_ours", "not_ours", ("receiver",)),
)
BUTTONS = tuple(
    Button(id, label, status, say(f"answer_{id}_means"), needs)
    for (id, status, needs), label in zip(_NEEDS, buttons("answer_form_labels"), strict=True)
)
BY_ID = {button.id: button for button in BUTTONS}
AFTER_ACT = ("changed", "partly")


def status_words(row: Commitment) -> str:
    """The status with what belongs to it: a date, or who has it."""
    label = STATUS_LABELS[row.status]
    if row.status == "held_until" and row.due_on is not None:
        return f"{label} {day_words(row.due_on)}"
    if row.status == "not_ours":
        return f"{label} {row.receiver}"
    return label
