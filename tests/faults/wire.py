"""Two platforms over a bare socket, so that every call on it can be counted and cut."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.sending import Budget, Message, Refused, TryLater, Unclear, retry_after
from handlers.messages import Address
from tests.story import MONDAY


class Wire:
    """Slack's way: what was posted can be read back by its key."""

    can_read_back = True
    budget = Budget(per_account=100.0)  # a workspace that belongs to one sender at a time
    path = "/api/chat.postMessage"

    def __init__(self, port: int, tap: Callable[[str], None]) -> None:
        self.port = port
        self.tap = tap

    async def send(self, address: Address, message: Message) -> str:
        asked = {"channel": address.user, "key": message.key, "repeat": message.repeat}
        answer = await self._ask(self.path, asked, message.last_look)
        return str(answer["ts"])

    async def find(self, address: Address, key: str, since: datetime) -> str | None:
        path = "/api/conversations.history"
        answer = await self._ask(path, {"channel": address.user}, lambda: None)
        found = [row["key"] for row in answer["messages"] if row["key"] == key]
        return found[0] if found else None

    async def _ask(
        self, path: str, asked: dict[str, Any], last_look: Callable[[], None]
    ) -> dict[str, Any]:
        body = json.dumps(asked).encode()
        head = f"POST {path} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        try:
            self.tap("socket: connect")
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError as error:
            raise TryLater(1) from error
        try:
            last_look()
            self.tap("socket: between last look and write")
            writer.write(head + body)
            self.tap("socket: written")
            whole = await reader.read()
            self.tap("socket: answered")
        except OSError as error:
            raise Unclear from error
        finally:
            writer.close()
        return _read(whole)


class BlindWire(Wire):
    """A connector's way: nobody can read back what was posted."""

    can_read_back = False
    path = "/v3/activities"


def _read(whole: bytes) -> dict[str, Any]:
    head, _, body = whole.partition(b"\r\n\r\n")
    if not body or f"Content-Length: {len(body)}".encode() not in head:
        raise Unclear
    status = int(head.split(b" ")[1])
    if status == 429:
        header = head.split(b"Retry-After: ")[1].split(b"\r\n")[0].decode()
        raise TryLater(retry_after(header, now=MONDAY))
    if status >= 500:
        raise Unclear
    answer: dict[str, Any] = json.loads(body)
    if not answer["ok"]:
        raise Refused(answer["error"])
    return answer
