"""From whom enough was heard: kinds of voice and communities whose relayed voices clear by themselves.

Looked at over what digests have shown, as every lens is. Each kind and each community has a window of its own,
which stays open until it clears, and never overlaps the next; so a name that leaves the list says no more than
that the rule of relayed voices holds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from digests import release
from digests.communities import spoken_of
from handlers.place import KINDS_OF_VOICE, Place
from storage import Session, contributions, counting, releases
from storage.models import Digest, Line

MOST_READ = 2000  # relays whose words are read for communities with one digest, the newest


def cleared(
    session: Session,
    place: Place,
    made: Digest,
    lines: Sequence[Line],
    roster: release.Roster,
    *,
    since: date,
) -> list[str]:
    """Kinds of voice and communities that clear with these lines and those shown since they last did."""
    before = releases.issued(session, place.id)
    number = {digest.id: digest.number for digest in before}
    shown = [line for line in releases.shown_lines(session, place.id) if line.until > since]
    said = _said(session, place, [line.id for line in (*shown, *lines)])
    found = []
    for name in (*KINDS_OF_VOICE, *(one.id for one in place.codebook.communities)):
        last = max((digest.number for digest in before if name in digest.heard), default=0)
        window = [line for line in shown if number.get(line.digest_id, 0) > last]
        ids = {line.id for line in (*window, *lines)}
        rows = [row for line, row in said.get(name, ()) if line in ids]
        if release.stands(rows, subject=name, level="theme", k=place.k, roster=roster):
            found.append(name)
    return found


Said = dict[str, list[tuple[str, release.Spoken]]]  # by name: behind which line, and what


def _said(session: Session, place: Place, lines: Collection[str]) -> Said:
    """What was relayed behind these lines, by whose voice it is and of which communities it speaks."""
    said: Said = {}
    for line, voice, tags in counting.voices_behind(session, place.id, lines):
        alike = f"{line} {tags.person_tag} {tags.agency_tag}"
        said.setdefault(voice, []).append((line, _spoken(alike, voice, tags)))
    communities = [one for one in place.codebook.communities if one.id not in KINDS_OF_VOICE]
    if not communities:
        return said
    rows = contributions.relays_behind(session, place.id, lines, at_most=MOST_READ)
    session.fetch_keys("words", [row.id for _, row in rows])
    tags_of = counting.of(session, place.id, [row.id for _, row in rows])
    for line, row in rows:
        words = contributions.words(session, row)
        for name in spoken_of(communities, words) if row.id in tags_of else ():
            said.setdefault(name, []).append((line, _spoken(row.id, name, tags_of[row.id])))
    return said


def _spoken(id: str, name: str, tags: counting.Tags) -> release.Spoken:
    """A relay, or several that count alike, as if it were about this name."""
    return release.Spoken(id, tags.person_tag, tags.agency_tag, name, name, True, tags.voices)
