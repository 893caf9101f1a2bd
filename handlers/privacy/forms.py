"""The forms of the privacy officer's desk."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.messages import Button, Choice, Field, FieldKind, Form, Text
from handlers.place import Place
from handlers.wording import say


def hold_form(place: Place, typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    """What a hold is to cover; what is left empty narrows nothing."""
    themes = tuple(Choice(theme.id, theme.name) for theme in place.codebook.themes)
    every = (Choice("", say("hold_every_theme")), *themes)
    return Form(
        name="hold_ask",
        title=say("hold_ask_title"),
        parts=(
            Text(say("hold_ask_how"), style="hint"),
            _field("reference", "short_text", typed, errors),
            _field("theme", "select", typed, errors, every),
            _field("from", "date", typed, errors),
            _field("until", "date", typed, errors),
            _field("email", "short_text", typed, errors),
            _field("review", "date", typed, errors),
        ),
        buttons=(Button(say("button_ask_second"), "hold_ask", "ask", style="main"),),
    )


def erase_form(typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    """Whom to erase, and why, as the reference of a file elsewhere."""
    return Form(
        name="erase_ask",
        title=say("erase_ask_title"),
        parts=(
            Text(say("erase_ask_how"), style="hint"),
            _field("email", "short_text", typed, errors, label="erase_email"),
            _field("reference", "short_text", typed, errors),
        ),
        buttons=(Button(say("button_ask_second"), "erase_ask", "ask", style="main"),),
    )


def leave_form(typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    """Why the whole partnership's data is to be taken away, as the reference of a file elsewhere."""
    return Form(
        name="leave_ask",
        title=say("leave_ask_title"),
        parts=(
            Text(say("leave_ask_how"), style="hint"),
            _field("reference", "short_text", typed, errors),
        ),
        buttons=(Button(say("button_ask_second"), "leave_ask", "ask", style="main"),),
    )


def close_form(typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    """When the partnership ends, to whom its records go, and the file elsewhere that says why."""
    return Form(
        name="close_ask",
        title=say("close_ask_title"),
        parts=(
            Text(say("close_ask_how"), style="hint"),
            _field("day", "date", typed, errors, label="close_day"),
            _field("to_whom", "short_text", typed, errors, label="close_to_whom"),
            _field("reference", "short_text", typed, errors),
        ),
        buttons=(Button(say("button_ask_second"), "close_ask", "ask", style="main"),),
    )


def _field(
    name: str,
    kind: FieldKind,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    choices: tuple[Choice, ...] = (),
    label: str = "",
) -> Field:
    return Field(
        name,
        say(label or f"hold_{name}"),
        kind,
        hint=say(f"{label or f'hold_{name}'}_hint"),
        choices=choices,
        value=typed.get(name, ""),
        error=errors.get(name, ""),
    )
