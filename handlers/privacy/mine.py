"""My data: everything that is held about one person in one partnership, shown to that person alone.

The same as a page, in the reply only, and as a file to take away. What others said to a champion is here as
far as that champion typed it; what cannot be found from a person (who stands behind a theme, what was set
aside) is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers import permissions
from handlers.enrolment import agency_words
from handlers.messages import Actor, Button, Form, Incoming, Part, Reply, Text
from handlers.permissions import require
from handlers.place import of as place_of
from handlers.privacy.shown import in_words
from handlers.wording import say
from storage import (
    Session,
    addresses,
    audit,
    codings,
    contributions,
    decisions,
    held,
    people,
    quotes,
    requests,
    return_addresses,
)
from storage.models import Contribution, Request

Record = Mapping[str, Any]


def my_data(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Everything, in this reply only; the words themselves stand under "my words"."""
    parts: list[Part] = [Text(say("my_data_how"), "hint")]
    for heading, lines in in_words(
        everything(session, actor), place_of(session, actor.partnership)
    ):
        said = "\n".join(lines) if lines else say("my_data_nothing")
        parts.append(Text(said, heading=heading))
    parts.append(Text(say("my_data_not_here"), "hint", heading=say("my_data_not_here_title")))
    return Reply(
        Form(
            name="my_data",
            title=say("my_data_title"),
            parts=tuple(parts),
            buttons=(
                Button(say("your_words"), "my_words"),
                Button(say("button_complain_form"), "complain", style="quiet"),
            ),
        )
    )


def everything(session: Session, actor: Actor) -> Record:
    """What is held, as plain values: days as YYYY-MM-DD, nothing sealed and no id of anybody else."""
    require(actor, "own.words")
    return about(session, actor.partnership, actor.person)


def about(session: Session, partnership: str, person: str) -> Record:
    """The same of anybody; for `handlers.privacy` alone."""
    place = place_of(session, partnership)
    known = people.known(session, person)
    choices = people.choices(session, person, place.id)
    return {
        "partnership": place.name,
        "name": known.name,
        "email": known.email,
        "addresses": [
            {"platform": one.platform, "account": one.account, "user": one.user}
            for _, one in addresses.of(session, person)
        ],
        "seats": [
            {
                "role": permissions.ROLES[seat.role],
                "agency": agency_words(seat.agency),
                "since": seat.since.isoformat(),
            }
            for seat in people.seats_of(session, person, place.id)
        ],
        "choices": {
            "weeks_between_questions": choices.interval_weeks if choices else 2,
            "away_until": _day(choices.away_until) if choices else "",
            "stopped_on": _day(choices.stopped_on) if choices else "",
            "hear_back": choices.hear_back if choices else True,
        },
        "words": [_contribution(session, row) for row in _own(session, place.id, person)],
        "requests_and_complaints": [
            _request(session, row) for row in requests.of_person(session, place.id, person)
        ],
        **held.beside_words(session, place.id, person),
        "in_the_record": [
            {"on": at.date().isoformat(), "what": action}
            for at, action in audit.of_actor(session, place.id, person)
        ],
    }


def _own(session: Session, partnership: str, person: str) -> Sequence[Contribution]:
    mine = return_addresses.owned_by(session, partnership, person)
    rows = contributions.those(session, partnership, mine)
    return sorted(rows, key=lambda row: (row.on_date, row.id))


def _contribution(session: Session, row: Contribution) -> Record:
    """One of their own, with all that was put beside it."""
    quote = quotes.of_contribution(session, row.id)
    labels = codings.of(session, row.id)
    found: dict[str, Any] = {
        "on": row.on_date.isoformat(),
        "kind": row.kind,
        "words": contributions.words(session, row),
        "state": row.state,
        "voice": row.voice,
        "rendering": row.rendering,
        "agreed_to": row.agreed_to,
        "own_tags": [
            tag
            for tag in (
                row.prevention_level,
                row.network_level,
                row.transition,
                row.stance,
                row.age_band,
            )
            if tag
        ],
        "details_kept_on_purpose": list(contributions.kept_details(session, row.id)),
        "themes": sorted({f"{label.theme} ({label.by})" for label in labels}),
        "quote": quote.state if quote is not None else "",
    }
    if row.state == decisions.HELD:
        found["state"] = say("my_words_held")
    return found


def _request(session: Session, row: Request) -> Record:
    """One thing they asked or complained of, with its clock and its answer."""
    return {
        "on": row.came_on.isoformat(),
        "kind": row.kind,
        "state": row.state,
        "answered_by": row.due_on.isoformat(),
        "reference": row.reference,
        "words": requests.words(session, row),
        "answer": requests.answer(session, row),
    }


def _day(day: Any) -> str:
    return day.isoformat() if day else ""
