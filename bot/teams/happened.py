"""What happened in Teams, read from an activity: who, where, once under which key, and what it means.

Nothing in this file knows a handler or a database. An activity of another shape is None, and nobody is
harmed by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.plain_text import whole
from bot.teams.apps import Person, Registration
from bot.teams.cards import BOX, NONE
from bot.teams.carried import Posted, unpack
from handlers.messages import Incoming

Activity = Mapping[str, Any]
LONGEST = 10_000  # characters of one box; handlers say where their own limit is


@dataclass(frozen=True)
class Happened:
    """One press. `boxes` are the inputs that stood beside the button; `once` is the dialog's key, and
    `posted` the card that it began with, where that is known."""

    who: Person
    key: str
    partnership: str
    incoming: Incoming
    boxes: frozenset[str] = field(default_factory=frozenset)
    once: str = ""
    posted: Posted | None = None


def person_of(activity: Activity, registration: Registration) -> Person | None:
    """Who did it, by their object id in the organisation's own directory, and where they can be reached.

    A channel is nobody's own chat, so it is never kept as the place to write to.
    """
    user = _inner(activity, "from", "aadObjectId")
    if not isinstance(user, str) or not user or _inner(activity, "from", "role") == "bot":
        return None
    here = conversation(activity) if is_personal(activity) else ""
    service = activity.get("serviceUrl")
    at = service if isinstance(service, str) else ""
    return Person(registration.account, whole(user), at, here)


def at(person: Person, conversation: str) -> Person:
    """The same person, to be answered in this conversation."""
    return replace(person, conversation=conversation)


def conversation(activity: Activity) -> str:
    id = _inner(activity, "conversation", "id")
    return whole(id) if isinstance(id, str) else ""


def is_personal(activity: Activity) -> bool:
    """Whether this is somebody's own chat with the bot, and not a channel or a group."""
    kind = _inner(activity, "conversation", "conversationType")
    return kind == "personal" and not _inner(activity, "conversation", "isGroup")


def key_of(activity: Activity, registration: Registration) -> str:
    """The activity's own identity: conversation and id, the same however often it is sent."""
    here, id = conversation(activity), activity.get("id")
    return whole(f"teams:{registration.account}:{here}:{id}")


def _inner(found: Activity, name: str, key: str) -> Any:
    inner = found.get(name)
    return inner.get(key) if isinstance(inner, Mapping) else None


def pressed(activity: Activity, registration: Registration) -> Happened | None:
    """A button in a card or a dialog, with what stands in the boxes beside it.

    In a dialog the key is the dialog's own and the button's: two presses are one. Elsewhere it is the
    activity's.
    """
    who = person_of(activity, registration)
    data = _data(activity)
    carried = unpack(data)
    if who is None or carried is None or not carried.kind:
        return None
    boxes = typed(data, carried.boxes)
    key = key_of(activity, registration)
    if carried.once:
        key = f"teams:{who.account}:{who.user}:{carried.once}:{carried.kind}:{carried.choice}"
    fields = {**carried.state, **boxes, "choice": carried.choice}
    return Happened(
        who=who,
        key=whole(key),
        partnership=whole(carried.partnership),
        incoming=Incoming(whole(carried.kind), {whole(k): whole(v) for k, v in fields.items()}),
        boxes=frozenset(boxes),
        once=carried.once,
        posted=_where(carried.posted, activity),
    )


def _data(activity: Activity) -> Any:
    value = activity.get("value")
    if not isinstance(value, Mapping):
        return None
    return _inner(value, "action", "data") if "action" in value else value.get("data")


def _where(posted: Posted | None, activity: Activity) -> Posted | None:
    """The card, with its place; only ever one in the conversation where this happened."""
    here, id = conversation(activity), activity.get("replyToId")
    if posted is None:
        return None
    if posted.activity:
        return posted if posted.conversation == here else None
    return replace(posted, conversation=here, activity=id) if isinstance(id, str) else None


def typed(data: Any, boxes: tuple[str, ...]) -> dict[str, str]:
    """What stands in the boxes, by the names of the form's fields. An empty box is not sent at all."""
    found = dict.fromkeys(boxes, "")
    for name, value in data.items() if isinstance(data, Mapping) else ():
        if isinstance(name, str) and name.startswith(BOX) and isinstance(value, str):
            found[name.removeprefix(BOX)] = "" if value == NONE else whole(value)[:LONGEST]
    return found
