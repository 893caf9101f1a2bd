"""What a digest's page is made of, and every sentence on it in reading order.

The page and its plain text say the same words, because both take them from here; the word budgets
are counted on them. People appear as bands only, and nothing here names an agency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from babel.dates import format_date

BANDS = ("5–9", "10–19", "20+")
STRIP = timedelta(weeks=12)

Provenance = Literal["Theme’s sentence", "Paraphrase", "Observation"]

FRAME = {
    "loops": "Your own loops first",
    "cleared": "Cleared this week",
    "helps": "What helps",
    "worries": "What worries people",
    "not_enough": "Not enough to show.",
    "held": "A question you are holding",
    "due": "Your promises, next two weeks",
    "good_answer": "Every answer is a good answer, and a proposal until the chair confirms it.",
    "to_annex": "The rest is the annex.",
    "quiet": "There is nothing new that can be shown safely this week.",
    "not_well": "That is not the same as nothing said, nor as all is well.",
    "heard": "Annex: what we heard",
    "intro": "More people saying it does not make it matter more. "
    "A block is one release; dots are weeks too few to show.",
    "several": "carried by several champions",
    "dots": "Dots: too few to show, or nobody asked.",
    "missing": "Not heard from",
    "ask_kindly": "We have not heard enough from these to bring you anything. "
    "Who do they already trust, and how would we ask kindly?",
    "promised": "What we promised, and what we could not",
    "made": "How this was made",
    "how": "A machine suggested themes; a theme editor wrote each line; an approver signed it. "
    "A theme waits until five people in two agencies have said it, and five remain without the "
    "largest agency. Relayed voices have a rule of their own. Numbers are bands. No person or agency "
    "is measured. What is too few to show waits, unnamed.",
    "standing": "People can take their words back at any time. When they do, a quote’s place is left "
    "empty, and nothing new uses their words. The lines in earlier digests stay.",
}


@dataclass(frozen=True)
class Loop:
    """A question the group has not answered; `key` is what its answer is filed under."""

    title: str
    days: int
    key: str


@dataclass(frozen=True)
class Promise:
    """What the group said it would or would not do; `status` is an id, `status_label` its words."""

    title: str
    sentence: str
    status: str
    status_label: str
    due: date | None


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
    means that this rule did not clear.
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
    other_provenance: Provenance = "Theme’s sentence"

    @property
    def helps(self) -> str:
        return self.sentence if self.leaning == "strength" else self.other_side

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


@dataclass(frozen=True)
class Said:
    """One piece of the page as it would be read aloud; parts are what stands beside each other."""

    kind: Literal["heading", "text", "item"]
    parts: tuple[str, ...]

    @property
    def words(self) -> str:
        return " ".join(self.parts)


def front_said(digest: Digest) -> tuple[Said, ...]:
    """Return the front in reading order, without the words on buttons."""
    front = f"Weekly digest {digest.number}. {day(digest.on, year=True)}. {_minutes(digest)}"
    said = [_said("text", front), _said("heading", digest.opening)]
    if digest.quiet:
        said.append(_said("text", quiet_sentence(digest)))
    if digest.loops or digest.asked:
        said.append(_said("heading", FRAME["loops"]))
    if digest.asked:
        said.append(_said("text", f"{tally(digest)} {tally_note(digest)}"))
    said += [_said("item", waited(loop), loop.title) for loop in digest.loops]
    return tuple(said + (_quiet_front(digest) if digest.quiet else _front_lines(digest)))


def annex_said(digest: Digest) -> tuple[Said, ...]:
    """Return the annex in reading order; a quiet week has none."""
    if digest.quiet:
        return ()
    said = [_said("heading", FRAME["heard"]), _said("text", FRAME["intro"])]
    for line in digest.lines:
        said += _theme_said(line, digest)
    if digest.not_heard_from:
        said.append(_said("heading", FRAME["missing"]))
        said += [_said("item", kind) for kind in digest.not_heard_from]
        said.append(_said("text", FRAME["ask_kindly"]))
    if digest.promises:
        said.append(_said("heading", FRAME["promised"]))
        said += [_said("item", p.title, p.sentence, p.status_label) for p in digest.promises]
    said += [_said("heading", FRAME["made"]), _said("text", FRAME["how"])]
    said += [_said("text", FRAME["standing"]), _said("text", next_sentence(digest))]
    said += _audit_said(digest)
    return tuple(said)


def _quiet_front(digest: Digest) -> list[Said]:
    said: list[Said] = []
    if digest.promises:
        said.append(_said("heading", FRAME["due"]))
        for p in digest.promises:
            due = short_day(p.due) if p.due else ""
            said.append(_said("item", due, p.title, p.status_label))
    if digest.held:
        said.append(_said("heading", FRAME["held"]))
        said.append(_said("item", digest.held.question))
        said.append(_said("text", held_note(digest.held)))
    if digest.what_helps:
        said += [_said("heading", FRAME["helps"]), _said("text", digest.what_helps)]
    return [*said, _said("text", FRAME["standing"]), *_audit_said(digest)]


def _front_lines(digest: Digest) -> list[Said]:
    said = [_said("heading", FRAME["cleared"])]
    for line in digest.lines:
        said.append(_said("item", line.title, *bands(line), line.helps))
    if aside := strength_aside(digest):
        said += [_said("heading", FRAME["helps"]), _said("text", aside)]
    said.append(_said("heading", questions_heading(digest)))
    said += [_said("item", line.question) for line in digest.lines]
    said.append(_said("text", f"{answer_sentence(digest)} {FRAME['to_annex']}"))
    return said


def _theme_said(line: Line, digest: Digest) -> list[Said]:
    several = FRAME["several"] if line.voices_band else ""
    said = [_said("heading", line.title), _said("text", *bands(line), several)]
    sides = (
        (FRAME["helps"], line.helps, line.helps_provenance),
        (FRAME["worries"], line.worries, line.worries_provenance),
    )
    for head, sentence, provenance in sides:
        put = (sentence, provenance) if sentence else (FRAME["not_enough"],)
        said.append(_said("item", head, *put))
    if finding := strip_finding(line, digest):
        said.append(_said("text", finding, FRAME["dots"]))
    return said


def _audit_said(digest: Digest) -> list[Said]:
    return [_said("text", audit_sentence(digest))] if digest.audit_hash else []


def _said(kind: Literal["heading", "text", "item"], *parts: str) -> Said:
    return Said(kind, tuple(part for part in parts if part.strip()))


def audit_sentence(digest: Digest) -> str:
    """Return the mark by which the audit's state at this digest can be checked later."""
    return f"Audit mark: {digest.audit_hash[:16]}"


