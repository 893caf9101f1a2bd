"""Closing the loop: propose, confirm, tell everybody behind a line, ask again, and keep promises.

An answer is a proposal until the chair or delegate confirms it, and nobody is told before. Everybody
hears once on each change, the way they came in; champions get the words to carry back.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from handlers import permissions
from handlers.answers import AFTER_ACT, BUTTONS, BY_ID, STATUS_LABELS
from handlers.messages import (
    Actor,
    Button,
    Choice,
    Field,
    Form,
    Incoming,
    Outgoing,
    Part,
    Reply,
    Text,
)
from handlers.place import Place
from handlers.place import of as place_of
from handlers.surfaces import message
from handlers.wording import say
from storage import Session, audit, commitments, people, releases, return_addresses, rounds
from storage.models import Commitment, Line

ASK_AGAIN_AFTER = timedelta(weeks=4)
OPINIONS = (
    Choice("yes", "Yes"),
    Choice("partly", "Partly"),
    Choice("no", "No"),
    Choice("cannot_tell", "I can’t tell"),
)
OWN_FIELDS = ("answer", "child_words", "sign", "owner_role", "receiver", "due_on")


def _line(session: Session, actor: Actor, event: Incoming) -> Line | None:
    row = releases.line(session, actor.partnership, event.fields.get("line_id", ""))
    return row if row is not None and row.state == "shown" else None


def open_form(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The answer form for one line that the group has been shown."""
    line = _line(session, actor, event)
    if line is None:
        return Reply(message("gone", "No such question", "This question is not before the group."))
    return Reply(form(line, event.fields, {}))


