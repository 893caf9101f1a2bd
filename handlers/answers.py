"""From button to status: what each answer is called, and what it must carry. Data, from the glossary."""

from __future__ import annotations

from dataclasses import dataclass

STATUS_LABELS = {
    "heard": "Heard",
    "being_looked_at": "Being looked at",
    "held_until": "Held until",
    "changed": "Changed",
    "partly": "Partly",
    "not_now": "Not now, because",
    "not_ours": "Not ours, passed to",
    "waiting": "Waiting",
}


@dataclass(frozen=True)
class Button:
    """One of the five, all the same size: its status, and the fields that it cannot do without."""

    id: str
    label: str
    status: str
    meaning: str
    needs: tuple[str, ...]


BUTTONS = (
    Button(
        "act",
        "Act",
        "being_looked_at",
        "Someone takes it on, with a date.",
        ("owner_role", "due_on"),
    ),
    Button(
        "hold", "Hold", "held_until", "You wait on purpose, with a reason and a date.", ("due_on",)
    ),
    Button("discuss", "Discuss", "being_looked_at", "On the agenda of a meeting.", ("due_on",)),
    Button("not_now", "Not now", "not_now", "With a reason you could say to a young person.", ()),
    Button("not_ours", "Not ours", "not_ours", "Passed to someone who can.", ("receiver",)),
)
BY_ID = {button.id: button for button in BUTTONS}
AFTER_ACT = ("changed", "partly")
