"""What was said, and who could have said it, as the release rules see them: tags, and never a word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from digests import release
from handlers import permissions
from handlers.place import Place
from storage import Session, codings, contributions, counting, people, releases
from storage.models import Contribution, Line

ASKED = frozenset({permissions.PRACTITIONER, permissions.CHAMPION})


def spoken(session: Session, place: Place, rows: Iterable[Contribution]) -> list[release.Spoken]:
    by_id = {row.id: row for row in rows}
    tags = counting.of(session, place.id, by_id)
    themes = codings.deciding(session, by_id)
    known = {theme.id: theme.group for theme in place.codebook.every_theme}
    retired = {theme.id for theme in place.codebook.retired}
    return [
        release.Spoken(
            contribution=id,
            person=tags[id].person_tag,
            agency=tags[id].agency_tag,
            theme=f"{theme} {id}" if theme in retired else theme,  # of its group alone
            group=known[theme],
            relayed=row.kind == "relay",
            voices=tags[id].voices,
        )
        for id, row in by_id.items()
        if id in tags
        for theme in themes[id]
        if theme in known
    ]


def tagged(
    session: Session, place: Place, rows: Iterable[Contribution], subject: str
) -> list[release.Spoken]:
    """These contributions as if they were all about one subject."""
    by_id = {row.id: row for row in rows}
    tags = counting.of(session, place.id, by_id)
    return [
        release.Spoken(
            contribution=id,
            person=tags[id].person_tag,
            agency=tags[id].agency_tag,
            theme=subject,
            group=subject,
            relayed=row.kind == "relay",
            voices=tags[id].voices,
        )
        for id, row in by_id.items()
        if id in tags
    ]


def about(session: Session, place: Place, line: Line) -> list[release.Spoken]:
    """What stands behind a line and is still about its subject, as people's coding has it now."""
    rows = contributions.those(session, place.id, releases.behind(session, line.id))
    return [
        row
        for row in spoken(session, place, rows)
        if line.subject == (row.theme if line.level == "theme" else row.group)
    ]


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
