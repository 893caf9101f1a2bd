"""What is mine: see it, change it, take it back. Withdrawing twice gives the same calm message."""

from __future__ import annotations

from datetime import datetime

from handlers import danger
from handlers.contributions import checks
from handlers.messages import Actor, Button, Field, Form, Incoming, Part, Reply, Text
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.privacy import holding
from handlers.privacy.withdrawing import withdraw_one
from handlers.surfaces import done, fixed_line, message
from handlers.wording import say
from storage import (
    Session,
    codings,
    contributions,
    decisions,
    quotes,
    return_addresses,
)


def my_words(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Everything of mine that is kept here, shown in this reply only."""
    mine = return_addresses.owned_by(session, actor.partnership, actor.person)
    rows = [contributions.get(session, actor.partnership, id) for id in mine]
    parts: list[Part] = []
    buttons: list[Button] = []
    for row in sorted((r for r in rows if r is not None), key=lambda r: (r.on_date, r.id)):
        if row.state == decisions.HELD:
            parts.append(Text(say("my_words_held"), "hint", heading=day_words(row.on_date)))
            continue
        shown = say("my_words_shown") if row.state == "shown" else say("my_words_waiting")
        kind = say("my_words_relay" if row.kind == "relay" else "my_words_own")
        parts.append(
            Text(contributions.words(session, row), style="voice", heading=day_words(row.on_date))
        )
        parts.append(Text(say("my_words_state", state=shown, kind=kind), "hint"))
        day = day_words(row.on_date)
        if row.kind == "reflection":
            buttons.append(Button(say("button_change_of", date=day), "change", row.id))
        buttons.append(Button(say("button_take_back_of", date=day), "withdraw", row.id))
        made = quotes.of_contribution(session, row.id)
        if made is not None:
            buttons.append(
                Button(say("button_take_back_quote", date=day), "quote_take_back", made.id)
            )
    buttons.append(Button(say("button_my_data"), "my_data", style="quiet"))
    if not parts:
        none = message(
            "my_words",
            say("my_words_none_title"),
            say("my_words_none"),
            buttons=(buttons[-1],),
        )
        return Reply(none)
    return Reply(
        Form(name="my_words", title=say("your_words"), parts=tuple(parts), buttons=tuple(buttons))
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
        return Reply(message("gone", say("change_gone_title"), say("words_gone")))
    if holding.is_held(session, place.id, row.id):
        return Reply(message("held", say("change_held_title"), say("change_held")))
    return Reply(_change_form(place, row.id, contributions.words(session, row)))


def _change_form(place: Place, id: str, words: str, error: str = "") -> Form:
    return Form(
        name="change",
        title=say("change_title"),
        parts=(
            Field(name="words", label=say("your_words"), value=words, error=error),
            fixed_line(place),
        ),
        needs=("words",),
        buttons=(
            Button(say("button_check_change"), "change_send", style="main"),
            Button(say("button_take_back"), "withdraw", style="quiet"),
        ),
        state={"contribution": id},
    )


def change_send(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """New words go through every check again, and the old ones are overwritten."""
    place = place_of(session, actor.partnership)
    id = _mine(session, actor, event)
    row = contributions.get(session, place.id, id)
    if row is None or row.kind != "reflection":
        return Reply(message("gone", say("change_gone_title"), say("words_gone")))
    if holding.is_held(session, place.id, row.id):
        return Reply(message("held", say("change_held_title"), say("change_held")))
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
    contributions.forget_kept_details(session, id)
    for kind in found.kept_kinds:
        contributions.log_kept_detail(session, id, kind)
    codings.forget(session, id)
    row.coded_with = ""
    danger.mark_unread(session, place.id, id, found.words)
    return Reply(changed(place, found.words), outcome={"changed": id})


def changed(place: Place, words: str) -> Form:
    """What is kept from now on, shown in this reply only."""
    return Form(
        name="edit_confirmed",
        title=say("edit_confirmed_title"),
        parts=(Text(say("edit_confirmed")), Text(words, style="voice"), fixed_line(place)),
    )


def withdraw(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Take my words back. The answer is the same whether they were there or already gone."""
    id = _mine(session, actor, event)
    if id and holding.is_held(session, actor.partnership, id):
        withdraw_one(session, actor.partnership, id)
        return done("withdrawn", "withdraw_held_title", "withdraw_held")
    note = withdraw_one(session, actor.partnership, id) if id else ""
    title = "withdraw_confirmed_title"
    return done("withdrawn", title, "withdraw_confirmed", published_note=note)
