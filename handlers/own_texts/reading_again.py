"""After a change of the codebook: everything that is still held is read again, on one press, in the background.

It goes in small steps, each kept before the next, so it can be stopped at any moment. Whoever asked for it
reads no word and no small number: how far it is comes in tenths, and how much there is as "some" or "many".
"""

from __future__ import annotations

from datetime import datetime

from handlers import weekly
from handlers.messages import Actor, Incoming, Reply
from handlers.place import Place
from handlers.place import of as place_of
from handlers.recording import record
from handlers.surfaces import done, message
from handlers.wording import say
from storage import Session, codings, partnerships

STEP = 100  # contributions that are kept at once
MANY = 1000  # contributions; below, it is "some"


def would_be(session: Session, place: Place) -> str:
    """How much a change of the codebook would have read again, as whoever changes it may know it."""
    held = codings.how_many_readable(session, place.id)
    if not held:
        return say("texts_read_again_none")
    return say("texts_read_again_many" if held >= MANY else "texts_read_again_some")


def progress(session: Session, place: Place) -> str:
    """How far it is, in tenths; empty where nobody asked for it."""
    if not asked(session, place.id):
        return ""
    held = codings.how_many_readable(session, place.id)
    read = codings.how_many_readable(session, place.id, place.codebook.version)
    return say("texts_reading_again", share=str(10 * (10 * read // held if held else 10)))


def ask(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Let it begin, with the next tick of the clock."""
    place = place_of(session, actor.partnership)
    if not asked(session, place.id):
        partnerships.get(session, place.id).read_again_since = place.today(now)
        record(session, actor, "words.read_again", "", now)
    return done("reading_again", "texts_reading_again_title", "texts_read_again_begun")


def asked(session: Session, partnership: str) -> bool:
    """Whether everything is being read again here."""
    return partnerships.get(session, partnership).read_again_since is not None


def prepare(session: Session, partnership: str) -> None:
    """Make the coder, which takes seconds, before anything is written."""
    weekly.coder_of(session, place_of(session, partnership))


def tend(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """One more step, where somebody asked for it; the answer's name says whether more is left."""
    place = place_of(session, actor.partnership)
    if not asked(session, place.id):
        return Reply(message("read_again", "Done"))
    _, left = weekly.code_again(session, place, at_most=STEP)
    if left:
        return Reply(message("reading_again", "Done"))
    partnerships.get(session, place.id).read_again_since = None
    return Reply(message("read_again", "Done"))
