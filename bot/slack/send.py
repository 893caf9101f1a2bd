"""Posting to Slack: once, with our key in the message's metadata, and reading back by that key.

Source of the errors and of the limits: Slack's reference of `chat.postMessage` (one message a second in
a conversation) and of rate limits (`Retry-After` in seconds, HTTP 429).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.sending import Budget, Message, Refused, TryLater, Unclear, retry_after
from bot.slack.apps import App, Tokens, client
from bot.slack.blocks import context
from bot.slack.surfaces import message as as_message
from handlers.messages import Address
from handlers.wording import say

EVENT = "heardback"
PAGE = 100
SLACK_CLOCK = timedelta(seconds=5)  # how far Slack's clock may be from ours
LATER = {"ratelimited", "rate_limited", "message_limit_exceeded"}
UNCLEAR = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
REASONS = {
    "account_inactive": say("refused_revoked"),
    "invalid_auth": say("refused_revoked"),
    "not_authed": say("refused_revoked"),
    "token_revoked": say("refused_revoked"),
    "token_expired": say("refused_revoked"),
    "app_missing_action_url": say("refused_revoked"),
    "missing_scope": say("refused_scope"),
    "channel_not_found": say("refused_gone"),
    "is_archived": say("refused_gone"),
    "user_not_found": say("refused_left"),
    "user_disabled": say("refused_left"),
    "user_not_visible": say("refused_not_visible"),
    "cannot_dm_bot": say("refused_no_person"),
    "messages_tab_disabled": say("refused_messages_off"),
    "restricted_action": say("refused_not_allowed"),
    "team_access_not_granted": say("refused_revoked"),
}


class Sender:
    """Slack as the outbox sees it, for every app of this deployment."""

    can_read_back = True
    budget = Budget(per_conversation=1.0, per_account=4.0)

    def __init__(
        self, apps: Mapping[str, App], *, tokens: Tokens, now: Callable[[], datetime]
    ) -> None:
        self.apps = apps
        self.tokens = tokens
        self.now = now

    async def send(self, address: Address, message: Message) -> str:
        """Post once; returns `<channel>:<ts>`. Raises as `bot.sending.Platform.send` says."""
        channel = await self._channel(address)
        shown = as_message(message.form, partnership=message.partnership)
        if message.repeat:
            shown["blocks"] = [context(say("may_have_had_this")), *shown["blocks"]]
        answer = await self._ask(
            address,
            "chat_postMessage",
            message.last_look,
            channel=channel,
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": EVENT, "event_payload": {"key": message.key}},
            **shown,
        )
        return f"{answer.get('channel', channel)}:{answer['ts']}"

    async def find(self, address: Address, key: str, since: datetime) -> str | None:
        """Look through the conversation since then for a message of ours with this key."""
        channel = await self._channel(address)
        oldest = str((since.astimezone(UTC) - SLACK_CLOCK).timestamp())
        cursor = ""
        while True:
            page = await self._ask(
                address,
                "conversations_history",
                channel=channel,
                oldest=oldest,
                include_all_metadata=True,
                limit=PAGE,
                **({"cursor": cursor} if cursor else {}),
            )
            for posted in page.get("messages", ()):
                if _key(posted) == key:
                    return f"{channel}:{posted['ts']}"
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return None

    async def _channel(self, address: Address) -> str:
        if address.conversation:
            return address.conversation
        opened = await self._ask(address, "conversations_open", users=address.user)
        return str(opened["channel"]["id"])

    async def _ask(
        self,
        address: Address,
        method: str,
        last_look: Callable[[], None] | None = None,
        /,
        **arguments: Any,
    ) -> Mapping[str, Any]:
        app = self.apps.get(address.account.partition("/")[0])
        token = self.tokens(address.account)
        if app is None or token is None:
            raise Refused("access revoked")
        try:
            asking = client(token, base=app.base, last_look=last_look)
            answer = await getattr(asking, method)(**arguments)
        except SlackApiError as error:
            raise self._meaning(error) from None
        except (TimeoutError, aiohttp.ClientError, SlackClientError, OSError) as error:
            raise Unclear(type(error).__name__) from None
        found = answer.data
        if not isinstance(found, dict):
            raise Unclear("an answer cut short")
        return found

    def _meaning(self, error: SlackApiError) -> Unclear | TryLater | Refused:
        answer = error.response
        said = answer.get("error") if isinstance(answer.data, dict) else None
        if answer.status_code == 429 or said in LATER:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return TryLater(retry_after(_text(headers.get("retry-after")), now=self.now()))
        if answer.status_code >= 500 or said in UNCLEAR or said is None:
            return Unclear(f"HTTP {answer.status_code}")
        return Refused(REASONS.get(str(said), str(said).replace("_", " ")[:60]))


def _text(header: Any) -> str | None:
    if isinstance(header, list):
        header = header[0] if header else None
    return None if header is None else str(header)


def _key(posted: Mapping[str, Any]) -> str:
    metadata = posted.get("metadata") or {}
    if metadata.get("event_type") != EVENT:
        return ""
    return str((metadata.get("event_payload") or {}).get("key", ""))