def strength_aside(digest: Digest) -> str:
    """Return something that helps, where no line on the front says so itself."""
    return "" if any(line.helps for line in digest.lines) else digest.what_helps


def bands(line: Line) -> tuple[str, ...]:
    """Return a line's bands in words, one for each rule that cleared."""
    practitioners = (f"{line.practitioners_band} practitioners",) if line.practitioners_band else ()
    return practitioners + ((f"{line.voices_band} voices",) if line.voices_band else ())


def waited(loop: Loop) -> str:
    return "Today" if loop.days < 1 else "1 day" if loop.days == 1 else f"{loop.days} days"


def tally(digest: Digest) -> str:
    """Return how many themes were answered. Themes may be counted; people may not."""
    return f"{digest.answered or 'None'} of {digest.asked}"


def tally_note(digest: Digest) -> str:
    note = "themes answered so far."
    if not digest.loops:
        return note
    count = len(digest.loops)
    who = "This one" if count == 1 else f"These {number_word(count)}"
    if not digest.more_loops:
        return f"{note} {who} still {'waits' if count == 1 else 'wait'}."
    return f"{note} {who} {'has' if count == 1 else 'have'} waited longest."


def questions_heading(digest: Digest) -> str:
    count = len(digest.lines)
    return f"{number_word(count).capitalize()} question{'' if count == 1 else 's'} to sit with"


def answer_sentence(digest: Digest) -> str:
    return f"Please answer by {day(digest.answer_by)}. {FRAME['good_answer']}"


def quiet_sentence(digest: Digest) -> str:
    return f"{FRAME['quiet']} {FRAME['not_well']} {next_sentence(digest)}"


def next_sentence(digest: Digest) -> str:
    return f"The next digest is on {day(digest.next_on)}."


def held_note(held: HeldQuestion) -> str:
    return f"Held until {day(held.until)}. You can answer sooner."


def strip_first(digest: Digest) -> date:
    """Return the first day of the twelve weeks that a band strip shows."""
    return digest.on - STRIP


def strip_finding(line: Line, digest: Digest) -> str:
    """Return what a band strip shows, in words, so that the drawing can be hidden; '' for none."""
    shown = sorted(
        (b for b in line.blocks if b.end >= strip_first(digest) and b.start <= digest.on),
        key=lambda b: b.start,
    )
    if not shown:
        return ""
    if shown[-1].band != shown[0].band:
        return f"Last {shown[-1].band}, after {shown[0].band} before"
    times = {1: "once", 2: "twice"}.get(len(shown), f"{number_word(len(shown))} times")
    return f"Shown {times} in 12 weeks, at {shown[0].band}"


def day(on: date, *, year: bool = False) -> str:
    """Return a date as people say it: Friday 4 December."""
    return format_date(on, "EEEE d MMMM y" if year else "EEEE d MMMM", locale="en_GB")


def short_day(on: date) -> str:
    return format_date(on, "d MMM", locale="en_GB")


def opening(themes: int, loops: int) -> str:
    """Return the first line of a page for which no editor wrote one: what is owed, what is new."""
    owed = f"{number_word(loops).capitalize()} answer{' is' if loops == 1 else 's are'} still yours"
    if not themes:
        return f"Nothing new to show. {owed} to give." if loops else "Nothing new to show."
    new = f"{number_word(themes)} theme{' is' if themes == 1 else 's are'} new"
    return f"{owed} to give, and {new}." if loops else f"{new.capitalize()} this week."


def _minutes(digest: Digest) -> str:
    """Say how long the front takes, by what it holds: a minute, and half for each theme."""
    count = 1 + (len(digest.lines) + 1) // 3
    return f"{number_word(count).capitalize()} minute{'' if count == 1 else 's'}"


def number_word(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[count] if count < len(words) else str(count)
