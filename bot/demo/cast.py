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
from storage import Session, partnerships, people, sign_in

STORY = resources.files("bot.demo").joinpath("story")
FAR = datetime(2100, 1, 1, tzinfo=UTC)
FIRST, LAST = (line.split() for line in STORY.joinpath("names.txt").read_text("utf-8").splitlines())
AT_THE_TABLE = (
    (permissions.COORDINATOR, "voluntary_sector", "looks after people, rounds and seats; no words"),
    (permissions.THEME_EDITOR, "health", "writes lines beside protected words"),
    (permissions.APPROVER, "education", "signs lines that someone else wrote"),
    (permissions.MEMBER, "social_care", "reads the digest, proposes an answer"),
    (permissions.CHAIR, "police", "confirms; then people are told"),
    (permissions.DELEGATE, "housing", "confirms when the chair is away"),
    (permissions.LEAD, "social_care", "opens what was set aside, with a reason"),
    (permissions.DEPUTY, "health", "is told afterwards, covers absence"),
    (permissions.SECOND_LEAD, "education", "reads what is about the lead"),
    (permissions.PRIVACY, "social_care", "access, erasure, legal hold"),
    (permissions.ADMINISTRATOR, "social_care", "settings and health; no words"),
    (permissions.SCRUTINEER, "voluntary_sector", "asks the partnership about itself"),
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
    name = NAMES[id]
    tail = "1" if id == "northport" else "2"
    words = {
        "partnership_name": name,
        "front_door_name": f"{name} front door",
        "front_door_number": f"01632 960 {tail}00",
        "front_door_hours": "all hours",
        "out_of_hours_number": f"01632 960 {tail}01",
        "lado_contact": f"the designated officer (LADO), 01632 960 {tail}22",
        "intelligence_route": "your agency’s intelligence form",
        "whistleblowing_route": f"the whistleblowing line, 01632 960 {tail}40",
        "lead_role": "the safeguarding lead",
        "deputy_role": "the deputy lead",
        "second_lead_role": "the second lead",
        "chair_role": "the chair",
        "coordinator_role": "the coordinator",
        "group_name": f"{name} strategic group",
        "childline_name": "Childline",
        "childline_number": "0800 1111",
        "nspcc_number": "0808 800 5000",
        "samaritans_name": "Samaritans",
        "samaritans_number": "116 123",
        "staff_support_words": "your own agency’s staff support line",
        "parent_agreement_way": "a club’s consent form, or asked in person and noted at your agency",
        "lawful_basis": "the agencies’ public task of keeping children safe (invented, as everything here)",
        "sensitive_basis": "",
        "privacy_contact": "the privacy officer",
        "retention_words": "until 30 days after the loop closed, at most 26 weeks waiting",
        "quiet_hours": "18:00 to 08:00",
        "interval_words": "two weeks",
    }
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
        for role, agency, _ in AT_THE_TABLE:
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
        (permissions.PRACTITIONER, "", "answers a question, sees own loops"),
        (permissions.CHAMPION, "", "passes on a voice, carries the answer back"),
        *AT_THE_TABLE,
    ]
    found = []
    for role, _, sentence in roles:
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
        label = "Chair" if role == permissions.CHAIR else permissions.ROLES[role]
        found.append(Link(label, f"/in/{token}", sentence))
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
