"""Mail as a platform: what the outbox sends becomes a letter with one link, and goes once.

A link in an everyday mail opens its reader's own pages and nothing else, once. A mail about a duty holds
no key at all: it names the page, and the door asks who is there. What was mailed cannot be read back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.mail.letters import Letter, Link, compose, message_id
from bot.mail.post import post
from bot.sending import Budget, Message, Refused
from bot.settings_mail import MailSettings
from handlers import place
from handlers.messages import Address, Form, Text
from handlers.place import Place, day_words, minutes_words
from handlers.wording import say
from storage import Database, Session, rounds, sign_in

STEP = 4.0  # seconds for one step of the exchange; the whole must end within bot.sending.PATIENCE
A_SECOND = 10.0  # mails, over one connection each
OWN_LASTS = timedelta(days=14)
OWN_PAGES = {  # everyday mails whose reader may come in by their link, to their own pages only
    "prompt": "/reflect",
    "nudge": "/reflect",
    "answer_to_practitioner": "/chat",
    "answer_to_champion": "/home",
    "not_answered_yet": "/chat",
    "reopened": "/chat",
    "four_weeks_later": "/chat",
    "waited_long": "/chat",
    "set_aside_not_live_to_contributor": "/chat",
    "set_aside_outcome_to_contributor": "/chat",
    "set_aside_who_to_contributor": "/chat",
}
DUTY_PAGES = {
    "answer_proposed": "/proposals",
    "digest_issued": "/digest",
    "lines_to_write": "/lines",
    "set_aside_notice_to_lead": "/aside",
    "set_aside_unread_alarm": "/aside",
    "set_aside_opened_to_deputy": "/aside",
}
AT_THE_DOOR = ("invitation", "sign_in_link", "join_confirm")
SUBJECTS = {
    "prompt": "mail_subject_prompt",
    "nudge": "mail_subject_nudge",
    "answer_to_practitioner": "mail_subject_answer",
    "answer_to_champion": "mail_subject_answer",
    "invitation": "mail_subject_invitation",
    "sign_in_link": "mail_subject_sign_in",
    "join_confirm": "mail_subject_sign_in",
}


class Mail:
    """Sends through one mail server. `clock` says when links end."""

    can_read_back = False
    budget = Budget(per_account=A_SECOND)

    def __init__(
        self,
        database: Database,
        settings: MailSettings,
        public_address: str,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self.database = database
        self.settings = settings
        self.public_address = public_address
        self.clock = clock

    async def send(self, address: Address, message: Message) -> str:
        letter = await asyncio.to_thread(self._letter, address, message)
        try:
            made = compose(letter, sender=self.settings.sender, at=self.clock())
        except ValueError:
            raise Refused("the address is not one") from None
        await post(self.settings, made, last_look=message.last_look, patience=STEP)
        return message_id(letter.key, self.settings.sender)

    async def find(self, address: Address, key: str, since: datetime) -> str | None:
        raise Refused("mail cannot be read back")

    def _letter(self, address: Address, message: Message) -> Letter:
        with self.database.writing() as session:
            here = place.of(session, message.partnership)
            link = self._link(session, message)
            form = self._prompt(session, here, message, link) or message.form
        own = message.kind in OWN_PAGES and message.kind != "prompt"
        return Letter(
            to=address.user,
            subject=say(SUBJECTS.get(message.kind, "mail_subject_other"), **here.words),
            partnership=here.name,
            form=form,
            footer=say("fixed_line", **here.words),
            key=message.key,
            link=link,
            under_link=say("mail_link_once") if own else "",
            note=say("may_have_had_this") if message.repeat else "",
        )

    def _link(self, session: Session, message: Message) -> Link:
        """One link: with a key to the reader's own pages, with the key that was asked for, or with none."""
        state = message.form.state
        if message.kind in OWN_PAGES:
            until = self._closing(session, message) or self.clock() + OWN_LASTS
            token = self._token(
                session, message, until, lands_on=OWN_PAGES[message.kind], own_only=True
            )
            label = "mail_answer_button" if message.kind in ("prompt", "nudge") else "mail_open"
            return Link(say(label), f"{self.public_address}/in/{token}")
        if message.kind in AT_THE_DOOR:
            until = datetime.fromisoformat(state["until"])
            token = self._token(
                session,
                message,
                until,
                lands_on=state.get("to") or "/home",
                joins=state.get("join", ""),
            )
            return Link(say("mail_sign_in_button"), f"{self.public_address}/in/{token}")
        page = DUTY_PAGES.get(message.kind, "/home")
        return Link(say("mail_open_page"), f"{self.public_address}{page}")

    def _token(
        self,
        session: Session,
        message: Message,
        until: datetime,
        *,
        lands_on: str,
        own_only: bool = False,
        joins: str = "",
    ) -> str:
        return sign_in.make_link(
            session,
            person=message.person,
            partnership=message.partnership,
            expires_at=until,
            lands_on=lands_on,
            own_only=own_only,
            joins=joins,
        )

    def _closing(self, session: Session, message: Message) -> datetime | None:
        """The end of the day on which the question of this mail closes."""
        asked = rounds.get(session, message.form.state.get("round", ""))
        if asked is None:
            return None
        return datetime.combine(asked.closes_on + timedelta(days=1), time(0), UTC)

    def _prompt(self, session: Session, here: Place, message: Message, link: Link) -> Form | None:
        """A question as it is mailed: its words, its cost, and until when the link opens."""
        asked = rounds.get(session, message.form.state.get("round", ""))
        prompt = here.prompt(asked.prompt_id) if asked else None
        if message.kind != "prompt" or asked is None or prompt is None:
            return None
        said = say(
            "mail_prompt_link",
            partnership_name=here.name,
            minutes=minutes_words(prompt.minutes),
            date=day_words(asked.closes_on),
            link=link.url,
        )
        questions = tuple(Text(question, style="voice") for question in prompt.questions)
        return replace(message.form, parts=(*questions, Text(f"{prompt.what_for}"), Text(said)))
