"""The meeting pack: what was released since the last meeting, laid in order for an hour together.

It holds only what digests have shown already, and what the group itself said; nothing clears here. It
has no limit of words, and ends with a sheet on which decisions are written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from digests.content import Digest, Line, Material
from digests.digest import whole
from digests.page import number_word

LATE = 30  # days; a wait beyond this has an edge of its own
LANES = ("heard", "being_looked_at", "held_until", "changed", "partly", "not_now", "not_ours")
MINUTES_A_QUESTION, MOST_FOR_QUESTIONS = 6, 30
PACK = {
    "agenda": "Agenda",
    "loops": "Your own loops",
    "every": "Every open and recent loop",
    "late": "A coloured edge means a wait of over 30 days.",
    "questions": "Questions to sit with",
    "decide": "Decide on the decision sheet, row",
    "confirm": "Proposed answers to confirm",
    "proposal": "An answer is a proposal until the chair or delegate confirms it. "
    "Then, and not before, people are told.",
    "sheet": "Decision sheet",
    "sheet_how": "One tick a row. Act needs an owner and a date; Hold and Not now a reason; "
    "Discuss a meeting date; Not ours a receiver.",
    "who": "Who, or why",
    "date": "Date",
    "told": "What people will be told",
    "child": "The same for a young person",
}


@dataclass(frozen=True)
class Standing:
    """Where one theme stands: its lane, what belongs to it, and how long people have waited."""

    title: str
    status: str
    status_label: str
    note: str
    days: int = 0

    @property
    def late(self) -> bool:
        return self.days > LATE


@dataclass(frozen=True)
class Proposal:
    """An answer that waits for the chair; `sentence` is what people would read."""

    title: str
    button: str
    sentence: str


@dataclass(frozen=True)
class Item:
    """One line of the agenda."""

    title: str
    who: str
    minutes: int


@dataclass(frozen=True)
class Pack:
    """What a pack shows. `to_decide` are the lines of its decision sheet, by their key."""

    on: date
    opener: str
    group: str
    agenda: tuple[Item, ...]
    board: tuple[Standing, ...]
    proposals: tuple[Proposal, ...]
    digest: Digest
    to_decide: tuple[str, ...]

    @property
    def minutes(self) -> int:
        return sum(item.minutes for item in self.agenda)

    @property
    def rows(self) -> tuple[tuple[int, Line], ...]:
        """The rows of the decision sheet, numbered as the themes are."""
        numbered = enumerate(self.digest.lines, 1)
        return tuple((n, line) for n, line in numbered if line.key in self.to_decide)

    def lane(self, status: str) -> tuple[Standing, ...]:
        return tuple(one for one in self.board if one.status == status)


def build(
    material: Material,
    *,
    on: date,
    opener: str,
    group: str,
    board: Sequence[Standing],
    proposals: Sequence[Proposal],
    to_decide: Sequence[str],
) -> Pack:
    """Return the pack for a meeting on this day, its lines in the order they come in.

    `opener` is what is said to whoever opens it.

    Raises ValueError for a line without a lawful band.
    """
    digest = replace(whole(material), lines=material.lines)
    keys = tuple(line.key for line in digest.lines if line.key in set(to_decide))
    return Pack(
        on=on,
        opener=opener,
        group=group,
        agenda=_agenda(digest, proposals),
        board=tuple(sorted(board, key=lambda one: (LANES.index(one.status), -one.days, one.title))),
        proposals=tuple(proposals),
        digest=digest,
        to_decide=keys,
    )


def _agenda(digest: Digest, proposals: Sequence[Proposal]) -> tuple[Item, ...]:
    count = len(digest.lines)
    asked = f"{number_word(count).capitalize()} question{'' if count == 1 else 's'} to sit with"
    items = [Item(PACK["loops"], "Chair", 10)]
    if count:
        items.append(Item(asked, "All", min(count * MINUTES_A_QUESTION, MOST_FOR_QUESTIONS)))
    if proposals:
        items.append(Item(PACK["confirm"], "Chair", 10))
    if digest.lenses:
        items.append(Item("Where it sits", "All", 5))
    if digest.not_heard_from:
        items.append(Item("Who we have not heard from", "Coordinator", 5))
    if digest.shared:
        items.append(Item("Across the boundary", "Chairs of both", 5))
    return tuple(items)
