"""A digest as one message: the group's own loops, then each question with its five answers.

One screen of substance and no relayed word: lines are the theme's own sentence or a person's
paraphrase. A line that has been answered since says so and loses its buttons.
"""

from __future__ import annotations

from digests.content import Line
from digests.digest import Digest, from_json
from handlers.answers import STATUS_LABELS
from handlers.messages import Form, Part, Text
from handlers.place import Place, day_words
from handlers.surfaces import answer_buttons
from handlers.wording import say
from storage import Session, commitments, releases


def of(session: Session, place: Place, number: int) -> Form | None:
    """The issued digest of this number; None when there is none."""
    row = releases.numbered(session, place.id, number)
    if row is None or row.state != "issued":
        return None
    digest = from_json(row.frozen)
    facts = say(
        "digest_message_facts",
        partnership_name=digest.partnership,
        date=day_words(digest.on),
        answer_by=day_words(digest.answer_by),
    )
    parts: list[Part] = [Text(facts, "hint"), *_loops(session, place.id, digest)]
    for line in digest.lines:
        parts += _line(session, place.id, line)
    title = say("digest_message_title", number=str(number), opening=digest.opening)
    state = {"number": str(number)}  # so that a posted card can be made again as it stands
    return Form(name="digest_issued", title=title, parts=tuple(parts), state=state)


def latest(session: Session, place: Place) -> Form | None:
    """The newest issued digest; None before the first."""
    row = releases.latest(session, place.id)
    return of(session, place, row.number) if row is not None else None


def _loops(session: Session, partnership: str, digest: Digest) -> list[Part]:
    if not digest.asked:
        return []
    said = say("digest_message_loops", answered=str(digest.answered), asked=str(digest.asked))
    home = [Text(digest.not_home)] if digest.not_home else []
    if not digest.loops:
        return [Text(said), *home]
    oldest = digest.loops[0]
    longest = say(
        "digest_message_oldest", question=oldest.theme or oldest.title, days=str(oldest.days)
    )
    parts: list[Part] = [Text(f"{said} {longest}"), *home]
    return parts + _answering(session, partnership, oldest.key, oldest.title)


def _line(session: Session, partnership: str, line: Line) -> list[Part]:
    bands = band_words(line.practitioners_band, line.voices_band)
    said = say("digest_message_line", title=line.title, sentence=line.sentence, bands=bands)
    question = Text(line.question, style="voice")
    return [Text(said), question, *_answering(session, partnership, line.key, line.title)]


def band_words(practitioners: str, voices: str) -> str:
    """Who is behind a line, in bands: practitioners, relayed voices, or both."""
    said = []
    if practitioners:
        said.append(say("band_practitioners", band=practitioners))
    if voices:
        said.append(say("band_voices", band=voices))
    return "; ".join(said)


def _answering(session: Session, partnership: str, line: str, title: str) -> list[Part]:
    """The five answers, or what became of the question."""
    shown = releases.line(session, partnership, line)
    standing = commitments.answering(session, shown) if shown is not None else None
    if standing is not None:
        label = STATUS_LABELS[standing.status]
        return [Text(say("digest_message_answered", status_label=label), "hint")]
    if commitments.open_proposal(session, line) is not None:
        return [Text(say("digest_message_proposed"), "hint")]
    return [answer_buttons(line, title)]
