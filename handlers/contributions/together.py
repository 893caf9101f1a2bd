"""The live session: a few people write down together only what everybody present agrees to.

A theme editor writes, in the room; everybody present says yes to every sentence, or it does not go on.
Nobody sees who said what: one "leave this out" is enough, and one "change this" sends the sentence back to
be written anew and asked anew. What went on is each person's own contribution from then: it counts by the
release rule like any other, is answered, and can be taken back. With too few people nothing goes on at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from digests import protect, release
from handlers import danger
from handlers.contributions import checks, room
from handlers.messages import (
    Actor,
    Incoming,
    Outgoing,
    Reply,
)
from handlers.place import Place
from handlers.place import of as place_of
from handlers.surfaces import done, message
from handlers.wording import say
from storage import Session, codings, contributions, counting, live, return_addresses
from storage.models import LiveSession, Present

LONGEST = 240  # characters of the whole summary: it stands as one line


def open_session(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Open a session for today; one at a time."""
    place = place_of(session, actor.partnership)
    found = live.now_open(session, place.id)
    if found is None:
        code = f"{secrets.randbelow(10_000):04}"
        found = live.open_session(session, place.id, code=code, on=place.today(now))
    said = message(
        "session_opened", say("session_code_title"), say("session_code", code=found.code)
    )
    return Reply(said)


def join(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Somebody in the room types the number that was said aloud."""
    place = place_of(session, actor.partnership)
    found = live.now_open(session, place.id)
    if found is None:
        return _over()
    if not secrets.compare_digest(
        event.fields.get("code", "").strip().encode(), found.code.encode()
    ):
        return Reply(room.join_form(place, say("error_session_code")))
    live.come(session, found.id, actor.person, actor.agency)
    return look(session, actor, event, now=now)


def look(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The summary as it stands now."""
    place = place_of(session, actor.partnership)
    forms = room.for_present(session, place, actor, live.now_open(session, place.id))
    return Reply(forms[0]) if forms else _over()


def leave(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Somebody leaves the room: nothing goes on in their name."""
    found = live.now_open(session, actor.partnership)
    if found is not None:
        live.go(session, found.id, actor.person)
    return done("session_left", "session_left_title", "session_left")


def _over() -> Reply:
    return Reply(message("session_over", say("session_over_title"), say("session_over")))


def write(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Put down a sentence, or other words in the place of one; danger and details are looked for first."""
    place = place_of(session, actor.partnership)
    found = live.now_open(session, place.id)
    if found is None:
        return _over()
    words = checks.clean(event.fields.get("words", ""))
    typed = {"words": words, "sentence": event.fields.get("sentence", "")}
    row = live.sentence(session, place.id, typed["sentence"]) if typed["sentence"] else None
    if fault := checks.fault(words):
        return Reply(room.write_form(place, typed, fault))
    way = danger.Way("session_add", "session_write", {**typed, **danger.carried(event.fields)})
    stopped = danger.stops(session, actor, words, event.fields, way=way, place=place, now=now)
    if stopped is not None:
        return stopped
    if details := protect.find(words):
        return Reply(
            room.write_form(place, typed, say("error_session_points", detail=details[0].text))
        )
    others = [s for s in live.sentences(session, found.id) if row is None or s.id != row.id]
    if len(" ".join((*(live.words(session, s) for s in others), words))) > LONGEST:
        return Reply(room.write_form(place, typed, say("error_session_long", number=str(LONGEST))))
    if row is not None:
        live.change(session, row, words)
    else:
        live.add(session, found, words)
    return done("session_added", "session_added_title", "session_added")


def edit(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Back to the sentence, with every typed word still in it."""
    place = place_of(session, actor.partnership)
    typed = {name: event.fields.get(name, "") for name in ("words", "sentence")}
    row = live.sentence(session, place.id, typed["sentence"]) if typed["sentence"] else None
    if row is not None and not typed["words"]:
        typed["words"] = live.words(session, row)
    return Reply(room.write_form(place, typed))


def drop(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The writer takes a sentence out."""
    row = live.sentence(session, actor.partnership, event.fields.get("sentence", ""))
    if row is not None:
        live.leave_out(session, row)
    return done("session_left_out", "session_left_out_title", "session_left_out")


def say_to(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Yes as it stands, change this, or leave this out; nobody has to say why, and nobody sees who."""
    found = live.now_open(session, actor.partnership)
    row = live.sentence(session, actor.partnership, event.fields.get("sentence", ""))
    if found is None or actor.person not in room.everybody_in(live.present(session, found.id)):
        return _over()
    seen = row is not None and event.fields.get("version", "") == room.version_of(row)
    if row is not None and row.session_id == found.id and seen:
        chosen = event.fields.get("choice", "")
        if chosen == "yes" and row.state == "stands":
            live.say_yes(session, row.id, actor.person)
        elif chosen == "change":
            row.state = "change"
        elif chosen == "out":
            live.leave_out(session, row)
    return look(session, actor, event, now=now)


def finish(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Everybody said yes to every sentence: it goes on, as a contribution of each; else it stays here."""
    place = place_of(session, actor.partnership)
    found = live.now_open(session, place.id)
    if found is None:
        return _over()
    theme = event.fields.get("theme", "")
    rows, present = live.sentences(session, found.id), live.present(session, found.id)
    everybody = room.everybody_in(present)
    agreed = rows and all(
        row.state == "stands" and everybody <= live.said_yes(session, row.id) for row in rows
    )
    if not agreed or not everybody:
        return Reply(room.finish_form(place, event.fields, say("error_session_not_agreed")))
    if theme not in {one.id for one in place.codebook.themes}:
        return Reply(room.finish_form(place, event.fields, say("error_session_theme")))
    if not _enough(present, place.k):
        live.end(session, found)
        return done("session_not_enough", "session_not_enough_title", "session_summary_not_enough")
    summary = " ".join(live.words(session, row) for row in rows)
    for one in present:
        _keep(session, place, found, one, summary, theme, now)
    live.end(session, found, people=len(present))
    due = place.within_hours(now)
    later = tuple(
        Outgoing("session_sent", person, f"session:{found.id}:{person}", due, about={"on": "1"})
        for person in sorted(everybody)
    )
    return done("session_finished", "session_finished_title", "session_finished", later=later)


def _enough(present: Sequence[Present], k: int) -> bool:
    """The release rule itself, over whoever is in the room."""
    said = [
        release.Spoken(row.person_id, row.person_id, row.agency, "together", "", relayed=False)
        for row in present
    ]
    return bool(release.stands(said, subject="together", level="theme", k=k))


def _keep(
    session: Session,
    place: Place,
    found: LiveSession,
    one: Present,
    summary: str,
    theme: str,
    now: datetime,
) -> None:
    """The summary as somebody's own contribution: counted, answered, and theirs to take back."""
    kept = contributions.Kept(
        kind="reflection",
        voice="practitioner",
        rendering="paraphrase",
        prompt_id=f"{live.SESSION}{found.id}",
    )
    id = contributions.keep(
        session, partnership=place.id, words=summary, kept=kept, on=place.today(now)
    )
    counting.tag(
        session,
        partnership=place.id,
        contribution=id,
        person=one.person_id,
        agency=one.agency,
        voices=1,
    )
    address = return_addresses.Address(one.person_id)
    return_addresses.keep(session, partnership=place.id, contribution=id, address=address)
    codings.by_person(session, id, [theme])


def end(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Over without anything going on: the words and who was there are deleted."""
    found = live.now_open(session, actor.partnership)
    if found is not None:
        live.end(session, found)
    return done("session_closed", "session_closed_title", "session_closed")
