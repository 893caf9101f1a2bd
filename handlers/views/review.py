"""What stands beside the lines: labels apart, quotes on their way, minutes, and what was left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain, repeat
from string import ascii_lowercase
from typing import Any

from digests import meanings
from handlers import weekly
from handlers.contributions.checks import kept_words
from handlers.messages import Actor
from handlers.place import Place, day_words
from handlers.wording import say
from storage import Session, codings, contributions, left_out, quotes, releases
from storage.models import Coding, Contribution, Line, Quote

Values = dict[str, Any]

LOG = 12  # entries on the page; the newest
WORDS_A_MINUTE = 180
MINUTES_A_LINE = 2
GROUP_KEYS, THEME_KEYS = "123456789", ascii_lowercase
QUOTE_STATES = {
    state: say(f"quote_state_{state}")
    for state in ("asked", "agreed", "refused", "read", "kept_back", "shown")
}


def minutes(session: Session, place: Place, lines: Sequence[Line]) -> int:
    """About how long this digest takes its editor: the words to read, and two minutes for each line.

    Reckoned from the words and never from what anybody did.
    """
    words = sum(
        len(contributions.words(session, row).split())
        for line in lines
        for row in contributions.those(session, place.id, releases.behind(session, line.id))
    )
    return round(words / WORDS_A_MINUTE) + MINUTES_A_LINE * len(lines)


def source(session: Session, place: Place, row: Contribution) -> Values:
    """One contribution beside its themes: people's labels apart from the machine's, which has its phrase."""
    words = contributions.words(session, row)
    labels = [c for c in codings.of(session, row.id) if c.theme != codings.NONE_OF_THESE]
    machine = [label for label in labels if label.by == "machine"]
    person = [label for label in labels if label.by == "person"]
    decided = any(c.by == "person" for c in codings.of(session, row.id))
    made = quotes.of_contribution(session, row.id)
    return {
        "contribution_id": row.id,
        "words": words,
        "marked": marked(words, machine),
        "machine": [
            {"name": place.theme_words(c.theme)[0], "phrase": words[c.start : c.end]}
            for c in machine
        ],
        "labels": [
            {"theme_id": c.theme, "name": place.theme_words(c.theme)[0]}
            for c in (person if decided else machine)
        ],
        "decided": decided,
        "kept": [kept_words(kind) for kind in contributions.kept_details(session, row.id)],
        "may_quote": place.verbatim and row.rendering == "own_words" and made is None,
        "quote": QUOTE_STATES.get(made.state, "") if made is not None else "",
    }


def marked(words: str, labels: Sequence[Coding]) -> list[tuple[str, bool]]:
    """The words in pieces, each with whether a machine label was caused by it."""
    caused = [any(c.start <= at < c.end for c in labels) for at in range(len(words))]
    pieces: list[tuple[str, bool]] = []
    start = 0
    for at in range(1, len(words) + 1):
        if at == len(words) or caused[at] != caused[start]:
            pieces.append((words[start:at], caused[start]))
            start = at
    return pieces


def themes(place: Place) -> list[Values]:
    """Every theme of the codebook, to choose from when coding by hand, by group, each with its two keys.

    A group has a figure and a theme in it a letter; what comes after the ninth or the twenty-sixth has none.
    """
    groups = []
    for group, key in zip(place.codebook.groups, chain(GROUP_KEYS, repeat("")), strict=False):
        own = [theme for theme in place.codebook.themes if theme.group == group.id]
        letters = chain(THEME_KEYS, repeat(""))
        groups.append(
            {
                "group": group.name,
                "key": key,
                "themes": [
                    {"theme_id": theme.id, "name": theme.name, "key": letter}
                    for theme, letter in zip(own, letters, strict=False)
                ],
            }
        )
    return groups


def differing_words(session: Session, place: Place) -> list[dict[str, str]]:
    """Words that some agencies may mean otherwise than others: a sentence about each, and a question to ask."""
    return [
        {
            "word": one.word,
            "sentence": _meant(one),
            "question": say("meanings_question", word=one.word),
        }
        for one in weekly.differing_words(session, place)
    ]


def _meant(one: meanings.Meaning) -> str:
    parts = [f"{say('meanings_and_of')} ".join(map(_beside, part)) for part in one.parts]
    if one.differs:
        return say("meanings_differ", word=one.word, some=parts[0], others=parts[1])
    return say("meanings_alike", word=one.word, all=parts[0])


def _beside(one: meanings.Beside) -> str:
    phrases = ", ".join(one.phrases)
    return say("meanings_beside", name=one.name, phrases=phrases) if phrases else one.name


def questions_of_words(
    place: Place, subject: str, differing: Sequence[dict[str, str]]
) -> list[str]:
    """The questions about words that a theme's own name or sentence holds."""
    held = meanings.named(" ".join(place.theme_words(subject)))
    return [one["question"] for one in differing if one["word"] in held]


def log(session: Session, place: Place) -> list[dict[str, str]]:
    """What cleared and was not shown, and why, newest first; one entry for all of a day with one reason.

    What did not clear is not in it.
    """
    latest = left_out.latest(session, place.id, most=LOG)
    together: dict[tuple[date, str], list[str]] = {}
    for row in latest:
        why = f"{say(f'left_out_{row.why}')} {row.said}".strip()
        together.setdefault((row.on_date, why), []).append(row.title)
    return [
        {"title": "; ".join(titles), "date": day_words(day), "why": why}
        for (day, why), titles in together.items()
    ]


def to_read(session: Session, place: Place, actor: Actor) -> list[Values]:
    """Quotes that wait for a second reader: the words alone, with the theme they would stand under."""
    return [
        _quote(session, place, row, actor)
        for row in quotes.in_state(session, place.id, "agreed")
        if quotes.opened(session, row) is not None
    ]


def _quote(session: Session, place: Place, row: Quote, actor: Actor) -> Values:
    opened = quotes.opened(session, row)
    line = releases.line(session, place.id, row.line_id)
    mine = row.asked_by == actor.person
    return {
        "quote_id": row.id,
        "title": line.title if line is not None else "",
        "words": "" if mine or opened is None else opened[0],
        "mine": mine,
    }
