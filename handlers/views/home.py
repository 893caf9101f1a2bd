"""What somebody sees first: their own question, loops, returns and pace, and what waits for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from handlers import permissions
from handlers.loop_words import own_loops, returns_of
from handlers.messages import Actor
from handlers.permissions import require
from handlers.place import day_words, minutes_words
from handlers.place import of as place_of
from handlers.preferences import PACES
from handlers.wording import say
from storage import Session, groups, live, people, rounds
from storage.models import Preference

Values = dict[str, Any]


def home(session: Session, actor: Actor, *, now: datetime) -> Values:
    """My open prompt, my loops, my returns, my pace, and what else waits for me."""
    require(actor, "own.home")
    place = place_of(session, actor.partnership)
    today = place.today(now)
    opened = rounds.open_for(session, actor.person, place.id, today)
    prompt = place.prompt(opened.prompt_id) if opened else None
    asked: Values | None = None
    if opened is not None and prompt is not None:
        asked = {
            "questions": list(prompt.questions),
            "minutes": minutes_words(prompt.minutes),
            "what_for": prompt.what_for,
            "who_reads": say("home_who_reads"),
            "open_until": day_words(opened.closes_on),
            "round_id": opened.id,
        }
    choices = people.choices(session, actor.person, place.id)
    champion = None
    if permissions.CHAMPION in actor.roles:
        champion = {"returns": returns_of(session, actor)}
    return {
        "today": day_words(today),
        "prompt": asked,
        "loops": own_loops(session, actor),
        "champion": champion,
        "pace": _pace(actor, choices, today),
        "may_reflect": permissions.allowed(actor, "reflect"),
        "duties": [*_session_open(session, actor), *_own_groups(session, actor), *_duties(actor)],
    }


def _pace(actor: Actor, choices: Preference | None, today: date) -> Values:
    """What stands now, and what may be chosen: only the person themself ever sees it."""
    weeks = str(choices.interval_weeks) if choices else PACES[0].value
    label = next((c.label for c in PACES if c.value == weeks), PACES[0].label)
    now, chosen = say("pace_now", pace=f"{label[:1].lower()}{label[1:]}"), weeks
    if choices is not None and choices.stopped_on is not None:
        now, chosen = say("pace_stopped"), "stop"
    elif choices is not None and choices.away_until is not None and choices.away_until > today:
        now, chosen = say("pace_away", date=day_words(choices.away_until)), "away"
    elif not permissions.allowed(actor, "reflect"):
        now = say("pace_not_asked")
    return {
        "now": now,
        "chosen": chosen,
        "choices": [{"value": c.value, "label": c.label} for c in PACES],
    }


DUTIES = (
    ("lines.write", "/lines"),
    ("lines.sign", "/sign"),
    ("board.check", "/entries"),
    ("session.write", "/session"),
    ("digest.read", "/digest"),
    ("digest.read", "/pack"),
    ("answer.confirm", "/proposals"),
    ("aside.read", "/aside"),
    ("group.read", "/groups"),
    ("neighbour.read", "/neighbours"),
    ("group.read", "/loops"),
    ("answer.minute", "/minutes"),
    ("desk.read", "/desk"),
    ("texts.change", "/texts"),
    ("privacy.second", "/privacy"),
)


def _duties(actor: Actor) -> list[dict[str, str]]:
    return [
        {"label": say(f"page_{href[1:]}"), "href": href, "sentence": say(f"duty_{href[1:]}")}
        for action, href in DUTIES
        if permissions.allowed(actor, action)
    ]


def _session_open(session: Session, actor: Actor) -> list[dict[str, str]]:
    """The way into the room, for whoever may sit in it, while a session is open."""
    if not permissions.allowed(actor, "session.join") or not live.now_open(
        session, actor.partnership
    ):
        return []
    said = say("duty_session_open")
    return [{"label": say("page_session"), "href": "/session", "sentence": said}]


def _own_groups(session: Session, actor: Actor) -> list[dict[str, str]]:
    """The way to their groups, for members who do not sit in the strategic group."""
    mine = groups.of_person(session, actor.partnership, actor.person)
    if not mine or permissions.allowed(actor, "group.read"):
        return []
    return [{"label": say("page_groups"), "href": "/groups", "sentence": say("duty_groups_own")}]


def navigation(actor: Actor) -> tuple[tuple[str, str], ...]:
    """The pages this actor may open, in order."""
    duties = tuple((d["label"], d["href"]) for d in _duties(actor))
    own = ((say("page_home"), "/home"), (say("page_chat"), "/chat"))
    return (*own, *duties, (say("page_board"), "/board"))
