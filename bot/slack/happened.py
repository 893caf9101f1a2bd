"""What happened in Slack, read from a payload: who, where, once under which key, and what it means here.

Nothing in this file knows a handler or a database. A payload of another shape is None, and nobody
is harmed by it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.plain_text import whole
from bot.slack.blocks import NONE
from bot.slack.carried import unpack
from handlers.messages import Incoming

Surface = Literal["submit", "modal", "message", "home"]
LONGEST = 10_000  # characters of one field; handlers say where their own limit is


@dataclass(frozen=True)
class Person:
    """Somebody in a workspace, as one of our apps sees them: `account` is `<name of ours>/<workspace>`."""

    account: str
    user: str


@dataclass(frozen=True)
class Happened:
    """One press or submission. `surface` is where, and so how the answer is shown.

    `boxes` are the inputs that the modal had, beside which an error can be said. `channel` and `stamp`
    name the message that a button belongs to.
    """

    who: Person
    key: str
    surface: Surface
    partnership: str
    incoming: Incoming
    trigger: str = ""
    view: str = ""
    boxes: frozenset[str] = frozenset()
    channel: str = ""
    stamp: str = ""
    blocks: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)


def person_of(payload: Mapping[str, Any], app: str) -> Person | None:
    """Who did it: a payload's own user, in the workspace where the app is installed."""
    user = payload.get("user_id") or _inner(payload, "user", "id")
    team = payload.get("team_id") or _inner(payload, "team", "id")
    team = team or _inner(payload, "enterprise", "id")
    if not isinstance(user, str) or not isinstance(team, str) or not user or not team:
        return None
    user, team = whole(user), whole(team)
    return Person(f"{app}/{team}", user)


def _text(found: Any) -> str:
    return whole(found) if isinstance(found, str) else ""


def _inner(payload: Mapping[str, Any], name: str, key: str) -> Any:
    inner = payload.get(name)
    return inner.get(key) if isinstance(inner, Mapping) else None


def submitted(payload: Mapping[str, Any], app: str) -> Happened | None:
    """A modal that was sent. The same view and hash are the same event, however often it comes."""
    who, view = person_of(payload, app), payload.get("view")
    if who is None or not isinstance(view, Mapping):
        return None
    carried = unpack(str(view.get("private_metadata", "")))
    if carried is None or not carried.submit[0]:
        return None
    boxes = typed(view)
    kind, value = carried.submit
    return Happened(
        who=who,
        key=whole(f"slack:{who.account}:{view.get('id')}:{view.get('hash')}"),
        surface="submit",
        partnership=carried.partnership,
        incoming=Incoming(kind, {**carried.state, **boxes, "choice": value}),
        trigger=_text(payload.get("trigger_id")),
        view=_text(view.get("id")),
        boxes=frozenset(boxes),
    )


def pressed(payload: Mapping[str, Any], app: str) -> Happened | None:
    """A button or a menu entry, in a modal, a message or the App Home."""
    who, actions = person_of(payload, app), payload.get("actions")
    if who is None or not isinstance(actions, list) or not actions:
        return None
    action = actions[0]
    meant = _meant(action) if isinstance(action, Mapping) else None
    if meant is None:
        return None
    kind, value, partnership, fields = meant
    made = f"{action.get('action_ts')}:{action.get('action_id')}"
    key = whole(f"slack:{who.account}:{who.user}:{made}")
    view = payload.get("view")
    if not isinstance(view, Mapping):
        return _in_message(payload, who, key, partnership, kind, {**fields, "choice": value})
    if view.get("type") == "home":
        found = Incoming(kind, {**fields, "choice": value})
        return Happened(who, key, "home", partnership, found, _text(payload.get("trigger_id")))
    carried = unpack(str(view.get("private_metadata", "")))
    if carried is None:
        return None
    return Happened(
        who=who,
        key=key,
        surface="modal",
        partnership=partnership or carried.partnership,
        incoming=Incoming(kind, {**carried.state, **typed(view), **fields, "choice": value}),
        trigger=_text(payload.get("trigger_id")),
        view=_text(view.get("id")),
    )


