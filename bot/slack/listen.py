"""Everything that happens in Slack, into the one runner and back: modals, buttons, commands, the home.

Each listener commits before it acknowledges. An answer with words in it is a modal that only its
reader sees; a posted message is changed only to say, without words, what became of its buttons.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from starlette.concurrency import run_in_threadpool

from bot.asked import agency, code, command, wants_link
from bot.chats import ANYWHERE, DOOR, Chat, not_saved_form, not_saved_words
from bot.logs import tell_of
from bot.outbox import NotSavedError
from bot.plain_text import whole
from bot.slack import asked, happened, who
from bot.slack.apps import App, Tokens, quiet
from bot.slack.happened import Happened, Person, person_of
from bot.slack.showing import Showing, raised_in
from bot.slack.status import away_until
from bot.slack.surfaces import choosing, modal
from bot.slack.surfaces import home as home_view
from bot.slack.surfaces import message as as_message
from bot.slack.text import Json
from handlers import place
from handlers.messages import Field, Form, Incoming
from handlers.wording import say
from storage import Database, installations

Payload = Mapping[str, Any]
ANY = re.compile(r"(?s).*")
log = logging.getLogger("heardback.slack")


class Listening:
    """One app's listeners. `tokens` finds the bot's token in a workspace; `now` is the clock."""

    def __init__(
        self,
        database: Database,
        app: App,
        *,
        tokens: Tokens,
        now: Callable[[], datetime],
        public_address: str,
    ) -> None:
        self.database = database
        self.app = app
        self.tokens = tokens
        self.showing = Showing(app, tokens)
        self.now = now
        self.chat = Chat(database, who.accounts, now=now, public_address=public_address)
        self.bolt = AsyncApp(
            name=app.name,
            logger=quiet,
            authorize=self._authorizing(),
            process_before_response=True,
            ignoring_self_events_enabled=False,  # each listener looks at who it was
            request_verification_enabled=False,  # bot.slack.front has verified the raw bytes
        )
        self.bolt.error(_broken)
        self.bolt.view(ANY)(self.on_submit)
        self.bolt.view_closed(ANY)(_nothing)
        self.bolt.action(ANY)(self.on_press)
        self.bolt.options(ANY)(_nothing)
        self.bolt.shortcut(ANY)(self.on_shortcut)
        self.bolt.command(ANY)(self.on_command)
        self.bolt.event("app_home_opened")(self.on_home)
        self.bolt.event("message")(self.on_message)
        self.bolt.event("user_change")(self.on_status)
        self.bolt.event("app_uninstalled")(self.on_gone)
        self.bolt.event("tokens_revoked")(self.on_gone)
        self.bolt.event(ANY)(_nothing)

    def _authorizing(self) -> Callable[..., Awaitable[AuthorizeResult]]:
        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            return self._authorized(enterprise_id, team_id)

        return authorize  # a plain function: Bolt looks at the names of its arguments

    def _authorized(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        token = self.tokens(f"{self.app.name}/{team_id or enterprise_id}")
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    # what a person did

    async def on_submit(self, ack: Any, body: Payload) -> None:
        found = happened.submitted(body, self.app.name)
        if found is None:
            await ack()
            return
        try:
            form = await self._happen(found)
        except NotSavedError as error:
            await self._keep_open(ack, found, error)
            return
        errors = {
            part.name: part.error
            for part in form.parts
            if isinstance(part, Field) and part.error and part.name in found.boxes
        }
        if errors:
            await ack(response_action="errors", errors=errors)
            return
        await ack(response_action="update", view=modal(form, partnership=found.partnership))

    async def _keep_open(self, ack: Any, found: Happened, error: NotSavedError) -> None:
        """Nobody sends a modal again by itself: it stays open with every word, and says what is wrong."""
        if found.boxes:
            first = "words" if "words" in found.boxes else sorted(found.boxes)[0]
            said = not_saved_words(error).replace("**", "")
            await ack(response_action="errors", errors={first: said})
        else:
            view = modal(not_saved_form(error), partnership=found.partnership)
            await ack(response_action="push", view=view)

    async def on_press(self, ack: Any, body: Payload) -> None:
        found = happened.pressed(body, self.app.name)
        if found is None:
            await ack()
            return
        try:
            form = await self._happen(found)
        except NotSavedError as error:
            await self.showing.on_top(found, not_saved_form(error))
        else:
            if found.incoming.kind in DOOR and found.surface == "message":
                await self.showing.on_top(found, form)  # the message stays, for everybody else
            else:
                await self.showing.answer(found, form)
            if found.surface == "home":
                await self._publish(found.who)
        await ack()

    async def on_shortcut(self, ack: Any, body: Payload) -> None:
        person = person_of(body, self.app.name)
        if person is not None:
            await self._open(person, asked.relayed(body), body)
        await ack()

    async def on_command(self, ack: Any, body: Payload) -> None:
        person = person_of(body, self.app.name)
        text = str(body.get("text", ""))
        if person is None:
            await ack()
        elif words := code(text):
            await ack(say(await self._connect(person, words)).replace("**", "*"))
        elif wants_link(text):
            await ack(await self.chat.way_in(person))
        elif named := agency(text):
            await ack(**await self._invitation(person, named, body))
        elif (incoming := command(text, today=self.now().date())) is None:
            form = await self.chat.perform(person, "", Incoming("help"), _key(person, body))
            await ack(**as_message(form, partnership=""))
        else:
            await self._open(person, incoming, body)
            await ack()

    async def _invitation(self, person: Person, named: str, body: Payload) -> Json:
        """A coordinator's one message in a channel, with a button to join; whoever else asks sees why not."""
        desk = await self.chat.desk_of(person)
        event = Incoming("channel_invite", {"agency": named})
        form = await self.chat.perform(person, desk, event, _key(person, body))
        everybody = form.name == "channel_invitation"
        shown = as_message(form, partnership=desk)
        return {**shown, "response_type": "in_channel" if everybody else "ephemeral"}

    async def on_home(self, ack: Any, body: Payload) -> None:
        event = body["event"]
        person = person_of({**body, "user_id": event.get("user")}, self.app.name)
        if person is not None and event.get("tab") == "home":
            await self._publish(person)
        await ack()

    async def on_message(self, ack: Any, body: Payload) -> None:
        """Somebody typed into the chat itself: say how to do it safely, once, and keep nothing."""
        event = body["event"]
        person = person_of({**body, "user_id": event.get("user")}, self.app.name)
        ours = event.get("bot_id") or event.get("subtype") not in (None, "file_share")
        if person is not None and event.get("channel_type") == "im" and not ours:
            key = whole(f"slack:{person.account}:{event.get('channel')}:{event.get('ts')}")
            form = await self.chat.perform(person, "", Incoming("typed"), key)
            if form.name != "done_before":
                channel = whole(str(event.get("channel")))
                await self.showing.post(person.account, channel, form)
        await ack()

    async def on_status(self, ack: Any, body: Payload) -> None:
        """Somebody of ours put up a status of leave with an end: they are away until then, once."""
        user = body["event"].get("user")
        profile = user.get("profile") if isinstance(user, Mapping) else None
        person = person_of({**body, "user_id": user.get("id")}, self.app.name) if profile else None
        if person is not None and isinstance(profile, Mapping):
            for partnership, zone in await run_in_threadpool(self._zones, person):
                until = away_until(profile, zone=zone, now=self.now())
                if until is not None:
                    key = f"slack:{person.account}:{person.user}:leave:{partnership}:{until}"
                    event = Incoming("away_set", {"until": until.isoformat()})
                    await self.chat.perform(person, partnership, event, key)
        await ack()

    def _zones(self, person: Person) -> list[tuple[str, ZoneInfo]]:
        with self.database.reading() as session:
            found = [actor.partnership for actor in who.accounts.actors(session, person)]
            return [(id, place.of(session, id).zone) for id in found]

    async def on_gone(self, ack: Any, body: Payload) -> None:
        """Taken out of a workspace, or its access taken away: what it gave us is deleted at once."""
        event = body["event"]
        bots = (event.get("tokens") or {}).get("bot", ())
        if event["type"] == "app_uninstalled" or bots:
            await run_in_threadpool(self._forget, f"{self.app.name}/{body.get('team_id')}")
        await ack()

    def _forget(self, account: str) -> None:
        with self.database.writing() as session:
            installations.forget(session, "slack", account)

    async def _happen(self, found: Happened) -> Form:
        return await self.chat.perform(found.who, found.partnership, found.incoming, found.key)

    async def _connect(self, person: Person, words: str) -> str:
        said = await self.chat.connect(person, words)
        if said == "connected":
            await self._publish(person)
        return said

    # and back

    async def _open(self, person: Person, event: Incoming, body: Payload) -> None:
        """Open what was asked for; somebody who serves several partnerships says first for which."""
        try:
            serves = await self.chat.serves(person)
            if len(serves) > 1 and event.kind not in ANYWHERE:
                view = choosing(event, serves)
            else:
                form = await self.chat.perform(person, "", event, _key(person, body))
                view = modal(form, partnership=serves[0][0] if serves else "")
        except NotSavedError as error:
            view = modal(not_saved_form(error), partnership="")
        trigger, channel = (whole(str(body.get(name, ""))) for name in ("trigger_id", "channel_id"))
        await self.showing.open(person, view, trigger=trigger, channel=channel)

    async def _publish(self, person: Person) -> None:
        view = home_view(await self.chat.homes(person))
        await self.showing.ask(person.account, "views_publish", user_id=person.user, view=view)


async def _broken(error: Exception) -> BoltResponse | None:
    """A fault of ours is a 500, and Slack sends events again; what Bolt itself cannot read is a 400."""
    tell_of(log, error)
    return BoltResponse(status=400) if raised_in(error, "slack_bolt") else None


async def _nothing(ack: Any) -> None:
    await ack()


def _key(person: Person, body: Payload) -> str:
    made = body.get("trigger_id") or body.get("action_ts")
    return whole(f"slack:{person.account}:{person.user}:{made}")
