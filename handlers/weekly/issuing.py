"""Issue the digest: freeze the lines that people signed, and send it to the strategic group.

Both release rules stand here again: what no longer clears waits, and the digest still goes out.
"""

from __future__ import annotations

from datetime import datetime

from digests import digest as pages
from digests import release
from handlers import material, permissions
from handlers.messages import Actor, Incoming, Outgoing, Reply
from handlers.place import Place
from handlers.place import of as place_of
from handlers.surfaces import message
from handlers.weekly.gathering import spoken
from storage import Session, audit, contributions, people, releases
from storage.models import Line


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
    rows_spoken = spoken(session, place, [row for row in rows if row is not None])
    under = [s for s in rows_spoken if line.subject in (s.theme, s.group)]
    bands = {c.rule: c.band for c in release.clear(under, k=place.k) if c.subject == line.subject}
    line.practitioners_band = bands.get("practitioners", "")
    line.voices_band = bands.get("relayed", "")
    return bool(bands)
