"""Make the weekly draft: code what is new, see what clears, and ask the editors to write.

What is not signed by the issue waits for the next draft, and comes back there with the words that were
written for it. What cleared and is not in the draft is in the log, with its reason.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from digests import release
from handlers import permissions
from handlers.messages import Actor, Incoming, Outgoing, Reply
from handlers.place import Place
from handlers.place import of as place_of
from handlers.surfaces import message
from handlers.weekly import agreed
from handlers.weekly.coding import code
from handlers.weekly.gathering import Subject, about, gathered, kin, roster, waiting_about
from handlers.weekly.ledger import Ledger
from handlers.weekly.many import many_values
from handlers.weekly.sides import suggest
from handlers.wording import say
from storage import Session, contributions, left_out, people, releases, rounds
from storage.counting import Counted
from storage.models import Digest, Line

AT_MOST = 3  # lines in one digest
YIELD = timedelta(weeks=2)  # a theme lets others go first for so long after it was shown

Parts = list[release.Cleared]


@dataclass(frozen=True)
class _Chosen:
    """A subject for the draft, what of it may be shown, and what stands behind that one by one."""

    subject: Subject
    parts: Parts
    behind: list[Counted]


@many_values()
def draft(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Make this week's draft: at most three lines, each with its theme's own sentence to begin with."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    if releases.draft(session, place.id) or not rounds.take_slot(session, place.id, "draft", today):
        return Reply(message("drafted", "Already drafted"))
    code(session, place, contributions.not_read(session, place.id))
    before = releases.latest(session, place.id)
    made = releases.begin(session, place.id, today)
    book = Ledger(session, place, roster(session, place, today), today)
    for rank, chosen in enumerate(_chosen(session, place, made, book)):
        line = _line(place, made, chosen, rank=rank, today=today)
        releases.add_line(session, line, (one.id for one in chosen.behind))
        suggest(session, place, line, chosen.behind, book)
        if before is not None:
            _carry_over(session, before, line)
        agreed.hold(session, place, line)
    later = tuple(
        Outgoing(
            kind="lines_to_write",
            to=person,
            once=f"draft:{made.id}:{person}",
            due=now,
            about={"digest": str(made.number)},
        )
        for person in people.holders(session, place.id, permissions.THEME_EDITOR)
    )
    return Reply(message("drafted", "Drafted"), later=later, outcome={"digest": made.id})


def _chosen(session: Session, place: Place, made: Digest, book: Ledger) -> list[_Chosen]:
    """What goes into the draft, in rank; what else cleared is logged."""
    today = made.slot_date
    merged: dict[Subject, Parts] = {}
    for cleared in release.clear(gathered(session, place), k=place.k, roster=book.roster):
        merged.setdefault((cleared.level, cleared.subject), []).append(cleared)
    recent = {
        line.subject
        for line in releases.shown_lines(session, place.id)
        if line.until > today - YIELD
    }
    order = in_turn(merged, recent)
    chosen: list[_Chosen] = []
    waiting: Mapping[Subject, list[Counted]] = {}
    for rank, (subject, parts) in enumerate(order):
        why = "in_turn"
        if len(chosen) < AT_MOST:
            if subject not in waiting:  # as many at once as a digest has room for
                some = [one for one, _ in order[rank : rank + AT_MOST]]
                waiting = waiting_about(session, place, some)
            found = _admitted(place, subject, parts, waiting[subject], book)
            why = "ledger" if len(found.parts) < len(parts) else ""
            if found.parts:
                chosen.append(found)
        if why:
            title = place.theme_words(subject[1])[0]
            left_out.log(session, place.id, digest=made.id, title=title, why=why, on=today)
    return chosen


def _admitted(
    place: Place, subject: Subject, parts: Parts, waiting: Sequence[Counted], book: Ledger
) -> _Chosen:
    """Those parts of a subject that may stand beside everything issued, with what is behind them."""
    admitted, behind = [], []
    for part in parts:
        own = [one for one in waiting if kin(one.alike) in part.contributions]
        whole = replace(part, contributions=frozenset(one.id for one in own))
        if book.admit(whole, about(place, own, *subject)) is not None:
            admitted.append(part)
            behind += own
    return _Chosen(subject, admitted, sorted(behind, key=lambda one: one.id))


def in_turn(
    merged: Mapping[Subject, Parts], recent: Collection[str]
) -> list[tuple[Subject, Parts]]:
    """What cleared, in rank, with what was shown in the last two weeks behind what was not.

    What yields loses nothing: its window stays open, and it comes with more voices next time.
    """
    return sorted(merged.items(), key=lambda entry: entry[0][1] in recent)


def _line(place: Place, made: Digest, chosen: _Chosen, *, rank: int, today: date) -> Line:
    level, subject = chosen.subject
    bands = {part.rule: part.band for part in chosen.parts}
    title, plain = place.theme_words(subject)
    return Line(
        id=secrets.token_hex(16),
        partnership_id=place.id,
        digest_id=made.id,
        subject=subject,
        level=level,
        title=title,
        sentence=plain,
        leaning="worry",
        provenance=say("provenance_theme_sentence"),
        question="",
        practitioners_band=bands.get("practitioners", ""),
        voices_band=bands.get("relayed", ""),
        diversity=AT_MOST - rank,
        since=min(one.on_date for one in chosen.behind),
        until=today,
        state="draft",
    )


def _carry_over(session: Session, before: Digest, line: Line) -> None:
    """Put what was written for the last digest, and not shown, back in front of its editors."""
    for other in releases.lines_of(session, before.id):
        if (other.level, other.subject, other.state) == (line.level, line.subject, "kept_back"):
            line.sentence, line.question = other.sentence, other.question
            line.leaning = other.leaning
            line.other_side = other.other_side if line.other_side else ""
            line.provenance = other.provenance
            line.reason = other.reason
