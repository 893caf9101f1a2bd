"""Make the weekly draft: code what is new, see what clears, and ask the editors to write.

What is not signed by the issue waits for the next draft, and comes back there with the words that were
written for it. What cleared and is not in the draft is in the log, with its reason.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from digests import release
from handlers import permissions
from handlers.messages import Actor, Incoming, Outgoing, Reply
from handlers.place import Place
from handlers.place import of as place_of
from handlers.surfaces import message
from handlers.weekly import agreed
from handlers.weekly.coding import code
from handlers.weekly.gathering import roster, spoken
from handlers.weekly.ledger import Ledger
from handlers.weekly.sides import suggest
from handlers.wording import say
from storage import Session, contributions, left_out, people, releases, rounds
from storage.models import Contribution, Digest, Line

AT_MOST = 3  # lines in one digest
YIELD = timedelta(weeks=2)  # a theme lets others go first for so long after it was shown

Subject = tuple[str, str]  # level, id
Parts = list[release.Cleared]


def draft(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Make this week's draft: at most three lines, each with its theme's own sentence to begin with."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    if releases.draft(session, place.id) or not rounds.take_slot(session, place.id, "draft", today):
        return Reply(message("drafted", "Already drafted"))
    rows = contributions.waiting(session, place.id)
    code(session, place, rows)
    before = releases.latest(session, place.id)
    made = releases.begin(session, place.id, today)
    book = Ledger(session, place, roster(session, place, today), today)
    chosen = _chosen(session, place, rows, made, book)
    for rank, ((_, subject), parts) in enumerate(chosen):
        line = _line(place, made, subject, parts, rank=rank, today=today)
        behind = frozenset[str]().union(*(part.contributions for part in parts))
        line.since = min(row.on_date for row in rows if row.id in behind)
        releases.add_line(session, line, sorted(behind))
        suggest(session, place, line, book)
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


def _chosen(
    session: Session, place: Place, rows: Collection[Contribution], made: Digest, book: Ledger
) -> list[tuple[Subject, Parts]]:
    """What goes into the draft, in rank; what else cleared is logged."""
    said, today = spoken(session, place, rows), made.slot_date
    merged: dict[Subject, Parts] = {}
    for cleared in release.clear(said, k=place.k, roster=book.roster):
        merged.setdefault((cleared.level, cleared.subject), []).append(cleared)
    recent = {
        line.subject
        for line in releases.shown_lines(session, place.id)
        if line.until > today - YIELD
    }
    chosen: list[tuple[Subject, Parts]] = []
    for (level, subject), parts in in_turn(merged, recent):
        about = [row for row in said if subject == (row.theme if level == "theme" else row.group)]
        why = "in_turn"
        if len(chosen) < AT_MOST:
            kept = [part for part in parts if book.admit(part, about) is not None]
            why = "ledger" if len(kept) < len(parts) else ""
            if kept:
                chosen.append(((level, subject), kept))
        if why:
            title = place.theme_words(subject)[0]
            left_out.log(session, place.id, digest=made.id, title=title, why=why, on=today)
    return chosen


def in_turn(
    merged: Mapping[Subject, Parts], recent: Collection[str]
) -> list[tuple[Subject, Parts]]:
    """What cleared, in rank, with what was shown in the last two weeks behind what was not.

    What yields loses nothing: its window stays open, and it comes with more voices next time.
    """
    return sorted(merged.items(), key=lambda entry: entry[0][1] in recent)


def _line(
    place: Place, made: Digest, subject: str, parts: Parts, *, rank: int, today: date
) -> Line:
    level = parts[0].level
    bands = {part.rule: part.band for part in parts}
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
        since=today,
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
