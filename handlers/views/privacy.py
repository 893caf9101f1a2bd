"""What came and is due, what waits for a second person, which holds stand, and the forms to ask for more."""

from __future__ import annotations

from datetime import date, datetime

from handlers import closing, permissions
from handlers.messages import Actor, Button, Form, Part, Text
from handlers.permissions import require
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.privacy import longer, requests, unmasking
from handlers.privacy.forms import close_form, erase_form, hold_form, leave_form
from handlers.wording import say
from storage import Session, decisions, people
from storage.models import Decision, Request


def privacy(session: Session, actor: Actor, *, now: datetime) -> list[Form]:
    """Every form of this desk that the actor may use, what waits first."""
    require(actor, "privacy.second")
    place = place_of(session, actor.partnership)
    today = place.today(now)
    forms = [_request(session, row, today) for row in requests.waiting(session, actor)]
    forms += [_waiting(session, place, actor, row) for row in decisions.waiting(session, place.id)]
    forms += closing.desk(session, actor, place, now)
    may_ask = permissions.allowed(actor, "privacy.ask")
    forms += [_hold(session, place, row, may_ask) for row in decisions.holds(session, place.id)]
    if may_ask:
        forms += [requests.record_form({}, {}), hold_form(place, {}, {}), erase_form({}, {})]
        forms += [leave_form({}, {}), close_form({}, {})]
    return forms


def _request(session: Session, row: Request, today: date) -> Form:
    """Something that came, with its clock; no words of it, and a name only where it is about somebody."""
    days = (row.due_on - today).days
    clock = say("request_clock", date=_day(row.due_on), days=_days(days))
    if days < 0:
        clock = say("request_clock_late", date=_day(row.due_on), days=_days(-days))
    if row.state == "answered":
        clock = say("request_clock_answered", date=_day(row.answered_on or today))
    if row.extended_on:
        clock = f"{clock} {say('request_clock_longer', date=_day(row.extended_on))}"
    known = people.known_all(session, [row.person_id]).get(row.person_id)
    who = known.name if known else say("hold_nobody" if row.person_id else "request_outside")
    came_by = "request_came_on" if row.reference else "request_came_here"
    came = say(came_by, date=_day(row.came_on), reference=row.reference)
    buttons = {
        "access": (
            Button(say("button_access_pack"), "access_pack", row.id, style="main"),
            *(
                (Button(say("button_request_longer"), "request_longer", row.id),)
                if longer.may_take(row, today)
                else ()
            ),
            Button(say("button_access_handed_over"), "request_close", row.id),
        ),
        "complaint": (
            Button(say("button_complaint_read"), "complaint_read", row.id, style="main"),
            Button(say("button_request_close"), "request_close", row.id),
        ),
    }[row.kind]
    return Form(
        name="request",
        title=say(f"request_{row.kind}_title"),
        parts=(Text(say("request_from", name=who)), Text(clock), Text(came, "hint")),
        buttons=buttons if row.state == "answered" or row.kind == "access" else buttons[:1],
        state={"request": row.id},
    )


def _days(number: int) -> str:
    id = {0: "days_today", 1: "days_one"}.get(number, "days_many")
    return say(id, days=str(number))


def _waiting(session: Session, place: Place, actor: Actor, row: Decision) -> Form:
    if row.kind == "unmask":
        may_grant = permissions.allowed(actor, "unmask.grant") and actor.person != row.asked_by
        return unmasking.waiting(row, may_grant=may_grant)
    own = actor.person in (row.asked_by, row.subject)
    parts: list[Part] = [
        Text(say(f"decision_{row.kind}_what")),
        *_scope(session, place, row),
        Text(say("decision_asked_on", date=_day(row.asked_on), reference=row.reference), "hint"),
    ]
    if own:
        parts.append(Text(say("decision_needs_another"), "hint"))
    yes = (
        ()
        if own
        else (Button(say(f"button_{row.kind}_agree"), "decision_agree", row.id, style="main"),)
    )
    no = Button(
        say("button_take_question_back" if own else "button_say_no"), "decision_refuse", row.id
    )
    return Form(
        name="decision",
        title=say(f"decision_{row.kind}_title"),
        parts=tuple(parts),
        buttons=(*yes, no),
        state={"decision": row.id},
    )


def _hold(session: Session, place: Place, row: Decision, may_ask: bool) -> Form:
    review = _day(row.review_on) if row.review_on else ""
    stands = say("hold_stands_since", reference=row.reference, date=review)
    buttons = (
        Button(say("button_hold_reviewed"), "hold_review", row.id),
        Button(say("button_hold_lift"), "hold_lift", row.id),
    )
    return Form(
        name="hold",
        title=say("hold_title", reference=row.reference),
        parts=(*_scope(session, place, row), Text(stands, "hint")),
        buttons=buttons if may_ask else (),
        state={"decision": row.id},
    )


def _scope(session: Session, place: Place, row: Decision) -> list[Part]:
    """What it covers, in a line each; a person's name is shown to those who decide about it."""
    hold = row if row.kind != "lift" else decisions.get(session, place.id, row.subject) or row
    said = []
    if hold.theme:
        names = {theme.id: theme.name for theme in place.codebook.every_theme}
        said.append(say("hold_scope_theme", theme_name=names.get(hold.theme, hold.theme)))
    if hold.from_day:
        said.append(say("hold_scope_from", date=_day(hold.from_day)))
    if hold.until_day:
        said.append(say("hold_scope_until", date=_day(hold.until_day)))
    if hold.subject and hold.kind != "lift":
        known = people.known_all(session, [hold.subject]).get(hold.subject)
        said.append(say("hold_scope_person", name=known.name if known else say("hold_nobody")))
    if hold.to_whom and hold.review_on:
        said.append(say("close_scope", date=_day(hold.review_on), to_whom=hold.to_whom))
    return [Text(one) for one in said]


def _day(day: date) -> str:
    """A hold can last for years."""
    return f"{day_words(day)} {day.year}"
