"""The meeting pack as one who reads digests may open it: nothing in it that they were not shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from digests import pack as packs
from digests.page import number_word, short_day
from handlers import material
from handlers.answers import BY_ID, STATUS_LABELS, status_words
from handlers.loop import meetings, minutes
from handlers.messages import Actor
from handlers.permissions import require
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.wording import say
from storage import Session, commitments, releases
from storage.models import Line

QUESTIONS = 6  # in half an hour; the oldest first, and every other one stands on the board of loops


def pack(session: Session, actor: Actor, *, now: datetime) -> packs.Pack:
    """The pack, for somebody who reads digests."""
    require(actor, "digest.read")
    return of(session, place_of(session, actor.partnership), now=now)


def of(session: Session, place: Place, *, now: datetime) -> packs.Pack:
    """What cleared since the last meeting, what waits, and the sheet for decisions."""
    today = place.today(now)
    on = meetings.of_pack(session, place, today)
    since = meetings.before_pack(session, place, today)
    shown = releases.shown_lines(session, place.id)
    waiting = minutes.before_the_group(session, place.id)
    newest = {line.subject: line for line in shown if line.until > since}
    others = [line for line in reversed(list(newest.values())) if line not in waiting]
    lines = [*waiting, *others][:QUESTIONS]
    issued = releases.issued(session, place.id)
    number = issued[0].number if issued else 0
    made = material.of(session, place, number, lines, today)
    asked = "pack_opening_one" if len(lines) == 1 else "pack_opening"
    made = replace(made, opening=say(asked, count=number_word(len(lines)).capitalize()))
    draft = packs.build(
        made,
        on=on,
        opener="",
        group=place.words["group_name"],
        board=[_standing(session, theme, place.today(now)) for theme in _themes(shown)],
        proposals=_proposals(session, place),
        to_decide=[line.id for line in waiting if line in lines],
    )
    opener = say("meeting_pack_opener", date=day_words(on), minutes=str(draft.minutes))
    return replace(draft, opener=opener)


def _themes(shown: Sequence[Line]) -> list[list[Line]]:
    """Every release of each theme, oldest first."""
    found: dict[str, list[Line]] = {}
    for line in shown:
        found.setdefault(line.subject, []).append(line)
    return list(found.values())


def _standing(session: Session, lines: Sequence[Line], today: date) -> packs.Standing:
    """Where a theme stands: what waits of it is said before what was answered."""
    line, answer = lines[-1], commitments.answering(session, lines[-1])
    if answer is None:
        waiting = [one for one in lines if commitments.answering(session, one) is None]
        since = waiting[0].until
        note, days = say("pack_since", date=short_day(since)), (today - since).days
        return packs.Standing(line.title, "heard", STATUS_LABELS["heard"], note, days)
    told = answer.confirmed_on
    due = say("pack_by", date=short_day(answer.due_on)) if answer.due_on else ""
    note = {
        "being_looked_at": ", ".join(part for part in (answer.owner_role, due) if part),
        "held_until": short_day(answer.due_on) if answer.due_on else "",
        "not_ours": answer.receiver,
    }.get(answer.status, say("pack_told", date=short_day(told)) if told else "")
    return packs.Standing(line.title, answer.status, STATUS_LABELS[answer.status], note)


def _proposals(session: Session, place: Place) -> list[packs.Proposal]:
    found = []
    for row in commitments.proposed(session, place.id):
        line = releases.line(session, place.id, row.line_id)
        if line is not None:
            read = f"{status_words(row)}. {row.answer}"
            found.append(packs.Proposal(line.title, BY_ID[row.button].label, read))
    return found
