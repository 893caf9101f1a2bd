"""The public board: an answer goes up in words of its own, after a safety check of its own.

Anybody may read it, also people who harm children. So one person writes an entry, with kinds of place
and nothing that points to somebody, and another finds it safe. A child's own line stands on it only with
that person's agreement to the board, and goes when the words are taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from digests import protect
from handlers import child_words, permissions
from handlers.answers import status_words
from handlers.messages import (
    Actor,
    Button,
    Choice,
    Field,
    FieldKind,
    Form,
    Incoming,
    Part,
    Reply,
    Text,
)
from handlers.permissions import require
from handlers.place import of as place_of
from handlers.recording import record
from handlers.surfaces import done, message
from handlers.wording import buttons, say
from storage import Session, board, commitments, contributions, quotes, releases
from storage.models import BoardEntry, Commitment, Line, Quote

ASKED: tuple[tuple[str, FieldKind], ...] = (
    ("said", "long_text"),
    ("did", "long_text"),
    ("child_said", "short_text"),
    ("child_did", "long_text"),
)
LONGEST = 400  # characters of one piece: a poster has four of them on one sheet


def desk(session: Session, actor: Actor) -> list[Form]:
    """What waits: answers to write for the board, entries to check, and what stands on it."""
    require(actor, "board.check")
    forms = [
        _check_form(session, actor, *standing)
        for standing in board.standing(session, actor.partnership, "written")
    ]
    if permissions.allowed(actor, "board.write"):
        again = board.standing(session, actor.partnership, "sent_back")
        fresh = board.to_write(session, actor.partnership)
        forms += [_form(session, answer, line, _typed(entry), {}) for entry, answer, line in again]
        forms += [_form(session, answer, line, {}, {}) for answer, line in fresh]
    up = board.standing(session, actor.partnership, "up")
    return [*forms, *(_up_form(entry, line) for entry, _, line in up)]


def _typed(entry: BoardEntry) -> dict[str, str]:
    typed = {name: getattr(entry, name) for name, _ in ASKED}
    return typed | {"quote": entry.quote_id, "poster": "yes" if entry.on_poster else ""}


def _form(
    session: Session,
    answer: Commitment,
    line: Line,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Form:
    """Four pieces, filled with what the group has read: the line, the answer, and both for a child."""
    filled = {
        "said": line.sentence,
        "did": answer.answer,
        "child_said": line.title,
        "child_did": answer.child_words,
        "poster": "yes",
        **typed,
    }
    fields = (
        Field(
            name,
            say(f"board_field_{name}"),
            kind,
            hint=say(f"board_hint_{name}"),
            value=filled[name],
            error=errors.get(name, ""),
        )
        for name, kind in ASKED
    )
    parts: list[Part] = [Text(say("board_write_how"), style="hint"), *fields]
    agreed = _agreed_lines(session, line)
    if agreed:
        choices = (Choice("", say("board_quote_none")), *agreed)
        chosen = filled.get("quote", "")
        parts.append(
            Field("quote", say("board_field_quote"), "one_of", choices=choices, value=chosen)
        )
    poster = (Choice("yes", say("board_poster_yes")),)
    parts.append(
        Field("poster", say("board_field_poster"), "any_of", choices=poster, value=filled["poster"])
    )
    return Form(
        name="board_write",
        title=say("board_write_title", theme_name=line.title, status_label=status_words(answer)),
        parts=tuple(parts),
        buttons=(
            Button(say("button_board_send"), "board_write", style="main"),
            Button(say("button_board_keep_off"), "board_keep_off", style="quiet"),
        ),
        state={"commitment": answer.id},
    )


def _agreed_lines(session: Session, line: Line) -> list[Choice]:
    """A child's lines that were read by a second person, with agreement to the board."""
    found = []
    for row in quotes.in_state(session, line.partnership_id, "read", "shown"):
        opened = quotes.opened(session, row)
        if row.line_id == line.id and opened is not None and _may_stand(session, row):
            found.append(Choice(row.id, opened[0]))
    return found


def _may_stand(session: Session, row: Quote) -> bool:
    behind = contributions.get(session, row.partnership_id, row.contribution_id)
    return behind is not None and "board" in behind.agreed_to.split(",")


