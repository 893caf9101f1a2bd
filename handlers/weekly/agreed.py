"""What a live session agreed to, word by word, as the sentence of a line.

It stands as it was agreed, or not at all: once one of those who said yes has taken their words back, the
line says its theme's own sentence again.
"""

from __future__ import annotations

from collections import Counter

from handlers.place import Place
from handlers.wording import say
from storage import Session, contributions, live
from storage.models import Line


def sentence(session: Session, line: Line) -> str:
    """The newest summary behind a line to which everybody still stands; empty when there is none."""
    standing = []
    for id, told in _summaries(session, line).items():
        row = live.get(session, line.partnership_id, id)
        if row is not None:
            standing += [(row.opened_on, id, words) for words, n in told.items() if n == row.people]
    return max(standing)[2] if standing else ""


def hold(session: Session, place: Place, line: Line) -> None:
    """Let a line say what was agreed; take it out again when not everybody stands to it any more."""
    agreed = sentence(session, line)
    if agreed:
        line.sentence, line.other_side = agreed, ""
        line.provenance = say("provenance_paraphrase")
    elif any(line.sentence in told for told in _summaries(session, line).values()):
        line.sentence = place.side_words(line.subject, line.leaning)
        line.provenance = say("provenance_theme_sentence")


def _summaries(session: Session, line: Line) -> dict[str, Counter[str]]:
    """By session: which words it left with those behind this line, and with how many of them."""
    found: dict[str, Counter[str]] = {}
    for row in live.left_behind(session, line.partnership_id, line.id):
        told = found.setdefault(row.prompt_id.removeprefix(live.SESSION), Counter())
        told[contributions.words(session, row)] += 1
    return found
