"""Asking for a hold, its end or an erasure, and the second person's yes or no. All of it is in the record.

The privacy officer asks; another person (a second privacy officer, the chair or the scrutineer) agrees.
Nobody agrees to what they asked, and nobody decides about themself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from handlers import permissions
from handlers.enrolment import plain
from handlers.messages import Actor, Incoming, Outgoing, Reply
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.privacy import erasing, holding
from handlers.privacy.forms import close_form, erase_form, hold_form, leave_form
from handlers.recording import record
from handlers.surfaces import done, message
from handlers.wording import say
from storage import Session, decisions, people
from storage.models import Decision

LONGEST_REVIEW = timedelta(days=183)
SHORTEST_CLOSING, LONGEST_CLOSING = timedelta(days=28), timedelta(days=366)
TO_WHOM = 120  # letters of the name of a records officer or successor
REFERENCE = (
    60  # letters of a case reference: it names a file elsewhere, and says nothing about anybody
)


def ask_hold(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Ask that records be kept: by theme, by days, by person, or by several of these together."""
    place = place_of(session, actor.partnership)
    typed = _typed(event, "theme", "from", "until", "email", "reference", "review")
    if event.fields.get("choice") != "ask":
        return Reply(hold_form(place, typed, {}))
    errors, asked = _hold(session, place, typed, place.today(now))
    if errors:
        return Reply(hold_form(place, typed, errors))
    return _asked(session, actor, place, asked, now)


def _typed(event: Incoming, *names: str) -> dict[str, str]:
    return {name: plain(event.fields.get(name, "")) for name in names}


def _hold(
    session: Session, place: Place, typed: Mapping[str, str], today: date
) -> tuple[dict[str, str], decisions.Asked]:
    errors = _reference_fault(typed)
    days = {}
    for name in ("from", "until", "review"):
        days[name] = _day(typed[name])
        if typed[name] and days[name] is None:
            errors[name] = say("error_day")
    person = people.by_email(session, typed["email"]) if typed["email"] else None
    if typed["email"] and (person is None or not people.seats_of(session, person, place.id)):
        errors["email"] = say("error_nobody_here")
    if typed["theme"] and typed["theme"] not in {theme.id for theme in place.codebook.themes}:
        errors["theme"] = say("error_no_theme")
    if not any(typed[name] for name in ("theme", "from", "until", "email")):
        errors.setdefault("theme", say("error_hold_scope"))
    if days["from"] and days["until"] and days["until"] < days["from"]:
        errors["until"] = say("error_days_order")
    review = days["review"]
    if "review" not in errors and (review is None or not today < review <= today + LONGEST_REVIEW):
        errors["review"] = say("error_review", date=day_words(today + LONGEST_REVIEW))
    return errors, decisions.Asked(
        "hold",
        typed["reference"],
        subject=person or "",
        theme=typed["theme"],
        from_day=days["from"],
        until_day=days["until"],
        review_on=review,
    )


