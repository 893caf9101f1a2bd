"""Small pieces of forms that several handlers show: the fixed line, other routes, a plain message."""

from __future__ import annotations

from handlers.messages import Button, Contact, Contacts, Form, Part, Text
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
