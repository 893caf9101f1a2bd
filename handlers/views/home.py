"""What somebody sees first: their own question, loops, returns and pace, and what waits for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from handlers import permissions
from handlers.loop_words import own_loops, returns_of
from handlers.messages import Actor
from handlers.permissions import require
from handlers.place import day_words
from handlers.place import of as place_of
from handlers.preferences import PACES
from storage import Session, people, rounds

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
            "minutes": f"{prompt.minutes:g}",
            "what_for": prompt.what_for,
            "who_reads": "A theme editor, with no name on it. Others see only themes",
            "open_until": day_words(opened.closes_on),
            "round_id": opened.id,
        }
    pace = people.pace(session, actor.person, place.id)
    label = next((c.label for c in PACES if c.value == str(pace)), PACES[0].label)
    champion = None
    if permissions.CHAMPION in actor.roles:
        champion = {"returns": returns_of(session, actor)}
    return {
        "today": day_words(today),
        "prompt": asked,
        "loops": own_loops(session, actor),
        "champion": champion,
        "pace": {"interval": label.lower()},
        "duties": _duties(actor),
    }


DUTIES = (
    ("lines.write", "Lines", "/lines", "Write the lines of the next digest"),
    ("lines.sign", "Sign", "/sign", "Sign lines that someone else wrote"),
    ("digest.read", "Digest", "/digest", "Read what cleared, and answer"),
    ("answer.confirm", "Proposals", "/proposals", "Confirm an answer; then people are told"),
    ("aside.read", "Set aside", "/aside", "Open what was set aside, with a reason"),
    ("desk.read", "Desk", "/desk", "People, rounds and seats; no words"),
)


def _duties(actor: Actor) -> list[dict[str, str]]:
    return [
        {"label": label, "href": href, "sentence": sentence}
        for action, label, href, sentence in DUTIES
        if permissions.allowed(actor, action)
    ]


def navigation(actor: Actor) -> tuple[tuple[str, str], ...]:
    """The pages this actor may open, in order."""
    duties = tuple((d["label"], d["href"]) for d in _duties(actor))
    return (("Home", "/home"), ("Chat", "/chat"), *duties, ("Board", "/board"))
