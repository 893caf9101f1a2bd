"""The words in which each value of a digest is said: frame, bands, dates, findings, questions.

Themes and answers may be counted; people are in bands, and no agency is named. `digests.said` puts
these in reading order; templates put them on a page.
"""

from __future__ import annotations

from datetime import date, timedelta

from babel.dates import format_date

from digests.content import (
    Digest,
    HeldQuestion,
    Lens,
    Line,
    Loop,
    Promise,
    Tally,
    TaskGroup,
)

STRIP = timedelta(weeks=12)

FRAME = {
    "loops": "Your own loops first",
    "cleared": "Cleared this week",
    "helps": "What helps",
    "worries": "What worries people",
    "either": "A help to some, a worry to others",
    "not_enough": "Not enough to show.",
    "held": "A question you are holding",
    "due": "Your promises, next two weeks",
    "good_answer": "Every answer is a good answer, and a proposal until the chair confirms it.",
    "to_annex": "The rest is the annex.",
    "quiet": "There is nothing new that can be shown safely this week.",
    "not_well": "That is not the same as nothing said, nor as all is well.",
    "heard": "Annex: what we heard",
    "volume": "More people saying it does not make it matter more.",
    "blocks": "A block is one release; dots are weeks too few to show.",
    "several": "carried by several champions",
    "differs": "People see this in more than one way. Both are here, the same size.",
    "practitioners_help": "Practitioners tell of what helps; voices carried by champions tell of what worries.",
    "voices_help": "Voices carried by champions tell of what helps; practitioners tell of what worries.",
    "gathered": "Those on the smaller side were gathered over several releases.",
    "differs_alike": "People see this in more than one way.",
    "first_contact": "First contact: help came only with an offence.",
    "contact": "First contact",
    "contact_help": "Enough of those behind what was shown say that a first contact came as help.",
    "contact_justice": "Enough of those behind what was shown say that a first contact was already a "
    "police or court matter.",
    "ask_help": "What let help come first?",
    "ask_justice": "What could have come first?",
    "safe": "What keeps young people safe",
    "sits": "Where it sits",
    "counted": "Themes of the last twelve weeks, and how many of them have an answer. "
    "Never people, never agencies.",
    "missing": "Not heard from",
    "ask_kindly": "We have not heard enough from these to bring you anything. "
    "Who do they already trust, and how would we ask kindly?",
    "too_much": "This is too much",
    "heavy": "Enough people have told us that it is too much at present. "
    "What could we stop, so that there is room to think?",
    "across": "Across the boundary",
    "across_how": "Themes cross; words do not. Each side cleared these alone.",
    "groups": "Task-and-finish groups",
    "promised": "What we promised, and what we could not",
    "made": "How this was made",
    "standing": "People can take their words back at any time. When they do, a quote’s place is left "
    "empty, and nothing new uses their words. The lines in earlier digests stay.",
}

PLACES = {
    "prevention": {
        "primary": "Before anybody is worried",
        "secondary": "Where there are signs",
        "tertiary": "Once harm is here",
    },
    "network": {
        "direct_delivery": "With the young person",
        "operational": "Where the work is run",
        "strategic": "Where direction is set",
        "governance": "Where it is answered for",
    },
    "transition": {
        "primary_to_secondary": "Moving up to secondary school",
        "school_move_or_exclusion": "Changing or losing a school",
        "placement_or_home_move": "Moving home",
        "return_from_missing": "Coming back after being missing",
        "custody_release": "Leaving custody",
        "turning_18": "Turning 18",
        "area_move": "Moving to another area",
    },
}
LENSES = {
    "prevention": "By prevention level",
    "network": "By level of the network",
    "transition": "At points of change",
}


def sides(line: Line) -> tuple[tuple[str, str, str], ...]:
    """Return what helps and what worries people, each with its provenance.

    A strength may stand alone; a worry never does, even when all that is beside it is that what
    helps was not enough to show. One sentence for both, in the same release, is said once.
    """
    if line.helps and line.helps == line.worries and not line.beside:
        return ((FRAME["either"], line.sentence, line.provenance),)
    helps = (FRAME["helps"], line.helps, line.helps_provenance)
    if not line.worries:
        return (helps,)
    return helps, (FRAME["worries"], line.worries, line.worries_provenance)


def differing(line: Line) -> str:
    """Return that both sides cleared, and who tells of which where that is known; or nothing."""
    if not line.differs:
        return ""
    if len(sides(line)) < 2:
        return FRAME["differs_alike"]
    return " ".join((FRAME["differs"], *([FRAME[line.apart]] if line.apart else [])))


def audit_sentence(digest: Digest) -> str:
    """Return the mark by which the audit's state at this digest can be checked later."""
    return f"Audit mark: {digest.audit_hash[:16]}"


def strength_aside(digest: Digest) -> str:
    """Return something that helps, where no line on the front says so itself."""
    return "" if any(line.own_helps for line in digest.lines) else digest.what_helps


def bands(line: Line) -> tuple[str, ...]:
    """Return a line's bands in words, one for each rule that cleared."""
    practitioners = (f"{line.practitioners_band} practitioners",) if line.practitioners_band else ()
    return practitioners + ((f"{line.voices_band} voices",) if line.voices_band else ())


