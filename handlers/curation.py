"""A person reads before anyone else does: the editor writes, another person signs.

The editor sees protected words without identity; the approver sees lines only, and never signs a line
that they wrote or changed.
"""

from __future__ import annotations

from datetime import datetime

from digests import protect
from handlers.messages import Actor, Incoming, Reply
from handlers.place import of as place_of
from handlers.surfaces import message
from handlers.weekly import agreed
from handlers.wording import say
from storage import Session, audit, codings, contributions, releases
from storage.models import Line

PROVENANCES = {
    id: say(f"provenance_{id}") for id in ("theme_sentence", "paraphrase", "observation")
}
LONGEST = 240
MOST_THEMES = 3  # of one contribution


def _line(session: Session, actor: Actor, event: Incoming) -> Line | None:
    id = event.fields.get("line_id", "") or event.fields.get("choice", "")
    row = releases.line(session, actor.partnership, id)
    return (
        row if row is not None and row.state in ("draft", "ready", "kept_back", "signed") else None
    )


GONE = message("gone", say("line_gone_title"), say("line_gone"))


def ready(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The editor has written or confirmed a line."""
    line = _line(session, actor, event)
    if line is None:
        return Reply(GONE)
    sentence = event.fields.get("sentence", line.sentence).strip()
    question = event.fields.get("question", line.question).strip()
    other = event.fields.get("other_side", line.other_side).strip() if line.other_side else ""
    fault = _fault(session, line, sentence, question) or (
        _fault(session, line, other, question) if other else ""
    )
    if fault:
        return Reply(message("line_not_ready", say("line_not_ready_title"), fault))
    provenance = PROVENANCES.get(event.fields.get("provenance", ""), line.provenance)
    if sentence != line.sentence and provenance == PROVENANCES["theme_sentence"]:
        provenance = PROVENANCES["paraphrase"]
    line.sentence, line.other_side, line.question = sentence, other, question
    line.provenance = provenance
    line.state, line.editor, line.approver, line.reason = "ready", actor.person, "", ""
    return Reply(
        message("line_ready", say("line_state_ready"), sentence), outcome={"message": "line_ready"}
    )


def _fault(session: Session, line: Line, sentence: str, question: str) -> str:
    if not sentence or not question:
        return say("line_needs_both")
    if len(sentence) > LONGEST or len(question) > LONGEST:
        return say("line_too_long", most=str(LONGEST))
    word_by_word = agreed.sentence(session, line)
    if word_by_word:
        return "" if sentence == word_by_word else say("line_word_by_word")
    details = protect.find(sentence)
    if details:
        return say("line_points", detail=details[0].text)
    behind = releases.behind(session, line.id)
    for row in contributions.those(session, line.partnership_id, behind):
        if _same(contributions.words(session, row), sentence):
            return say("line_repeats")
    return ""


def _same(source: str, sentence: str) -> bool:
    """Whether the line repeats the source: all of it, or eight words in a row."""
    ours, theirs = sentence.lower().split(), " ".join(source.lower().split())
    if len(ours) < 8:
        return " ".join(ours) == theirs
    return any(" ".join(ours[n : n + 8]) in theirs for n in range(len(ours) - 7))


def keep_back(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Not this time: the line waits, and so does what stands behind it."""
    line = _line(session, actor, event)
    if line is None:
        return Reply(GONE)
    line.state, line.reason = (
        "kept_back",
        event.fields.get("reason", "").strip()[:120] or say("line_not_ready_reason"),
    )
    return Reply(
        message(
            "line_kept_back", say("line_state_kept_back"), say("line_kept_back", reason=line.reason)
        ),
        outcome={"message": "line_kept_back"},
    )


def recode(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A person's own coding of one contribution, kept apart from the machine's and deciding."""
    id = event.fields.get("contribution_id", "")
    row = contributions.get(session, actor.partnership, id)
    if row is None:
        return Reply(message("gone", say("recode_gone_title"), say("recode_gone")))
    place = place_of(session, actor.partnership)
    known = {theme.id for theme in place.codebook.themes}
    chosen = dict.fromkeys(t for t in event.fields.get("theme_id", "").split(",") if t in known)
    if len(chosen) > MOST_THEMES:
        return Reply(
            message("recode_too_many", say("recode_too_many_title"), say("recode_too_many"))
        )
    codings.by_person(session, id, list(chosen))
    return Reply(
        message("recoded", say("recoded_title"), say("recoded")),
        outcome={"message": "recoded"},
    )


def sign(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The approver lets a line go out: never one that they wrote."""
    line = _line(session, actor, event)
    if line is None or line.state != "ready":
        return Reply(GONE)
    if line.editor == actor.person:
        return Reply(
            message(
                "approver_is_editor", say("approver_is_editor_title"), say("approver_is_editor")
            )
        )
    line.state, line.approver = "signed", actor.person
    audit.record(
        session,
        partnership=actor.partnership,
        actor=actor.person,
        action="line.sign",
        about=line.id,
        at=now,
    )
    return Reply(
        message("line_signed", say("line_state_signed"), line.sentence),
        outcome={"message": "line_signed"},
    )


def send_back(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    line = _line(session, actor, event)
    if line is None:
        return Reply(GONE)
    line.state, line.approver = "draft", ""
    return Reply(
        message("line_sent_back", say("sent_back_title"), say("line_sent_back")),
        outcome={"message": "sent_back"},
    )
