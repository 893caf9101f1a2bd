"""Posting to Teams: once, into a chat that we know, and putting another card in a posted one's place.

A bot cannot read its conversations back without permission to read everybody's chats, which this one
never asks for. So an unclear result is left to the policy of its kind (DESIGN 3.1).
Sources: Microsoft, "Send proactive messages", "Status codes from bot conversational APIs",
"Optimize your bot with rate limiting in Teams".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.answers import body_of
from bot.last_look import looking
from bot.sending import (
    PATIENCE,
    Budget,
    Busy,
    Message,
    Refused,
    TryLater,
    Unclear,
    retry_after,
)
from bot.teams.access import Access, NoAccess
from bot.teams.apps import Registration
from bot.teams.tokens import is_service
from bot.teams.who import placed
from handlers.messages import Address, Form, Text
from handlers.wording import say

Activity = Mapping[str, Any]
MOST_BYTES = 65_536  # of an answer
NOT_SENT_WAIT = 30.0  # seconds, when no connection could be made
REASONS = {
    "BotDisabledByAdmin": say("refused_switched_off"),
    "BotNotInConversationRoster": say("refused_taken_out"),
    "ConversationBlockedByUser": say("refused_blocked"),
    "MessageWritesBlocked": say("refused_blocked"),
    "ConversationNotFound": say("refused_conversation_gone"),
    "ActivityNotFoundInConversation": say("refused_message_gone"),
    "NotEnoughPermissions": say("refused_not_allowed_there"),
    "ForbiddenOperationException": say("refused_not_allowed_there"),
    "BotNotRegistered": say("refused_not_registered"),
    "MessageSizeTooBig": say("refused_too_large"),
}


@dataclass(frozen=True)
class Limits:
    """What Teams allows: `per_thread` has pairs of seconds and messages, `per_second` is of one app in
    one tenant. Source: Microsoft, "Optimize your bot with rate limiting in Teams"."""

    per_thread: tuple[tuple[float, int], ...] = ((1, 7), (2, 8), (30, 60), (3600, 1800))
    per_second: float = 50.0

    def budget(self) -> Budget:
        """A distance between messages that keeps every window, whenever it begins. Answers in a chat
        count as well, so a fifth of what an app may send in a tenant is left to them."""
        thread = min(most / seconds for seconds, most in self.per_thread)
        return Budget(per_conversation=thread, per_account=self.per_second * 0.8)


class Shows(Protocol):
    """How a form becomes an activity; `bot.teams.surfaces.message` is one."""

    def __call__(self, form: Form, *, partnership: str) -> Activity: ...


class Sender:
    """Teams as the outbox sees it, for every registration of this deployment."""

    can_read_back = False

    def __init__(
        self,
        registrations: Sequence[Registration],
        *,
        shows: Shows,
        access: Access,
        now: Callable[[], datetime],
        limits: Limits | None = None,
    ) -> None:
        self.registrations = {one.account: one for one in registrations}
        self.shows = shows
        self.access = access
        self.now = now
        self.budget = (limits or Limits()).budget()

    async def send(self, address: Address, message: Message) -> str:
        """Post once; returns the id of the activity. Raises as `bot.sending.Platform.send` says."""
        form = _with_note(message.form) if message.repeat else message.form
        activity = self.shows(form, partnership=message.partnership)
        return await self._ask("POST", address, "", activity, message.last_look)

    async def find(self, address: Address, key: str, since: datetime) -> str | None:
        """Never asked: see `can_read_back`."""
        raise Refused(say("refused_not_read_back"))

    async def replace(self, address: Address, activity_id: str, activity: Activity) -> None:
        """Put this in the place of a posted activity. Raises as `send` does; may be repeated safely."""
        await self._ask("PUT", address, f"/{quote(activity_id, safe='')}", activity, _nobody_else)

    async def _ask(
        self,
        method: str,
        address: Address,
        which: str,
        activity: Activity,
        last_look: Callable[[], None],
    ) -> str:
        registration = self.registrations.get(address.account)
        if registration is None:
            raise Refused(say("refused_registration_gone"))
        service, conversation = await self._place(registration, address)
        url = f"{service}/v3/conversations/{quote(conversation, safe='')}/activities{which}"
        return await self._once(registration, method, url, activity, last_look)

    async def _place(self, registration: Registration, address: Address) -> tuple[str, str]:
        """The connector's address and the chat; the chat is asked for where nobody wrote in it yet.

        Asking makes no second chat: Teams answers with the one that this person has with the app.
        """
        place = placed(address)
        service = place[0] if place else f"{registration.services[0]}/teams/"
        if not is_service(service, registration.services):
            raise Refused(say("refused_no_address"))
        service = service.rstrip("/")
        if place is not None:
            return service, place[1]
        asked = {
            "isGroup": False,
            "bot": {"id": f"28:{registration.app_id}"},
            "members": [{"id": address.user}],
            "tenantId": registration.tenant,
            "channelData": {"tenant": {"id": registration.tenant}},
        }
        try:
            id = await self._once(
                registration, "POST", f"{service}/v3/conversations", asked, _nobody_else
            )
        except Unclear:
            raise Busy from None  # asking again does no harm: nothing was said to anybody
        return service, id

    async def _once(
        self,
        registration: Registration,
        method: str,
        url: str,
        body: Activity,
        last_look: Callable[[], None],
    ) -> str:
        """The id that the connector answers with."""
        try:
            token = await self.access.token(registration)
        except NoAccess as refused:
            raise TryLater(refused.seconds) from None
        status, headers, said = await _request(method, url, token, body, last_look)
        if status in (200, 201, 202):
            return str(said.get("id", ""))
        if status == 401:
            self.access.forget(registration)
        raise self._meaning(status, headers, said)

    def _meaning(
        self, status: int, headers: Mapping[str, str], said: Mapping[str, Any]
    ) -> Unclear | TryLater | Refused:
        if status == 429:
            return TryLater(retry_after(headers.get("retry-after"), now=self.now()))
        if status in (401, 409, 412):
            return Busy()
        if status >= 500 or status < 400 or status == 408:
            return Unclear(f"HTTP {status}")
        error = said.get("error")
        code = error.get("code") if isinstance(error, Mapping) else None
        return Refused(REASONS.get(str(code), say("refused_by_teams", status=str(status))))


def _with_note(form: Form) -> Form:
    """Said once more after an unclear result: "you may have had this already" stands above it."""
    return replace(form, parts=(Text(say("may_have_had_this"), "hint"), *form.parts))


def _nobody_else() -> None:
    """The last look of a card that only its own answer changes."""


async def _request(
    method: str, url: str, token: str, activity: Activity, last_look: Callable[[], None]
) -> tuple[int, Mapping[str, str], Mapping[str, Any]]:
    """One request, asked once: status, headers in small letters, and the body where it is an object."""
    limit = aiohttp.ClientTimeout(total=PATIENCE)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        async with (
            aiohttp.ClientSession(
                timeout=limit, trust_env=False, request_class=looking(last_look)
            ) as http,
            http.request(
                method,
                URL(url, encoded=True),
                data=json.dumps(activity, ensure_ascii=False).encode(),
                headers=headers,
                allow_redirects=False,
            ) as answer,
        ):
            body = await body_of(answer, most=MOST_BYTES)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise TryLater(NOT_SENT_WAIT) from None  # no connection, so nothing can have been written
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        raise Unclear(type(error).__name__) from None  # it may have been written all the same
    try:
        said = json.loads(body) if body else {}
    except ValueError:
        said = {}
    found = {name.lower(): value for name, value in answer.headers.items()}
    return answer.status, found, said if isinstance(said, dict) else {}
