"""What a card's button carries, so that no conversation is remembered here.

It comes back as it went out, or as somebody made it up: every handler checks again from the start, and
whoever sent it was established by the token, never by this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.plain_text import whole

NAME = "heardback"


@dataclass(frozen=True)
class Posted:
    """The posted card that somebody pressed, by the name of its form and the ids in it.

    `conversation` and `activity` are known once it was pressed; a dialog carries them on to its end.
    """

    name: str
    about: Mapping[str, str] = field(default_factory=dict)
    conversation: str = ""
    activity: str = ""


@dataclass(frozen=True)
class Carried:
    """What a press means. `boxes` are the names of the inputs beside the button; `once` is the
    one-time key of the dialog that it stands in."""

    kind: str
    choice: str = ""
    partnership: str = ""
    state: Mapping[str, str] = field(default_factory=dict)
    boxes: tuple[str, ...] = ()
    once: str = ""
    posted: Posted | None = None


def pack(carried: Carried) -> dict[str, Any]:
    """The data of an action; what is empty is left out."""
    found: dict[str, Any] = {"kind": carried.kind}
    for name in ("choice", "partnership", "once"):
        if value := getattr(carried, name):
            found[name] = whole(value)
    if carried.state:
        found["state"] = {whole(name): whole(value) for name, value in carried.state.items()}
    if carried.boxes:
        found["boxes"] = list(carried.boxes)
    if carried.posted is not None:
        about = {whole(name): whole(value) for name, value in carried.posted.about.items()}
        shown = {**vars(carried.posted), "about": about}
        found["posted"] = {name: value for name, value in shown.items() if value}
    return {NAME: found}


def unpack(data: object) -> Carried | None:
    """What `pack` wrote, or None for anything else."""
    found = data.get(NAME) if isinstance(data, Mapping) else None
    if not isinstance(found, Mapping) or not isinstance(found.get("kind"), str):
        return None
    texts = {name: found.get(name, "") for name in ("kind", "choice", "partnership", "once")}
    boxes = found.get("boxes", [])
    if not all(isinstance(value, str) for value in texts.values()) or not isinstance(boxes, list):
        return None
    return Carried(
        **texts,
        state=_texts(found.get("state")),
        boxes=tuple(name for name in boxes if isinstance(name, str)),
        posted=_posted(found.get("posted")),
    )


def _posted(found: object) -> Posted | None:
    if not isinstance(found, Mapping):
        return None
    texts = {name: found.get(name, "") for name in ("name", "conversation", "activity")}
    if not all(isinstance(value, str) for value in texts.values()):
        return None
    return Posted(**texts, about=_texts(found.get("about")))


def _texts(found: object) -> dict[str, str]:
    if not isinstance(found, Mapping):
        return {}
    return {k: v for k, v in found.items() if isinstance(k, str) and isinstance(v, str)}
