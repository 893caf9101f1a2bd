"""A chat platform as a process of its own, with a durable log: the true history for the checker.

It speaks as Slack does (`chat.postMessage` with metadata, `conversations.history`) and as a Teams
connector does (activities that nobody can read back). What it was told to do wrong, it does with a
seed: answers lost after the message was taken, errors before and after, "too many requests".
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
from pathlib import Path
from typing import Any

LOST, ERROR_AFTER, ERROR_BEFORE, TOO_MANY, CUT_SHORT = range(5)


class Chat:
    def __init__(self, log: Path, *, seed: int, rough: float) -> None:
        self.log = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        self.random = random.Random(seed)
        self.rough = rough
        self.posted: dict[str, list[str]] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            asked = json.loads(await reader.readexactly(length))
            answer = self.answer(path, asked)
            if answer is not None:
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, IndexError):
            pass  # whoever asked was killed in the middle: nothing was taken
        finally:
            writer.close()

    def answer(self, path: str, asked: dict[str, Any]) -> bytes | None:
        wrong = self.random.randrange(5) if self.random.random() < self.rough else None
        if wrong == TOO_MANY:
            return reply(429, {"ok": False, "error": "ratelimited"}, "Retry-After: 1\r\n")
        if wrong == ERROR_BEFORE:
            return reply(500, {})
        if path == "/api/conversations.history":
            found = self.posted.get(asked["channel"], [])
            return reply(200, {"ok": True, "messages": [{"key": key} for key in found]})
        self.take(path, asked)
        if wrong == LOST:
            return None
        if wrong == ERROR_AFTER:
            return reply(502, {})
        whole = reply(200, {"ok": True, "ts": str(sum(map(len, self.posted.values())))})
        return whole[:-4] if wrong == CUT_SHORT else whole

    def take(self, path: str, asked: dict[str, Any]) -> None:
        key = asked.get("key") or asked["metadata"]["event_payload"]["key"]  # or Slack's own client
        line = {"path": path, "key": key, "repeat": asked.get("repeat", False)}
        os.write(self.log, (json.dumps(line) + "\n").encode())
        if path.startswith("/api/"):
            self.posted.setdefault(asked["channel"], []).append(key)


def reply(status: int, body: dict[str, Any], more: str = "") -> bytes:
    text = json.dumps(body)
    head = f"HTTP/1.1 {status} X\r\n{more}Content-Type: application/json\r\n"
    return f"{head}Content-Length: {len(text)}\r\n\r\n{text}".encode()


async def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--log", type=Path, required=True)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--rough", type=float, default=0.0)
    given = options.parse_args()
    chat = Chat(given.log, seed=given.seed, rough=given.rough)
    server = await asyncio.start_server(chat.serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    try:  # until whoever started it goes away
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    finally:
        server.close()


if __name__ == "__main__":
    asyncio.run(main())
