"""Kind of thing that happens → the handler for it, and the action that the permission table checks."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from handlers import (
    board,
    closing,
    curation,
    danger,
    enrolment,
    given_back,
    group_channel,
    groups,
    joins,
    keeping,
    neighbours,
    parked,
    pause,
    pilot,
    plain,
    planning,
    preferences,
    preview,
    prompts,
    purpose,
    quotes,
    seats,
    weekly,
)
from handlers.contributions import own, phrase, quote, reflect, relay, reword, together
from handlers.loop import (
    confirming,
    meetings,
    minutes,
    opinions,
    promises,
    proposals,
    returns,
)
from handlers.messages import Actor, Incoming, Reply
from handlers.own_texts import editing, reading_again, versions
from handlers.permissions import NotAllowedError, require
from handlers.privacy import access, complaints, deciding, longer, mine, unmasking
from handlers.privacy import requests as rights
from storage import Session


class Handler(Protocol):
    def __call__(
        self, session: Session, actor: Actor, event: Incoming, /, *, now: datetime
    ) -> Reply: ...


KINDS: dict[str, tuple[str, Handler]] = {
    "prompt": ("reflect", reflect.open_form),
    "something_else": ("reflect", reflect.open_form),
    "ask_me": ("reflect", plain.ask_me),
    "help": ("own.home", plain.help_words),
    "purpose": ("own.home", purpose.panel),
    "typed": ("own.home", plain.typed),
    "what_happened": ("own.home", plain.what_happened),
    "use_in_chat": ("own.home", plain.use_in_chat),
    "reflect": ("reflect", reflect.reflect),
    "reflect_checked": ("reflect", reflect.checked),
    "reflect_edit": ("reflect", reflect.edit),
    "throw_away": ("own.choices", reflect.throw_away),
    "reword": ("own.words", reword.reword),
    "danger_choice": ("own.words", danger.choose),
    "relay": ("relay", relay.open_form),
    "relay_send": ("relay", relay.relay),
    "relay_under_13": ("relay", relay.under_13),
    "relay_checked": ("relay", relay.checked),
    "phrase": ("receipt_phrase", phrase.open_form),
    "phrase_enter": ("receipt_phrase", phrase.enter),
    "phrase_withdraw": ("receipt_phrase", phrase.withdraw),
    "phrase_told": ("receipt_phrase", phrase.told),
    "phrase_afresh": ("receipt_phrase", phrase.afresh),
    "my_words": ("own.words", own.my_words),
    "my_data": ("own.words", mine.my_data),
    "complain": ("own.words", complaints.open_form),
    "complain_send": ("own.words", complaints.send),
    "complaint_see": ("own.words", complaints.see),
    "complaint_settled": ("own.words", complaints.settled),
    "change": ("own.words", own.change),
    "change_send": ("own.words", own.change_send),
    "withdraw": ("own.words", own.withdraw),
    "quote_see": ("own.words", quote.see),
    "quote_yes": ("own.words", quote.yes),
    "quote_no": ("own.words", quote.no),
    "quote_take_back": ("own.words", quote.take_back),
    "waited_keep": ("own.words", keeping.keep),
    "waited_let_go": ("own.words", keeping.let_go),
    "waited_see": ("own.words", keeping.see),
    "away": ("own.choices", preferences.away),
    "away_set": ("own.choices", preferences.away_set),
    "back": ("own.choices", preferences.back),
    "stop": ("own.choices", preferences.stop),
    "stop_set": ("own.choices", preferences.stop_set),
    "pace": ("own.choices", preferences.pace),
    "not_now": ("own.choices", preferences.not_now),
    "nothing_to_add": ("own.choices", preferences.nothing_to_add),
    "too_much": ("own.choices", preferences.too_much),
    "pause": ("pause.call", pause.open_form),
    "pause_set": ("pause.call", pause.call),
    "pause_end": ("pause.call", pause.end),
    "session_open": ("session.write", together.open_session),
    "session_add": ("session.write", together.write),
    "session_write": ("session.write", together.edit),
    "session_rewrite": ("session.write", together.edit),
    "session_drop": ("session.write", together.drop),
    "session_finish": ("session.write", together.finish),
    "session_end": ("session.write", together.end),
    "session_join": ("session.join", together.join),
    "session_look": ("session.join", together.look),
    "session_say": ("session.join", together.say_to),
    "session_leave": ("session.join", together.leave),
    "pilot_begin": ("pilot.set", pilot.begin),
    "pilot_end": ("pilot.set", pilot.end),
    "line_ready": ("lines.write", curation.ready),
    "line_keep_back": ("lines.write", curation.keep_back),
    "recode": ("lines.write", curation.recode),
    "quote_ask": ("lines.write", quotes.ask),
    "quote_read": ("quotes.read", quotes.read),
    "line_sign": ("lines.sign", curation.sign),
    "line_send_back": ("lines.sign", curation.send_back),
    "issue": ("digest.issue", weekly.issue),
    "digest_here": ("digest.channel", group_channel.begin),
    "digest_not_here": ("digest.channel", group_channel.end),
    "answer": ("answer.propose", proposals.open_form),
    "answer_preview": ("answer.propose", preview.preview),
    "answer_propose": ("answer.propose", proposals.propose),
    "answer_confirm": ("answer.confirm", confirming.confirm),
    "neighbour_agree": ("neighbour.agree", neighbours.agree),
    "neighbour_agree_elsewhere": ("neighbour.agree", neighbours.agree_elsewhere),
    "neighbour_end": ("neighbour.agree", neighbours.end),
    "neighbour_take_in": ("neighbour.agree", neighbours.take_in),
    "group_set_up": ("group.set", groups.set_up),
    "group_add": ("group.seat", groups.add),
    "group_take_out": ("group.seat", groups.take_out),
    "group_report_form": ("own.home", groups.report_form),
    "group_report": ("own.home", groups.report),
    "meeting_change": ("answer.propose", given_back.propose),
    "meeting_change_confirm": ("answer.confirm", given_back.confirm),
    "meeting_change_back": ("answer.confirm", given_back.send_back),
    "meeting": ("meeting.set", meetings.open_form),
    "meeting_set": ("meeting.set", meetings.set_day),
    "minutes": ("answer.minute", minutes.open_form),
    "minutes_send": ("answer.minute", minutes.send),
    "answer_send_back": ("answer.confirm", confirming.send_back),
    "board_write": ("board.write", board.write),
    "board_keep_off": ("board.write", board.keep_off),
    "board_check": ("board.check", board.check),
    "board_down": ("board.check", board.take_down),
    "told": ("returns", returns.told),
    "opinion": ("own.opinion", opinions.opinion),
    "aside_open": ("aside.read", danger.open_item),
    "aside_who": ("aside.read", danger.ask_who),
    "aside_hand_off": ("aside.read", danger.hand_off),
    "aside_not_live": ("aside.read", danger.not_live),
    "unmask_ask": ("unmask.ask", unmasking.ask),
    "unmask_grant": ("unmask.grant", unmasking.grant),
    "unmask_see": ("unmask.see", unmasking.see),
    "hold_ask": ("privacy.ask", deciding.ask_hold),
    "hold_lift": ("privacy.ask", deciding.ask_lift),
    "hold_review": ("privacy.ask", deciding.review),
    "erase_ask": ("privacy.ask", deciding.ask_erase),
    "close_ask": ("privacy.ask", deciding.ask_close),
    "close_answers": ("answer.confirm", closing.open_form),
    "close_answers_send": ("answer.confirm", closing.close_honestly),
    "leave_ask": ("privacy.ask", deciding.ask_leave),
    "request_record": ("privacy.ask", rights.write_down),
    "complaint_read": ("privacy.requests", rights.read),
    "complaint_answer": ("privacy.requests", rights.give_answer),
    "request_close": ("privacy.requests", rights.close),
    "request_longer": ("privacy.ask", longer.open_form),
    "access_pack": ("privacy.ask", access.pack),
    "access_file": ("privacy.ask", access.file),
    "decision_agree": ("privacy.second", deciding.agree),
    "decision_refuse": ("privacy.second", deciding.refuse),
    "invite": ("desk.people", seats.invite),
    "invite_again": ("desk.people", seats.invite_again),
    "seat_give": ("desk.people", seats.give),
    "seat_hand_over": ("desk.people", seats.hand_over),
    "seat_empty": ("desk.people", seats.empty),
    "seat_remove": ("desk.people", seats.remove),
    "person_end": ("desk.people", seats.end_access),
    "people_sign_out": ("desk.people", seats.sign_out),
    "join_link_make": ("desk.people", joins.make),
    "join_link_end": ("desk.people", joins.end),
    "channel_invite": ("desk.people", enrolment.channel),
    "round_move": ("desk.people", planning.move),
    "round_skip": ("desk.people", planning.skip),
    "round_restore": ("desk.people", planning.restore),
    "message_again": ("desk.people", parked.try_again),
    "message_let_go": ("desk.people", parked.let_go),
    "text_edit": ("texts.change", editing.edit),
    "text_preview": ("texts.change", editing.preview),
    "text_save": ("texts.change", editing.save),
    "text_retire": ("texts.change", editing.retire),
    "text_retire_save": ("texts.change", editing.retire_save),
    "text_version": ("texts.change", versions.look),
    "text_take_up": ("texts.change", versions.take_up),
    "text_read_again": ("texts.change", reading_again.ask),
    "sign_in_ask": ("enter", enrolment.ask_link),
    "join": ("enter", enrolment.join),
    "joined": ("enter", enrolment.joined),
    "join_here": ("enter", enrolment.join_here),
    "tick_people": ("clock", enrolment.tidy),
    "tick_ask": ("clock", prompts.ask),
    "tick_nudge": ("clock", prompts.nudge),
    "tick_draft": ("clock", weekly.draft),
    "tick_aside": ("clock", danger.tend),
    "tick_ask_again": ("clock", opinions.ask_again),
    "tick_keeping": ("clock", keeping.tend),
    "tick_pack": ("clock", meetings.announce),
    "tick_read_again": ("clock", reading_again.tend),
    "tick_groups": ("clock", groups.remind),
    "tick_promises": ("clock", promises.keep_promises),
}


def permit(actor: Actor, event: Incoming) -> None:
    """Raises NotAllowedError when the table does not let this actor, or there is no such kind."""
    if event.kind not in KINDS:
        raise NotAllowedError(event.kind)
    require(actor, KINDS[event.kind][0])


def handle(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Run the handler for this kind, if the table lets this actor.

    Raises:
        NotAllowedError: the actor has no seat that may do this, or there is no such kind.
    """
    permit(actor, event)
    readable = Incoming(event.kind, {n: _readable(typed) for n, typed in event.fields.items()})
    return KINDS[event.kind][1](session, actor, readable, now=now)


def _readable(typed: str) -> str:
    """The same text without what no database or page can hold: half characters and control codes."""
    if typed.isprintable():
        return typed
    return "".join(
        c for c in typed if c in "\n\r\t" or (c >= " " and not "\ud800" <= c <= "\udfff")
    )
