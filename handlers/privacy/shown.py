"""What is held about a person, for reading: a heading and lines each, with names and days as people say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from handlers.parked import kind_words
from handlers.place import Place
from handlers.wording import say

Record = Mapping[str, Any]
BESIDE = ("signed_in", "signs_in_with", "groups", "open_questions", "messages")


def in_words(found: Record, place: Place) -> list[tuple[str, list[str]]]:
    """Everything of `mine.everything`, in the order in which it is read."""
    reached = [found["email"], *(f"{a['platform']}: {a['user']}" for a in found["addresses"])]
    chosen = [
        say(f"my_data_{name}", value=_plain(value))
        for name, value in found["choices"].items()
        if value != ""
    ]
    asked = [
        say(
            "my_data_request",
            date=day(one["on"]),
            kind=say(f"request_kind_{one['kind']}"),
            state=say(f"request_state_{one['state']}"),
        )
        for one in found["requests_and_complaints"]
    ]
    beside = [
        (say(f"my_data_beside_{name}"), _dated([_named(name, one, place) for one in found[name]]))
        for name in BESIDE
        if found[name]
    ]
    return [
        (say("my_data_name"), [found["name"]]),
        (say("my_data_reached"), [line for line in reached if line]),
        (say("my_data_seats"), [_seat(seat) for seat in found["seats"]]),
        (say("my_data_choices"), chosen),
        (say("my_data_words_title"), [_said(one, place) for one in found["words"]]),
        (say("my_data_requests"), asked),
        *beside,
        (say("my_data_record"), record(found["in_the_record"])),
    ]


def day(iso: str) -> str:
    """A day of any year: 8 September 2026."""
    found = date.fromisoformat(iso)
    return f"{found.day} {found:%B %Y}"


def record(rows: list[Record]) -> list[str]:
    """Rows of the record: their days, and the name of what was done as the record has it."""
    return _dated(
        [{**one, "what": one["what"].replace(".", ": ").replace("_", " ")} for one in rows]
    )


def _dated(rows: list[Record]) -> list[str]:
    return [f"{day(one['on'])}: {one['what']}" for one in rows]


def _seat(seat: Record) -> str:
    return say("my_data_seat", role=seat["role"], agency=seat["agency"], since=day(seat["since"]))


def _said(one: Record, place: Place) -> str:
    themes = ", ".join(_theme(label, place) for label in one["themes"]) or say("my_data_no_theme")
    kind = say(f"my_data_kind_{one['kind']}")
    return say("my_data_words", date=day(one["on"]), kind=kind, themes=themes)


def _theme(label: str, place: Place) -> str:
    """A theme's own name, and whether the machine or a person gave it."""
    subject, _, by = label.removesuffix(")").partition(" (")
    giver = say("my_data_by_machine" if by == "machine" else "my_data_by_person")
    return say("my_data_theme", theme_name=place.theme_words(subject)[0], by=giver)


def _named(name: str, one: Record, place: Place) -> Record:
    """One thing of this kind, called as people call it."""
    what = one["what"]
    if name == "messages":
        return {**one, "what": kind_words(what)}
    prompt = place.prompt(what) if name == "open_questions" else None
    named = prompt.questions[0] if prompt is not None else what[:1].upper() + what[1:]
    return {**one, "what": named}


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return say("my_data_yes" if value else "my_data_no")
    try:
        return day(str(value))
    except ValueError:
        return str(value)
