"""Three words on a tear-off: any champion can say what happened, or take the words back.

The phrase never shows what was said. Wrong words get one answer, whatever the reason, and a few tries
a day.
"""

from __future__ import annotations

from datetime import datetime

from handlers.contributions.own import withdraw_one
from handlers.messages import Actor, Button, Field, Form, Incoming, Reply, Text
from handlers.place import of as place_of
from handlers.surfaces import message
from handlers.wording import say
from storage import Session, commitments, receipts, releases

TRIES = 5


def open_form(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    return Reply(_form(event.fields.get("phrase", "")))


def _form(phrase: str, error: str = "") -> Form:
    return Form(
        name="receipt_phrase",
        title="Three words on a tear-off",
        parts=(
            Text(say("receipt_phrase_entry")),
            Field(
                name="phrase", label="The three words", kind="short_text", value=phrase, error=error
            ),
        ),
        buttons=(Button("Find", "phrase_enter", style="main"),),
    )


def enter(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The theme in a child's words and its status, never what was said."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    typed = event.fields.get("phrase", "")
    if receipts.tries(session, place.id, actor.person, today) >= TRIES:
        return Reply(_form(typed, "That is enough tries for today. Please try again tomorrow."))
    found = receipts.find(session, place.id, typed)
    if found is None:
        receipts.missed(session, place.id, actor.person, today)
        return Reply(
            _form(typed, say("receipt_phrase_not_found", tries_words=str(TRIES))),
            outcome={"message": "receipt_phrase_not_found"},
        )
    back = Button("Take it back", "phrase_withdraw")
    line = releases.line_behind(session, found)
    answer = commitments.standing(session, line.id) if line else None
    if line is None or answer is None:
        return Reply(
            Form(
                name="phrase_found_waiting",
                title="Found",
                parts=(Text(say("receipt_phrase_found_waiting")),),
                buttons=(back,),
                state={"phrase": typed},
            )
        )
    words = say(
        "receipt_phrase_found",
        theme_child_words=line.title,
        status_label=say(f"status_{answer.status}"),
    )
    return Reply(
        Form(
            name="phrase_found",
            title="Found",
            parts=(Text(words), Text(answer.child_words, heading="What you can say to them")),
            buttons=(back,),
            state={"phrase": typed},
        )
    )


def withdraw(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Take the words back with the phrase, through any champion."""
    found = receipts.find(session, actor.partnership, event.fields.get("phrase", ""))
    note = withdraw_one(session, actor.partnership, found) if found else ""
    return Reply(
        message("phrase_withdrawn", "Done", say("receipt_phrase_withdrawn", published_note=note)),
        outcome={"message": "phrase_withdrawn"},
    )
