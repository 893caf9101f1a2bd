"""What each person in a live session sees: the writer every sentence, everybody else what waits for them.

Nobody sees who said what: a sentence shows whether everybody has said yes, and never who has not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers import permissions
from handlers.messages import Actor, Button, Buttons, Choice, Field, Form, Part, Text
from handlers.place import Place
from handlers.place import of as place_of
from handlers.surfaces import fixed_line
from handlers.wording import buttons, say
from storage import Session, live
from storage.models import LiveSentence, LiveSession, Present


def room(session: Session, actor: Actor) -> list[Form]:
    """What somebody sees of the session: the writer the sentences, everybody else what waits for them."""
    place = place_of(session, actor.partnership)
    found = live.now_open(session, actor.partnership)
    forms = []
    if permissions.allowed(actor, "session.write"):
        forms += _for_writer(session, place, found)
    if permissions.allowed(actor, "session.join"):
        forms += for_present(session, place, actor, found)
    return forms


def _for_writer(session: Session, place: Place, found: LiveSession | None) -> list[Form]:
    if found is None:
        opening = Button(say("button_session_open"), "session_open", style="main")
        explained = (Text(say("session_explained")), fixed_line(place))
        return [Form("session_open", say("session_open_title"), explained, (opening,))]
    rows = live.sentences(session, found.id)
    everybody = everybody_in(live.present(session, found.id))
    code = Text(say("session_code", code=found.code))
    forms = [Form("session_code", say("session_code_title"), parts=(code,)), write_form(place, {})]
    forms += [_written(session, row, everybody) for row in rows]
    return [*forms, finish_form(place, {}, "")]


def everybody_in(present: Sequence[Present]) -> frozenset[str]:
    return frozenset(row.person_id for row in present)


def write_form(place: Place, typed: Mapping[str, str], error: str = "") -> Form:
    """Room for one sentence, a new one or another in the place of one."""
    return Form(
        name="session_write",
        title=say("session_write_title"),
        parts=(
            Field(
                "words",
                say("session_field_words"),
                hint=say("session_hint_words"),
                value=typed.get("words", ""),
                error=error,
            ),
            fixed_line(place),
        ),
        needs=("words",),
        buttons=(Button(say("button_session_add"), "session_add", style="main"),),
        state={"sentence": typed["sentence"]} if typed.get("sentence") else {},
    )


def _written(session: Session, row: LiveSentence, everybody: frozenset[str]) -> Form:
    """One sentence as its writer sees it: whether everybody said yes, and never who did not."""
    state, tail = "session_waits", say("session_tail", number=str(row.place))
    if row.state == "change":
        state = "session_change_wanted"
    elif everybody and everybody <= live.said_yes(session, row.id):
        state = "session_everybody"
    return Form(
        name="session_sentence",
        title=say("session_sentence_title", number=str(row.place)),
        parts=(Text(live.words(session, row), style="voice"), Text(say(state), style="hint")),
        buttons=(
            Button(say("button_session_rewrite"), "session_rewrite", tail=tail),
            Button(say("button_session_leave_out"), "session_drop", style="quiet", tail=tail),
        ),
        state={"sentence": row.id},
    )


def finish_form(place: Place, typed: Mapping[str, str], error: str) -> Form:
    themes = (Choice(theme.id, theme.name) for theme in place.codebook.themes)
    return Form(
        name="session_finish",
        title=say("session_finish_title"),
        parts=(
            Text(say("session_finish_explained")),
            Field(
                "theme",
                say("session_field_theme"),
                "select",
                choices=(Choice("", say("session_theme_none")), *themes),
                value=typed.get("theme", ""),
                error=error,
            ),
        ),
        buttons=(
            Button(say("button_session_finish"), "session_finish", style="main"),
            Button(say("button_session_end"), "session_end", style="quiet"),
        ),
    )


def for_present(
    session: Session, place: Place, actor: Actor, found: LiveSession | None
) -> list[Form]:
    if found is None:
        return []
    if actor.person not in everybody_in(live.present(session, found.id)):
        return [join_form(place)]
    parts: list[Part] = [Text(say("session_summary_approve"))]
    for row in live.sentences(session, found.id):
        parts += _asked(session, row, actor)
    if len(parts) == 1:
        parts.append(Text(say("session_nothing_yet"), style="hint"))
    return [
        Form(
            name="session_room",
            title=say("session_room_title"),
            parts=tuple(parts),
            buttons=(
                Button(say("button_session_look"), "session_look", style="main"),
                Button(say("button_session_leave"), "session_leave", style="quiet"),
            ),
        )
    ]


def _asked(session: Session, row: LiveSentence, actor: Actor) -> tuple[Part, ...]:
    """One sentence with its three buttons; once somebody wants it changed, it waits for its new words."""
    said = live.words(session, row)
    shown = Text(said, style="voice", heading=say("session_sentence_title", number=str(row.place)))
    if row.state == "change":
        return shown, Text(say("session_change_wanted"), style="hint")
    if actor.person in live.said_yes(session, row.id):
        return shown, Text(say("session_you_said_yes"), style="hint")
    chosen = zip(buttons("session_summary_approve"), ("yes", "change", "out"), strict=True)
    pressed = tuple(
        Button(label, "session_say", value, tail=say("session_tail", number=str(row.place)))
        for label, value in chosen
    )
    return shown, Buttons(pressed, {"sentence": row.id, "version": version_of(row)})


def version_of(row: LiveSentence) -> str:
    """Says which words somebody saw: the sealed text is another each time it is written."""
    return row.sealed_words.hex()[:16]


def join_form(place: Place, error: str = "") -> Form:
    """The number that is said aloud in the room."""
    return Form(
        name="session_join",
        title=say("session_join_title"),
        parts=(
            Text(say("session_join_explained")),
            Field("code", say("session_field_code"), "short_text", error=error),
            fixed_line(place),
        ),
        needs=("code",),
        buttons=(Button(say("button_session_join"), "session_join", style="main"),),
    )
