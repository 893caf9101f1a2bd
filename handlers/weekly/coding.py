"""Themes suggested by machine, from the partnership's codebook and from its people's own coding.

Each label is kept with the versions of codebook and coder that gave it. The coder is made from words that
are held at that moment: once words are withdrawn, the next coder has never seen them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from digests.codebook import read as read_codebook
from digests.themes import Coder, train
from handlers.place import Place
from storage import Session, codings, contributions
from storage.models import Contribution

MOST_KEPT = 4  # coders in memory; each is known by what it was made from, and holds no sentence

_made: dict[str, Coder] = {}


def coder_of(session: Session, place: Place) -> Coder:
    """The coder made from a codebook and from what people have coded with it."""
    people = codings.by_people(session, place.id)
    coded = [
        (contributions.words(session, row), people[row.id])
        for row in contributions.those(session, place.id, people)
    ]
    made_from = repr((place.codebook_text, sorted(coded)))
    key = hashlib.sha256(made_from.encode("utf-8", "surrogatepass")).hexdigest()
    if key not in _made:
        while len(_made) >= MOST_KEPT:
            _made.pop(next(iter(_made)))
        _made[key] = train(read_codebook(place.codebook_text), coded)
    return _made[key]


def versions_of(place: Place, coder: Coder) -> str:
    """What is kept with each label."""
    return f"{place.codebook.version}/{coder.version}"


def code(session: Session, place: Place, rows: Sequence[Contribution]) -> None:
    """Suggest themes for whatever no machine has read yet."""
    fresh = [row for row in rows if not row.coded_with]
    if fresh:
        _code(session, place, coder_of(session, place), fresh)


def code_again(session: Session, place: Place, *, at_most: int) -> tuple[int, int]:
    """Suggest themes anew for words that another codebook or coder read: how many, and how many are left.

    What people have coded stays theirs, and decides.
    """
    coder = coder_of(session, place)
    versions = versions_of(place, coder)
    rows = codings.not_coded_with(session, place.id, versions, at_most=at_most)
    _code(session, place, coder, rows)
    return len(rows), codings.how_many_not_coded_with(session, place.id, versions)


def _code(session: Session, place: Place, coder: Coder, rows: Sequence[Contribution]) -> None:
    versions = versions_of(place, coder)
    session.fetch_keys("words", [row.id for row in rows])
    texts = [contributions.words(session, row) for row in rows]
    for row, labels in zip(rows, coder.read_many(texts), strict=True):
        found = [(label.theme, label.score, label.start, label.end) for label in labels]
        codings.by_machine(session, row.id, found, versions=versions)
        row.coded_with = versions
    session.flush()
