"""What a message says at the moment it is sent or looked at: from its kind and ids, to words.

No notice ever holds a contributor's words. A notice about something that is gone says nothing at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from handlers import digest_message, given_back, group_channel, groups, keeping, quotes, welcomed
from handlers.answers import status_words
from handlers.danger import rota
from handlers.danger.opening import REASONS
from handlers.danger.writer import REASONS as WHO_REASONS
from handlers.loop.opinions import OPINIONS
from handlers.messages import Button, Form, Part, Text
from handlers.permissions import ROLES
from handlers.place import Place, Prompt, day_words, hour_words, minutes_words
from handlers.privacy import longer, unmasking
from handlers.wording import buttons as labels
from handlers.wording import say
from storage import (
    Session,
    commitments,
    left_out,
    live,
    people,
    releases,
    requests,
    rounds,
    set_aside,
)
from storage.models import Commitment, Line


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
        return _answer(session, place, kind, row, about) if row is not None else None
    if kind == "set_aside_rota_gap":
        return _rota_gap(place, about)
    if kind.startswith("set_aside"):
        return None if _read_by_another(session, place, about) else _set_aside(place, kind, about)
    if "line" in about:
        return _promise(session, place, kind, about)
    if kind == keeping.GONE:
        return _plain(kind, say(f"{kind}_title"), say(kind))
    if kind in keeping.QUESTIONS.values():
        by = date.fromisoformat(about["by"])
        return keeping.question(place, kind, by, about["months"].split(","))
    if kind in ("digest_issued", group_channel.KIND):
        return digest_message.of(session, place, int(about["number"]))
    if kind == "paused":
        until = day_words(date.fromisoformat(about["until"]))
        return _plain(kind, say("paused_title", date=until), say("paused", date=until))
    if kind == "pack_ready":
        on = day_words(date.fromisoformat(about["on"]))
        return _plain(kind, say("pack_ready_title"), say(kind, date=on))
    if "group" in about:
        return groups.notice(session, place, kind, about)
    if kind == "meeting_change_proposed":
        return given_back.notice(session, place, about)
    if kind == "session_sent":
        return _plain(kind, say("session_sent_title"), say(kind))
    if kind == "lines_to_write":
        return _plain(kind, say("lines_to_write_title", number=about["digest"]), say(kind))
    if kind == "quote_request":
        return quotes.request(session, place, about)
    if kind in ("decision_waits", "hold_review"):
        said = "hold_review_notice" if kind == "hold_review" else kind
        return _plain(kind, say(f"{kind}_title"), say(said))
    if kind in ("request_came", "request_due", "request_late"):
        day = day_words(date.fromisoformat(about["due"]))
        return _plain(kind, say(f"{kind}_title"), say(kind, date=day))
    if kind == "request_longer":
        return longer.notice(about)
    if kind.startswith("unmask_"):
        return unmasking.notice(place, kind, about)
    if kind in ("closing", "closing_open", "closing_waiting"):
        return _closing(kind, about)
    if kind == "complaint_answered":
        return _complaint_answered(session, place, about)
    if kind == "lines_wait":
        return _lines_wait(session, about)
    raise LookupError(f"no message of kind {kind}")


LETTERS = {
    "invitation": ("mail_invitation_title", "mail_invitation"),
    "sign_in_link": ("mail_sign_in_title", "mail_sign_in"),
    "join_confirm": ("mail_join_title", "mail_join"),
}


def _letter(place: Place, kind: str, about: Mapping[str, str]) -> Form:
    """A message that asks somebody in. Its link is made where it is sent, and stands nowhere else."""
    title, sentence = LETTERS[kind]
    until = hour_words(place.local(datetime.fromisoformat(about["until"])))
    agency = about.get("agency", "").replace("_", " ").capitalize()
    said = say(sentence, **{**place.words, "date": until, "agency_name": agency})
    state = {name: about[name] for name in ("until", "to", "join") if name in about}
    return Form(name=kind, title=say(title), parts=(Text(said),), state=state)


def _plain(kind: str, title: str, said: str) -> Form:
    return Form(name=kind, title=title, parts=(Text(said),))


def _closing(kind: str, about: Mapping[str, str]) -> Form:
    """That the partnership ends, and what each can still do until then."""
    day = day_words(date.fromisoformat(about["day"]))
    pressed = {
        "closing": (Button(say("button_my_data"), "my_data"),),
        "closing_open": (Button(say("button_close_answers"), "close_answers"),),
        "closing_waiting": (Button(say("your_words"), "my_words"),),
    }[kind]
    buttons = pressed if about.get("may") != "no" else ()
    said = Text(say(kind, date=day))
    return Form(name=kind, title=say(f"{kind}_title"), parts=(said,), buttons=buttons)


def _complaint_answered(session: Session, place: Place, about: Mapping[str, str]) -> Form | None:
    """That there is an answer; it is read where they look, and stands in no message."""
    if requests.get(session, place.id, about["request"]) is None:
        return None
    came = day_words(date.fromisoformat(about["came"]))
    return Form(
        name="complaint_answered",
        title=say("complaint_answered_title"),
        parts=(Text(say("complaint_answered", date=came)),),
        buttons=(Button(say("button_complaint_see"), "complaint_see", about["request"]),),
        state={"request": about["request"]},
    )


def _handed_over(session: Session, place: Place, seat_id: str) -> Form | None:
    seat = people.seat_by_id(session, place.id, seat_id)
    if seat is None or seat.person_id is None:
        return None
    agency = seat.agency.replace("_", " ").capitalize()
    said = say(
        "seat_handed_over",
        seat_name=f"{ROLES[seat.role].lower()} ({agency})",
        open_count_words=say("whatever_was"),
    )
    return Form(name="seat_handed_over", title=say("seat_handed_over_title"), parts=(Text(said),))


def _lines_wait(session: Session, about: Mapping[str, str]) -> Form | None:
    """What rolls over from a digest, and why: for those who write and sign lines."""
    rows = left_out.of_digest(session, about["digest_id"])
    if not rows:
        return None
    return Form(
        name="lines_wait",
        title=say("lines_wait_title", number=about["digest"]),
        parts=tuple(
            Text(f"{say(f'left_out_{row.why}')} {row.said}".strip(), heading=row.title)
            for row in rows
        ),
    )


def prompt_card(prompt: Prompt, opens: date, closes: date, *, kind: str = "prompt") -> Form:
    """The message that asks, or the one reminder, as it is posted everywhere."""
    if kind == "nudge":
        said = say("nudge", weekday=f"{opens:%A}", date=day_words(closes))
        parts: tuple[Part, ...] = (Text(said),)
    else:
        cost = say(
            "prompt_cost",
            minutes=minutes_words(prompt.minutes),
            date=day_words(closes),
            what_for=prompt.what_for,
        )
        parts = (
            *(Text(question, style="voice") for question in prompt.questions),
            Text(cost, style="hint"),
        )
    return Form(
        name=kind,
        title=say("prompt_title" if kind == "prompt" else "nudge_title"),
        parts=parts,
        buttons=(
            Button(say("button_answer_now"), "prompt", style="main"),
            Button(say("button_not_now"), "not_now"),
            Button(say("button_nothing_to_add"), "nothing_to_add"),
            Button(say("button_too_much"), "too_much", style="quiet"),
        ),
    )


def _prompt(session: Session, place: Place, kind: str, about: Mapping[str, str]) -> Form | None:
    round_ = rounds.get(session, about["round"])
    prompt = place.prompt(round_.prompt_id) if round_ else None
    if round_ is None or prompt is None:
        return None
    pilot = live.pilot(session, place.id, round_.opens_on)
    opening = kind == "prompt" and pilot is not None and pilot.round_id == round_.id
    card = prompt_card(prompt, round_.opens_on, round_.closes_on, kind=kind)
    if opening:
        said = Text(say("pilot_opening", date=day_words(round_.closes_on)))
        card = replace(card, parts=(said, *card.parts))
    return replace(card, state={"round": round_.id})


def _answer(
    session: Session, place: Place, kind: str, row: Commitment, about: Mapping[str, str]
) -> Form | None:
    line = releases.line(session, place.id, row.line_id)
    if line is None:
        return None
    label = status_words(row)
    if kind in ("answer_to_practitioner", "answer_to_champion"):
        return _greeted(told(kind, line, row), about)
    if kind == "answer_proposed":
        said = say(
            "answer_proposed", theme_name=line.title, status_label=label, answer_plain=row.answer
        )
        confirm, _, back = labels("answer_proposed")
        return Form(
            name=kind,
            title=say("answer_proposed_title", theme_name=line.title),
            parts=(Text(said),),
            buttons=(
                Button(confirm, "answer_confirm", row.id, style="main"),
                Button(back, "answer_send_back", row.id),
            ),
        )
    if kind == "four_weeks_later":
        return Form(
            name=kind,
            title=say("four_weeks_later_title"),
            parts=(Text(say("four_weeks_later", commitment_short=row.answer.rstrip(" ."))),),
            buttons=tuple(Button(choice.label, "opinion", choice.value) for choice in OPINIONS),
            state={"commitment": row.id},
        )
    if kind == "hold_is_over":
        ended = day_words(row.due_on) if row.due_on else ""
        said = say(kind, theme_name=line.title, date=ended)
        return Form(
            name=kind,
            title=say("hold_is_over_title", theme_name=line.title),
            parts=(Text(said),),
            buttons=(Button(say("button_answer"), "answer", style="main"),),
            state={"line_id": line.id},
        )
    group = place.words["group_name"]
    said = say(kind, theme_name=line.title, group_name=group, date=_next(about))
    return _plain(kind, say("reopened_title", theme_name=line.title), said)


def told(kind: str, line: Line, row: Commitment) -> Form:
    """What people behind a line read: their theme, the answer, and for a champion words to carry."""
    label = status_words(row)
    parts: tuple[Part, ...] = (
        Text(line.sentence, style="voice", heading=say("answer_you_said")),
        Text(row.answer, style="voice", heading=say("answer_group_said", status_label=label)),
        *_next_step(row),
    )
    wrong = (Button(say("button_looks_wrong"), "something_else", style="quiet"),)
    if kind == "answer_to_practitioner":
        named = say("answer_told_title", theme_name=line.title, status_label=label)
        return Form(name=kind, title=named, parts=parts, buttons=wrong)
    carried = Text(row.child_words, style="tell", heading=say("words_you_could_use"))
    named = say("answer_to_champion_title", theme_name=line.title)
    return Form(name=kind, title=named, parts=(*parts, carried), buttons=wrong)


def _greeted(form: Form, about: Mapping[str, str]) -> Form:
    """The first answer that reaches somebody after their return says so."""
    if welcomed.GREETS not in about:
        return form
    return replace(form, parts=(Text(welcomed.greeting()), *form.parts))


def _next_step(row: Commitment) -> tuple[Text, ...]:
    """Who has it and until when, for what is being looked at; other answers say it in their status."""
    if row.status != "being_looked_at" or row.due_on is None:
        return ()
    day = day_words(row.due_on)
    if row.button == "discuss":
        return (Text(say("answer_discuss", date=day)),)
    return (Text(say("answer_act", owner_role=row.owner_role, date=day)),) if row.owner_role else ()


def _next(about: Mapping[str, str]) -> str:
    """The day on which the group has it before it next."""
    if "next" in about:
        return day_words(date.fromisoformat(about["next"]))
    return say("its_next_digest")


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
    said = say(kind, **{**place.words, **about, **dates, **_reason(about)})
    buttons: tuple[Button, ...] = ()
    state: dict[str, str] = {}
    if kind == "set_aside_not_live_to_contributor":
        again, let_go = labels(kind)
        buttons = (Button(again, "reword"), Button(let_go, "reword", "let_go"))
        state = {"item": about["item"]}
    title = f"{kind}_title" if kind in TITLED else "set_aside_title"
    return Form(name=kind, title=say(title), parts=(Text(said),), buttons=buttons, state=state)


def _rota_gap(place: Place, about: Mapping[str, str]) -> Form:
    """When nobody reads what is set aside, and what people who write are told; never whose absence it is."""
    first, named = (datetime.fromisoformat(about[name]) for name in ("first", "next"))
    until = datetime.fromisoformat(about["until"]) if "until" in about else None
    said = rota.words(place, first, until, named)
    return _plain("set_aside_rota_gap", say("set_aside_rota_gap_title"), said)


def _reason(about: Mapping[str, str]) -> dict[str, str]:
    """Why the lead opened something, as it was put to the lead."""
    said = {choice.value: choice.label.lower() for choice in (*REASONS, *WHO_REASONS)}
    return {"reason": said.get(about["reason"], about["reason"])} if "reason" in about else {}


TITLED = (
    "set_aside_notice_to_lead",
    "set_aside_opened_to_deputy",
    "set_aside_unread_alarm",
    "set_aside_who_asked",
)


def _promise(session: Session, place: Place, kind: str, about: Mapping[str, str]) -> Form | None:
    line = releases.line(session, place.id, about["line"])
    if line is None:
        return None
    meets = "" if about.get("meets") or "next" not in about else "_by_digest"
    promised = day_words(date.fromisoformat(about["date"]))
    words = {
        **place.words,
        "theme_name": line.title,
        "date": promised,
        "meeting_date": _next(about),
    }
    id = kind.removesuffix("_champion")
    waits = id == "not_answered_yet"
    parts: tuple[Part, ...] = (Text(say(f"{id}{meets}" if waits else id, **words)),)
    if kind == "not_answered_yet_champion":
        child = say(f"not_answered_yet_child_friendly{meets}", **words)
        parts = (*parts, Text(child, style="tell", heading=say("words_you_could_use")))
    buttons: tuple[Button, ...] = ()
    state: dict[str, str] = {}
    if kind == "answer_due_reminder":
        buttons, state = (Button(say("button_answer"), "answer"),), {"line_id": line.id}
    title = say("not_answered_yet_title", theme_name=line.title)
    return Form(name=kind, title=title, parts=parts, buttons=buttons, state=state)
