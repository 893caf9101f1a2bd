"""Why people are asked, who reads it, and what the law has to do with it: said before anybody asks.

What a partnership has not written down (its lawful basis, its condition for sensitive words) is said to be
missing, and never filled in for it.
"""

from __future__ import annotations

from datetime import datetime

from handlers.messages import Actor, Button, Form, Incoming, Reply, Text
from handlers.place import Place
from handlers.place import of as place_of
from handlers.surfaces import fixed_line
from handlers.wording import say
from storage import Session


def panel(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The whole panel, the same for everybody in a partnership; nothing in it is about one person."""
    place = place_of(session, actor.partnership)
    return Reply(
        Form(
            name="purpose",
            title=say("purpose_title"),
            parts=(*(Text(line) for line in lines(place)), fixed_line(place)),
            buttons=(Button(say("button_my_words"), "my_words"),),
        )
    )


def lines(place: Place) -> list[str]:
    """A paragraph each."""
    words = place.words
    own = {
        "lawful_basis": words.get("lawful_basis", ""),
        "sensitive_basis": words.get("sensitive_basis", ""),
        "privacy_contact": words.get("privacy_contact", "") or say("purpose_nobody_yet"),
    }
    asked = say(
        "purpose_panel",
        **{
            **words,
            "what_for": place.says("purpose_what_for"),
            "who_reads": f"{say('home_who_reads')}.",
            "who_can_link": say("purpose_who_can_link"),
            "retention_words": f"{words['retention_words'].rstrip('.')}.",
        },
    )
    lawful = "purpose_lawful" if own["lawful_basis"] else "purpose_lawful_unsaid"
    special = "purpose_special" if own["sensitive_basis"] else "purpose_special_unsaid"
    more = (
        "purpose_set_aside",
        "purpose_unmasked",
        lawful,
        special,
        "purpose_under_13",
        "purpose_foi",
        "purpose_hold",
        "purpose_rights",
    )
    return [*asked.split("\n"), *(say(id, **{**words, **own}) for id in more)]
