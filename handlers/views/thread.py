"""A person’s own thread of messages, rendered at the moment of looking."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.messages import Actor, Form
from handlers.notices import render
from handlers.permissions import require
from handlers.place import of as place_of
from storage import Session, outgoing, rounds


def thread(session: Session, actor: Actor, *, now: datetime) -> list[tuple[datetime, Form]]:
    """A person's own thread: each message rendered now, whatever is gone left out.

    A question that has closed or been replied to keeps its words and loses its buttons, and its
    reminder goes.
    """
    require(actor, "own.home")
    place = place_of(session, actor.partnership)
    opened = rounds.open_for(session, actor.person, place.id, place.today(now))
    shown = []
    for notice in outgoing.thread(session, place.id, actor.person):
        form = render(session, place, notice.kind, notice.about)
        closed = notice.kind in ("prompt", "nudge") and (
            opened is None or opened.id != notice.about.get("round")
        )
        if form is None or (closed and notice.kind == "nudge"):
            continue
        shown.append((place.local(notice.at), replace(form, buttons=()) if closed else form))
    return shown