def _reference_fault(typed: Mapping[str, str]) -> dict[str, str]:
    if not typed["reference"]:
        return {"reference": say("error_reference")}
    if len(typed["reference"]) > REFERENCE:
        return {"reference": say("error_reference_long", most=str(REFERENCE))}
    return {}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def ask_erase(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Ask that a person be erased here: their words, their seats and every way to reach them."""
    place = place_of(session, actor.partnership)
    typed = _typed(event, "email", "reference")
    if event.fields.get("choice") != "ask":
        return Reply(erase_form(typed, {}))
    errors = _reference_fault(typed)
    person = people.by_email(session, typed["email"]) if typed["email"] else None
    if person is None or not people.seats_of(session, person, place.id):
        errors["email"] = say("error_nobody_here")
    elif person == actor.person:
        errors["email"] = say("error_erase_oneself")
    elif fault := erasing.in_the_way(session, place, person):
        errors["email"] = fault
    if errors or person is None:
        return Reply(erase_form(typed, errors))
    asked = decisions.Asked("erase", typed["reference"], subject=person)
    return _asked(session, actor, place, asked, now)


def ask_leave(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Ask that the whole partnership's data may be written into a folder and taken away."""
    typed = _typed(event, "reference")
    errors = _reference_fault(typed)
    if event.fields.get("choice") != "ask" or errors:
        return Reply(leave_form(typed, errors if event.fields.get("choice") == "ask" else {}))
    place = place_of(session, actor.partnership)
    return _asked(session, actor, place, decisions.Asked("leave", typed["reference"]), now)


def ask_close(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Ask that the partnership end on a day, with its records handed to somebody named."""
    place = place_of(session, actor.partnership)
    typed = _typed(event, "reference", "day", "to_whom")
    if event.fields.get("choice") != "ask":
        return Reply(close_form(typed, {}))
    errors, today, day = _reference_fault(typed), place.today(now), _day(typed["day"])
    if day is None or not today + SHORTEST_CLOSING <= day <= today + LONGEST_CLOSING:
        first, last = today + SHORTEST_CLOSING, today + LONGEST_CLOSING
        errors["day"] = say("error_close_day", first=day_words(first), last=day_words(last))
    if not 1 <= len(typed["to_whom"]) <= TO_WHOM:
        errors["to_whom"] = say("error_to_whom", most=str(TO_WHOM))
    if any(row.kind == "close" for row in decisions.waiting(session, place.id)) or decisions.agreed(
        session, place.id, "close"
    ):
        errors["reference"] = say("error_close_already")
    if errors:
        return Reply(close_form(typed, errors))
    asked = decisions.Asked("close", typed["reference"], review_on=day, to_whom=typed["to_whom"])
    return _asked(session, actor, place, asked, now)


def ask_lift(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Ask that a hold end."""
    place = place_of(session, actor.partnership)
    row = decisions.get(session, place.id, _chosen(event))
    if row is None or row.kind != "hold" or row.state != "agreed":
        return _gone()
    if any(one.subject == row.id for one in decisions.waiting(session, place.id)):
        return _gone()
    asked = decisions.Asked("lift", row.reference, subject=row.id)
    return _asked(session, actor, place, asked, now)


def _asked(
    session: Session, actor: Actor, place: Place, asked: decisions.Asked, now: datetime
) -> Reply:
    row = decisions.ask(session, place.id, asked, by=actor.person, on=place.today(now))
    record(session, actor, f"privacy.{asked.kind}_asked", row.id, now, reason=row.reference)
    later = tuple(
        Outgoing("decision_waits", person, f"decision:{row.id}:{person}", place.within_hours(now))
        for person in _seconds(session, place, row)
    )
    return done("decision_asked", "decision_asked_title", "decision_asked", later=later)


def _seconds(session: Session, place: Place, row: Decision) -> Sequence[str]:
    """Everybody who may agree to this."""
    roles = permissions.TABLE["privacy.second"]
    may = {person for role in roles for person in people.holders(session, place.id, role)}
    return sorted(may - {row.asked_by, row.subject})


def review(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A hold was looked at and is still needed: it is looked at again in half a year at most."""
    place = place_of(session, actor.partnership)
    row = decisions.get(session, place.id, _chosen(event))
    if row is None or row.kind != "hold" or row.state != "agreed":
        return _gone()
    row.review_on = place.today(now) + LONGEST_REVIEW
    record(session, actor, "privacy.hold_reviewed", row.id, now, reason=row.reference)
    day = day_words(row.review_on)
    return done("hold_reviewed", "done_title", "hold_reviewed", date=day)


def agree(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The second person's yes: only now does anything happen."""
    place = place_of(session, actor.partnership)
    row = decisions.get(session, place.id, _chosen(event))
    if row is None or row.state != "asked" or row.kind == "unmask":  # the officer's alone
        return _gone()
    if actor.person in (row.asked_by, row.subject):
        return Reply(message("needs_another", say("needs_another_title"), say("needs_another")))
    if row.kind == "erase" and (fault := erasing.in_the_way(session, place, row.subject)):
        return Reply(message("in_the_way", say("erase_in_the_way_title"), fault))
    row.state, row.decided_by, row.decided_on = "agreed", actor.person, place.today(now)
    record(session, actor, f"privacy.{row.kind}_agreed", row.id, now, reason=row.reference)
    if row.kind == "lift":
        hold = decisions.get(session, place.id, row.subject)
        if hold is not None:
            hold.state = "ended"
        session.flush()
        holding.let_go(session, place.id)
        return done("hold_ended", "done_title", "hold_ended")
    if row.kind == "erase":
        erasing.erase(session, actor, place, row.subject, now=now)
        row.state = "ended"
        return done("person_erased", "done_title", "person_erased")
    if row.kind == "close":
        day = day_words(row.review_on or now.date())
        return done("close_agreed", "done_title", "close_agreed", date=day)
    if row.kind == "leave":
        return done("leave_agreed", "done_title", "leave_agreed")
    return done(
        "hold_stands", "done_title", "hold_stands", date=day_words(row.review_on or now.date())
    )


def refuse(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A no, by anybody who may decide; whoever asked takes it back in the same way."""
    place = place_of(session, actor.partnership)
    row = decisions.get(session, place.id, _chosen(event))
    if row is None or row.state != "asked":
        return _gone()
    row.state, row.decided_by, row.decided_on = "refused", actor.person, place.today(now)
    record(session, actor, f"privacy.{row.kind}_refused", row.id, now, reason=row.reference)
    return done("decision_refused", "done_title", "decision_refused")


def _chosen(event: Incoming) -> str:
    return event.fields.get("choice", "") or event.fields.get("decision", "")


def _gone() -> Reply:
    return Reply(message("gone", say("decision_gone_title"), say("decision_gone")))


def remind(session: Session, place: Place, now: datetime) -> tuple[Outgoing, ...]:
    """Holds whose day of review has come: the privacy officers hear it once a month until they look."""
    today = place.today(now)
    return tuple(
        Outgoing(
            "hold_review",
            person,
            f"review:{row.id}:{today:%Y-%m}:{person}",
            place.within_hours(now),
        )
        for row in decisions.holds(session, place.id)
        if row.review_on is not None and row.review_on <= today
        for person in people.holders(session, place.id, permissions.PRIVACY)
    )