def form(line: Line, typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    """Five answers, all the same size; whatever was typed before is still in it."""

    def field(name: str, label: str, hint: str, kind: str = "long_text") -> Field:
        return Field(
            name,
            label,
            "short_text" if kind == "short_text" else "date" if kind == "date" else "long_text",
            hint=hint,
            value=typed.get(name, ""),
            error=errors.get(name, ""),
        )

    parts: tuple[Part, ...] = (
        Text(line.question, style="voice", heading=line.title),
        Field(
            "button",
            "The group will",
            "one_of",
            choices=tuple(
                Choice(b.id, b.label, f"{b.meaning} People read: {STATUS_LABELS[b.status]}")
                for b in BUTTONS
            ),
            value=typed.get("button", ""),
            error=errors.get("button", ""),
        ),
        field(
            "answer",
            "What, and why, in words people will be told",
            "Two plain sentences. A champion may say them to a young person.",
        ),
        field(
            "child_words", "The same for a young person", "Short words. One idea in each sentence."
        ),
        field("owner_role", "Who has it (a role, for Act)", "Never a name.", "short_text"),
        field("receiver", "Who it goes to (for Not ours)", "", "short_text"),
        field(
            "due_on",
            "The date (report, meeting, or next look)",
            "No answer stays open without one.",
            "date",
        ),
        field(
            "sign",
            "How would we know it helped? (optional)",
            "Contributors are asked in four weeks.",
        ),
    )
    return Form(
        name="answer",
        title="Propose an answer",
        parts=parts,
        buttons=(Button("Propose this answer", "answer_propose", style="main"),),
        state={"line_id": line.id},
    )


def propose(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Keep a proposal and let the chair and delegate know. Nobody else is told."""
    place = place_of(session, actor.partnership)
    line = _line(session, actor, event)
    if line is None:
        return Reply(message("gone", "No such question", "This question is not before the group."))
    typed = {name: event.fields.get(name, "").strip() for name in (*OWN_FIELDS, "button", "status")}
    errors = _errors(typed, place.today(now))
    if errors:
        return Reply(form(line, typed, errors))
    chosen = BY_ID[typed["button"]]
    status = (
        typed["status"] if typed["status"] in AFTER_ACT and chosen.id == "act" else chosen.status
    )
    earlier = commitments.open_proposal(session, line.id)
    if earlier is not None:
        earlier.state = "superseded"
    id = commitments.propose(
        session,
        Commitment(
            id=secrets.token_hex(16),
            partnership_id=place.id,
            line_id=line.id,
            button=chosen.id,
            status=status,
            answer=typed["answer"],
            child_words=typed["child_words"],
            sign=typed["sign"],
            owner_role=typed["owner_role"],
            receiver=typed["receiver"],
            due_on=date.fromisoformat(typed["due_on"]) if typed["due_on"] else None,
            state="proposed",
            proposed_by=actor.person,
            proposed_on=place.today(now),
        ),
    )
    confirmers = {
        person
        for role in (permissions.CHAIR, permissions.DELEGATE)
        for person in people.holders(session, place.id, role)
    }
    later = tuple(
        Outgoing(
            "answer_proposed", person, f"proposed:{id}:{person}", now, about={"commitment": id}
        )
        for person in sorted(confirmers)
    )
    said = "The chair or delegate sees it next. Nobody has been told yet."
    return Reply(
        message("answer_proposed", "Proposed", said), later=later, outcome={"message": "proposed"}
    )


def _errors(typed: Mapping[str, str], today: date) -> dict[str, str]:
    errors = {}
    chosen = BY_ID.get(typed["button"])
    if chosen is None:
        errors["button"] = "Choose one of the five. Each of them is a good answer."
    needs = chosen.needs if chosen else ()
    if not typed["answer"]:
        errors["answer"] = {
            "not_now": say("answer_reason_needed"),
            "hold": say("answer_hold_needs"),
        }.get(typed["button"], "Write at least one sentence, so they hear back.")
    if not typed["child_words"]:
        errors["child_words"] = "Write what a young person will hear."
    if "owner_role" in needs and not typed["owner_role"]:
        errors["owner_role"] = "Act needs a role that has it."
    if "receiver" in needs and not typed["receiver"]:
        errors["receiver"] = "Say who it was passed to."
    if typed["due_on"]:
        try:
            if date.fromisoformat(typed["due_on"]) < today:
                errors["due_on"] = "That day has passed."
        except ValueError:
            errors["due_on"] = "Please give a day, like 14 January 2027."
    elif "due_on" in needs:
        errors["due_on"] = "This answer needs a date."
    return errors


def confirm(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The chair or delegate says that this is the group's answer; now everybody is told."""
    place = place_of(session, actor.partnership)
    row = commitments.get(session, place.id, _commitment_id(event))
    if row is None or row.state != "proposed":
        return Reply(message("gone", "Nothing to confirm", "This proposal has been dealt with."))
    standing = commitments.standing(session, row.line_id)
    if standing is not None:
        standing.state = "superseded"
    row.state, row.confirmed_by, row.confirmed_on = "confirmed", actor.person, place.today(now)
    audit.record(
        session,
        partnership=place.id,
        actor=actor.person,
        action="answer.confirm",
        about=row.id,
        at=now,
    )
    later = _tell(session, place, row, now)
    return Reply(
        message(
            "answer_confirmed", "Confirmed", "Everybody behind it is told, the way they came in."
        ),
        later=later,
        outcome={"message": "confirmed"},
    )


def _commitment_id(event: Incoming) -> str:
    return event.fields.get("commitment", "") or event.fields.get("choice", "")


def _tell(session: Session, place: Place, row: Commitment, now: datetime) -> tuple[Outgoing, ...]:
    """One message for each person behind the line; a return for each relay."""
    due = place.within_hours(now)
    later = []
    for contribution in releases.behind(session, row.line_id):
        address = return_addresses.of(session, contribution)
        if address is None:
            continue
        if address.seat:
            commitments.add_return(
                session, partnership=place.id, commitment=row.id, contribution=contribution
            )
        person = reach(session, contribution) or address.person
        kind = "answer_to_champion" if address.seat else "answer_to_practitioner"
        later.append(
            Outgoing(
                kind, person, f"told:{row.id}:{kind}:{person}", due, about={"commitment": row.id}
            )
        )
    return tuple(later)


def send_back(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    row = commitments.get(session, actor.partnership, _commitment_id(event))
    if row is None or row.state != "proposed":
        return Reply(message("gone", "Nothing to send back", "This proposal has been dealt with."))
    row.state = "sent_back"
    return Reply(
        message("sent_back", "Sent back", "The question is open to the group again."),
        outcome={"message": "sent_back"},
    )


def told(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The champion has carried the answer home, or cannot reach them any more."""
    place = place_of(session, actor.partnership)
    row = commitments.get_return(session, place.id, event.fields.get("return_id", ""))
    seats = [s.id for s in people.seats_of(session, actor.person, place.id) if s.role == "champion"]
    carried = {c for seat in seats for c in return_addresses.carried_by(session, place.id, seat)}
    if row is None or row.contribution_id not in carried:
        return Reply(message("gone", "Nothing to bring back", "This answer has already got home."))
    row.state = "cannot_reach" if event.fields.get("choice") == "cannot_reach" else "told"
    said = (
        "Thank you for trying. It is kept that this answer did not get home."
        if row.state == "cannot_reach"
        else "Thank you for carrying it home."
    )
    return Reply(message(row.state, "Thank you", said), outcome={"message": row.state})


def opinion(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Did it change anything? Enough 'no' answers open the theme again, and everybody told hears so."""
    place = place_of(session, actor.partnership)
    row = commitments.get(session, place.id, event.fields.get("commitment", ""))
    answer = event.fields.get("choice", "")
    if (
        row is None
        or answer not in {choice.value for choice in OPINIONS}
        or not _behind(session, actor, row)
    ):
        return Reply(message("gone", "Thank you", "This question has closed."))
    tag = return_addresses.owner_tag(session, place.id, actor.person)
    commitments.say(session, commitment=row.id, owner_tag=tag, answer=answer)
    session.flush()
    given = commitments.opinions(session, row.id)
    thanks = message("opinion", "Thank you", "That helps the group to see what its answer did.")
    if (
        row.state != "confirmed"
        or given.get("no", 0) < place.k
        or 2 * given["no"] < sum(given.values())
    ):
        return Reply(thanks, outcome={"message": "opinion"})
    row.state = "reopened"
    due = place.within_hours(now)
    told_before = {a.person for a in _addresses(session, row)}
    later = tuple(
        Outgoing(
            "reopened", person, f"reopened:{row.id}:{person}", due, about={"commitment": row.id}
        )
        for person in sorted(told_before)
    )
    return Reply(thanks, later=later, outcome={"message": "opinion"})


def reach(session: Session, contribution: str) -> str | None:
    """Who hears about this contribution: the seat's holder for a relay, else its author."""
    address = return_addresses.of(session, contribution)
    if address is None:
        return None
    return (people.holder_of(session, address.seat) if address.seat else "") or address.person


def _addresses(session: Session, row: Commitment) -> list[return_addresses.Address]:
    found = [return_addresses.of(session, c) for c in releases.behind(session, row.line_id)]
    return [address for address in found if address is not None]


def _behind(session: Session, actor: Actor, row: Commitment) -> bool:
    mine = set(return_addresses.owned_by(session, actor.partnership, actor.person))
    return bool(mine & set(releases.behind(session, row.line_id)))


def ask_again(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Four weeks after an answer: did it change anything?"""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    later = []
    for row in commitments.ask_again_due(session, place.id, today - ASK_AGAIN_AFTER):
        row.asked_again_on = today
        for person in sorted({address.person for address in _addresses(session, row)}):
            later.append(
                Outgoing(
                    "four_weeks_later",
                    person,
                    f"again:{row.id}:{person}",
                    place.within_hours(now),
                    about={"commitment": row.id},
                )
            )
    return Reply(message("asked_again", "Done"), later=tuple(later))


def keep_promises(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A promised date has passed: chair, then delegate, then scrutineer; contributors hear once."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    due = place.within_hours(now)
    later: list[Outgoing] = []
    for line in releases.shown_lines(session, place.id):
        promised = line.until + timedelta(days=place.answer_within_days)
        if today <= promised or commitments.standing(session, line.id) is not None:
            continue
        about = {"line": line.id, "date": promised.isoformat()}
        steps = (
            (0, "answer_due_reminder", permissions.CHAIR),
            (7, "answer_due_deputy", permissions.DELEGATE),
            (14, "answer_due_scrutineer", permissions.SCRUTINEER),
        )
        for wait, kind, role in steps:
            if today > promised + timedelta(days=wait):
                for person in people.holders(session, place.id, role):
                    later.append(
                        Outgoing(kind, person, f"{kind}:{line.id}:{person}", due, about=about)
                    )
        if rounds.take_slot(session, place.id, f"unanswered:{line.id}", promised):
            owners = {
                address.person
                for c in releases.behind(session, line.id)
                if (address := return_addresses.of(session, c)) is not None
            }
            for person in sorted(owners):
                later.append(
                    Outgoing(
                        "not_answered_yet",
                        person,
                        f"unanswered:{line.id}:{person}",
                        due,
                        about=about,
                    )
                )
    return Reply(message("promises", "Done"), later=tuple(later))
