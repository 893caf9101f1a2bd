"""Who said something that was not set aside: asked for with a reason, granted by the officer, seen by the lead.

The theme editor who reads the words asks and never learns the name; the officer who grants it reads no words; the
safeguarding lead alone sees who it was, for a week, each time recorded. The deputy and the scrutineer are alerted
at once, and the writer is told unless the officer says that this would harm somebody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from handlers import permissions
from handlers.enrolment import agency_words
from handlers.messages import Actor, Button, Field, Form, Incoming, Outgoing, Part, Reply, Text
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.recording import record
from handlers.seated import actor_of
from handlers.surfaces import choices, done, fixed_line, message
from handlers.wording import say
from storage import Session, contributions, decisions, people, return_addresses
from storage.models import Decision

REASONS = choices("unmask_reasons", "safe_now", "law")
TELL = choices("unmask_tell", "tell", "harm")
SEEN_FOR = timedelta(days=7)


def ask(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A theme editor says why somebody must know who said these words; nobody knows it yet."""
    place = place_of(session, actor.partnership)
    row = contributions.get(session, place.id, event.fields.get("contribution_id", ""))
    if row is None or return_addresses.of(session, row.id) is None:
        return Reply(message("gone", say("unmask_gone_title"), say("unmask_gone")))
    reason = event.fields.get("reason", "")
    if reason not in {choice.value for choice in REASONS}:
        asked = event.fields.get("choice") == "ask"
        return Reply(_ask_form(place, row.id, say("error_choose_one") if asked else ""))
    wanted = decisions.Asked("unmask", reason, subject=row.id)
    made = decisions.ask(session, place.id, wanted, by=actor.person, on=place.today(now))
    record(session, actor, "unmask.asked", made.id, now, reason=made.reference)
    told = set(people.holders(session, place.id, permissions.PRIVACY)) - {actor.person}
    later = tuple(
        Outgoing("unmask_asked", person, f"unmask_asked:{made.id}:{person}", now)
        for person in sorted(told)
    )
    return done("unmask_asked", "decision_asked_title", "unmask_asked_done", later=later)


def _ask_form(place: Place, id: str, error: str) -> Form:
    return Form(
        name="unmask_ask",
        title=say("unmask_ask_title"),
        parts=(
            Text(say("unmask_ask_how")),
            Field("reason", say("unmask_why"), "one_of", choices=REASONS, error=error),
            fixed_line(place),
        ),
        buttons=(Button(say("button_unmask_ask"), "unmask_ask", "ask", style="main"),),
        state={"contribution_id": id},
    )


def waiting(row: Decision, *, may_grant: bool, error: str = "") -> Form:
    """What waits for the officer: the reason, and whether the writer may be told. No words, no name."""
    reasons = {choice.value: choice.label for choice in REASONS}
    parts: list[Part] = [
        Text(say("decision_unmask_what")),
        Text(say("unmask_because", reason=reasons.get(row.reference, row.reference))),
    ]
    if may_grant:
        parts.append(Field("tell", say("unmask_told"), "one_of", choices=TELL, error=error))
    grant = Button(say("button_unmask_grant"), "unmask_grant", row.id, style="main")
    return Form(
        name="unmask",
        title=say("decision_unmask_title"),
        parts=tuple(parts),
        buttons=(
            *((grant,) if may_grant else ()),
            Button(say("button_say_no"), "decision_refuse", row.id),
        ),
        state={"decision": row.id},
    )


