"""Seats outlive the people in them: handing over, leaving empty, and ending access for who has gone.

What was open goes with the seat and its old holder loses it in the same moment. The next holder sees
what is promised, and never what was typed or who said it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from handlers import enrolment, permissions
from handlers.messages import Actor, Button, Choice, Field, Form, Incoming, Outgoing, Reply, Text
from handlers.permissions import ROLES
from handlers.place import of as place_of
from handlers.recording import record
from handlers.surfaces import message
from handlers.wording import say
from storage import Session, leaving, people, return_addresses, sign_in
from storage.models import Seat

GONE = message("gone", say("seat_gone_title"), say("seat_gone"))
ROLE_CHOICES = tuple(Choice(role, label) for role, label in ROLES.items())
LAST_COORDINATOR = message(
    "last_coordinator", say("last_coordinator_title"), say("last_coordinator")
)


def invite(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Seat somebody, and ask them in when they are new."""
    typed = {
        name: enrolment.plain(event.fields.get(name, "")) for name in ("name", "email", "agency")
    }
    typed["role"] = event.fields.get("role", permissions.PRACTITIONER)
    if event.fields.get("choice") != "invite":
        return Reply(_invite_form(typed, {}))
    errors = enrolment.faults(typed["name"], typed["email"])
    agency = enrolment.agency_of(typed["agency"])
    if not agency:
        errors["agency"] = say("error_agency_needed")
    if typed["role"] not in ROLES:
        errors["role"] = say("error_seat_needed")
    person = people.by_email(session, typed["email"]) if not errors else None
    if person and (
        problem := enrolment.forbidden(
            session, actor.partnership, person, frozenset({typed["role"]})
        )
    ):
        errors["role"] = problem
    if errors:
        return Reply(_invite_form(typed, errors))
    person = person or people.enrol(session, name=typed["name"], email=typed["email"])
    new = not people.seats_of(session, person, actor.partnership)
    _seat(session, actor, person, typed["role"], agency, now)
    said = say("invited", name=typed["name"], seat=_in_words(typed))
    asked = (enrolment.invitation(person, now=now),) if new else ()
    more = say("invited_by_mail") if new else ""
    return Reply(
        message("invited", say("done_title"), said, more),
        later=asked,
        outcome={"message": "invited"},
    )


def _in_words(typed: Mapping[str, str]) -> str:
    return say("seat_words", role=ROLES[typed["role"]].lower(), agency=typed["agency"])


