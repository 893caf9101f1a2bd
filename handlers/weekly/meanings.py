"""Words that agencies may each mean otherwise, for the theme editor: what is found is asked, never told.

It is read on what practitioners had written before the last draft was made, and so changes with a draft and
not with each new contribution: whoever looks every day sees nobody's words come in.
"""

from __future__ import annotations

from datetime import timedelta

from digests import meanings
from handlers.place import Place
from handlers.weekly.gathering import roster
from storage import Session, contributions, counting, releases

LOOKING_BACK = timedelta(weeks=12)
MOST_READ = 2000  # reflections, the newest; about a quarter of a second


def differing_words(session: Session, place: Place) -> tuple[meanings.Meaning, ...]:
    """What can be said of each word of the field; nothing of a word that too few have written."""
    made = releases.draft(session, place.id) or releases.latest(session, place.id)
    if made is None:
        return ()
    day = made.slot_date
    rows = contributions.reflections_between(
        session, place.id, day - LOOKING_BACK, day, at_most=MOST_READ
    )
    tags = counting.of(session, place.id, [row.id for row in rows])
    said = []
    for row in rows:
        if row.id in tags:
            prompt = place.prompt(row.prompt_id)
            said.append(
                meanings.Said(
                    contribution=row.id,
                    words=contributions.words(session, row),
                    asked=" ".join(prompt.questions) if prompt else "",
                    person=tags[row.id].person_tag,
                    agency=tags[row.id].agency_tag,
                )
            )
    return meanings.find(said, k=place.k, roster=roster(session, place, day))
