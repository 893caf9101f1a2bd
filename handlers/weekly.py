"""Draft and issue the weekly digest: code what is new, see what clears, freeze what people signed.

Both release rules stand between words and the page, at the draft and again at the issue. What is not
signed waits for the next digest; the digest still goes out.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from digests import digest as pages
from digests import release
from digests.codebook import read as read_codebook
from digests.themes import Coder, train
from handlers import material, permissions, questions
from handlers.messages import Actor, Incoming, Outgoing, Reply
from handlers.place import Place
from handlers.place import of as place_of
from handlers.surfaces import message
from storage import (
    Session,
    audit,
    codings,
    contributions,
    counting,
    people,
    releases,
    rounds,
)
from storage.models import Contribution, Line

AT_MOST = 3  # lines in one digest
YIELD = timedelta(weeks=2)  # a theme lets others go first for so long after it was shown


@lru_cache(maxsize=8)
def coder_for(codebook_text: str) -> Coder:
    """The coder made from a codebook's own descriptions, cues and examples."""
    return train(read_codebook(codebook_text))


def code(session: Session, place: Place, rows: Sequence[Contribution]) -> None:
    """Suggest themes for whatever no machine has read yet."""
    coder = coder_for(place.codebook_text)
    versions = f"{place.codebook.version}/{coder.version}"
    fresh = [row for row in rows if not row.coded_with]
    texts = [contributions.words(session, row) for row in fresh]
    for row, labels in zip(fresh, coder.read_many(texts), strict=True):
        found = [(label.theme, label.score, label.start, label.end) for label in labels]
        codings.by_machine(session, row.id, found, versions=versions)
        row.coded_with = versions
    session.flush()


def _spoken(session: Session, place: Place, rows: Iterable[Contribution]) -> list[release.Spoken]:
    by_id = {row.id: row for row in rows}
    tags = counting.of(session, place.id, by_id)
    themes = codings.deciding(session, by_id)
    known = {theme.id: theme.group for theme in place.codebook.themes}
    return [
        release.Spoken(
            contribution=id,
            person=tags[id].person_tag,
            agency=tags[id].agency_tag,
            theme=theme,
            group=known[theme],
            relayed=row.kind == "relay",
            voices=tags[id].voices,
        )
        for id, row in by_id.items()
        if id in tags
        for theme in themes[id]
        if theme in known
    ]


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
    for cleared in release.clear(_spoken(session, place, rows), k=place.k):
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


def issue(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Freeze the signed lines into the digest and send it to the strategic group."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    made = releases.draft(session, place.id)
    if made is None:
        return Reply(message("no_draft", "Nothing to issue", "There is no draft at present."))
    lines = []
    for line in releases.lines_of(session, made.id):
        if line.state == "signed" and _still_clears(session, place, line):
            lines.append(line)
        else:
            releases.let_go(session, line.id)
            line.state = "kept_back"
    page = pages.build(material.of(session, place, made.number, lines, today))
    shown = {line.key for line in page.lines}
    for line in lines:
        if line.id in shown:
            line.state, line.until = "shown", today
            releases.mark_shown(session, line.id)
        else:
            releases.let_go(session, line.id)
            line.state = "kept_back"
    made.state, made.frozen = "issued", pages.to_json(page)
    made.fingerprint = pages.fingerprint(made.frozen)
    audit.record(
        session,
        partnership=place.id,
        actor=actor.person,
        action="digest.issue",
        about=made.fingerprint[:32],
        at=now,
    )
    group = {
        person
        for role in (permissions.MEMBER, permissions.CHAIR, permissions.DELEGATE)
        for person in people.holders(session, place.id, role)
    }
    later = tuple(
        Outgoing(
            kind="digest_issued",
            to=person,
            once=f"digest:{made.id}:{person}",
            due=place.within_hours(now),
            about={"number": str(made.number)},
        )
        for person in sorted(group)
    )
    said = f"Digest {made.number} is with the strategic group."
    return Reply(message("issued", "Issued", said), later=later, outcome={"message": "issued"})


def _still_clears(session: Session, place: Place, line: Line) -> bool:
    """Whether what still stands behind a line clears alone; bands are brought up to date."""
    rows = [contributions.get(session, place.id, id) for id in releases.behind(session, line.id)]
    spoken = _spoken(session, place, [row for row in rows if row is not None])
    under = [s for s in spoken if line.subject in (s.theme, s.group)]
    bands = {c.rule: c.band for c in release.clear(under, k=place.k) if c.subject == line.subject}
    line.practitioners_band = bands.get("practitioners", "")
    line.voices_band = bands.get("relayed", "")
    return bool(bands)