def give(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """One more seat for somebody who is here."""
    person = event.fields.get("person", "")
    held = people.seats_of(session, person, actor.partnership)
    if not held:
        return Reply(GONE)
    typed = {
        "agency": enrolment.plain(
            event.fields.get("agency", enrolment.agency_words(held[0].agency))
        ),
        "role": event.fields.get("role", permissions.CHAMPION),
    }
    errors = {}
    if not enrolment.agency_of(typed["agency"]):
        errors["agency"] = say("error_agency_needed")
    if typed["role"] not in ROLES:
        errors["role"] = say("error_seat_needed")
    elif problem := enrolment.forbidden(
        session, actor.partnership, person, frozenset({typed["role"]})
    ):
        errors["role"] = problem
    if errors or event.fields.get("choice") != "give":
        shown = errors if event.fields.get("choice") == "give" else {}
        name = people.known(session, person).name
        return Reply(
            Form(
                name="seat_give",
                title=say("seat_give_title", name=name),
                parts=_seat_fields(typed, shown),
                buttons=(Button(say("button_seat_give"), "seat_give", "give", style="main"),),
                state={"person": person},
            )
        )
    _seat(session, actor, person, typed["role"], enrolment.agency_of(typed["agency"]), now)
    said = say("seat_given", seat=_in_words(typed))
    return Reply(message("seat_given", say("done_title"), said), outcome={"message": "seat_given"})


def _seat_fields(typed: Mapping[str, str], errors: Mapping[str, str]) -> tuple[Field, Field]:
    return (
        Field(
            "agency",
            say("seat_agency"),
            "short_text",
            hint=say("seat_agency_hint"),
            value=typed.get("agency", ""),
            error=errors.get("agency", ""),
        ),
        Field(
            "role",
            say("seat_role"),
            "select",
            choices=ROLE_CHOICES,
            value=typed.get("role", ""),
            error=errors.get("role", ""),
        ),
    )


def invite_again(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A fresh link for somebody whose first one is used or over."""
    person = event.fields.get("person", "")
    if not people.seats_of(session, person, actor.partnership):
        return Reply(GONE)
    return Reply(
        message("invited_again", say("done_title"), say("invited_again")),
        later=(enrolment.invitation(person, now=now),),
        outcome={"message": "invited_again"},
    )


def _invite_form(typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    def field(name: str, label: str, hint: str = "") -> Field:
        value, error = typed.get(name, ""), errors.get(name, "")
        return Field(name, label, "short_text", hint=hint, value=value, error=error)

    return Form(
        name="invite",
        title=say("invite_title"),
        parts=(
            field("name", say("seat_name")),
            field("email", say("seat_email"), say("seat_email_hint")),
            *_seat_fields(typed, errors),
        ),
        buttons=(Button(say("button_invite"), "invite", "invite", style="main"),),
    )


def _seat(
    session: Session, actor: Actor, person: str, role: str, agency: str, now: datetime
) -> None:
    on = place_of(session, actor.partnership).today(now)
    id = people.seat(
        session, partnership=actor.partnership, person=person, role=role, agency=agency, on=on
    )
    record(session, actor, "seat.give", id, now)


def _own(session: Session, actor: Actor, event: Incoming) -> Seat | None:
    id = event.fields.get("seat", "") or event.fields.get("choice", "")
    return people.seat_by_id(session, actor.partnership, id)


def hand_over(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Give a seat, filled or empty, to its next holder, with everything that is open in it."""
    seat = _own(session, actor, event)
    if seat is None:
        return Reply(GONE)
    typed = {name: enrolment.plain(event.fields.get(name, "")) for name in ("name", "email")}
    if event.fields.get("choice") != "hand_over":
        return Reply(_hand_over_form(seat, typed, {}))
    person = people.by_email(session, typed["email"]) if typed["email"] else None
    errors = enrolment.faults("-" if person else typed["name"], typed["email"])
    if person is not None and person == seat.person_id:
        errors["email"] = say("error_seat_held")
    elif person is not None and (
        problem := enrolment.forbidden(session, seat.partnership_id, person, frozenset({seat.role}))
    ):
        errors["email"] = problem
    if errors:
        return Reply(_hand_over_form(seat, typed, errors))
    person = person or people.enrol(session, name=typed["name"], email=typed["email"])
    new = not people.seats_of(session, person, seat.partnership_id)
    left = seat.person_id
    _move(session, actor, seat, person, "seat.hand_over", now)
    if left is not None:
        _tidy_up_after(session, actor.partnership, left)
    told = Outgoing(
        "seat_handed_over",
        person,
        f"seat:{seat.id}:{person}:{now.isoformat()}",
        now,
        about={"seat": seat.id},
    )
    later = (enrolment.invitation(person, now=now), told) if new else (told,)
    return Reply(
        message("handed_over", say("handed_over_title"), say("handed_over")),
        later=later,
        outcome={"message": "handed_over"},
    )


def _hand_over_form(seat: Seat, typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    label, agency = ROLES[seat.role], enrolment.agency_words(seat.agency)
    return Form(
        name="hand_over",
        title=say("hand_over_title", seat=say("seat_words", role=label, agency=agency)),
        parts=(
            Text(say("hand_over_explained")),
            Field(
                "email",
                say("hand_over_email"),
                "short_text",
                value=typed.get("email", ""),
                error=errors.get("email", ""),
            ),
            Field(
                "name",
                say("hand_over_name"),
                "short_text",
                value=typed.get("name", ""),
                error=errors.get("name", ""),
            ),
        ),
        buttons=(
            Button(say("button_hand_over"), "seat_hand_over", "hand_over", style="main"),
            Button(say("button_leave_empty"), "seat_empty", "empty"),
        ),
        state={"seat": seat.id},
    )


def _move(
    session: Session, actor: Actor, seat: Seat, person: str | None, action: str, now: datetime
) -> None:
    seat.person_id = person
    seat.since = place_of(session, seat.partnership_id).today(now)
    session.flush()
    return_addresses.hand_over(session, seat.partnership_id, seat.id, person or "")
    record(session, actor, action, seat.id, now)


def empty(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Take a person out of a seat; what is open in it waits for the next holder."""
    seat = _own(session, actor, event)
    if seat is None or seat.person_id is None:
        return Reply(GONE)
    if is_last_coordinator(session, seat):
        return Reply(LAST_COORDINATOR)
    left = seat.person_id
    vacate(session, actor, seat, now)
    _tidy_up_after(session, actor.partnership, left)
    emptied = message("emptied", say("emptied_title"), say("emptied"))
    return Reply(emptied, outcome={"message": "emptied"})


def is_last_coordinator(session: Session, seat: Seat) -> bool:
    if seat.role != permissions.COORDINATOR:
        return False
    return len(people.holders(session, seat.partnership_id, permissions.COORDINATOR)) <= 1


def vacate(session: Session, actor: Actor, seat: Seat, now: datetime) -> None:
    """A practitioner's seat is their own and goes with them; every other one waits for the next."""
    if seat.role == permissions.PRACTITIONER:
        record(session, actor, "seat.end", seat.id, now)
        people.remove_seat(session, seat)
    else:
        _move(session, actor, seat, None, "seat.empty", now)


def _tidy_up_after(session: Session, partnership: str, person: str) -> None:
    if not people.seats_of(session, person, partnership):
        leaving.leave(session, partnership, person)


def remove(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Do away with an empty seat that is not needed any more."""
    seat = _own(session, actor, event)
    if seat is None or seat.person_id is not None:
        return Reply(GONE)
    if return_addresses.carried_by(session, seat.partnership_id, seat.id):
        return Reply(message("seat_needed", say("seat_needed_title"), say("seat_needed")))
    record(session, actor, "seat.remove", seat.id, now)
    people.remove_seat(session, seat)
    removed = message("removed", say("done_title"), say("seat_removed"))
    return Reply(removed, outcome={"message": "removed"})


def end_access(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Somebody has left: every seat of theirs here is given up, and every way in is closed."""
    person = event.fields.get("person", "") or event.fields.get("choice", "")
    seats = people.seats_of(session, person, actor.partnership)
    if not seats:
        return Reply(GONE)
    if any(is_last_coordinator(session, seat) for seat in seats):
        return Reply(LAST_COORDINATOR)
    if event.fields.get("choice") != "end":
        return Reply(_end_form(people.known(session, person).name, person))
    for seat in seats:
        vacate(session, actor, seat, now)
    leaving.leave(session, actor.partnership, person)
    ended = message("ended", say("access_ended_title"), say("access_ended"))
    return Reply(ended, outcome={"message": "ended"})


def sign_out(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """End every session and every unused link of this person here, or of everybody when none is named."""
    person = event.fields.get("person", "")
    if person and not people.seats_of(session, person, actor.partnership):
        return Reply(GONE)
    sign_in.end_here(session, actor.partnership, person)
    record(session, actor, "desk.people", person or "everybody", now, reason="signed_out")
    out = message("signed_out", say("desk_signed_out_title"), say("desk_signed_out"))
    return Reply(out, outcome={"message": "signed_out"})


def _end_form(name: str, person: str) -> Form:
    return Form(
        name="person_end",
        title=say("access_end_title", name=name),
        parts=(Text(say("access_end_explained")),),
        buttons=(Button(say("button_access_end"), "person_end", "end", style="main"),),
        state={"person": person},
    )
