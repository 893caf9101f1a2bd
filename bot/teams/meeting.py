"""Meeting somebody in Teams: what they say to the bot, and the bot's coming and going.

Words typed into a chat are never kept; the answer says so, and how to do it safely. Nothing of a person's own
is said in a channel.
"""

from __future__ import annotations

import asyncio

from bot.asked import agency, code, command, wants_link
from bot.chats import ANYWHERE, Chat
from bot.teams import who
from bot.teams.apps import Person, Registration
from bot.teams.asked import said
from bot.teams.happened import Activity, at, conversation, is_personal, key_of
from bot.teams.showing import Showing
from handlers import digest_message, place
from handlers.messages import Button, Form, Incoming, Text
from handlers.permissions import allowed
from handlers.surfaces import holds_words, message
from handlers.wording import say
from storage import addresses, group_channels

SAID = frozenset({"help", "what_happened", "away_set", "back"})  # answered in the chat itself
CHANNEL_WORDS = {
    say("channel_words_begin"): "digest_here",
    say("channel_words_end"): "digest_not_here",
}
LABELS = {
    "ask_me": "button_reflect",
    "something_else": "button_something_else",
    "relay": "button_relay",
    "away": "button_im_away",
    "away_set": "button_im_away",
    "pace": "button_pace",
    "stop": "button_stop",
    "my_words": "button_my_words",
    "purpose": "button_purpose",
}


class Meeting:
    """What is no invoke: messages, and the app put in or taken out."""

    def __init__(self, chat: Chat[Person], showing: Showing) -> None:
        self.chat = chat
        self.showing = showing

    async def happened(
        self, registration: Registration, activity: Activity, person: Person
    ) -> None:
        kind, personal = activity.get("type"), is_personal(activity)
        if kind == "installationUpdate" and activity.get("action") == "remove":
            here = person if personal else at(person, conversation(activity))
            await asyncio.to_thread(self._forget, here, personal)
            return
        if personal:
            await asyncio.to_thread(self._settle, person)
        if kind == "message" and personal:
            await self._said(activity, person, key_of(activity, registration))
        elif kind == "message":
            here = at(person, conversation(activity))
            await self._said_in_channel(activity, here, key_of(activity, registration))
        elif kind == "installationUpdate" and activity.get("action") == "add":
            await self._welcome(at(person, conversation(activity)), personal)

    # where somebody is

    def _settle(self, person: Person) -> None:
        with self.chat.database.reading() as session:
            moved = who.moved(session, person)
        if moved:
            with self.chat.database.writing() as session:
                who.settle(session, person, on=self.chat.now().date())

    def _forget(self, person: Person, personal: bool) -> None:
        """Taken out of somebody's own chat, or of a channel: nothing can be written there, so the address goes."""
        with self.chat.database.writing() as session:
            if not personal:
                group_channels.gone(session, who.channel_of(person))
                return
            owner = addresses.who(session, who.PLATFORM, person.account, person.user)
            for id, address in addresses.of(session, owner) if owner else ():
                if (address.platform, address.account) == (who.PLATFORM, person.account):
                    addresses.forget(session, id)

    async def _welcome(self, person: Person, personal: bool) -> None:
        if personal:
            await self._home(person)
        else:
            hello = message("hello", say("channel_hello_title"), say("channel_hello"))
            await self.showing.post(person, hello)

    async def _home(self, person: Person) -> None:
        for partnership, form in await self.chat.homes(person):
            await self.showing.post(person, form, partnership=partnership)

    # what somebody says

    async def _said(self, activity: Activity, person: Person, key: str) -> None:
        text = said(activity.get("text"))
        if words := code(text):
            result = await self.chat.connect(person, words)
            await self.showing.post(person, message(result, say("connect_title"), say(result)))
            return
        if wants_link(text):
            way_in = await self.chat.way_in(person)
            await self.showing.post(person, message("way_in", say("mail_sign_in_title"), way_in))
            return
        if text.lower() == "home":
            await self._home(person)
            return
        event = command(text, today=self.chat.now().date()) if text else None
        serves = await self.chat.serves(person)
        if not serves:
            await self.showing.post(person, self.chat.stranger())
        elif event is None:
            form = await self.chat.perform(person, "", Incoming("typed"), key)
            if form.name != "done_before":
                await self.showing.post(person, form, partnership=_only(serves))
        elif event.kind not in SAID or (len(serves) > 1 and event.kind not in ANYWHERE):
            await self.showing.post(person, opening(event), partnership=_only(serves))
        else:
            form = await self.chat.perform(person, serves[0][0], event, key)
            shown = opening(event) if holds_words(form) else form
            await self.showing.post(person, shown, partnership=serves[0][0])

    async def _said_in_channel(self, activity: Activity, person: Person, key: str) -> None:
        """Where others read along: the digest for those who may have it, and nobody's own affairs."""
        text = said(activity.get("text"))
        if named := agency(text):
            desk = await self.chat.desk_of(person)
            event = Incoming("channel_invite", {"agency": named})
            form = await self.chat.perform(person, desk, event, key)
            if form.name != "done_before":
                await self.showing.post(person, form, partnership=desk)
            return
        words = text.lower().strip(" .!?")
        if words in CHANNEL_WORDS:
            await self._group_channel(person, CHANNEL_WORDS[words], key)
            return
        if words != "digest":
            form = message("own_chat", say("own_chat_title"), say("own_chat"))
            await self.showing.post(person, form)
            return
        for partnership, form in await asyncio.to_thread(self._digests, person):
            await self.showing.post(person, form, partnership=partnership)

    async def _group_channel(self, person: Person, kind: str, key: str) -> None:
        """Post each digest here from now on, or no more, for the group whose chair says so."""
        group, id = await asyncio.to_thread(self._remember, person)
        if not group:
            no = message("not_your_seat", say("not_your_seat_title"), say("channel_chair_only"))
            await self.showing.post(person, no)
            return
        form = await self.chat.perform(person, group, Incoming(kind, {"channel": id}), key)
        if form.name != "done_before":
            await self.showing.post(person, form, partnership=group)

    def _remember(self, person: Person) -> tuple[str, str]:
        """The partnership whose group this person chairs, and this channel as it is kept for it."""
        address = who.channel_of(person)
        with self.chat.database.writing() as session:
            theirs = [
                actor.partnership
                for actor in self.chat.who.actors(session, person)
                if allowed(actor, "digest.channel")
            ]
            if not theirs:
                return "", ""
            return theirs[0], group_channels.remember(session, theirs[0], address)

    def _digests(self, person: Person) -> list[tuple[str, Form]]:
        with self.chat.database.reading() as session:
            theirs = [
                actor.partnership
                for actor in self.chat.who.actors(session, person)
                if allowed(actor, "digest.read")
            ]
            found = [(id, digest_message.latest(session, place.of(session, id))) for id in theirs]
        made = [(id, form) for id, form in found if form is not None]
        return made or [("", message("no_digest", say("no_digest_title"), say("no_digest")))]


def opening(event: Incoming) -> Form:
    """A card with one button, because words said in a chat cannot open a dialog by themselves."""
    label = say(LABELS.get(event.kind, "button_open"))
    choice = event.fields.get("choice", "")
    button = Button(label, event.kind, choice, style="main")
    parts = (Text(say("open_here")),)
    return Form("open", say("open_title"), parts, (button,), dict(event.fields))


def _only(serves: list[tuple[str, str]]) -> str:
    """The partnership that is meant where there is one; with several, the dialog asks."""
    return serves[0][0] if len(serves) == 1 else ""
