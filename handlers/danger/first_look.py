"""The first thing that happens to words: danger is looked for, before a detail is changed or anything is kept.

Clear danger is set aside at once. When the check is unsure, fails, or cannot read the language, the numbers
are shown all the same and the person decides; the words stay in the form until they have. Nothing here ever
says that there is no danger.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from digests import danger as danger_cues
from digests import language
from handlers.danger.signposts import elsewhere, set_aside
from handlers.messages import Actor, Button, Form, Reply, Text
from handlers.place import Place
from handlers.surfaces import fixed_line, numbers, other_routes
from handlers.wording import say
from storage import Session, contributions

log = logging.getLogger(__name__)

GO_ON, SET_ASIDE, GENERAL_POINT = "go_on", "set_aside", "general_point"
CHOSEN = "danger_seen"  # carried through later steps: what the person chose when they were asked
CHECK_FAILED = "check-failed"
UNCHECKED = danger_cues.Danger("possible", "child_disclosure", "", "danger", unsure=True)
ASKS = frozenset({"danger_unsure", "danger_unread", "danger_unavailable"})


@dataclass(frozen=True)
class Way:
    """How these words are sent, how they are changed, and what their form carries."""

    send: str
    edit: str
    state: Mapping[str, str]


def stops(
    session: Session,
    actor: Actor,
    words: str,
    fields: Mapping[str, str],
    *,
    way: Way,
    place: Place,
    now: datetime,
) -> Reply | None:
    """The reply that these words call for instead of being kept; None when they may go on."""
    chosen = choice(fields)
    seen, unread = _looked(words)
    if isinstance(seen, danger_cues.Danger) and not seen.unsure:
        return set_aside(session, actor, words, seen, place=place, round_id="", now=now)
    asks = isinstance(seen, danger_cues.Danger) or unread
    if asks and chosen == SET_ASIDE:
        found = seen if isinstance(seen, danger_cues.Danger) else UNCHECKED
        return set_aside(session, actor, words, found, place=place, round_id="", now=now)
    if chosen in (GO_ON, GENERAL_POINT):
        return None
    if isinstance(seen, danger_cues.Elsewhere):
        return Reply(elsewhere(place, seen, words, kind=way.send, edit=way.edit, state=way.state))
    if asks:
        return Reply(_ask(place, words, unread, way, actor.agency))
    return None


def choice(fields: Mapping[str, str]) -> str:
    """What the person chose when they were asked, now or at an earlier step."""
    for name in ("choice", CHOSEN):
        if fields.get(name, "") in (GO_ON, SET_ASIDE, GENERAL_POINT):
            return fields[name]
    return ""


def carried(fields: Mapping[str, str]) -> dict[str, str]:
    """What later steps must know, so that nobody is asked twice about the same words."""
    chosen = choice(fields)
    return {CHOSEN: chosen} if chosen else {}


def mark_unread(session: Session, partnership: str, id: str, words: str) -> None:
    """Words that the machine could not check or read wait for a person; no coder guesses at them."""
    _, unread = _looked(words)
    row = contributions.get(session, partnership, id)
    if unread and row is not None:
        row.coded_with = f"{contributions.UNREAD}{unread}"


def _looked(
    words: str,
) -> tuple[danger_cues.Danger | danger_cues.Elsewhere | None, str]:
    """What was seen, and why it cannot be relied on: a language nobody reads, or a check that failed.

    Whatever goes wrong in the check must not take the reminder away, so nothing is let through; the log
    gets the kind of error alone, for its message might hold words.
    """
    try:
        seen = danger_cues.look(words)
        tongue = language.of(words)
    except Exception as error:
        log.error("the danger check failed: %s", type(error).__name__)
        return None, CHECK_FAILED
    return seen, "" if tongue.read else tongue.code


def _ask(place: Place, words: str, unread: str, way: Way, agency: str) -> Form:
    """Who can help, first; then what the person may do with the words, which are still here."""
    name, said = "danger_unsure", ["danger_unsure"]
    if unread:
        name, said = "danger_unavailable", ["danger_check_unavailable"]
    if unread not in ("", CHECK_FAILED):
        name, said = "danger_unread", [*said, "danger_unread"]
    title = say("danger_unread_title" if unread else "danger_unsure_title")
    spoken = {**place.words, "fixed_line": say("fixed_line", **place.words)}
    return Form(
        name=name,
        title=title,
        tone="sign",
        parts=(
            numbers(place, agency),
            *(Text(say(id, **spoken)) for id in said),
            Text(words, style="voice", heading=say("danger_words_here")),
            *([] if unread else [fixed_line(place)]),
            other_routes(place),
        ),
        buttons=(
            Button(say("button_set_aside", **place.words), way.send, SET_ASIDE),
            Button(say("button_danger_go_on"), way.send, GO_ON),
            Button(say("button_let_me_change"), way.edit),
            Button(say("button_throw_away"), "throw_away", style="quiet"),
        ),
        state={**way.state, "words": words},
    )
