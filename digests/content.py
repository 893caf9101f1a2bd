"""What a digest is made of, as values without a word of layout: one digest, every format.

People appear as bands only, an agency nowhere. A field with a default came after the first frozen
form, so that a digest of any age still thaws.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

BANDS = ("5–9", "10–19", "20+")
LEVELS = ("primary", "secondary", "tertiary")
PLACES = ("direct_delivery", "operational", "strategic", "governance")

FIRST_CONTACTS = ("help", "justice")  # how the system first met a young person

Provenance = Literal["Theme’s sentence", "Paraphrase", "Observation"]


@dataclass(frozen=True)
class Loop:
    """A theme the group has not answered. `title` is its question, `key` what an answer is filed under.

    A page names the `theme`, whose question stands where it is answered; without one, the question.
    `days` is how long people have waited: since the oldest release of the theme without an answer.
    """

    title: str
    days: int
    key: str
    theme: str = ""


@dataclass(frozen=True)
class Promise:
    """What the group said it would or would not do; `status` is an id, `status_label` its words.

    `owner` is a role or, for Not ours, who has it now; `sign` is how we would know it helped. `level`
    is the prevention level of the theme it answers. `new` since the digest before.
    """

    title: str
    sentence: str
    status: str
    status_label: str
    due: date | None
    owner: str = ""
    sign: str = ""
    level: str = ""
    new: bool = False


@dataclass(frozen=True)
class Block:
    """One earlier or present release of a theme, over the days it gathered."""

    start: date
    end: date
    band: str


@dataclass(frozen=True)
class Line:
    """A cleared theme or group, written and signed by people. `diversity` ranks and is not shown.

    `other_side` is the sentence of the other leaning, empty when none could be shown; an empty band
    means that this rule did not clear. `differs` says that both sides cleared within this release, and
    `apart` whether practitioners cleared on one of them alone and carried voices on the other, or that the
    smaller side was `gathered` with earlier releases.
    `beside` is the number of the earlier digest that the other side was borrowed from, or 0.
    `blocks` are releases under the rule of the first band, so that people are set beside people.
    """

    key: str
    title: str
    practitioners_band: str
    voices_band: str
    sentence: str
    provenance: Provenance
    leaning: Literal["strength", "worry"]
    other_side: str
    question: str
    blocks: tuple[Block, ...]
    diversity: int
    other_provenance: str = "Theme’s sentence"
    differs: bool = False
    first_contact: bool = False
    beside: int = 0
    apart: Literal["", "practitioners_help", "voices_help", "gathered"] = ""

    @property
    def helps(self) -> str:
        return self.sentence if self.leaning == "strength" else self.other_side

    @property
    def own_helps(self) -> str:
        """What helps, when it was said about this theme and in this release."""
        return "" if self.beside and self.leaning == "worry" else self.helps

    @property
    def worries(self) -> str:
        return self.sentence if self.leaning == "worry" else self.other_side

    @property
    def helps_provenance(self) -> str:
        return self.provenance if self.leaning == "strength" else self.other_provenance

    @property
    def worries_provenance(self) -> str:
        return self.provenance if self.leaning == "worry" else self.other_provenance


@dataclass(frozen=True)
class Strength:
    """Something released before that keeps children safe, with the digest that first showed it."""

    title: str
    sentence: str
    number: int


@dataclass(frozen=True)
class Tally:
    """How many released themes, and how many answered ones, stand at one place of a lens."""

    place: str
    heard: int
    answered: int = 0


@dataclass(frozen=True)
class Lens:
    """One way of looking again at what was released: themes are counted, people never."""

    kind: Literal["prevention", "network", "transition"]
    tallies: tuple[Tally, ...]


@dataclass(frozen=True)
class TaskGroup:
    """A task-and-finish group: its one job, its end date, and what it told contributors."""

    name: str
    remit: str
    ends: date
    told: str = ""


@dataclass(frozen=True)
class Shared:
    """A theme that a neighbour cleared too, each side alone and by the higher bar."""

    title: str
    neighbour: str
    question: str


@dataclass(frozen=True)
class HeldQuestion:
    """A question answered with Hold, shown again in a quiet week."""

    key: str
    title: str
    question: str
    until: date


@dataclass(frozen=True)
class Material:
    """Everything a digest may be built from. `opening` is an editor's own, or empty."""

    number: int
    partnership: str
    on: date
    next_on: date
    answer_by: date
    asked: int
    answered: int
    loops: tuple[Loop, ...]
    promises: tuple[Promise, ...]
    lines: tuple[Line, ...]
    not_heard_from: tuple[str, ...]
    what_helps: str
    audit_hash: str
    held: HeldQuestion | None = None
    opening: str = ""
    safe: tuple[Strength, ...] = ()
    lenses: tuple[Lens, ...] = ()
    groups: tuple[TaskGroup, ...] = ()
    shared: tuple[Shared, ...] = ()
    too_much: bool = False
    bar: int = 5
    not_home: str = ""  # what is said when several answers have not got home; else empty
    changed: int = 0  # themes whose answer led to a change, whole or in part
    first_contact: tuple[str, ...] = ()  # how enough of those behind what was shown say it came


@dataclass(frozen=True)
class Digest:
    """What the page shows. `cut` says why something was left out; it is for the log, not the page."""

    number: int
    partnership: str
    on: date
    next_on: date
    answer_by: date
    asked: int
    answered: int
    loops: tuple[Loop, ...]
    promises: tuple[Promise, ...]
    lines: tuple[Line, ...]
    not_heard_from: tuple[str, ...]
    what_helps: str
    audit_hash: str
    held: HeldQuestion | None
    opening: str
    quiet: bool
    more_loops: bool = False
    front_words: int = 0
    words: int = 0
    cut: tuple[str, ...] = ()
    safe: tuple[Strength, ...] = ()
    lenses: tuple[Lens, ...] = ()
    groups: tuple[TaskGroup, ...] = ()
    shared: tuple[Shared, ...] = ()
    too_much: bool = False
    bar: int = 5
    not_home: str = ""  # what is said when several answers have not got home; else empty
    changed: int = 0  # themes whose answer led to a change, whole or in part
    first_contact: tuple[str, ...] = ()  # how enough of those behind what was shown say it came


@dataclass(frozen=True)
class Said:
    """One piece of the page as it would be read aloud; parts are what stands beside each other."""

    kind: Literal["heading", "text", "item"]
    parts: tuple[str, ...]

    @property
    def words(self) -> str:
        return " ".join(self.parts)
