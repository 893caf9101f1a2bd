"""Which part of the network sent what, who received it, and what came back: themes of a year, counted.

Only what was released is looked at, and only its place in the codebook and the answer it had; never an agency,
a person or a contribution.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from digests.content import PLACES
from digests.loops_map import Station
from handlers.answers import AFTER_ACT
from handlers.messages import Actor
from handlers.neighbours import patterns
from handlers.permissions import require
from handlers.place import Place
from handlers.place import of as place_of
from handlers.wording import say
from storage import Session, commitments, groups, releases
from storage.models import Commitment, Line

YEAR = timedelta(weeks=52)


def stations(session: Session, actor: Actor, *, now: datetime) -> tuple[Station, ...]:
    """Levels of the network that themes came from, then everybody to whom the group passed one."""
    require(actor, "group.read")
    place = place_of(session, actor.partnership)
    today = place.today(now)
    newest: dict[str, Line] = {}
    for line in releases.shown_lines(session, place.id):
        if line.until > today - YEAR:
            newest[line.subject] = line
    answered = [(line, commitments.answering(session, line)) for line in newest.values()]
    heard = _heard(place, answered)
    passed = [*_passed_on(place, answered), *_groups(session, place, today - YEAR)]
    across = Counter(one.neighbour for one in patterns(session, place.id, today))
    passed += [Station(name, "passed", count, 0) for name, count in sorted(across.items())]
    return (*heard, *passed)


def _heard(place: Place, answered: list[tuple[Line, Commitment | None]]) -> list[Station]:
    """Where themes sit in the network; `returned` are those whose people were told an answer."""
    levels = {theme.id: theme.network_level for theme in place.codebook.every_theme}
    sent: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for line, answer in answered:
        level = levels.get(line.subject, "") if line.level == "theme" else ""
        sent[_named(place, level)] += 1
        told[_named(place, level)] += answer is not None
    order = dict.fromkeys(_named(place, level) for level in (*PLACES, ""))
    return [Station(name, "heard", sent[name], told[name]) for name in order if sent[name]]


def _named(place: Place, level: str) -> str:
    """The forum of a level by its own name, where the partnership has given it one."""
    known = level if level in PLACES else "whole"
    return place.forums.get(level) or say(f"map_{known}")


def _passed_on(place: Place, answered: list[tuple[Line, Commitment | None]]) -> list[Station]:
    """Forums that got a theme with Not ours by name, and all owners of an Act as one; `returned` once it changed.

    An owner by name, beside how much came back, would be a person measured.
    """
    sent: Counter[str] = Counter()
    back: Counter[str] = Counter()
    for _, answer in answered:
        if answer is None:
            continue
        owned = say("map_owners") if answer.owner_role else ""
        who = _forum(place, answer.receiver) if answer.status == "not_ours" else owned
        if who:
            sent[who] += 1
            back[who] += answer.status in AFTER_ACT
    return [Station(who, "passed", count, back[who]) for who, count in sorted(sent.items())]


def _forum(place: Place, receiver: str) -> str:
    """Whoever got a theme; a forum of ours is one and the same, however its name was typed."""
    known = {name.casefold(): name for name in place.forums.values()}
    return known.get(" ".join(receiver.split()).casefold(), receiver)


def _groups(session: Session, place: Place, since: date) -> list[Station]:
    """Each task-and-finish group has one theme; it came back once people were told what it did."""
    return [
        Station(row.name, "passed", 1, int(bool(groups.told(session, row))))
        for row in groups.standing(session, place.id, since)
    ]
