"""Quotes on their way to a page: an editor asks, the contributor agrees, a second person reads.

Nobody but the contributor says yes, and the second reader is never the editor who asked. A quote is shown
one release after its line, without agency, role or date, and its place is emptied when the words are taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from digests import protect
from digests import quotes as places
from handlers.messages import Actor, Button, Form, Incoming, Outgoing, Reply, Text
from handlers.place import Place
from handlers.place import of as place_of
from handlers.recording import record
from handlers.surfaces import fixed_line, message
from handlers.wording import say
from storage import Session, contributions, quotes, releases
from storage.models import Digest

AT_MOST = 1  # in one digest
GONE = message("gone", say("quote_gone_title"), say("quote_gone"))


def ask(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The editor would like to show these words; a relay's own agreement may already say so."""
    place = place_of(session, actor.partnership)
    words = event.fields.get("quote", "").strip()
    id = event.fields.get("contribution_id", "")
    row = contributions.get(session, place.id, id)
    line = releases.line(session, place.id, event.fields.get("line_id", ""))
    if row is None or line is None or id not in releases.behind(session, line.id):
        return Reply(GONE)
    kept = contributions.words(session, row)
    if fault := _fault(place, words, kept, row.rendering):
        return Reply(message("quote_not_asked", say("quote_not_asked_title"), fault))
    if quotes.of_contribution(session, id) is not None:
        return Reply(
            message("quote_asked", say("quote_asked_before_title"), say("quote_asked_before"))
        )
    agreed = row.kind == "relay" and "quote" in row.agreed_to.split(",")
    if row.kind == "relay" and not agreed:
        return Reply(
            message("quote_not_asked", say("quote_not_asked_title"), say("quote_not_agreed_relay"))
        )
    made = quotes.ask(
        session,
        place.id,
        line=line.id,
        contribution=id,
        words=words,
        asked_by=actor.person,
        on=place.today(now),
        agreed=agreed,
    )
    record(session, actor, "quote.ask", made.id, now)
    if agreed:
        return Reply(
            message(
                "quote_agreed", say("quote_to_second_reader_title"), say("quote_to_second_reader")
            ),
            outcome={"message": "quote_agreed"},
        )
    request = Outgoing(
        kind="quote_request",
        to=id,
        via="return_address",
        once=f"quote:{made.id}",
        due=place.within_hours(now),
        about={"quote": made.id},
    )
    return Reply(
        message("quote_asked", say("quote_asked_title"), say("quote_asked")),
        later=(request,),
        outcome={"message": "quote_asked"},
    )


def _fault(place: Place, words: str, kept: str, rendering: str) -> str:
    if not place.verbatim:
        return say("quote_switched_off")
    if rendering != "own_words":
        return say("quote_not_own_words")
    if not words or words not in kept:
        return say("quote_not_as_said")
    if len(words) > places.LONGEST:
        return say("quote_too_long", number=str(places.LONGEST))
    details = protect.find(words)
    return say("quote_points", detail=details[0].text) if details else ""


def request(session: Session, place: Place, about: Mapping[str, str]) -> Form | None:
    """The request as its contributor sees it; it opens the words only when they press the button."""
    row = quotes.get(session, place.id, about["quote"])
    if row is None or row.state != "asked":
        return None
    return Form(
        name="quote_request",
        title=say("quote_request_title"),
        parts=(Text(say("quote_request")), fixed_line(place)),
        buttons=(
            Button(say("button_see_words"), "quote_see", row.id, style="main"),
            Button(say("button_no"), "quote_no", row.id),
        ),
    )


def read(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A second person finds the quote safe, or keeps it back with a reason."""
    row = quotes.get(session, actor.partnership, event.fields.get("quote_id", ""))
    if row is None or row.state != "agreed":
        return Reply(GONE)
    if row.asked_by == actor.person:
        return Reply(message("second_reader", say("second_reader_title"), say("second_reader")))
    row.read_by = actor.person
    if event.fields.get("choice") == "keep_back":
        row.state = "kept_back"
        row.reason = event.fields.get("reason", "").strip()[:120] or say("quote_not_safe")
        record(session, actor, "quote.keep_back", row.id, now)
        return Reply(
            message("quote_kept_back", say("line_state_kept_back"), say("quote_kept_back")),
            outcome={"message": "quote_kept_back"},
        )
    row.state = "read"
    record(session, actor, "quote.read", row.id, now)
    return Reply(
        message("quote_read", say("quote_read_title"), say("quote_read")),
        outcome={"message": "quote_read"},
    )


def placed(
    session: Session, place: Place, made: Digest, actor: Actor, *, now: datetime
) -> Sequence[places.Slot]:
    """Places for what is ready, in a digest that is being issued; audited, and each used once."""
    if not place.verbatim:
        return ()
    found = []
    for row, line in quotes.ready_after(session, place.id, made.number)[:AT_MOST]:
        opened = quotes.opened(session, row)
        if opened is None:
            continue
        row.state, row.digest_number = "shown", made.number
        row.commitment = places.commitment(*opened)
        found.append(places.Slot(row.id, line.title, row.commitment))
        record(session, actor, "quote.show", row.id, now)
    return found


def shown(session: Session, place: Place, frozen: str) -> list[dict[str, str]]:
    """What stands in the places of a frozen digest now: the words, or why there are none."""
    found = []
    for slot in places.slots(frozen):
        row = quotes.get(session, place.id, slot.key)
        opened = quotes.opened(session, row) if row is not None else None
        whole = opened is not None and places.commitment(*opened) == slot.commitment
        if opened is not None and whole and place.verbatim:
            found.append({"title": slot.title, "words": opened[0], "note": ""})
            continue
        note = "quote_withdrawn_note"
        if opened is not None:
            note = "quote_switched_off_note"
        elif row is None or row.state == "ended":
            note = "quote_ended_note"
        found.append({"title": slot.title, "words": "", "note": say(note)})
    return found
