"""A posted card after somebody pressed one of its buttons: what it said, and what became of it.

What it said is made again from its ids, because no platform gives a message back. Ids come from outside, so
each is looked up in the actor's own partnership and only where the actor could have had the card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from handlers import digest_message, notices, plain
from handlers.messages import Actor, Button, Buttons, Form, Part, Text
from handlers.permissions import allowed
from handlers.place import Place
from handlers.place import of as place_of
from handlers.surfaces import holds_words, only_says
from handlers.wording import say
from storage import Session, rounds

NEEDED = {  # card → the action that whoever has it may do, and the one id that makes it again
    "prompt": ("reflect", "round"),
    "nudge": ("reflect", "round"),
    "answer_proposed": ("answer.confirm", "commitment"),
    "four_weeks_later": ("own.opinion", "commitment"),
}

SETTLES = frozenset(  # cards for one person, about one thing; others stay as they are for whoever reads them
    {
        *NEEDED,
        "answer_due_reminder",
        "away_confirmed",
        "hold_is_over",
        "quote_request",
        "set_aside_not_live_to_contributor",
        "waited_long",
        "waited_long_champion",
    }
)


def settled(
    session: Session,
    actor: Actor,
    name: str,
    about: Mapping[str, str],
    answer: Form,
    *,
    now: datetime,
) -> Form | None:
    """The card as it should stand now; None where it may stay as it is.

    Args:
        name: the posted form's name, and `about` the ids in it.
        answer: what its reader was shown after the press. Only sentences of ours go onto the card.
    """
    place = place_of(session, actor.partnership)
    if name == "digest_issued":
        return _digest(session, actor, place, about)
    if name in ("prompt", "nudge"):
        opened = rounds.open_for(session, actor.person, place.id, place.today(now))
        if opened is not None and opened.id == about.get("round"):
            return None
    elif name == "home":
        home = plain.home(session, actor, now=now)
        said = [part for part in answer.parts if only_says(answer)]
        return replace(home, parts=(*said, *home.parts))
    elif name not in SETTLES or not (only_says(answer) or answer.name == "opinion"):
        return None
    before = _again(session, actor, place, name, about)
    parts = [part for part in before.parts if not isinstance(part, Buttons)] if before else []
    done: list[Part] = [Text(say("card_answered"))]
    buttons: tuple[Button, ...] = ()
    if not holds_words(answer) and not any(isinstance(p, Buttons) for p in answer.parts):
        done = [Text(f"**{answer.title}**"), *answer.parts]
        buttons = answer.buttons
    title = before.title if before else ""
    return Form(f"{name}_settled", title, (*parts, *done), buttons)


def _digest(session: Session, actor: Actor, place: Place, about: Mapping[str, str]) -> Form | None:
    number = about.get("number", "")
    if not allowed(actor, "digest.read") or not number.isdecimal() or len(number) > 6:
        return None
    return digest_message.of(session, place, int(number))


def _again(
    session: Session, actor: Actor, place: Place, name: str, about: Mapping[str, str]
) -> Form | None:
    action, id = NEEDED.get(name, ("", ""))
    if not about.get(id) or not allowed(actor, action):
        return None
    made = notices.render(session, place, name, {id: about[id]})
    return replace(made, state={}) if made is not None else None
