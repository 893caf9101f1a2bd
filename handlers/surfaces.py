"""Small pieces of forms that several handlers show: the fixed line, other routes, a plain message."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.answers import BUTTONS
from handlers.messages import (
    Button,
    Buttons,
    Choice,
    Contact,
    Contacts,
    Field,
    Form,
    Incoming,
    Marked,
    Outgoing,
    Part,
    Reply,
    Text,
)
from handlers.place import Place
from handlers.wording import buttons, say


def fixed_line(place: Place) -> Text:
    """Stands beside every free-text box, without exception."""
    return Text(say("fixed_line", **place.words), style="not_referral")


def other_routes(place: Place) -> Text:
    return Text(say("other_routes", **place.words), style="hint")


def numbers(place: Place, agency: str = "") -> Contacts:
    """Who can help now, numbers first; and who looks after safeguarding in the writer's own agency."""
    words = place.words
    return Contacts(
        rows=(
            Contact(say("contact_danger"), "999"),
            Contact(
                words["front_door_name"], words["front_door_number"], words["front_door_hours"]
            ),
            Contact(say("contact_out_of_hours"), words["out_of_hours_number"]),
            *_own_agency(place, agency),
            Contact(say("contact_police"), "101"),
            Contact(say("contact_nspcc"), words["nspcc_number"]),
            Contact(words["childline_name"], words["childline_number"]),
        )
    )


def _own_agency(place: Place, agency: str) -> tuple[Contact, ...]:
    """Beside the front door and never in its place: a colleague may be out, and is no referral either."""
    contact = place.agency_contacts.get(agency, "")
    if not contact:
        return ()
    name, _, number = contact.rpartition(",")
    label = say("contact_own_agency")
    if name and number.replace(" ", "").removeprefix("+").isdigit():
        return (Contact(label, number.strip(), name.strip()),)
    return (Contact(label, hours=contact),)


def choices(id: str, *values: str) -> tuple[Choice, ...]:
    """The labels under this id in `wording.toml`, each with what it stands for, in order."""
    return tuple(Choice(value, label) for value, label in zip(values, buttons(id), strict=True))


def done(
    name: str,
    title: str,
    said: str,
    *,
    button: tuple[str, str] | None = None,
    later: tuple[Outgoing, ...] = (),
    **values: str,
) -> Reply:
    """A plain answer by the ids of its sentences, which a repeat of the same key gets again.

    `button` is the id of a label and the kind that it leads to. `values` are days and the like, and
    never anything that somebody typed: they are remembered.
    """
    outcome = {"message": name, "title": title, "said": said}
    outcome |= {f"value.{key}": value for key, value in values.items()}
    if button is not None:
        outcome |= {"label": button[0], "leads_to": button[1]}
    return Reply(said_again(outcome), later=later, outcome=outcome)


def said_again(outcome: Mapping[str, str]) -> Form:
    """The answer of `done`, from what was remembered of it."""
    values = {
        key.removeprefix("value."): value
        for key, value in outcome.items()
        if key.startswith("value.")
    }
    pressed: tuple[Button, ...] = ()
    if "label" in outcome:
        pressed = (Button(say(outcome["label"]), outcome["leads_to"]),)
    said = say(outcome["said"], **values)
    return message(outcome["message"], say(outcome["title"]), said, buttons=pressed)


def message(name: str, title: str, *bodies: str, buttons: tuple[Button, ...] = ()) -> Form:
    """A plain answer: a title, a few paragraphs, perhaps a button."""
    parts: tuple[Part, ...] = tuple(Text(body) for body in bodies if body)
    return Form(name=name, title=title, parts=parts, buttons=buttons)


def holds_words(form: Form) -> bool:
    """Whether there is something to fill in, or somebody's own words to read: never to be posted."""
    return form.tone == "sign" or any(
        isinstance(part, Field | Marked)
        or (isinstance(part, Text) and part.style in ("voice", "phrase"))
        for part in form.parts
    )


def only_says(form: Form) -> bool:
    """Whether an answer is a few sentences of ours: nothing to press, and nobody's words."""
    pressed = form.buttons or any(isinstance(part, Buttons) for part in form.parts)
    return not pressed and not holds_words(form)


ON_PAPER = frozenset({"tear_off", "access_file"})  # what only a page can do: no chat prints


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
    boxes = tuple(Field(name, say("not_saved_words"), value=value) for name, value in typed.items())
    choice = event.fields.get("choice", "")
    return Form(
        name="not_saved",
        title=say("not_saved_title" if sure else "maybe_saved_title"),
        parts=(Text(said, style="error"), *boxes),
        buttons=(Button(say("button_try_again"), event.kind, choice, style="main"),),
        state={n: v for n, v in event.fields.items() if n not in typed and n != "choice"},
    )


def answer_buttons(line: str, title: str) -> Buttons:
    """The five answers to one line; each opens the form with that answer chosen."""
    return Buttons(
        tuple(
            Button(one.label, "answer", one.id, tail=say("button_tail", title=title))
            for one in BUTTONS
        ),
        {"line_id": line},
    )
