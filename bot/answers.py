"""The whole of a short answer: a read of so many bytes gives what has come so far, which may be half of it."""

from __future__ import annotations

import aiohttp


async def body_of(answer: aiohttp.ClientResponse, *, most: int) -> bytes:
    """Everything that was answered, unpacked; raises ValueError where it is more than so many bytes."""
    body = bytearray()
    async for piece in answer.content.iter_chunked(64 * 1024):
        body += piece
        if len(body) > most:
            raise ValueError("too long an answer")
    return bytes(body)
