"""Task-and-finish groups: one job, people of several agencies, an end date, and a duty to tell.

The chair or delegate sets one up for an answer that was given; the coordinator seats its members. It ends
with a report, which is an answer like any other: a proposal until the chair confirms it, and then everybody
behind the theme is told what the group did.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from handlers import given_back, permissions
from handlers.answers import AFTER_ACT, STATUS_LABELS
from handlers.loop import proposals
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
from handlers.permissions import require
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.recording import record
from handlers.surfaces import done, message
from handlers.wording import say
from storage import Session, commitments, groups, people, releases, rounds
from storage.models import Line, TaskGroup

AGENCIES = 2
LONGEST_REMIT = 240  # characters; it stands in the digest
LOOKING_BACK = timedelta(weeks=12)
MOST_AHEAD = timedelta(weeks=52)
REPORTED = ("answer", "not_done", "child_words", "sign")


def desk(session: Session, actor: Actor, *, now: datetime) -> list[Form]:
    """Everything about groups that this actor may see or do."""
    require(actor, "own.home")
    place = place_of(session, actor.partnership)
    forms = []
    if permissions.allowed(actor, "group.set"):
        forms.append(_set_up_form(session, place, {}, {}))
    mine = {row.id for row in groups.of_person(session, place.id, actor.person)}
    reads = permissions.allowed(actor, "group.read")
    for row in groups.standing(session, place.id, place.today(now) - LOOKING_BACK):
        if reads or row.id in mine:
            forms.append(_card(session, actor, row, mine))
    if reads:
        forms += given_back.desk(session, actor, place, now=now)
    return forms


def _set_up_form(
    session: Session, place: Place, typed: Mapping[str, str], errors: Mapping[str, str]
) -> Form:
    """For which answer, its name, its one job, and the day by which it has told people."""
    answers = [
        (row, releases.line(session, place.id, row.line_id))
        for row in commitments.confirmed(session, place.id)
        if row.button in ("act", "discuss")
    ]
    causes = tuple(Choice(row.id, line.title) for row, line in answers if line is not None)
    fields = (
        Field(
            "commitment",
            say("group_field_cause"),
            "select",
            choices=(Choice("", say("group_choose_cause")), *causes),
        ),
        Field("name", say("group_field_name"), "short_text"),
        Field("remit", say("group_field_remit"), hint=say("group_hint_remit")),
        Field("ends_on", say("group_field_ends"), "date", hint=say("group_hint_ends")),
    )
    return Form(
        name="group_set_up",
        title=say("group_set_up_title"),
        parts=tuple(_filled(field, typed, errors) for field in fields),
        needs=("commitment", "name", "remit", "ends_on"),
        buttons=(Button(say("button_group_set_up"), "group_set_up", style="main"),),
    )


def _filled(field: Field, typed: Mapping[str, str], errors: Mapping[str, str]) -> Field:
    value, error = typed.get(field.name, ""), errors.get(field.name, "")
    return Field(
        field.name, field.label, field.kind, field.hint, field.choices, value=value, error=error
    )


def set_up(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """One job, tied to an answer that stands; its members come next."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    names = ("commitment", "name", "remit", "ends_on")
    typed = {name: event.fields.get(name, "").strip() for name in names}
    cause = commitments.get(session, place.id, typed["commitment"])
    ends = _day(typed["ends_on"])
    errors = {}
    if cause is None or cause.state != "confirmed":
        errors["commitment"] = say("error_group_cause")
    if not typed["name"] or len(typed["name"]) > 80:
        errors["name"] = say("error_group_name")
    if not typed["remit"] or len(typed["remit"]) > LONGEST_REMIT:
        errors["remit"] = say("error_group_remit", number=str(LONGEST_REMIT))
    if ends is None or not today < ends <= today + MOST_AHEAD:
        errors["ends_on"] = say("error_group_ends")
    if errors or cause is None or ends is None:
        return Reply(_set_up_form(session, place, typed, errors))
    row = groups.set_up(
        session,
        place.id,
        commitment=cause.id,
        name=typed["name"],
        remit=typed["remit"],
        ends=ends,
        on=today,
    )
    record(session, actor, "group.set_up", row.id, now)
    return done("group_set_up", "group_is_set_up_title", "group_is_set_up")


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _card(session: Session, actor: Actor, row: TaskGroup, mine: set[str]) -> Form:
    """A group: its job, its end, the agencies in it, and what this actor may do."""
    seated = groups.members(session, row.id)
    agencies = sorted({_agency(one.agency) for one in seated})
    theme = _line_of(session, row)
    parts: list[Part] = [Text(row.remit, style="voice")]
    if theme is not None:
        parts.append(Text(say("group_because", theme_name=theme.title), style="hint"))
    ended = day_words(row.ended_on) if row.ended_on else ""
    until = (
        say("group_ended", date=ended) if ended else say("group_ends", date=day_words(row.ends_on))
    )
    parts.append(Text(until))
    if agencies:
        parts.append(Text(say("group_agencies", agencies=", ".join(agencies))))
    if len(agencies) < AGENCIES and not ended:
        parts.append(Text(say("group_needs_agencies"), style="hint"))
    if told := groups.told(session, row):
        parts.append(Text(told, style="voice", heading=say("group_told")))
    actions: list[Button] = []
    tail = say("button_tail", title=row.name)
    if not ended and permissions.allowed(actor, "group.seat"):
        parts += _seats(session, row)
        actions = [
            Button(say("button_group_add"), "group_add", style="main", tail=tail),
            Button(say("button_group_take_out"), "group_take_out", tail=tail),
        ]
    if not ended and row.id in mine:
        actions.append(
            Button(say("button_group_report"), "group_report_form", style="main", tail=tail)
        )
    return Form("group", row.name, tuple(parts), tuple(actions), state={"group": row.id})