def waited(loop: Loop) -> str:
    return "Today" if loop.days < 1 else "1 day" if loop.days == 1 else f"{loop.days} days"


def tally(digest: Digest) -> str:
    """Return how many themes were answered. Themes may be counted; people may not."""
    return f"{digest.answered or 'None'} of {digest.asked}"


def asked_note(digest: Digest) -> str:
    """Return what follows the tally: '31 of 42' and then this."""
    one = digest.asked == 1
    led = f" {number_word(digest.changed).capitalize()} led to a change." if digest.changed else ""
    return f"theme{'' if one else 's'} {'has' if one else 'have'} had an answer.{led}"


def tally_note(digest: Digest) -> str:
    note = asked_note(digest)
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


def how(digest: Digest) -> str:
    """Return how the digest was made, with the partnership's own bar."""
    bar = number_word(digest.bar)
    return (
        "A machine suggested themes; a theme editor wrote each line; an approver signed it. "
        f"A theme waits until {bar} people in two agencies have said it, and {bar} remain without "
        "the largest agency. Relayed voices have a rule of their own. Numbers are bands. No person "
        "or agency is measured. What is too few to show waits, unnamed."
    )


def from_digest(number: int) -> str:
    return f"From digest {number}"


def promise_note(promise: Promise) -> str:
    """Return who has a promise and by when, as far as its status does not say so already."""
    by = f"by {day(promise.due)}" if promise.due else ""
    if promise.status == "not_now":
        return f"We look again {by}" if by else ""
    if promise.status != "being_looked_at":
        return ""
    return capital(", ".join(part for part in (promise.owner, by) if part))


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def ends(group: TaskGroup) -> str:
    return f"Ends {day(group.ends)}"


def place_words(lens: Lens, place: str) -> str:
    return PLACES[lens.kind].get(place, capital(place.replace("_", " ")))


def counted(tally_: Tally) -> str:
    """Return '3 themes, 1 answered': both may be counted, because neither is a person."""
    themes = f"{tally_.heard} theme{'' if tally_.heard == 1 else 's'}"
    return f"{themes}, {tally_.answered or 'none'} answered"


def contact(came: str) -> tuple[str, str]:
    """Return what is said of how a first contact came, and the question with it."""
    return FRAME[f"contact_{came}"], FRAME[f"ask_{came}"]


def lens_question(lens: Lens) -> str:
    """Return the question that a lens asks, from what is missing in it; '' when nothing stands out.

    Asked about prevention when most themes stand where harm is here already and few before it, or
    when answers stand further downstream than themes; about the network by where most of it stands.
    """
    heard = {t.place: t.heard for t in lens.tallies}
    if lens.kind == "prevention":
        return _prevention_question(heard, {t.place: t.answered for t in lens.tallies})
    if lens.kind == "transition":
        return "Who is still there on the day after?"
    near = heard.get("direct_delivery", 0) + heard.get("operational", 0)
    ours = heard.get("strategic", 0) + heard.get("governance", 0)
    if near > ours:
        return "Most of this is held close to young people. What do those there need from here?"
    return "Much of this is ours to change. What could we decide ourselves?" if ours else ""


def _prevention_question(heard: dict[str, int], answered: dict[str, int]) -> str:
    if heard.get("tertiary", 0) > 2 * heard.get("primary", 0):
        return (
            "Most of this happens once harm is here, and little before it. "
            "Is that where the work is, or only where we asked?"
        )
    if heard.get("primary", 0) and not answered.get("primary", 0):
        return "Nothing before anybody is worried has had an answer yet. What would it take?"
    return ""


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
    if len(shown) == 1:
        return "Not shown in the twelve weeks before."
    if shown[-1].band != shown[-2].band:
        return f"{shown[-1].band} this time, after {shown[-2].band} before."
    times = {2: "twice"}.get(len(shown), f"{number_word(len(shown))} times")
    steady = len({b.band for b in shown}) == 1
    each = f"at {shown[0].band} each time" if steady else f"at {shown[-1].band} now"
    return f"Shown {times} in twelve weeks, {each}."


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


def preview(digest: Digest) -> str:
    """Return what a mail program shows beside the subject: what waits, and never a theme."""
    waiting, new = len(digest.loops), len(digest.lines)
    owed = f"{capital(number_word(waiting))} of your loops {'waits' if waiting == 1 else 'wait'}. "
    if not new:
        return f"{owed if waiting else ''}Nothing new can be shown safely this week."
    themes = f"{capital(number_word(new))} theme{' has' if new == 1 else 's have'} cleared."
    return f"{owed if waiting else ''}{themes}"


def eyebrow(digest: Digest) -> str:
    """Return what stands above the first line: which digest, of which day, and how long it takes."""
    return f"Weekly digest {digest.number}. {day(digest.on, year=True)}. {_minutes(digest)}"


def _minutes(digest: Digest) -> str:
    """Say how long the front takes, by what it holds: a minute, and half for each theme."""
    count = 1 + (len(digest.lines) + 1) // 3
    return f"{number_word(count).capitalize()} minute{'' if count == 1 else 's'}"


def number_word(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[count] if count < len(words) else str(count)
