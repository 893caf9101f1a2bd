"""What is mine: see it, change it, take it back. Withdrawing twice gives the same calm message."""

from __future__ import annotations

from datetime import datetime

from handlers import danger
from handlers.contributions import checks
from handlers.messages import Actor, Button, Field, Form, Incoming, Part, Reply, Text
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.surfaces import fixed_line, message
from handlers.wording import say
from storage import (
    Session,
    codings,
    contributions,
    ledger,
    quotes,
    releases,
    retention,
    return_addresses,
)


def my_words(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Everything of mine that is kept here, shown in this reply only."""
    mine = return_addresses.owned_by(session, actor.partnership, actor.person)
    rows = [contributions.get(session, actor.partnership, id) for id in mine]
    parts: list[Part] = []
    buttons: list[Button] = []
    for row in sorted((r for r in rows if r is not None), key=lambda r: (r.on_date, r.id)):
        shown = "Part of a theme that was shown" if row.state == "shown" else "Waiting with others"
        parts.append(
            Text(contributions.words(session, row), style="voice", heading=day_words(row.on_date))
        )
        parts.append(
            Text(f"{shown}. {'A relay' if row.kind == 'relay' else 'Your own words'}.", "hint")
        )
        tail = f"from {day_words(row.on_date)}"
        if row.kind == "reflection":
            buttons.append(Button(f"Change the words {tail}", "change", row.id))
        buttons.append(Button(f"Take back the words {tail}", "withdraw", row.id))
        made = quotes.of_contribution(session, row.id)
        if made is not None:
            buttons.append(Button(f"Take back the quote {tail}", "quote_take_back", made.id))
    if not parts:
        return Reply(
            message("my_words", "Nothing of yours is kept", "There are no words of yours here.")
        )
    return Reply(
        Form(name="my_words", title="Your words", parts=tuple(parts), buttons=tuple(buttons))
    )


def _mine(session: Session, actor: Actor, event: Incoming) -> str:
    """The id that is meant, if it is this person's; empty otherwise."""
    id = event.fields.get("contribution", "") or event.fields.get("choice", "")
    mine = return_addresses.owned_by(session, actor.partnership, actor.person)
    return id if id in mine else ""


def change(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The words in a box, to be put another way."""
    place = place_of(session, actor.partnership)
    row = contributions.get(session, place.id, _mine(session, actor, event))
    if row is None or row.kind != "reflection":
        return Reply(message("gone", "Nothing to change", "These words are already gone."))
    return Reply(_change_form(place, row.id, contributions.words(session, row)))


def _change_form(place: Place, id: str, words: str, error: str = "") -> Form:
    return Form(
        name="change",
        title="Change your words",
        parts=(
            Field(name="words", label="Your words", value=words, error=error),
            fixed_line(place),
        ),
        buttons=(
            Button("Check and change", "change_send", style="main"),
            Button("Take them back", "withdraw", style="quiet"),
        ),
        state={"contribution": id},
    )


def change_send(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """New words go through every check again, and the old ones are overwritten."""
    place = place_of(session, actor.partnership)
    id = _mine(session, actor, event)
    row = contributions.get(session, place.id, id)
    if row is None or row.kind != "reflection":
        return Reply(message("gone", "Nothing to change", "These words are already gone."))
    words = checks.clean(event.fields.get("words", ""))
    if fault := checks.fault(words):
        return Reply(_change_form(place, id, words, fault))
    way = danger.Way("change_send", "change", {"contribution": id})
    stopped = danger.stops(session, actor, words, event.fields, way=way, place=place, now=now)
    if stopped is not None:
        if "signpost" in stopped.outcome:
            withdraw_one(session, place.id, id)
        return stopped
    details = checks.detail_form(
        place,
        words,
        kind="change_send",
        edit="change",
        state={
            "contribution": id,
            "words": words,
            "chosen": "yes",
            **danger.carried(event.fields),
        },
    )
    if details is not None and event.fields.get("chosen") != "yes":
        return Reply(details)
    found = checks.protected(words, event.fields)
    quotes.end_of(session, id, "taken_back")
    contributions.rewrite(session, row, found.words)
    codings.by_machine(session, id, (), versions="")
    row.coded_with = ""
    danger.mark_unread(session, place.id, id, found.words)
    return Reply(
        Form(
            name="edit_confirmed",
            title="Changed",
            parts=(
                Text(say("edit_confirmed")),
                Text(found.words, style="voice"),
                fixed_line(place),
            ),
        ),
        outcome={"receipt": id},
    )


def withdraw(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Take my words back. The answer is the same whether they were there or already gone."""
    id = _mine(session, actor, event)
    note = withdraw_one(session, actor.partnership, id) if id else ""
    return Reply(
        message("withdrawn", "Taken back", say("withdraw_confirmed", published_note=note)),
        outcome={"message": "withdrawn"},
    )


def withdraw_one(session: Session, partnership: str, id: str) -> str:
    """End them everywhere, with their keys; returns the note about what was issued."""
    line = releases.line_behind(session, id)
    note = ""
    if line is not None:
        note = say("withdraw_published_note", date=day_words(line.until))
    quotes.end_of(session, id, "taken_back")
    ledger.blind(session, id)
    retention.forget(session, partnership, id)
    return note
