"""Small pieces of forms that several handlers show: the fixed line, other routes, a plain message."""

from __future__ import annotations

from handlers.answers import BUTTONS
from handlers.messages import (
    Button,
    Buttons,
    Contact,
    Contacts,
    Field,
    Form,
    Incoming,
    Part,
    Text,
)
from handlers.place import Place
from handlers.wording import say


def fixed_line(place: Place) -> Text:
    """Stands beside every free-text box, without exception."""
    return Text(say("fixed_line", **place.words), style="not_referral")


def other_routes(place: Place) -> Text:
    return Text(say("other_routes", **place.words), style="hint")


def numbers(place: Place) -> Contacts:
    """Who can help now, numbers first."""
    words = place.words
    return Contacts(
        rows=(
            Contact("Danger now", "999"),
            Contact(
                words["front_door_name"], words["front_door_number"], words["front_door_hours"]
            ),
            Contact("Out of hours", words["out_of_hours_number"]),
            Contact("Police, no emergency", "101"),
            Contact("NSPCC", words["nspcc_number"]),
            Contact("Childline", words["childline_number"]),
        )
    )


def message(name: str, title: str, *bodies: str, buttons: tuple[Button, ...] = ()) -> Form:
    """A plain answer: a title, a few paragraphs, perhaps a button."""
    parts: tuple[Part, ...] = tuple(Text(body) for body in bodies if body)
    return Form(name=name, title=title, parts=parts, buttons=buttons)


TYPED = frozenset({"words", "answer", "child_words", "sentence", "reason", "sign"})


def not_saved(event: Incoming, *, sure: bool) -> Form:
    """What was typed, still in its boxes, with a button that does the same once more.

    `sure` says that nothing was kept; otherwise nobody can tell yet, and a repeat with the same key is
    safe. Everything that was chosen goes along unseen.
    """
    typed = {
        name: value
        for name, value in event.fields.items()
        if value and (name in TYPED or any(letter.isspace() for letter in value.strip()))
    }
    said = say("error_not_saved" if sure else "error_maybe_saved")
    boxes = tuple(Field(name, "What you wrote", value=value) for name, value in typed.items())
    choice = event.fields.get("choice", "")
    return Form(
        name="not_saved",
        title="Not kept yet" if sure else "Perhaps not kept",
        parts=(Text(said, style="error"), *boxes),
        buttons=(Button("Try again", event.kind, choice, style="main"),),
        state={n: v for n, v in event.fields.items() if n not in typed and n != "choice"},
    )


def answer_buttons(line: str, title: str) -> Buttons:
    """The five answers to one line; each opens the form with that answer chosen."""
    return Buttons(
        tuple(Button(one.label, "answer", one.id, tail=f"on {title}") for one in BUTTONS),
        {"line_id": line},
    )
