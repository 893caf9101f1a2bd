"""What was said, as the release rules see it: tags and themes, and never a word."""

from __future__ import annotations

from collections.abc import Iterable

from digests import release
from handlers.place import Place
from storage import Session, codings, counting
from storage.models import Contribution


def spoken(session: Session, place: Place, rows: Iterable[Contribution]) -> list[release.Spoken]:
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