def write(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Write an entry: kinds of place only, and nothing in it that could point to somebody."""
    found = _answer(session, actor, event)
    if found is None:
        return _gone()
    answer, line = found
    typed = {name: event.fields.get(name, "").strip() for name in ("quote", "poster")}
    typed |= {name: event.fields.get(name, "").strip() for name, _ in ASKED}
    errors = _errors(typed)
    allowed = {choice.value for choice in _agreed_lines(session, line)}
    if errors or (typed["quote"] and typed["quote"] not in allowed):
        return Reply(_form(session, answer, line, typed, errors))
    entry = board.write(
        session,
        actor.partnership,
        commitment=answer.id,
        said=typed["said"],
        did=typed["did"],
        child_said=typed["child_said"],
        child_did=typed["child_did"],
        quote=typed["quote"],
        on_poster=typed["poster"] == "yes",
        by=actor.person,
        on=place_of(session, actor.partnership).today(now),
    )
    record(session, actor, "board.write", entry.id, now)
    return done("board_written", "board_written_title", "board_written")


def _errors(typed: Mapping[str, str]) -> dict[str, str]:
    """By the name of the field: what is missing, too long, or could point to somebody or somewhere."""
    found = {}
    for name, _ in ASKED:
        details = protect.find(typed[name])
        if not typed[name]:
            found[name] = say("error_board_empty")
        elif len(typed[name]) > LONGEST:
            found[name] = say("error_board_long", number=str(LONGEST))
        elif details:
            found[name] = say("error_board_points", detail=details[0].text)
        elif name.startswith("child_") and (hard := child_words.too_hard(typed[name])):
            found[name] = hard
    return found


def _answer(session: Session, actor: Actor, event: Incoming) -> tuple[Commitment, Line] | None:
    """An answer that stands, to a line that may leave the partnership."""
    answer = commitments.get(session, actor.partnership, event.fields.get("commitment", ""))
    line = releases.line(session, actor.partnership, answer.line_id) if answer else None
    if answer is None or line is None or answer.state != "confirmed" or not line.may_leave:
        return None
    return answer, line


def _gone() -> Reply:
    return Reply(message("gone", say("board_gone_title"), say("board_gone")))


def keep_off(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """This answer is not for the board; the group's own pages keep it."""
    found = _answer(session, actor, event)
    if found is None:
        return _gone()
    entry = board.write(
        session,
        actor.partnership,
        commitment=found[0].id,
        **dict.fromkeys(("said", "did", "child_said", "child_did", "quote"), ""),
        on_poster=False,
        by=actor.person,
        on=place_of(session, actor.partnership).today(now),
    )
    entry.state = "kept_off"
    record(session, actor, "board.keep_off", entry.id, now)
    return done("board_kept_off", "board_kept_off_title", "board_kept_off")


def _check_form(
    session: Session, actor: Actor, entry: BoardEntry, answer: Commitment, line: Line
) -> Form:
    """Two questions about the words as anybody would read them; whoever wrote them only waits."""
    shown: list[Part] = [
        Text(getattr(entry, name), style="voice", heading=say(f"board_field_{name}"))
        for name, _ in ASKED
    ]
    if line_of_child := child_line(session, entry):
        shown.append(Text(line_of_child, style="voice", heading=say("board_field_quote")))
    if actor.person in (entry.written_by, line.editor):
        waits = Text(say("board_second_reader"), style="hint")
        return Form("board_waits", _check_title(line), parts=(*shown, waits))
    up, change, off = buttons("board_safety_check")
    return Form(
        name="board_check",
        title=_check_title(line),
        parts=(*shown, Text(say("board_safety_check"))),
        buttons=(
            Button(up, "board_check", "up", style="main"),
            Button(change, "board_check", "change"),
            Button(off, "board_check", "off", style="quiet"),
        ),
        state={"entry": entry.id},
    )


def _check_title(line: Line) -> str:
    return say("board_check_title", theme_name=line.title)


def child_line(session: Session, entry: BoardEntry) -> str:
    """The child's own line of an entry as it stands now; empty once it was taken back."""
    row = quotes.get(session, entry.partnership_id, entry.quote_id) if entry.quote_id else None
    opened = quotes.opened(session, row) if row is not None else None
    verbatim = place_of(session, entry.partnership_id).verbatim
    return opened[0] if opened is not None and verbatim else ""


def check(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A second person finds it safe, sends it back to be changed, or keeps it off."""
    entry = board.get(session, actor.partnership, event.fields.get("entry", ""))
    if entry is None or entry.state != "written":
        return _gone()
    if actor.person in (entry.written_by, _editor(session, entry)):
        return done("second_reader", "board_second_reader_title", "board_second_reader")
    chosen = event.fields.get("choice", "")
    states = {"up": "up", "change": "sent_back", "off": "kept_off"}
    if chosen not in states:
        return _gone()
    entry.state, entry.checked_by = states[chosen], actor.person
    entry.checked_on = place_of(session, actor.partnership).today(now)
    record(session, actor, f"board.{entry.state}", entry.id, now)
    return done(f"board_{chosen}", f"board_{chosen}_title", f"board_{chosen}")


def _editor(session: Session, entry: BoardEntry) -> str:
    """Who wrote the line that the entry's answer speaks to."""
    answer = commitments.get(session, entry.partnership_id, entry.commitment_id)
    line = releases.line(session, entry.partnership_id, answer.line_id) if answer else None
    return line.editor if line is not None else ""


def _up_form(entry: BoardEntry, line: Line) -> Form:
    return Form(
        name="board_up",
        title=say("board_stands_title", theme_name=line.title),
        parts=(Text(entry.said, style="voice"),),
        buttons=(
            Button(
                say("button_board_down"), "board_down", tail=say("button_tail", title=line.title)
            ),
        ),
        state={"entry": entry.id},
    )


def take_down(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Off the board at once, by one person alone; it can be written anew."""
    entry = board.get(session, actor.partnership, event.fields.get("entry", ""))
    if entry is None or entry.state != "up":
        return _gone()
    entry.state = "sent_back"
    record(session, actor, "board.down", entry.id, now)
    return done("board_taken_down", "board_taken_down_title", "board_taken_down")
