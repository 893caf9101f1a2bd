"""What a message says at the moment it is sent or looked at: from its kind and ids, to words.

No notice ever holds a contributor's words. A notice about something that is gone says nothing at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from handlers import digest_message, keeping, quotes
from handlers.answers import STATUS_LABELS
from handlers.loop.opinions import OPINIONS
from handlers.messages import Button, Form, Part, Text
from handlers.permissions import ROLES
from handlers.place import Place, day_words, hour_words
from handlers.wording import say
from storage import Session, commitments, left_out, people, releases, rounds, set_aside
from storage.models import Commitment


def render(session: Session, place: Place, kind: str, about: Mapping[str, str]) -> Form | None:
    """The message of this kind, or None when what it was about is no longer there."""
    if kind in LETTERS:
        return _letter(place, kind, about)
    if kind in ("prompt", "nudge"):
        return _prompt(session, place, kind, about)
    if kind == "seat_handed_over":
        return _handed_over(session, place, about["seat"])
    if "commitment" in about:
        row = commitments.get(session, place.id, about["commitment"])
        return _answer(session, place, kind, row) if row is not None else None
    if kind.startswith("set_aside"):
        return None if _read_by_another(session, place, about) else _set_aside(place, kind, about)
    if "line" in about:
        return _promise(session, place, kind, about)
    if kind in keeping.QUESTIONS.values():
        by = date.fromisoformat(about["by"])
        return keeping.question(place, kind, by, about["months"].split(","))
    if kind == "digest_issued":
        return digest_message.of(session, place, int(about["number"]))
    if kind == "lines_to_write":
        return Form(
            name=kind,
            title=f"Digest {about['digest']} waits for its lines",
            parts=(Text("Nothing goes out until a person says so."),),
        )
    if kind == "quote_request":
        return quotes.request(session, place, about)
    if kind == "lines_wait":
        return _lines_wait(session, about)
    raise LookupError(f"no message of kind {kind}")


LETTERS = {
    "invitation": ("Welcome", "mail_invitation"),
    "sign_in_link": ("Your sign-in link", "mail_sign_in"),
    "join_confirm": ("Is this address yours?", "mail_join"),
}


def _letter(place: Place, kind: str, about: Mapping[str, str]) -> Form:
    """A message that asks somebody in. Its link is made where it is sent, and stands nowhere else."""
    title, sentence = LETTERS[kind]
    until = hour_words(place.local(datetime.fromisoformat(about["until"])))
    agency = about.get("agency", "").replace("_", " ").capitalize()
    said = say(sentence, **{**place.words, "date": until, "agency_name": agency})
    state = {name: about[name] for name in ("until", "to", "join") if name in about}
    return Form(name=kind, title=title, parts=(Text(said),), state=state)


def _handed_over(session: Session, place: Place, seat_id: str) -> Form | None:
    seat = people.seat_by_id(session, place.id, seat_id)
    if seat is None or seat.person_id is None:
        return None
    agency = seat.agency.replace("_", " ").capitalize()
    said = say(
        "seat_handed_over",
        seat_name=f"{ROLES[seat.role].lower()} ({agency})",
        open_count_words="Whatever was",
    )
    return Form(name="seat_handed_over", title="A seat is yours", parts=(Text(said),))


def _lines_wait(session: Session, about: Mapping[str, str]) -> Form | None:
    """What rolls over from a digest, and why: for those who write and sign lines."""
    rows = left_out.of_digest(session, about["digest_id"])
    if not rows:
        return None
    return Form(
        name="lines_wait",
        title=f"Digest {about['digest']} went out; some lines wait",
        parts=tuple(
            Text(f"{say(f'left_out_{row.why}')} {row.said}".strip(), heading=row.title)
            for row in rows
        ),
    )


def _prompt(session: Session, place: Place, kind: str, about: Mapping[str, str]) -> Form | None:
    round_ = rounds.get(session, about["round"])
    prompt = place.prompt(round_.prompt_id) if round_ else None
    if round_ is None or prompt is None:
        return None
    closes = day_words(round_.closes_on)
    if kind == "nudge":
        said = say("nudge", weekday=f"{round_.opens_on:%A}", date=closes)
        parts: tuple[Part, ...] = (Text(said),)
    else:
        parts = (
            *(Text(question, style="voice") for question in prompt.questions),
            Text(
                f"About {prompt.minutes:g} minutes. Open until {closes}. {prompt.what_for} A theme editor "
                "reads it with no name on it; others see only themes.",
                style="hint",
            ),
        )
    return Form(
        name=kind,
        title="A question for you" if kind == "prompt" else "One reminder",
        parts=parts,
        buttons=(
            Button("Answer now", "prompt", style="main"),
            Button("Not now", "not_now"),
            Button("Nothing to add", "nothing_to_add"),
            Button("Too much right now", "too_much", style="quiet"),
        ),
        state={"round": round_.id},
    )


def _answer(session: Session, place: Place, kind: str, row: Commitment) -> Form | None:
    line = releases.line(session, place.id, row.line_id)
    if line is None:
        return None
    label = status_words(row)
    both: tuple[Part, ...] = (
        Text(line.sentence, style="voice", heading="You and others said"),
        Text(row.answer, style="voice", heading=f"The group answered: {label}"),
    )
    if kind == "answer_to_practitioner":
        return Form(name=kind, title=f"{line.title}: {label}", parts=both)
    if kind == "answer_to_champion":
        parts = (*both, Text(row.child_words, style="tell", heading="Words you could use"))
        return Form(name=kind, title=f"To bring back: {line.title}", parts=parts)
    if kind == "answer_proposed":
        said = say(
            "answer_proposed", theme_name=line.title, status_label=label, answer_plain=row.answer
        )
        return Form(
            name=kind,
            title=f"Proposed: {line.title}",
            parts=(Text(said),),
            buttons=(
                Button("Confirm and tell people", "answer_confirm", row.id, style="main"),
                Button("Send it back", "answer_send_back", row.id),
            ),
        )
    if kind == "four_weeks_later":
        return Form(
            name=kind,
            title="Did it change anything?",
            parts=(Text(say("four_weeks_later", commitment_short=row.answer)),),
            buttons=tuple(Button(choice.label, "opinion", choice.value) for choice in OPINIONS),
            state={"commitment": row.id},
        )
    said = say(
        "reopened",
        theme_name=line.title,
        group_name=place.words["group_name"],
        date="the day of its next digest",
    )
    return Form(name=kind, title=f"Open again: {line.title}", parts=(Text(said),))


def status_words(row: Commitment) -> str:
    """The status with what belongs to it: a date, or who has it."""
    label = STATUS_LABELS[row.status]
    if row.status == "held_until" and row.due_on is not None:
        return f"{label} {day_words(row.due_on)}"
    if row.status == "not_ours":
        return f"{label} {row.receiver}"
    return label


def _read_by_another(session: Session, place: Place, about: Mapping[str, str]) -> bool:
    """Whether a notice was for a reader who must not find this item any more."""
    if "reader" not in about:
        return False
    item = set_aside.get(session, place.id, about["item"])
    return item is None or item.reader != about["reader"]


def _set_aside(place: Place, kind: str, about: Mapping[str, str]) -> Form:
    dates = {
        k: day_words(date.fromisoformat(v))
        for k, v in about.items()
        if k.startswith(("date", "delete"))
    }
    said = say(kind, **{**place.words, **about, **dates})
    buttons: tuple[Button, ...] = ()
    state: dict[str, str] = {}
    if kind == "set_aside_not_live_to_contributor":
        buttons = (
            Button("Open it and reword it", "reword"),
            Button("Let it go", "reword", "let_go"),
        )
        state = {"item": about["item"]}
    titles = {
        "set_aside_notice_to_lead": "Something has been set aside",
        "set_aside_opened_to_deputy": "Something set aside was opened",
        "set_aside_unread_alarm": "Something set aside was not read",
    }
    return Form(
        name=kind,
        title=titles.get(kind, "About what you wrote"),
        parts=(Text(said),),
        buttons=buttons,
        state=state,
    )


def _promise(session: Session, place: Place, kind: str, about: Mapping[str, str]) -> Form | None:
    line = releases.line(session, place.id, about["line"])
    if line is None:
        return None
    words = {
        **place.words,
        "theme_name": line.title,
        "date": day_words(date.fromisoformat(about["date"])),
        "meeting_date": "the day of its next digest",
    }
    return Form(
        name=kind, title=f"Not answered yet: {line.title}", parts=(Text(say(kind, **words)),)
    )
