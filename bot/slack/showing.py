"""Showing an answer in Slack: a modal only its reader sees, or a message that loses its buttons.

What a person did is kept by the time anything here runs; whatever goes wrong costs them a look and not
their words.
"""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.apps import App, Tokens, client
from bot.slack.blocks import context
from bot.slack.happened import Happened, Person
from bot.slack.surfaces import message as as_message
from bot.slack.surfaces import modal
from bot.slack.text import Json
from handlers import plain
from handlers.messages import Form, Text
from handlers.surfaces import message, only_says
from handlers.wording import say

EXPIRED = {"expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"}
LINKS = {"unfurl_links": False, "unfurl_media": False}
log = logging.getLogger("heardback.slack")


class Showing:
    """One app's way to show something in any workspace that it is in."""

    def __init__(self, app: App, tokens: Tokens) -> None:
        self.app = app
        self.tokens = tokens

    async def answer(self, found: Happened, form: Form) -> None:
        """The answer to a press, where it was pressed."""
        view = modal(form, partnership=found.partnership)
        if found.surface == "modal":
            await self.ask(found.who.account, "views_update", view_id=found.view, view=view)
        elif found.surface == "message" and only_says(form):
            await self._settle(found, form)
        else:
            await self.open(found.who, view, trigger=found.trigger, channel=found.channel)

    async def on_top(self, found: Happened, form: Form) -> None:
        """A window above whatever is open, which stays as it was."""
        view = modal(form, partnership=found.partnership)
        method = "views_push" if found.surface == "modal" else "views_open"
        await self.ask(found.who.account, method, trigger_id=found.trigger, view=view)

    async def open(self, person: Person, view: Json, *, trigger: str, channel: str) -> None:
        """Open a modal. When Slack's three seconds are over, a fresh button comes in its place."""
        said = await self.ask(person.account, "views_open", trigger_id=trigger, view=view)
        if said not in EXPIRED:
            return
        late = message(
            "too_slow", say("too_slow_title"), say("too_slow"), buttons=plain.FIRST_STEPS
        )
        shown = as_message(late, partnership="")
        if channel:
            await self.ask(
                person.account, "chat_postEphemeral", channel=channel, user=person.user, **shown
            )
        else:
            await self.post(person.account, person.user, late)

    async def post(self, account: str, channel: str, form: Form) -> None:
        """A message outside the outbox: only ever an answer to what was just typed or pressed."""
        shown = as_message(form, partnership="")
        await self.ask(account, "chat_postMessage", channel=channel, **LINKS, **shown)

    async def _settle(self, found: Happened, form: Form) -> None:
        """The message says what became of it and loses its buttons, so that nobody presses twice."""
        said = [part.body for part in form.parts if isinstance(part, Text)]
        kept = [dict(block) for block in found.blocks if block.get("type") != "actions"]
        blocks = [*kept[:40], *(context(text) for text in (f"**{form.title}**", *said)[:8])]
        await self.ask(
            found.who.account,
            "chat_update",
            channel=found.channel,
            ts=found.stamp,
            text=form.title,
            blocks=blocks,
        )

    async def ask(self, account: str, method: str, **arguments: Any) -> str:
        """Ask Slack to show something; returns Slack's word for what was wrong, or nothing."""
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


def raised_in(error: Exception, package: str) -> bool:
    """Whether the fault came up in this package, and not in what it called of ours."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and package in Path(frames[-1].filename).parts
