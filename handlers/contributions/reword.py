"""Words that came back from being set aside: their author alone rewords them or lets them go.

New words go through every check again; the old ones stay sealed until the date that was named.
"""

from __future__ import annotations

from datetime import datetime

from handlers import danger
from handlers.contributions import reflect
from handlers.messages import Actor, Incoming, Reply
from handlers.place import of as place_of
from handlers.surfaces import done, message
from handlers.wording import say
from storage import Session, set_aside


def reword(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Open my own words again in the box, or let them go."""
    place = place_of(session, actor.partnership)
    item = danger.own_item(session, actor, place, event)
    if item is None or item.state != "not_live":
        return Reply(message("gone", say("reword_gone_title"), say("words_gone")))
    if event.fields.get("choice") == "let_go":
        danger.forget(session, item)
        return done("let_go", "waited_long_let_go_title", "reword_let_go")
    return Reply(reflect.form(place, "", {}, {"words": set_aside.words(session, item)}))
