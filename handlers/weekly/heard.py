"""From whom enough was heard: kinds of voice and communities whose relayed voices clear by themselves.

Looked at over what digests have shown, as every lens is. Each kind and each community has a window of its own,
which stays open until it clears, and never overlaps the next; so a name that leaves the list says no more than
that the rule of relayed voices holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from digests import release
from digests.communities import spoken_of
from handlers.place import KINDS_OF_VOICE, Place
from handlers.weekly.gathering import tagged
from storage import Session, contributions, releases
from storage.models import Contribution, Digest, Line

MOST_READ = 2000  # relays whose words are read for communities with one digest


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
    behind = {line.id: contributions.relays_behind(session, line.id) for line in (*shown, *lines)}
    if place.codebook.communities:
        every = [row.id for rows in behind.values() for row in rows]
        session.fetch_keys("words", every[:MOST_READ])
    belongs = _Belongs(session, place)
    found = []
    for name in (*KINDS_OF_VOICE, *(one.id for one in place.codebook.communities)):
        last = max((digest.number for digest in before if name in digest.heard), default=0)
        window = [line for line in shown if number.get(line.digest_id, 0) > last]
        rows = [row for line in (*window, *lines) for row in behind[line.id]]
        said = tagged(session, place, [row for row in rows if belongs.to(row, name)], name)
        if release.stands(said, subject=name, level="theme", k=place.k, roster=roster):
            found.append(name)
    return found


class _Belongs:
    """Whose voice a relay is, and of which communities it speaks; each is read once."""

    def __init__(self, session: Session, place: Place) -> None:
        self.session, self.place = session, place
        self.read: dict[str, frozenset[str]] = {}

    def to(self, row: Contribution, name: str) -> bool:
        return row.voice == name if name in KINDS_OF_VOICE else name in self._communities(row)

    def _communities(self, row: Contribution) -> frozenset[str]:
        if row.id not in self.read:
            if len(self.read) >= MOST_READ:
                return frozenset()
            words = contributions.words(self.session, row)
            self.read[row.id] = spoken_of(self.place.codebook.communities, words)
        return self.read[row.id]