def _in_message(
    payload: Mapping[str, Any],
    who: Person,
    key: str,
    partnership: str,
    kind: str,
    fields: Mapping[str, str],
) -> Happened:
    blocks = _inner(payload, "message", "blocks")
    return Happened(
        who=who,
        key=key,
        surface="message",
        partnership=partnership,
        incoming=Incoming(kind, fields),
        trigger=_text(payload.get("trigger_id")),
        channel=_text(_inner(payload, "channel", "id")),
        stamp=_text(_inner(payload, "message", "ts")),
        blocks=tuple(b for b in blocks if isinstance(b, Mapping))
        if isinstance(blocks, list)
        else (),
    )


def _meant(action: Mapping[str, Any]) -> tuple[str, str, str, dict[str, str]] | None:
    """`[kind, value, partnership, fields]` from a button's value or a menu's chosen option."""
    written = action.get("value") or _inner(action, "selected_option", "value")
    try:
        kind, value, partnership, fields = json.loads(whole(written or ""))
    except (AttributeError, ValueError, TypeError, RecursionError):
        return None
    texts = isinstance(fields, dict) and all(isinstance(v, str) for v in fields.values())
    if not texts or not all(isinstance(v, str) for v in (kind, value, partnership)):
        return None
    return kind, value, partnership, fields


def typed(view: Mapping[str, Any]) -> dict[str, str]:
    """What stands in a view's inputs, by the names of the form's fields."""
    values = _inner(view, "state", "values")
    found = {}
    for name, inside in values.items() if isinstance(values, Mapping) else ():
        for element in inside.values() if isinstance(inside, Mapping) else ():
            if isinstance(element, Mapping) and isinstance(name, str):
                found[name] = _value(element)[:LONGEST]
    return found


def _value(element: Mapping[str, Any]) -> str:
    if isinstance(options := element.get("selected_options"), list):
        return ",".join(_option(option) for option in options)
    if "selected_option" in element:
        return _option(element["selected_option"])
    value = element.get("value") or element.get("selected_date") or ""
    return whole(value) if isinstance(value, str) else ""


def _option(option: Any) -> str:
    value = option.get("value") if isinstance(option, Mapping) else ""
    return value if isinstance(value, str) and value != NONE else ""


KINDS = frozenset(
    {
        "url_verification",
        "event_callback",
        "block_actions",
        "block_suggestion",
        "view_submission",
        "view_closed",
        "shortcut",
        "message_action",
        "app_rate_limited",
    }
)
TEXTS = ("team_id", "api_app_id", "trigger_id", "callback_id", "command", "text", "user_id")
OBJECTS = ("user", "team", "enterprise", "channel", "message", "container")


def is_known_shape(payload: Mapping[str, Any]) -> bool:
    """Whether this is one of the payloads that we asked Slack for, with its parts of the right type."""
    kind = payload.get("type")
    if not isinstance(payload.get("command"), str) and not (
        isinstance(kind, str) and kind in KINDS
    ):
        return False
    texts = all(isinstance(payload.get(name, ""), str | None) for name in TEXTS)
    objects = all(isinstance(payload.get(name, {}), Mapping | None) for name in OBJECTS)
    return texts and objects and _has_its_part(payload)


def _has_its_part(payload: Mapping[str, Any]) -> bool:
    """An event its event, a press its actions, a modal its view."""
    kind = payload.get("type")
    if kind == "event_callback":
        event = payload.get("event")
        if isinstance(event, Mapping) and not isinstance(event.get("user", ""), str | Mapping):
            return False
        return isinstance(event, Mapping) and all(
            isinstance(event.get(name, ""), str) for name in ("type", "tab", "ts", "channel")
        )
    if kind == "block_actions":
        actions = payload.get("actions")
        return isinstance(actions, list) and bool(actions) and all(map(_is_action, actions))
    if str(kind).startswith("view_"):
        view = payload.get("view")
        return isinstance(view, Mapping) and isinstance(view.get("callback_id"), str)
    return kind not in ("shortcut", "message_action") or isinstance(payload.get("callback_id"), str)


def _is_action(action: Any) -> bool:
    return isinstance(action, Mapping) and all(
        isinstance(action.get(name), str) for name in ("type", "action_id", "block_id")
    )