def _agency(id: str) -> str:
    return id.replace("_", " ").capitalize()


def _line_of(session: Session, row: TaskGroup) -> Line | None:
    cause = commitments.get(session, row.partnership_id, row.commitment_id)
    return releases.line(session, row.partnership_id, cause.line_id) if cause else None


def _seats(session: Session, row: TaskGroup) -> tuple[Part, ...]:
    """For the coordinator: who sits in it, and everybody who could."""
    here = {
        s.person_id: s.agency for s in people.seats_in(session, row.partnership_id) if s.person_id
    }
    named = people.known_all(session, here)
    sitting = {one.person_id for one in groups.members(session, row.id)}
    labels = sorted((f"{named[id].name} ({_agency(here[id])})", id) for id in here if id in named)
    choices = tuple(Choice(id, label) for label, id in labels)
    who = ", ".join(label for label, id in labels if id in sitting)
    field = Field("person", say("group_field_person"), "select", choices=choices)
    return Text(who or say("group_nobody"), heading=say("group_members")), field


def add(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The coordinator seats somebody who holds a seat here; they hear so."""
    place = place_of(session, actor.partnership)
    row = _open_group(session, actor, event)
    held = people.seats_of(session, event.fields.get("person", ""), place.id)
    if row is None or not held:
        return _gone()
    person = event.fields["person"]
    groups.add_member(session, row.id, person, held[0].agency)
    notice = Outgoing(
        "group_member",
        person,
        f"group:{row.id}:{person}",
        place.within_hours(now),
        about={"group": row.id},
    )
    return done("group_added", "group_added_title", "group_added", later=(notice,))


def take_out(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    row = _open_group(session, actor, event)
    if row is None:
        return _gone()
    groups.remove_member(session, row.id, event.fields.get("person", ""))
    return done("group_taken_out", "group_taken_out_title", "group_taken_out")


def _open_group(session: Session, actor: Actor, event: Incoming) -> TaskGroup | None:
    row = groups.get(session, actor.partnership, event.fields.get("group", ""))
    return row if row is not None and row.state == "open" else None


def _gone() -> Reply:
    return Reply(message("gone", say("group_gone_title"), say("group_gone")))


def report_form(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """What a member tells contributors the group did."""
    row = _own(session, actor, event)
    return Reply(_report(row, {}, {})) if row is not None else _gone()


def _own(session: Session, actor: Actor, event: Incoming) -> TaskGroup | None:
    """An open group in which the actor sits."""
    wanted = event.fields.get("group", "")
    mine = groups.of_person(session, actor.partnership, actor.person)
    return next((row for row in mine if row.id == wanted), None)


def _report(row: TaskGroup, typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    fields = (
        Field(name, say(f"answer_field_{name}"), hint=say(f"answer_hint_{name}"))
        for name in REPORTED
    )
    how = Field(
        "status",
        say("group_field_status"),
        "one_of",
        choices=tuple(Choice(id, STATUS_LABELS[id], say(f"answer_{id}_asks")) for id in AFTER_ACT),
    )
    return Form(
        name="group_report",
        title=say("group_report_title", name=row.name),
        parts=(
            Text(say("group_report_explained")),
            *(_filled(field, typed, errors) for field in (how, *fields)),
        ),
        buttons=(Button(say("button_group_propose"), "group_report", style="main"),),
        state={"group": row.id},
    )


def report(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A report is an answer: proposed to the chair, and told to everybody once it is confirmed."""
    place = place_of(session, actor.partnership)
    row = _own(session, actor, event)
    line = _line_of(session, row) if row is not None else None
    if row is None or line is None:
        return _gone()
    agencies = {one.agency for one in groups.members(session, row.id)}
    typed = {name: event.fields.get(name, "").strip() for name in (*REPORTED, "status")}
    typed |= {"button": "act", "owner_role": "", "receiver": "", "due_on": ""}
    errors = proposals.errors(typed, place.today(now))
    if typed["status"] not in AFTER_ACT:
        errors = {"status": say("error_choose_one")}
    if len(agencies) < AGENCIES:
        errors["status"] = say("group_needs_agencies")
    if errors:
        return Reply(_report(row, typed, errors))
    later = proposals.keep(session, place, actor, line, typed, now=now)
    made = commitments.open_proposal(session, line.id)
    row.report_id = made.id if made is not None else ""
    record(session, actor, "group.report", row.id, now)
    return done("group_reported", "group_reported_title", "group_reported", later=later)


def remind(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """On its last day, members and chair hear that a group has yet to tell; once."""
    place = place_of(session, actor.partnership)
    today, due = place.today(now), place.within_hours(now)
    later = []
    for row in groups.standing(session, place.id, today):
        waits = row.state == "open" and not row.report_id and row.ends_on <= today
        if not waits or not rounds.take_slot(session, place.id, f"group:{row.id}", row.ends_on):
            continue
        who = {one.person_id for one in groups.members(session, row.id)}
        who |= set(people.holders(session, place.id, permissions.CHAIR))
        later += [
            Outgoing("group_due", one, f"due:{row.id}:{one}", due, about={"group": row.id})
            for one in sorted(who)
        ]
    return Reply(message("groups", "Done"), later=tuple(later))


def notice(session: Session, place: Place, kind: str, about: Mapping[str, str]) -> Form | None:
    """What a member reads; nothing once the group is gone or has ended."""
    row = groups.get(session, place.id, about["group"])
    if row is None or row.state != "open":
        return None
    said = say(kind, name=row.name, remit=row.remit, date=day_words(row.ends_on))
    return Form(kind, say(f"{kind}_title", name=row.name), parts=(Text(said),))
