"""Who is in the story: two partnerships, their settings, and a person for each seat.

Every name is invented and every number comes from the ranges that are kept for drama.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from typing import Any

from handlers import permissions
from handlers.wording import say
from storage import Session, partnerships, people, sign_in

STORY = resources.files("bot.demo").joinpath("story")
FAR = datetime(2100, 1, 1, tzinfo=UTC)
FIRST, LAST = (line.split() for line in STORY.joinpath("names.txt").read_text("utf-8").splitlines())
AT_THE_TABLE = (
    (permissions.COORDINATOR, "voluntary_sector"),
    (permissions.THEME_EDITOR, "health"),
    (permissions.APPROVER, "education"),
    (permissions.MEMBER, "social_care"),
    (permissions.CHAIR, "police"),
    (permissions.DELEGATE, "housing"),
    (permissions.LEAD, "social_care"),
    (permissions.DEPUTY, "health"),
    (permissions.SECOND_LEAD, "education"),
    (permissions.PRIVACY, "social_care"),
    (permissions.ADMINISTRATOR, "social_care"),
    (permissions.SCRUTINEER, "voluntary_sector"),
)
NAMES = {"northport": "Northport", "wolds": "Wolds"}


@dataclass(frozen=True)
class Link:
    """A way in for one role: who it is, and the address of their sign-in link."""

    label: str
    href: str
    sentence: str


@cache
def corpus() -> tuple[Mapping[str, Any], ...]:
    """Every contribution of the story, in the order of its weeks."""
    rows = [
        json.loads(line)
        for file in ("demo_corpus", "demo_corpus_northport2", "demo_corpus_wolds2")
        for line in STORY.joinpath(f"{file}.jsonl").read_text("utf-8").splitlines()
    ]
    return tuple(sorted(rows, key=lambda row: (row["week"], row["id"])))


@cache
def answers(partnership: str) -> Mapping[str, Any]:
    """What the strategic group answered, and the lines and questions a person wrote."""
    return tomllib.loads(STORY.joinpath(f"demo_answers_{partnership}.toml").read_text("utf-8"))


def settings_of(id: str) -> dict[str, Any]:
    text = STORY.joinpath("demo_settings.toml").read_text("utf-8")
    own = {"name": NAMES[id], "tail": "1" if id == "northport" else "2"}
    words, forums = (
        {key: said.format(**own) for key, said in part.items()}
        for part in tomllib.loads(text).values()
    )
    return {
        "words": words,
        "zone": "Europe/London",
        "k": 5,
        "answer_within_days": 14,
        "read_times": [[day, "09:30"] for day in range(5)],
        "send_from": "08:00",
        "send_until": "18:00",
        "prompt_weekday": 0,
        "weeks_between": 2,
        "digest_weekday": 2,
        "forums": forums,
    }


def _names() -> Iterator[str]:
    for round_ in range(len(LAST)):
        for number, first in enumerate(FIRST):
            yield f"{first} {LAST[(number + round_ * 7) % len(LAST)]}"


def table_person(partnership: str, role: str) -> str:
    return f"{partnership}-{role}"[:32]


def gather(session: Session, on: date) -> None:
    """Both partnerships with everybody in them."""
    starter = resources.files("handlers").joinpath("starter")
    for id, name in NAMES.items():
        partnerships.put(
            session,
            id=id,
            name=name,
            settings=settings_of(id),
            codebook=starter.joinpath("codebook.toml").read_text("utf-8"),
            prompts=starter.joinpath("prompts.toml").read_text("utf-8"),
        )
    names = _names()
    carried = {row["contributor"] for row in corpus() if row["kind"] != "reflection"}
    for person, agency, sides in _seats():
        people.enrol(session, name=next(names), id=person)
        for side in sides:
            _seat(session, side, person, permissions.PRACTITIONER, agency, on)
            if person in carried:
                _seat(session, side, person, permissions.CHAMPION, agency, on)
    for side in NAMES:
        for role, agency in AT_THE_TABLE:
            person = table_person(side, role)
            people.enrol(session, name=next(names), id=person)
            _seat(session, side, person, role, agency, on)


def _seat(session: Session, side: str, person: str, role: str, agency: str, on: date) -> None:
    people.seat(session, partnership=side, person=person, role=role, agency=agency, on=on)


def _seats() -> list[tuple[str, str, tuple[str, ...]]]:
    """Every seat of the roster and the corpus: `(person, agency, partnerships)`."""
    roster = tomllib.loads(STORY.joinpath("demo_roster.toml").read_text("utf-8"))
    codes = {agency: code for code, agency in roster["agency_codes"].items()}
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for side, prefix in (("northport", "np"), ("wolds", "wo")):
        for agency, number in roster["partnerships"][side]["seats"].items():
            for n in range(1, number + 1):
                found[f"{prefix}-{codes[agency]}-{n}"] = (agency, (side,))
    for agency, shared in roster["shared_seats"].items():
        for person in shared:
            found[person] = (agency, ("northport", "wolds"))
    for row in corpus():
        found.setdefault(row["contributor"], (row["agency"], (row["partnership"],)))
    return [(person, agency, sides) for person, (agency, sides) in sorted(found.items())]


def links(session: Session, partnership: str) -> list[Link]:
    """A reusable way in for every role of the story."""
    roles = [
        permissions.PRACTITIONER,
        permissions.CHAMPION,
        *(role for role, _ in AT_THE_TABLE),
    ]
    found = []
    for role in roles:
        person = someone(partnership, role)
        token = session.keyring.tag("sign_in", "demo", partnership, person)[:40]
        sign_in.make_link(
            session,
            person=person,
            partnership=partnership,
            expires_at=FAR,
            reusable=True,
            token=token,
        )
        label = say("demo_chair") if role == permissions.CHAIR else permissions.ROLES[role]
        found.append(Link(label, f"/in/{token}", say(f"demo_does_{role}")))
    return found


def someone(partnership: str, role: str) -> str:
    """A contributor with something in the story, or the one person at the table."""
    if role not in (permissions.PRACTITIONER, permissions.CHAMPION):
        return table_person(partnership, role)
    wanted = "reflection" if role == permissions.PRACTITIONER else "relay"
    heard: dict[str, int] = {}
    for row in corpus():
        if row["partnership"] == partnership and row["kind"].startswith(wanted):
            heard[row["contributor"]] = heard.get(row["contributor"], 0) + (row["week"] <= 12)
    own = {person: n for person, n in heard.items() if not person.startswith("both")}
    return max(sorted(own), key=lambda person: own[person])
