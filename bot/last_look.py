"""The last look where it belongs: when the connection is open, and before the first byte is written to it.

To look before a connection is opened would leave all the time that takes inside the window in which a
frozen process doubles a message.
"""

from __future__ import annotations

from collections.abc import Callable

import aiohttp


def looking(last_look: Callable[[], None]) -> type[aiohttp.ClientRequest]:
    """How a session (`request_class`) writes its requests then; what the look raises is let through, and
    nothing was written."""

    class Looking(aiohttp.ClientRequest):
        async def send(self, conn: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
            last_look()
            return await super().send(conn)

    return Looking
