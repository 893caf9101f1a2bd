"""Themes that the codebook has no word for: proposed once enough different people stand behind one.

The same release rule stands in front of a proposal as in front of a line. A name is made of phrases
that several texts share; the texts themselves are for whoever may read protected words.
"""

from __future__ import annotations

from dataclasses import dataclass

from digests import emergent, release
from handlers.place import Place
from storage import Session, codings, contributions, counting

EXAMPLES = 3


@dataclass(frozen=True)
class Proposal:
    """A possible theme: its name, and the protected words that are most typical of it."""

    name: str
    examples: tuple[str, ...]


def proposals(session: Session, place: Place) -> tuple[Proposal, ...]:
    """What enough people say, in words that were read and that no theme fits; the largest first."""
    waiting = contributions.waiting(session, place.id)
    read = [
        row
        for row in waiting
        if row.coded_with and not row.coded_with.startswith(contributions.UNREAD)
    ]
    themes = codings.deciding(session, [row.id for row in read])
    loose = [row for row in read if not themes[row.id]]
    texts = [contributions.words(session, row) for row in loose]
    tags = counting.of(session, place.id, [row.id for row in loose])
    found = []
    for group in emergent.find(texts):
        behind = [loose[n] for n in group.members if loose[n].id in tags]
        heard = [
            release.Spoken(
                contribution=row.id,
                person=tags[row.id].person_tag,
                agency=tags[row.id].agency_tag,
                theme="emerging",
                group="emerging",
                relayed=row.kind == "relay",
                voices=tags[row.id].voices,
            )
            for row in behind
        ]
        if release.clear(heard, k=place.k):
            examples = tuple(texts[n] for n in group.members[:EXAMPLES])
            found.append(Proposal(group.name, examples))
    return tuple(found)
