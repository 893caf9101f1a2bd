"""The coordinator’s desk: people, rounds, seats, and what needs a person. No words, no themes.

Nobody's absence, replies or counts are in it; names are for the coordinator alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from handlers import enrolment, parked, permissions, weekly, year
from handlers.danger import rota
from handlers.messages import Actor
from handlers.permissions import ROLES, require
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.views.roster import Asked, people_page
from handlers.wording import say
from storage import Session, joining, outgoing, people, releases, rounds
from storage.models import Seat

Values = dict[str, Any]
AHEAD_WEEKS = 12
SHOWN_ROUNDS = 4


def desk(session: Session, actor: Actor, *, now: datetime, asked: Asked | None = None) -> Values:
    """What the desk shows to a coordinator, and without any name to an administrator."""
    require(actor, "desk.read")
    place = place_of(session, actor.partnership)
    today = place.today(now)
    seats = people.seats_in(session, place.id)
    may_change = permissions.allowed(actor, "desk.people")
    ahead = year.rounds_ahead(
        weekday=place.prompt_weekday,
        weeks_between=place.weeks_between,
        terms=place.school_terms,
        changes=rounds.changes(session, place.id),
        after=today,
        weeks=AHEAD_WEEKS,
    )
    return {
        "may_change": may_change,
        "needs": [
            *_unread(session, place, now, may_change),
            *_needs(session, place, seats, ahead, today, may_change),
        ],
        "months": _months(session, place, ahead, today),
        "slower": rounds.replies_have_fallen(session, place.id),
        "rounds": [_round(one) for one in ahead[:SHOWN_ROUNDS]] if may_change else [],
        "people": people_page(session, place, seats, asked or Asked()) if may_change else None,
        "seats": _table(session, seats, may_change),
        "links": _links(session, place, now) if may_change else [],
    }


def _unread(session: Session, place: Place, now: datetime, may_change: bool) -> list[Values]:
    """Times at which nobody reads what is set aside; never whose absence it is."""
    return [
        {
            "title": say("set_aside_rota_gap_title"),
            "sentence": rota.words(place, gap.first, gap.until, gap.named),
            "buttons": [],
        }
        for gap in (rota.gaps(session, place, now) if may_change else ())
    ]


def _needs(
    session: Session,
    place: Place,
    seats: Sequence[Seat],
    ahead: Sequence[year.Planned],
    today: date,
    may_change: bool,
) -> list[Values]:
    found: list[Values] = [
        {
            "title": say("parked_title"),
            "sentence": say("parked", kind=parked.kind_words(row.kind), reason=row.reason),
            "buttons": [
                {"kind": button.kind, "value": button.value, "label": button.label}
                for button in parked.buttons(row)
                if may_change
            ],
        }
        for row in outgoing.parked(session, place.id)
    ]
    if rounds.load_is_heavy(session, place.id, today - timedelta(weeks=4), place.k):
        coming = [one for one in ahead if one.on is not None][:1]
        found.append(
            {
                "title": say("load_heavy_title"),
                "sentence": say("load_heavy"),
                "buttons": [
                    {
                        "kind": "round_skip",
                        "value": one.planned.isoformat(),
                        "label": say("button_leave_out", date=day_words(one.planned)),
                    }
                    for one in coming
                    if may_change
                ],
            }
        )
    if may_change:
        found += [
            {
                "title": say("emerging_title"),
                "sentence": say("emerging", name=one.name),
                "buttons": [],
            }
            for one in weekly.proposals(session, place)
        ]
    found += [_empty(seat, may_change) for seat in seats if seat.person_id is None]
    return found


def _empty(seat: Seat, may_change: bool) -> Values:
    buttons = [
        {"kind": "seat_hand_over", "value": seat.id, "label": say("button_next_holder")},
        {"kind": "seat_remove", "value": seat.id, "label": say("button_not_needed")},
    ]
    return {
        "title": say("seat_is_empty_title"),
        "sentence": say(
            "seat_is_empty", role=ROLES[seat.role], agency=enrolment.agency_words(seat.agency)
        ),
        "buttons": buttons if may_change else [],
    }


def _months(
    session: Session, place: Place, ahead: Sequence[year.Planned], today: date
) -> list[Values]:
    monday = today - timedelta(days=today.weekday())
    weeks = [monday + timedelta(weeks=n) for n in range(AHEAD_WEEKS)]
    digests = [day + timedelta(days=place.digest_weekday) for day in weeks]
    issued = [row.slot_date for row in releases.issued(session, place.id)]
    return year.months(
        today,
        prompts=[
            *rounds.opening_days(session, place.id),
            *(one.on for one in ahead if one.on is not None),
        ],
        digests=[*issued, *(year.on_working_day(day) for day in digests if day > today)],
        quiet_weeks=people.weeks_many_are_away(session, place.id, weeks, least=place.k),
    )


def _round(one: year.Planned) -> Values:
    if one.on is None:
        state = say("round_left_out")
    elif one.on == one.planned:
        state = say("round_as_planned")
    else:
        state = say("round_moved_to", date=day_words(one.on))
    return {
        "planned": one.planned.isoformat(),
        "day": day_words(one.planned),
        "state": state,
        "changed": one.on != one.planned,
        "on": one.on.isoformat() if one.on else "",
    }


def _table(session: Session, seats: Sequence[Seat], may_change: bool) -> list[Values]:
    """The seats that a partnership has once or twice: filled or empty, with names for who may see them."""
    roles = [role for role in ROLES if role not in (permissions.PRACTITIONER, permissions.CHAMPION)]
    there = [seat for seat in seats if seat.role in roles and seat.person_id]
    ids = [seat.person_id for seat in there if seat.person_id]
    names = people.known_all(session, ids) if may_change else {}
    found = []
    for role in roles:
        held = [seat for seat in there if seat.role == role]
        if may_change:
            said = ", ".join(names[seat.person_id].name for seat in held if seat.person_id)
        else:
            said = say("seat_filled") if held else ""
        found.append(
            {
                "title": ROLES[role],
                "sentence": said or say("seat_nobody"),
                "filled": bool(held),
                "seats": [
                    {"id": seat.id, "name": names[seat.person_id].name}
                    for seat in held
                    if may_change and seat.person_id
                ],
            }
        )
    return found


def _links(session: Session, place: Place, now: datetime) -> list[Values]:
    return [
        {
            "id": row.id,
            "agency": enrolment.agency_words(row.agency),
            "sentence": say(
                "join_link_domain_opens" if row.domain else "join_link_opens",
                date=day_words(place.today(row.expires_at)),
                domain=row.domain,
            ),
        }
        for row in joining.of(session, place.id, now=now)
    ]
