"""What people will read, before anybody proposes it: the very messages, made from what stands in the form.

Keeps the promise that the group sees what it says as those hear it who spoke. Nothing is kept and nobody
is told.
"""

from __future__ import annotations

from datetime import datetime

from handlers import child_words, notices
from handlers.answers import status_words
from handlers.loop import proposals
from handlers.messages import Actor, Form, Incoming, Part, Reply, Text
from handlers.place import of as place_of
from handlers.wording import say
from storage import Session


def preview(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """What a contributor gets, then what a champion gets beside it; gaps say what will stand there."""
    line = proposals.line_of(session, actor, event)
    if line is None:
        return proposals.no_such_question()
    typed = proposals.typed_in(event)
    if not proposals.status_of(typed):
        return Reply(_form(Text(say("preview_choose"), "hint")))
    gaps = {
        name: typed[name] or say(f"preview_{name}")
        for name in ("answer", "not_done", "child_words")
    }
    row = proposals.made(
        actor, line, {**typed, **gaps}, place_of(session, line.partnership_id).today(now)
    )
    everybody = notices.told("answer_to_practitioner", line, row).parts
    champion = notices.told("answer_to_champion", line, row).parts
    beside = champion[len(everybody) :]
    shown = (
        *everybody,
        Text(say("preview_champion"), "hint"),
        *beside,
        *((Text(hard, "hint"),) if (hard := child_words.too_hard(typed["child_words"])) else ()),
        Text(say("answer_then"), "hint"),
    )
    return Reply(_form(*shown, status=row.status, status_label=status_words(row)))


def _form(*parts: Part, **state: str) -> Form:
    explained = Text(say("preview_explained"), "hint")
    return Form("answer_preview", say("preview_title"), (explained, *parts), state=state)
