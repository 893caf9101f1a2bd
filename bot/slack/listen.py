"""Everything that happens in Slack, into the one runner and back: modals, buttons, commands, the home.

Each listener commits before it acknowledges. An answer with words in it is a modal that only its
reader sees; a posted message is changed only to say, without words, what became of its buttons.
"""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.outbox import NotSavedError, perform
from bot.slack import asked, happened, who
from bot.slack.apps import App, Tokens, client, quiet
from bot.slack.blocks import context
from bot.slack.happened import Happened, Person, person_of
from bot.slack.surfaces import choosing, modal
from bot.slack.surfaces import home as home_view
from bot.slack.surfaces import message as as_message
from bot.slack.text import Json
from handlers import plain
from handlers.messages import Buttons, Field, Form, Incoming, Marked, Text
from handlers.permissions import NotAllowedError
from handlers.surfaces import message
from handlers.wording import say
from storage import Database, DatabaseError, installations, partnerships

Payload = Mapping[str, Any]
ANYWHERE = frozenset({"help"})  # the same in every partnership
ANY = re.compile(r"(?s).*")
EXPIRED = {"expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"}
LINKS = {"unfurl_links": False, "unfurl_media": False}
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
        self.now = now
        self.public_address = public_address
        self.bolt = AsyncApp(
            name=app.name,
            logger=quiet,
            authorize=self._authorizing(),
            process_before_response=True,
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
        said = _not_saved(error)
        if found.boxes:
            first = "words" if "words" in found.boxes else sorted(found.boxes)[0]
            await ack(response_action="errors", errors={first: said.replace("**", "")})
        else:
            form = message("not_saved", "Not kept yet", said)
            await ack(response_action="push", view=modal(form, partnership=found.partnership))

    async def on_press(self, ack: Any, body: Payload) -> None:
        found = happened.pressed(body, self.app.name)
        if found is None:
            await ack()
            return
        try:
            form = await self._happen(found)
        except NotSavedError as error:
            await self._tell_on_top(found, error)
        else:
            await self._show(found, form)
        await ack()

    async def _tell_on_top(self, found: Happened, error: NotSavedError) -> None:
        """A window above whatever is open, which stays as it was."""
        form = message("not_saved", "Not kept yet", _not_saved(error))
        view = modal(form, partnership=found.partnership)
        method = "views_push" if found.surface == "modal" else "views_open"
        await self._api(found.who.account, method, trigger_id=found.trigger, view=view)

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
        elif code := asked.code(text):
            await ack(say(await self._connect(person, code)).replace("**", "*"))
        elif (incoming := asked.command(text, today=self.now().date())) is None:
            form = await self._perform(person, "", Incoming("help"), _key(person, body))
            await ack(**as_message(form, partnership=""))
        else:
            await self._open(person, incoming, body)
            await ack()

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
            key = happened.whole(f"slack:{person.account}:{event.get('channel')}:{event.get('ts')}")
            form = await self._perform(person, "", Incoming("typed"), key)
            if form.name != "done_before":
                await self._api(
                    person.account,
                    "chat_postMessage",
                    channel=str(event.get("channel")),
                    **LINKS,
                    **as_message(form, partnership=""),
                )
        await ack()

    async def on_gone(self, ack: Any, body: Payload) -> None:
        """Taken out of a workspace, or its access taken away: what it gave us is deleted at once."""
        event = body["event"]
        bots = (event.get("tokens") or {}).get("bot", ())
        if event["type"] == "app_uninstalled" or bots:
            await asyncio.to_thread(self._forget, f"{self.app.name}/{body.get('team_id')}")
        await ack()

    def _forget(self, account: str) -> None:
        with self.database.writing() as session:
            installations.forget(session, "slack", account)

    # into the runner

    async def _happen(self, found: Happened) -> Form:
        return await self._perform(found.who, found.partnership, found.incoming, found.key)

    async def _perform(self, person: Person, partnership: str, event: Incoming, key: str) -> Form:
        return await asyncio.to_thread(self._run, person, partnership, event, key)

    def _run(self, person: Person, partnership: str, event: Incoming, key: str) -> Form:
        try:
            with self.database.reading() as session:
                actor = who.actor(session, person, partnership)
        except DatabaseError as error:
            raise NotSavedError(sure=True) from error
        if actor is None:
            return self._stranger()
        try:
            return perform(self.database, key, actor, event, now=self.now())
        except NotAllowedError:
            return message("not_your_seat", "Not your seat", say("not_your_seat"))

    def _stranger(self) -> Form:
        said = say("not_known_here", address=self.public_address)
        return message("not_known_here", "Welcome", said)

    async def _connect(self, person: Person, code: str) -> str:
        def tie() -> str:
            with self.database.writing() as session:
                return who.connect(session, person, code, now=self.now())

        said = await asyncio.to_thread(tie)
        if said == "connected":
            await self._publish(person)
        return said

    # and back

    async def _show(self, found: Happened, form: Form) -> None:
        view = modal(form, partnership=found.partnership)
        if found.surface == "modal":
            await self._api(found.who.account, "views_update", view_id=found.view, view=view)
        elif found.surface == "message" and _only_says(form):
            await self._settle(found, form)
        else:
            await self._open_view(found.who, found.trigger, view, found.channel)
        if found.surface == "home":
            await self._publish(found.who)

    async def _open(self, person: Person, event: Incoming, body: Payload) -> None:
        """Open what was asked for; somebody who serves several partnerships says first for which."""
        try:
            serves = await asyncio.to_thread(self._serves, person)
            if len(serves) > 1 and event.kind not in ANYWHERE:
                view = choosing(event, serves)
            else:
                form = await self._perform(person, "", event, _key(person, body))
                view = modal(form, partnership=serves[0][0] if serves else "")
        except (NotSavedError, DatabaseError) as error:
            sure = not isinstance(error, NotSavedError) or error.sure
            form = message("not_saved", "Not kept yet", _not_saved(NotSavedError(sure=sure)))
            view = modal(form, partnership="")
        trigger, channel = str(body.get("trigger_id", "")), str(body.get("channel_id", ""))
        await self._open_view(person, trigger, view, channel)

    def _serves(self, person: Person) -> list[tuple[str, str]]:
        with self.database.reading() as session:
            found = [actor.partnership for actor in who.actors(session, person)]
            return [(id, partnerships.get(session, id).name) for id in found]

    async def _open_view(self, person: Person, trigger: str, view: Json, channel: str) -> None:
        """Open a modal. When Slack's three seconds are over, a fresh button comes in its place."""
        said = await self._api(person.account, "views_open", trigger_id=trigger, view=view)
        if said not in EXPIRED:
            return
        late = message("too_slow", "Please press again", say("too_slow"), buttons=plain.FIRST_STEPS)
        shown = as_message(late, partnership="")
        if channel:
            await self._api(
                person.account, "chat_postEphemeral", channel=channel, user=person.user, **shown
            )
        else:
            await self._api(
                person.account, "chat_postMessage", channel=person.user, **LINKS, **shown
            )

    async def _settle(self, found: Happened, form: Form) -> None:
        """The message says what became of it and loses its buttons, so that nobody presses twice."""
        said = [part.body for part in form.parts if isinstance(part, Text)]
        kept = [dict(block) for block in found.blocks if block.get("type") != "actions"]
        blocks = [*kept[:40], *(context(text) for text in (f"**{form.title}**", *said)[:8])]
        await self._api(
            found.who.account,
            "chat_update",
            channel=found.channel,
            ts=found.stamp,
            text=form.title,
            blocks=blocks,
        )

    async def _publish(self, person: Person) -> None:
        view = await asyncio.to_thread(self._home, person)
        await self._api(person.account, "views_publish", user_id=person.user, view=view)

    def _home(self, person: Person) -> Json:
        with self.database.writing() as session:
            forms = [
                (actor.partnership, plain.home(session, actor, now=self.now()))
                for actor in who.actors(session, person)
            ]
        return home_view(forms or [("", self._stranger())])

    async def _api(self, account: str, method: str, **arguments: Any) -> str:
        """Ask Slack to show something; returns Slack's word for what was wrong, or nothing.

        What a person did is kept by now; whatever goes wrong here costs them a look, not their words.
        """
        token = self.tokens(account)
        if token is None:
            log.warning("no token for a workspace of %s", self.app.name)
            return "no_token"
        try:
            await getattr(client(token, base=self.app.base), method)(**arguments)
        except SlackApiError as error:
            said = str(error.response.get("error") or error.response.status_code)
        except (TimeoutError, aiohttp.ClientError, SlackClientError, OSError) as error:
            said = type(error).__name__
        else:
            return ""
        log.warning("%s was not shown: %s", method, said)
        return said


def _not_saved(error: NotSavedError) -> str:
    return say("error_not_saved" if error.sure else "error_maybe_saved")


async def _broken(error: Exception) -> None:
    tell_of(error)


def tell_of(error: Exception) -> None:
    """A fault of ours is told by its kind and place alone; its text could hold somebody's words."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"
    log.error("a request could not be answered: %s at %s", type(error).__name__, at)


async def _nothing(ack: Any) -> None:
    await ack()


def _key(person: Person, body: Payload) -> str:
    made = body.get("trigger_id") or body.get("action_ts")
    return happened.whole(f"slack:{person.account}:{person.user}:{made}")


def _only_says(form: Form) -> bool:
    """Whether an answer is a few sentences of ours: nothing to fill in, and nobody's words."""
    if form.buttons or form.tone == "sign":
        return False
    return not any(
        isinstance(part, Field | Marked | Buttons)
        or (isinstance(part, Text) and part.style in ("voice", "phrase"))
        for part in form.parts
    )
