"""What was said, and who could have said it, as the release rules see them: tags, and never a word.

What waits is looked at as the database has put it together: contributions that count alike are one, with
all their voices. Nothing that the rules ask is changed by that, and a partnership in which a million wait is
held as its people and themes, not as its rows. What stands behind a line comes one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from digests import release
from handlers import permissions
from handlers.place import Place
from storage import Session, counting, people
from storage.counting import Alike, Counted
from storage.models import Line

Subject = tuple[str, str]  # level, id
ASKED = frozenset({permissions.PRACTITIONER, permissions.CHAMPION})


def gathered(session: Session, place: Place) -> list[release.Spoken]:
    """Everything that waits, put together where it counts alike; `contribution` is its `kin`."""
    subjects = _Subjects(place)
    return [
        row
        for alike, voices in counting.waiting(session, place.id).items()
        for row in subjects.spoken(kin(alike), alike, voices)
    ]


def kin(alike: Alike) -> str:
    """One name for all the contributions that count alike."""
    return f"{alike.person} {alike.agency} {alike.relayed:d} {' '.join(alike.themes)}"


def waiting_about(
    session: Session, place: Place, subjects: Collection[Subject]
) -> dict[Subject, list[Counted]]:
    """One by one what waits and is about each of these themes, or about any theme of these groups."""
    themes = {
        (level, subject): {
            theme.id
            for theme in place.codebook.every_theme
            if subject == (theme.id if level == "theme" else theme.group)
        }
        for level, subject in subjects
    }
    found: dict[Subject, list[Counted]] = {subject: [] for subject in subjects}
    for one in counting.under(session, place.id, set[str]().union(*themes.values())):
        for subject, own in themes.items():
            if not own.isdisjoint(one.alike.themes):
                found[subject].append(one)
    return found


def behind(session: Session, place: Place, line: Line) -> list[Counted]:
    """One by one what stands behind a line."""
    return list(counting.behind(session, place.id, line.id))


def those(session: Session, place: Place, ids: Iterable[str]) -> list[Counted]:
    """One by one what has these ids."""
    return list(counting.those(session, place.id, ids))


def spoken(place: Place, counted: Iterable[Counted]) -> list[release.Spoken]:
    """The same as the rules see it, once for each of its themes."""
    subjects = _Subjects(place)
    return [row for one in counted for row in subjects.spoken(one.id, one.alike, one.voices)]


def about(
    place: Place, counted: Iterable[Counted], level: str, subject: str
) -> list[release.Spoken]:
    """What of it is about one subject, as people's coding has it now."""
    return [
        row
        for row in spoken(place, counted)
        if subject == (row.theme if level == "theme" else row.group)
    ]


class _Subjects:
    """Themes and groups as a partnership's codebook has them now."""

    def __init__(self, place: Place) -> None:
        self._groups = {theme.id: theme.group for theme in place.codebook.every_theme}
        self._retired = {theme.id for theme in place.codebook.retired}

    def spoken(self, id: str, alike: Alike, voices: int) -> Iterator[release.Spoken]:
        for theme in alike.themes:
            if theme in self._groups:
                alone = theme not in self._retired  # else it counts for its group only
                yield release.Spoken(
                    contribution=id,
                    person=alike.person,
                    agency=alike.agency,
                    theme=theme if alone else f"{theme} {id}",
                    group=self._groups[theme],
                    relayed=alike.relayed,
                    voices=voices,
                )


def roster(session: Session, place: Place, today: date) -> release.Roster:
    """Everybody who may be asked here, without those who are away or have stopped."""
    seats = [
        (seat.person_id, seat.agency)
        for seat in people.seats_in(session, place.id)
        if seat.person_id and seat.role in ASKED
    ]
    present = [
        (person, agency)
        for person, agency in dict.fromkeys(seats)
        if not people.away_or_stopped(session, person, place.id, today)
    ]
    return release.Roster(counting.roster(session, place.id, present))
