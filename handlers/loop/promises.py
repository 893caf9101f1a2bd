"""A promised date that passes: said to those who promised, then higher up, and once to those who wait.

A promise is the date in the receipts, or the date that an answer itself named. Hold ends on its date:
the question is open again, and a new date is promised. Each step is taken once for each promise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers import permissions
from handlers.loop import meetings
from handlers.loop.reaching import hearers
from handlers.messages import Actor, Incoming, Outgoing, Reply
from handlers.place import Place
from handlers.place import of as place_of
from handlers.surfaces import message
from storage import Session, commitments, people, releases, rounds
from storage.models import Line

STEPS = (
    (timedelta(0), "answer_due_reminder"),  # its owner and the chair, on the day
    (timedelta(days=7), "answer_due_deputy"),
    (timedelta(days=14), "answer_due_scrutineer"),
)


@dataclass(frozen=True)
class Promise:
    """What people behind a line were told to expect, by when, and who proposed it, if anybody did."""

    line: Line
    by: date
    owner: str = ""


def keep_promises(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Once a day: end what was held until today, and remind of what is due and not there."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    due = place.within_hours(now)
    later = [*_end_holds(session, place, today, due)]
    for promise in _promises(session, place):
        later += _remind(session, place, promise, today, due)
        later += _tell_who_waits(session, place, promise, today, due)
    return Reply(message("promises", "Done"), later=tuple(later))


def _end_holds(session: Session, place: Place, today: date, due: datetime) -> Iterator[Outgoing]:
    """The day of the next look has come: the question stands among the open ones again."""
    for row in commitments.confirmed(session, place.id):
        if row.status != "held_until" or row.due_on is None or row.due_on > today:
            continue
        row.state, row.ended_on = "over", today
        for person in _holders(session, place, permissions.CHAIR, permissions.DELEGATE):
            once = f"hold_is_over:{row.id}:{person}"
            yield Outgoing("hold_is_over", person, once, due, about={"commitment": row.id})


def _promises(session: Session, place: Place) -> Iterator[Promise]:
    within = timedelta(days=place.answer_within_days)
    for line in releases.shown_lines(session, place.id):
        standing = commitments.answering(session, line)
        if standing is None:
            ended = commitments.last_ended(session, line.id)
            since = ended.ended_on if ended is not None and ended.ended_on else line.until
            yield Promise(line, since + within)
        elif standing.line_id != line.id:
            continue  # one answer for all behind a theme: its own line says when it is due
        elif standing.status == "being_looked_at" and standing.due_on is not None:
            yield Promise(line, standing.due_on, standing.proposed_by)


def _remind(
    session: Session, place: Place, promise: Promise, today: date, due: datetime
) -> Iterator[Outgoing]:
    """The owner and the chair on the day, a week later the delegate, then the scrutineer."""
    for wait, kind in STEPS:
        if today < promise.by + wait or not _first(session, place, kind, promise):
            continue
        for person in _whom(session, place, kind, promise):
            yield Outgoing(
                kind,
                person,
                f"{kind}:{promise.line.id}:{promise.by}:{person}",
                due,
                about={"line": promise.line.id, "date": promise.by.isoformat()},
            )


def _first(session: Session, place: Place, kind: str, promise: Promise) -> bool:
    return rounds.take_slot(session, place.id, f"{kind}:{promise.line.id}", promise.by)


def _whom(session: Session, place: Place, kind: str, promise: Promise) -> list[str]:
    if kind == "answer_due_deputy":
        return _holders(session, place, permissions.DELEGATE)
    if kind == "answer_due_scrutineer":
        return _holders(session, place, permissions.SCRUTINEER)
    group = _holders(session, place, *sorted(permissions.GROUP))
    chairs = _holders(session, place, permissions.CHAIR)
    return sorted({*chairs, *({promise.owner} & set(group))})


def _holders(session: Session, place: Place, *roles: str) -> list[str]:
    return sorted({p for role in roles for p in people.holders(session, place.id, role)})


def _tell_who_waits(
    session: Session, place: Place, promise: Promise, today: date, due: datetime
) -> Iterator[Outgoing]:
    """Once, the day after: not answered yet, and when the group has it before it next."""
    if today <= promise.by or not _first(session, place, "unanswered", promise):
        return
    following = meetings.after(session, place, today)
    about = {
        "line": promise.line.id,
        "date": promise.by.isoformat(),
        "next": following.day.isoformat(),
        "meets": "yes" if following.meets else "",
    }
    for person, carries in hearers(session, releases.behind(session, promise.line.id)).items():
        kind = "not_answered_yet_champion" if carries else "not_answered_yet"
        once = f"unanswered:{promise.line.id}:{promise.by}:{person}"
        yield Outgoing(kind, person, once, due, about=about)
