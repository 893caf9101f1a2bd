"""What is mine: see it, change it, take it back. Withdrawing twice gives the same calm message."""

from __future__ import annotations

from collections.abc import Sequence
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
    people,
    quotes,
    return_addresses,
)
from storage.models import Contribution


def my_words(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Everything of mine that is kept here, shown in this reply only."""
    mine = return_addresses.owned_by(session, actor.partnership, actor.person)
    rows = contributions.those(session, actor.partnership, mine)
    parts: list[Part] = []
    buttons: list[Button] = []
    for row in sorted(rows, key=lambda r: (r.on_date, r.id)):
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


def mine(session: Session, actor: Actor, ids: str) -> list[tuple[str, str]]:
    """Which of these ids (with commas between) are this person's: partnership and id, of every copy.

    Somebody who serves several partnerships has a copy in each that an answer was for.
    """
    found = []
    for at in dict.fromkeys((actor.partnership, *people.practises_in(session, actor.person))):
        own = return_addresses.owned_by(session, at, actor.person)
        found += [(at, id) for id in ids.split(",") if id in own]
    return found


def _meant(session: Session, actor: Actor, event: Incoming) -> list[tuple[str, str]]:
    ids = event.fields.get("contribution", "") or event.fields.get("choice", "")
    return mine(session, actor, ids)


def _to_change(session: Session, actor: Actor, event: Incoming) -> list[Contribution]:
    """What is meant and can be put another way."""
    rows = [contributions.get(session, at, id) for at, id in _meant(session, actor, event)]
    return [row for row in rows if row is not None and row.kind == "reflection"]


def _not_now(session: Session, rows: Sequence[Contribution]) -> Reply | None:
    """Why these cannot be changed; None when they can."""
    if not rows:
        return Reply(message("gone", say("change_gone_title"), say("words_gone")))
    if any(holding.is_held(session, row.partnership_id, row.id) for row in rows):
        return Reply(message("held", say("change_held_title"), say("change_held")))
    return None


def change(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The words in a box, to be put another way, in every partnership that they are for."""
    place = place_of(session, actor.partnership)
    rows = _to_change(session, actor, event)
    if refused := _not_now(session, rows):
        return refused
    return Reply(_change_form(place, _ids(rows), contributions.words(session, rows[0])))


def _ids(rows: Sequence[Contribution]) -> str:
    return ",".join(row.id for row in rows)


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
    rows = _to_change(session, actor, event)
    if refused := _not_now(session, rows):
        return refused
    ids = _ids(rows)
    words = checks.clean(event.fields.get("words", ""))
    if fault := checks.fault(words):
        return Reply(_change_form(place, ids, words, fault))
    way = danger.Way("change_send", "change", {"contribution": ids})
    stopped = danger.stops(session, actor, words, event.fields, way=way, place=place, now=now)
    if stopped is not None:
        if "signpost" in stopped.outcome:
            for row in rows:
                withdraw_one(session, row.partnership_id, row.id)
        return stopped
    details = checks.detail_form(
        place,
        words,
        kind="change_send",
        edit="change",
        state={
            "contribution": ids,
            "words": words,
            "chosen": "yes",
            **danger.carried(event.fields),
        },
    )
    if details is not None and event.fields.get("chosen") != "yes":
        return Reply(details)
    found = checks.protected(words, event.fields)
    for row in rows:
        _rewrite(session, row, found)
    return Reply(changed(place, found.words), outcome={"changed": rows[0].id})


def _rewrite(session: Session, row: Contribution, found: checks.Checked) -> None:
    quotes.end_of(session, row.id, "taken_back")
    contributions.rewrite(session, row, found.words)
    contributions.forget_kept_details(session, row.id)
    for kind in found.kept_kinds:
        contributions.log_kept_detail(session, row.id, kind)
    codings.forget(session, row.id)
    row.coded_with = ""
    danger.mark_unread(session, row.partnership_id, row.id, found.words)


def changed(place: Place, words: str) -> Form:
    """What is kept from now on, shown in this reply only."""
    return Form(
        name="edit_confirmed",
        title=say("edit_confirmed_title"),
        parts=(Text(say("edit_confirmed")), Text(words, style="voice"), fixed_line(place)),
    )


def withdraw(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Take my words back. The answer is the same whether they were there or already gone."""
    notes, held = [], False
    for at, id in _meant(session, actor, event):
        held = held or holding.is_held(session, at, id)
        notes.append(withdraw_one(session, at, id))
    if held:
        return done("withdrawn", "withdraw_held_title", "withdraw_held")
    note = " ".join(dict.fromkeys(note for note in notes if note))
    title = "withdraw_confirmed_title"
    return done("withdrawn", title, "withdraw_confirmed", published_note=note)
