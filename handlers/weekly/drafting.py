"""Make the weekly draft: code what is new, see what clears, and ask the editors to write.

What is not signed by the issue waits for the next digest.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from digests import release
from handlers import permissions, questions
from handlers.messages import Actor, Incoming, Outgoing, Reply
from handlers.place import of as place_of
from handlers.surfaces import message
from handlers.weekly.coding import code
from handlers.weekly.gathering import spoken
from storage import Session, contributions, people, releases, rounds
from storage.models import Line

AT_MOST = 3  # lines in one digest
YIELD = timedelta(weeks=2)  # a theme lets others go first for so long after it was shown


def draft(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Make this week's draft: at most three lines, each with its theme's own sentence to begin with."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    if releases.draft(session, place.id) or not rounds.take_slot(session, place.id, "draft", today):
        return Reply(message("drafted", "Already drafted"))
    rows = contributions.waiting(session, place.id)
    code(session, place, rows)
    made = releases.begin(session, place.id, today)
    dates = {row.id: row.on_date for row in rows}
    merged: dict[tuple[str, str], list[release.Cleared]] = {}
    for cleared in release.clear(spoken(session, place, rows), k=place.k):
        merged.setdefault((cleared.level, cleared.subject), []).append(cleared)
    since = today - YIELD
    recent = {
        line.subject for line in releases.shown_lines(session, place.id) if line.until > since
    }
    for rank, ((level, subject), parts) in enumerate(in_turn(merged, recent)[:AT_MOST]):
        behind = frozenset[str]().union(*(part.contributions for part in parts))
        bands = {part.rule: part.band for part in parts}
        title, plain = place.theme_words(subject)
        group = subject if level == "group" else place.codebook.group_of(subject).id
        leaning = (
            "strength"
            if group == "keeps_safe"
            or (level == "theme" and place.codebook.theme(subject).stance == "strength")
            else "worry"
        )
        line = Line(
            id=secrets.token_hex(16),
            partnership_id=place.id,
            digest_id=made.id,
            subject=subject,
            level=level,
            title=title,
            sentence=plain,
            leaning=leaning,
            provenance="Theme’s sentence",
            question=questions.suggested(group, made.number + rank),
            practitioners_band=bands.get("practitioners", ""),
            voices_band=bands.get("relayed", ""),
            diversity=AT_MOST - rank,
            since=min(dates[id] for id in behind),
            until=today,
            state="draft",
        )
        releases.add_line(session, line, sorted(behind))
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


def in_turn(
    merged: Mapping[tuple[str, str], list[release.Cleared]], recent: Collection[str]
) -> list[tuple[tuple[str, str], list[release.Cleared]]]:
    """What cleared, in rank, with what was shown in the last two weeks behind what was not.

    What yields loses nothing: its window stays open, and it comes with more voices next time.
    """
    return sorted(merged.items(), key=lambda entry: entry[0][1] in recent)
