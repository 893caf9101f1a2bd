"""Three words on a tear-off: any champion can say what happened, take the words back, or take them back
and let them be said afresh.

The phrase never shows what was said. Wrong words get one answer, whatever the reason, and a few tries
a day, for every step that takes a phrase.
"""

from __future__ import annotations

from datetime import date, datetime

from handlers.answers import status_words
from handlers.contributions import relay
from handlers.messages import Actor, Button, Field, Form, Incoming, Part, Reply, Text
from handlers.place import Place
from handlers.place import of as place_of
from handlers.privacy import holding
from handlers.privacy.withdrawing import withdraw_one
from handlers.surfaces import done, fixed_line
from handlers.wording import buttons, say
from storage import Session, commitments, receipts, releases

TRIES = 5


def open_form(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Where the three words are typed."""
    place = place_of(session, actor.partnership)
    return Reply(_form(place, event.fields.get("phrase", "")))


def _form(place: Place, phrase: str, error: str = "") -> Form:
    return Form(
        name="receipt_phrase",
        title=say("receipt_phrase_title"),
        parts=(
            Text(say("receipt_phrase_entry")),
            Field("phrase", say("receipt_phrase_words"), "short_text", value=phrase, error=error),
            fixed_line(place),
        ),
        needs=("phrase",),
        buttons=(Button(say("button_find"), "phrase_enter", style="main"),),
    )


def _find(session: Session, place: Place, actor: Actor, typed: str, today: date) -> str | Reply:
    """The contribution behind these words; or what is said when there is none, or no try is left."""
    if receipts.tries(session, place.id, actor.person, today) >= TRIES:
        return Reply(_form(place, typed, say("receipt_phrase_tomorrow")))
    found = receipts.find(session, place.id, typed)
    if found is not None:
        return found
    receipts.missed(session, place.id, actor.person, today)
    return Reply(not_found(place, typed), outcome={"phrase": "not_found"})


def not_found(place: Place, typed: str) -> Form:
    """The same answer for words that never were and for words that are gone."""
    return _form(place, typed, say("receipt_phrase_not_found", tries_words=str(TRIES)))


def enter(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The theme in a child's words and its status, never what was said."""
    place = place_of(session, actor.partnership)
    typed = event.fields.get("phrase", "")
    found = _find(session, place, actor, typed, place.today(now))
    if isinstance(found, Reply):
        return found
    line = releases.line_behind(session, found)
    answer = commitments.answering(session, line) if line else None
    if line is None or answer is None:
        back, afresh = buttons("receipt_phrase_found_waiting")
        parts: tuple[Part, ...] = (Text(say("receipt_phrase_found_waiting")),)
        more: tuple[Button, ...] = ()
    else:
        _, back, afresh = buttons("receipt_phrase_found")
        said = say(
            "receipt_phrase_found", theme_child_words=line.title, status_label=status_words(answer)
        )
        read_out = Text(answer.child_words, style="tell", heading=say("receipt_phrase_say"))
        parts = (Text(said), read_out)
        more = (Button(say("button_told_them"), "phrase_told", style="main"),)
    return Reply(
        Form(
            name="phrase_found" if more else "phrase_found_waiting",
            title=say("receipt_phrase_found_title"),
            parts=parts,
            buttons=(*more, Button(back, "phrase_withdraw"), Button(afresh, "phrase_afresh")),
            state={"phrase": typed},
        )
    )


def told(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The answer was read out here: the open return is marked told, without saying by whom."""
    place = place_of(session, actor.partnership)
    typed = event.fields.get("phrase", "")
    found = _find(session, place, actor, typed, place.today(now))
    if isinstance(found, Reply):
        return found
    line = releases.line_behind(session, found)
    answer = commitments.answering(session, line) if line else None
    row = commitments.return_of(session, answer.id, found) if answer else None
    if row is not None:
        row.state = "told"
    return done("told", "thank_you", "return_told")


def withdraw(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Take the words back with the phrase, through any champion."""
    place = place_of(session, actor.partnership)
    typed = event.fields.get("phrase", "")
    found = _find(session, place, actor, typed, place.today(now))
    if isinstance(found, Reply):
        return found
    if holding.is_held(session, place.id, found):
        withdraw_one(session, place.id, found)
        return done("phrase_withdrawn", "withdraw_held_title", "withdraw_held")
    note = withdraw_one(session, place.id, found)
    return done("phrase_withdrawn", "done_title", "receipt_phrase_withdrawn", published_note=note)


def afresh(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Take the words back, and open an empty relay: said anew, with a new agreement and new checks."""
    place = place_of(session, actor.partnership)
    typed = event.fields.get("phrase", "")
    found = _find(session, place, actor, typed, place.today(now))
    if isinstance(found, Reply):
        return found
    withdraw_one(session, place.id, found)
    return Reply(said_afresh(place), outcome={"phrase": "afresh"})


def said_afresh(place: Place) -> Form:
    """An empty relay, which ends in a phrase of its own."""
    return relay.form(place, {"back": "phrase"}, {}, opening=say("receipt_phrase_afresh"))
