"""Which lines may be shared with a neighbour: each side clears alone, by the bar for what leaves.

A relay counts only with agreement to a neighbour's digest. Who serves both partnerships counts on one side
only, so that the same people never stand behind both. Looked at when a line is issued, while its tags are
there; what was issued before an agreement is never shared under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from digests import release
from handlers.place import Place
from handlers.weekly.gathering import about
from storage import Session, counting, neighbours
from storage.counting import Counted
from storage.models import Line, Neighbour

NEIGHBOUR = "neighbour"  # in what a relayed person agreed to


def share(
    session: Session,
    place: Place,
    line: Line,
    behind: Sequence[Counted],
    roster: release.Roster,
    today: date,
) -> None:
    """Share a line that is being issued with every neighbour for whom it clears."""
    for row in neighbours.active(session, place.id):
        if _clears(session, place, line, behind, row, roster):
            neighbours.share(session, line.id, row.id, today)


def _clears(
    session: Session,
    place: Place,
    line: Line,
    behind: Sequence[Counted],
    row: Neighbour,
    roster: release.Roster,
) -> bool:
    counted_there = _counted_there(session, row)
    level: release.Level = "group" if line.level == "group" else "theme"
    counted = [one for one in behind if one.alike.person not in counted_there and _agreed(one)]
    said = about(place, counted, level, line.subject)
    bar = max(place.k, release.LEAVING)
    return bool(release.stands(said, subject=line.subject, level=level, k=bar, roster=roster))


def _counted_there(session: Session, row: Neighbour) -> frozenset[str]:
    """Tags of those who serve both and are counted on the other side: the one whose id comes first."""
    if not row.other_id or row.partnership_id < row.other_id:
        return frozenset()
    both = neighbours.serving_both(session, row.partnership_id, row.other_id)
    tags = counting.roster(session, row.partnership_id, [(person, "") for person in both])
    return frozenset[str]().union(*tags.values())


def _agreed(one: Counted) -> bool:
    """A practitioner's own words count; a relay's only with agreement to this use."""
    return not one.alike.relayed or NEIGHBOUR in one.agreed_to.split(",")
