"""A partnership ends decently: nothing more is asked, open questions are closed honestly, and everybody is told.

When two people have agreed, everybody with a seat hears the day; whoever waits to be heard hears that they will
not be; the chair closes what is open with a reason, and champions get the words to carry home. Only when
nothing is left undone can it be deleted, and its records handed on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from handlers import permissions
from handlers.loop import confirming, proposals
from handlers.loop.reaching import hearers
from handlers.messages import Actor, Button, Field, Form, Incoming, Outgoing, Part, Reply, Text
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.surfaces import done, fixed_line, message
from handlers.wording import say
from storage import (
    Session,
    commitments,
    contributions,
    decisions,
    outgoing,
    people,
    releases,
    requests,
    retention,
    rounds,
    set_aside,
)
from storage.models import Decision, Line

TIME_TO_CARRY = timedelta(days=14)  # after the last answer: champions carry it home
REMIND_BEFORE = timedelta(days=7)


def agreed(session: Session, partnership: str) -> Decision | None:
    """The end that two people agreed to."""
    return next(iter(decisions.agreed(session, partnership, "close")), None)


def open_lines(session: Session, partnership: str) -> list[Line]:
    """Of each theme the newest question that nobody has answered for good."""
    found: dict[str, Line] = {}
    for line in releases.shown_lines(session, partnership):
        answer = commitments.answering(session, line)
        if answer is None or answer.status not in retention.FINAL:
            found[line.subject] = line
    return list(found.values())


def tend(session: Session, place: Place, now: datetime) -> tuple[Outgoing, ...]:
    """Once a day while it ends: no more questions, and everybody hears once what they must."""
    row = agreed(session, place.id)
    if row is None or row.review_on is None:
        return ()
    today, told = place.today(now), list[Outgoing]()
    if rounds.paused_until(session, place.id, today):
        rounds.pause(
            session, place.id, today
        )  # no answer waits for a pause that nobody sees the end of
    about = {"day": row.review_on.isoformat()}

    def tell(kind: str, person: str, stage: str = "", **more: str) -> None:
        once = f"{kind}:{row.id}:{stage}:{person}"
        told.append(Outgoing(kind, person, once, place.within_hours(now), about=about | more))

    seats = people.seats_in(session, place.id)
    for person in sorted({seat.person_id for seat in seats if seat.person_id}):
        tell("closing", person)
    for person in hearers(session, contributions.waiting_ids(session, place.id)):
        tell("closing_waiting", person)
    if open_lines(session, place.id):
        stage = "soon" if today >= row.review_on - REMIND_BEFORE else ""
        confirm = {
            person
            for role in permissions.TABLE["answer.confirm"]
            for person in people.holders(session, place.id, role)
        }
        group = {p for role in permissions.GROUP for p in people.holders(session, place.id, role)}
        for person in sorted(group):
            tell("closing_open", person, stage, may="yes" if person in confirm else "no")
    return tuple(told)


def desk(session: Session, actor: Actor, place: Place, now: datetime) -> list[Form]:
    """For whoever sees this desk: the last day, and what is still in the way."""
    row = agreed(session, place.id)
    if row is None or row.review_on is None:
        return []
    wrong = in_the_way(session, place, now)
    ready = wrong or [say("closing_ready")]
    may = permissions.allowed(actor, "answer.confirm") and open_lines(session, place.id)
    return [
        Form(
            name="closing",
            title=say(
                "closing_desk_title", date=f"{day_words(row.review_on)} {row.review_on.year}"
            ),
            parts=(
                Text(say("closing_desk", to_whom=row.to_whom)),
                Text("\n".join(ready), heading=say("closing_left") if wrong else ""),
            ),
            buttons=(Button(say("button_close_answers"), "close_answers"),) if may else (),
        )
    ]


def open_form(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Every open question, and one honest reason for all of them."""
    return Reply(_form(session, actor, event.fields, {}))


def _form(
    session: Session, actor: Actor, typed: Mapping[str, str], errors: Mapping[str, str]
) -> Form:
    lines = open_lines(session, actor.partnership)
    if agreed(session, actor.partnership) is None or not lines:
        return message("gone", say("close_answers_none_title"), say("close_answers_none"))
    parts: list[Part] = [Text(say("close_answers_how"))]
    parts += [Text(line.question, "voice", heading=line.title) for line in lines]
    parts += [
        Field(
            name,
            say(f"close_answers_{name}"),
            hint=say(f"close_answers_{name}_hint"),
            value=typed.get(name, ""),
            error=errors.get(name, ""),
        )
        for name in ("answer", "child_words")
    ]
    parts.append(fixed_line(place_of(session, actor.partnership)))
    return Form(
        name="close_answers",
        title=say("close_answers_title"),
        parts=tuple(parts),
        buttons=(Button(say("button_close_answers_send"), "close_answers_send", style="main"),),
    )


def close_honestly(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Say to everybody behind an open question that it will not be answered, and why."""
    place = place_of(session, actor.partnership)
    lines = open_lines(session, place.id)
    if agreed(session, place.id) is None or not lines:
        return Reply(_form(session, actor, event.fields, {}))
    typed = proposals.typed_in(event) | {"button": "not_now", "due_on": "", "status": ""}
    if wrong := proposals.errors(typed, place.today(now)):
        return Reply(_form(session, actor, event.fields, wrong))
    later: list[Outgoing] = []
    for line in lines:
        made = proposals.made(actor, line, typed, place.today(now))
        id = commitments.propose(session, made)
        told = confirming.confirm(
            session, actor, Incoming("answer_confirm", {"choice": id}), now=now
        )
        later += told.later
    count = str(len(lines))
    return done("closed_honestly", "done_title", "closed_honestly", later=tuple(later), count=count)


def in_the_way(session: Session, place: Place, now: datetime) -> list[str]:
    """Everything that must be done before the end, a sentence each; empty when nothing is left."""
    row = agreed(session, place.id)
    if row is None or row.review_on is None:
        return [say("close_not_agreed")]
    found, today = [], place.today(now)
    if today < row.review_on:
        found.append(say("close_too_early", date=day_words(row.review_on)))
    if open_lines(session, place.id):
        found.append(say("close_open_lines"))
    told = [one.confirmed_on for one in commitments.ever_confirmed(session, place.id)]
    carry = max((day for day in told if day is not None), default=date.min)
    if carry > today - TIME_TO_CARRY:
        found.append(say("close_carrying", date=day_words(carry + TIME_TO_CARRY)))
    if set_aside.unfinished(session, place.id):
        found.append(say("close_set_aside"))
    if decisions.holds(session, place.id):
        found.append(say("close_hold"))
    if requests.not_closed(session, place.id):
        found.append(say("close_requests"))
    if outgoing.unsent(session, place.id, now):
        found.append(say("close_messages"))
    return found