def grant(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The officer's yes: from now on, for a week, the lead may see who it was."""
    place = place_of(session, actor.partnership)
    row = _meant(session, actor, event, "asked")
    if row is None:
        return _nothing()
    found = return_addresses.of(session, row.subject)
    if actor.person == row.asked_by or (found is not None and found.person == actor.person):
        return Reply(message("needs_another", say("needs_another_title"), say("needs_another")))
    tell = event.fields.get("tell", "")
    if tell not in {choice.value for choice in TELL}:
        return Reply(waiting(row, may_grant=True, error=say("error_choose_one")))
    row.state, row.decided_by, row.decided_on = "agreed", actor.person, place.today(now)
    record(session, actor, "unmask.granted", row.id, now, reason=f"{row.reference} {tell}".strip())
    later = (
        *_told(session, place, row, "unmask_granted", _readers(session, place), now),
        *_told(session, place, row, "unmask_alert", _watchers(session, place, actor), now),
        *(_writer(row, place, now) if tell == "tell" else ()),
    )
    return done("unmask_granted", "done_title", "unmask_granted_done", later=later)


def _readers(session: Session, place: Place) -> set[str]:
    return set(people.holders(session, place.id, permissions.LEAD))


def _watchers(session: Session, place: Place, actor: Actor) -> set[str]:
    roles = (permissions.DEPUTY, permissions.SCRUTINEER)
    return {p for role in roles for p in people.holders(session, place.id, role)} - {actor.person}


def _told(
    session: Session, place: Place, row: Decision, kind: str, persons: set[str], now: datetime
) -> tuple[Outgoing, ...]:
    about = {"decision": row.id, "reason": row.reference, "on": place.today(now).isoformat()}
    return tuple(
        Outgoing(kind, person, f"{kind}:{row.id}:{person}", now, about=about)
        for person in sorted(persons)
    )


def _writer(row: Decision, place: Place, now: datetime) -> tuple[Outgoing, ...]:
    about = {"on": place.today(now).isoformat()}
    once = f"unmask_to_contributor:{row.id}"
    told = Outgoing(
        "unmask_to_contributor", row.subject, once, now, via="return_address", about=about
    )
    return (told,)


def see(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Who it was and what was said, in this reply only; each look is in the record."""
    place = place_of(session, actor.partnership)
    row = _meant(session, actor, event, "agreed")
    if row is not None and actor.person == row.asked_by:
        return Reply(
            message("needs_another", say("needs_another_title"), say("unmask_not_who_asked"))
        )
    words = contributions.get(session, place.id, row.subject) if row is not None else None
    found = return_addresses.of(session, row.subject) if row is not None else None
    late = row is None or row.decided_on is None or row.decided_on + SEEN_FOR < place.today(now)
    if row is None or words is None or found is None or late:
        return _nothing()
    record(session, actor, "unmask.seen", row.id, now, reason=row.reference)
    known = people.known_all(session, [found.person]).get(found.person)
    writer = actor_of(session, found.person, place.id)
    agency = agency_words(writer.agency) if writer is not None else say("aside_who_left")
    said = "unmask_who_carried" if found.seat else "unmask_who"
    name = known.name if known else say("hold_nobody")
    return Reply(
        Form(
            name="unmask_seen",
            title=say("unmask_seen_title"),
            parts=(
                Text(say(said, name=name, agency_name=agency)),
                Text(
                    contributions.words(session, words), "voice", heading=day_words(words.on_date)
                ),
                Text(say("unmask_seen_how", date=day_words(_last(row))), "hint"),
            ),
        )
    )


def _last(row: Decision) -> date:
    return (row.decided_on or row.asked_on) + SEEN_FOR


def notice(place: Place, kind: str, about: Mapping[str, str]) -> Form:
    """What each is told: never a word, and never a name."""
    reasons = {choice.value: choice.label.lower() for choice in REASONS}
    reason = reasons.get(about.get("reason", ""), "")
    buttons: tuple[Button, ...] = ()
    if kind == "unmask_granted":
        buttons = (Button(say("button_unmask_see"), "unmask_see", about["decision"]),)
    said = Text(say(kind, reason=reason, **place.words))
    state = {"decision": about["decision"]} if buttons else {}
    return Form(name=kind, title=say(f"{kind}_title"), parts=(said,), buttons=buttons, state=state)


def _meant(session: Session, actor: Actor, event: Incoming, state: str) -> Decision | None:
    id = event.fields.get("choice", "") or event.fields.get("decision", "")
    row = decisions.get(session, actor.partnership, id)
    return row if row is not None and (row.kind, row.state) == ("unmask", state) else None


def _nothing() -> Reply:
    return Reply(message("gone", say("decision_gone_title"), say("decision_gone")))
