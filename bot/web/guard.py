"""What every answer carries and every request must pass: strict headers and a size cap.

The policy allows our own styles, fonts and one script file, and nothing inline or from elsewhere.
"""

from __future__ import annotations

import hmac
from typing import Any

from bot.web.pages import Frame, page
from handlers.wording import say

LIMIT = 256 * 1024
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


def same(wanted: str, given: str) -> bool:
    """Whether two tokens are one, in the same time for every wrong one."""
    return bool(wanted) and hmac.compare_digest(wanted.encode(), given.encode())


class Guard:
    """ASGI middleware: refuses what is too large before any parser sees it, and adds the headers."""

    def __init__(self, app: Any, *, secure: bool, subdomains: bool = False) -> None:
        self.app = app
        self.secure = secure
        self.strict = b"max-age=31536000; includeSubDomains" if subdomains else b"max-age=31536000"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        taken = 0

        async def limited() -> Any:
            nonlocal taken
            event = await receive()
            taken += len(event.get("body", b""))
            if taken > LIMIT:
                raise TooLargeError
            return event

        async def guarded(event: Any) -> None:
            if event["type"] == "http.response.start":
                own = list(event.get("headers", []))
                named = {name.lower() for name, _ in own}  # a page may have a policy of its own
                event["headers"] = own + [
                    header for header in self._headers(scope["path"]) if header[0] not in named
                ]
            await send(event)

        try:
            await self.app(scope, limited, guarded)
        except TooLargeError:
            start = {"type": "http.response.start", "status": 413}
            headers = [(b"content-type", b"text/html; charset=utf-8"), *self._headers("")]
            await send({**start, "headers": headers})
            await send({"type": "http.response.body", "body": too_large().encode()})

    def _headers(self, path: str) -> list[tuple[bytes, bytes]]:
        extra = [] if path.startswith("/static/") else [(b"cache-control", b"no-store")]
        if self.secure:
            extra.append((b"strict-transport-security", self.strict))
        return [*HEADERS, *extra]


def too_large() -> str:
    """The page for what is too long. Whose it was is not known: nothing of it was read."""
    around = Frame("", (), "", say("error_no_footer"), "", "")
    return page(
        "message", frame=around, title=say("too_large_title"), sentence=say("error_too_large")
    )


class TooLargeError(Exception):
    """More came in than any form of ours can hold."""
