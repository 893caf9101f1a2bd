"""Everything that happens in Teams, into the one runner and back: cards, dialogs, words, coming and going.

An activity was verified before it comes here. Each is committed before it is answered. An answer with
words in it is a dialog that only its reader sees; a posted card changes only to say, without anybody's
words, what became of it, so that nobody answers twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.chats import ANYWHERE, Chat
from bot.logs import tell_of
from bot.outbox import NotSavedError, fresh_key
from bot.teams import asked, messaging
from bot.teams.apps import Person, Registration
from bot.teams.happened import Activity, Happened, at, key_of, person_of, pressed
from bot.teams.meeting import Meeting
from bot.teams.showing import Showing
from bot.teams.surfaces import choosing, dialog
from bot.teams.surfaces import message as as_message
from handlers import settled
from handlers.messages import Form
from handlers.surfaces import holds_words, message, not_saved
from handlers.wording import say
from storage import DatabaseError

Answer = tuple[int, Mapping[str, Any] | None]
FETCH = ("task/fetch", "composeExtension/fetchTask")
SUBMIT = ("task/submit", "composeExtension/submitAction")
FINE: Answer = (200, None)
log = logging.getLogger("heardback.teams")


class Listening:
    """Every registration's listener: who is who stands in the registration that an activity came to."""

    def __init__(self, chat: Chat[Person], showing: Showing) -> None:
        self.chat = chat
        self.showing = showing
        self.meeting = Meeting(chat, showing)

    async def handle(self, registration: Registration, activity: Activity) -> Answer:
        """The HTTP status, and what an invoke is answered with (None for everything else)."""
        if activity.get("type") == "invoke":
            return await self._invoked(registration, activity)
        person = person_of(activity, registration)
        if person is None:
            return FINE
        try:
            await self.meeting.happened(registration, activity, person)
        except (NotSavedError, DatabaseError):
            return 503, None
        return FINE

    async def _invoked(self, registration: Registration, activity: Activity) -> Answer:
        name = activity.get("name")
        if name == "adaptiveCard/action":
            found = pressed(activity, registration)
            return 200, await self._at_once(found) if found else messaging.text(say("press_gone"))
        if name == "composeExtension/fetchTask":
            return 200, await self._relayed(registration, activity)
        if name not in (*FETCH, *SUBMIT):
            return 200, {}  # nothing of ours, and nothing wrong
        found = pressed(activity, registration)
        if found is None:
            gone = message("gone", say("done_before_title"), say("press_gone"))
            return 200, dialog(gone, partnership="")
        return 200, await self._in_dialog(found)

    # a dialog: opened, and each of its steps

    async def _relayed(self, registration: Registration, activity: Activity) -> dict[str, Any]:
        """`Relay a voice`: from a message, with its words in the box, or from where one writes."""
        person = person_of(activity, registration)
        if person is None:
            return dialog(self.chat.stranger(), partnership="")
        event = asked.relayed(activity.get("value"))
        return await self._in_dialog(Happened(person, key_of(activity, registration), "", event))

    async def _in_dialog(self, found: Happened) -> dict[str, Any]:
        """The next step; whatever goes wrong, it holds every word that was typed."""
        try:
            return await self._next(found)
        except NotSavedError as error:
            return self._kept_open(found, sure=error.sure)
        except Exception as error:
            tell_of(log, error)
            return self._kept_open(found, sure=False)

    async def _next(self, found: Happened) -> dict[str, Any]:
        partnership = found.partnership
        if not partnership:
            serves = await self.chat.serves(found.who)
            if len(serves) > 1 and found.incoming.kind not in ANYWHERE:
                return choosing(found.incoming, serves, once=found.once, posted=found.posted)
            partnership = serves[0][0] if serves else ""
        form = await self.chat.perform(found.who, partnership, found.incoming, found.key)
        await self._settle(found, partnership, form)
        return dialog(form, partnership=partnership, once=fresh_key(), posted=found.posted)

    def _kept_open(self, found: Happened, *, sure: bool) -> dict[str, Any]:
        form = not_saved(found.incoming, sure=sure)
        once = found.once or fresh_key()
        return dialog(form, partnership=found.partnership, once=once, posted=found.posted)

    # a card: answered in its own place

    async def _at_once(self, found: Happened) -> dict[str, Any]:
        try:
            return await self._done(found)
        except NotSavedError as error:
            return messaging.text(say("card_not_kept" if error.sure else "card_maybe_kept"))
        except Exception as error:
            tell_of(log, error)
            return messaging.text(say("card_maybe_kept"))

    async def _done(self, found: Happened) -> dict[str, Any]:
        form = await self.chat.perform(found.who, found.partnership, found.incoming, found.key)
        now_stands = await self._settle(found, found.partnership, form)
        if now_stands is None and not holds_words(form):
            now_stands = form
        if now_stands is None:
            return messaging.text(form.title)
        return messaging.card(as_message(now_stands, partnership=found.partnership))

    async def _settle(self, found: Happened, partnership: str, answer: Form) -> Form | None:
        """Let the posted card say what became of it; returns it, or None where it stays as it is."""
        posted = found.posted
        if posted is None:
            return None
        now = self.chat.now()
        try:
            form = await asyncio.to_thread(self._settled, found, partnership, answer, now)
        except DatabaseError as error:
            log.warning("a card was not settled: %s", type(error).__name__)
            return None
        if form is not None and posted.activity:
            person = at(found.who, posted.conversation)
            await self.showing.replace(person, posted.activity, form, partnership=partnership)
        return form

    def _settled(
        self, found: Happened, partnership: str, answer: Form, now: datetime
    ) -> Form | None:
        posted = found.posted
        with self.chat.database.reading() as session:
            actor = self.chat.who.actor(session, found.who, partnership)
            if actor is None or posted is None:
                return None
            about = {**posted.about, **_chosen(found)}
            return settled.settled(session, actor, posted.name, about, answer, now=now)


def _chosen(found: Happened) -> dict[str, str]:
    """A proposal's buttons name it by what they choose."""
    choice = found.incoming.fields.get("choice", "")
    proposal = found.incoming.kind in ("answer_confirm", "answer_send_back")
    return {"commitment": choice} if proposal else {}
