"""From whom enough was heard: kinds of voice and communities whose relayed voices clear by themselves.

Looked at over what digests have shown, as every lens is. Each kind and each community has a window of its own,
which stays open until it clears, and never overlaps the next; so a name that leaves the list says no more than
that the rule of relayed voices holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from digests import release
from digests.communities import spoken_of
from handlers.place import KINDS_OF_VOICE, Place
from handlers.weekly.gathering import tagged
from storage import Session, contributions, releases
from storage.models import Contribution, Digest, Line

MOST_READ = 2000  # relays behind lines whose words are read for communities, the newest first


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
    shown = [line for line in releases.shown_lines(session, place.id) if line.until > since]
    number = {digest.id: digest.number for digest in before}
    found = []
    for name in (*KINDS_OF_VOICE, *(one.id for one in place.codebook.communities)):
        last = max((digest.number for digest in before if name in digest.heard), default=0)
        window = [line.id for line in shown if number.get(line.digest_id, 0) > last]
        rows = contributions.relays_behind(session, [*window, *(line.id for line in lines)])
        said = tagged(session, place, _of(session, place, name, rows), name)
        if release.stands(said, subject=name, level="theme", k=place.k, roster=roster):
            found.append(name)
    return found


def _of(
    session: Session, place: Place, name: str, rows: Sequence[Contribution]
) -> Iterable[Contribution]:
    """The relays that are of this kind of voice, or speak of this community."""
    if name in KINDS_OF_VOICE:
        return [row for row in rows if row.voice == name]
    asked = [one for one in place.codebook.communities if one.id == name]
    return [
        row
        for row in rows[:MOST_READ]
        if name in spoken_of(asked, contributions.words(session, row))
    ]
