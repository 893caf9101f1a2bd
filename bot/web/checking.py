"""What could point to someone, said while it is being typed.

Keeps the promise that words on their way are nobody's: they are read, answered and forgotten, never stored
and never logged. Only who is signed in may ask, with the token of their page, and only for a box of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.web.guard import same
from handlers.contributions import checks
from storage import sign_in

if TYPE_CHECKING:
    from bot.web.app import Web

LARGEST = (
    40_000  # bytes: the longest words that a box takes, in their widest spelling, and the token
)


class Checking:
    """One address: words in, stretches and notes out."""

    def __init__(self, web: Web) -> None:
        self.web = web

    def routes(self) -> list[Route]:
        return [Route("/check", self.check, methods=["POST"])]

    async def check(self, request: Request) -> Response:
        """`{"details": [{"start", "end", "note"}]}`, in code points; 401, 403, 413 without a word."""
        if not _short(request):
            return Response(status_code=413)
        form = await request.form(max_files=0, max_fields=4)
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
        return await run_in_threadpool(self._check, request, typed)

    def _check(self, request: Request, typed: dict[str, str]) -> Response:
        with self.web.database.reading() as session:
            visitor = self.web.visitor(request, session)
            if visitor is None:
                return Response(status_code=401)
            wanted = sign_in.csrf(session, visitor.token)
        if not same(wanted, typed.get("csrf", "")):
            return Response(status_code=403)
        found = checks.while_typing(typed.get("words", ""))
        details = [{"start": d.start, "end": d.end, "note": d.note} for d in found]
        return JSONResponse({"details": details})


def _short(request: Request) -> bool:
    length = request.headers.get("content-length", "")
    return length.isdecimal() and int(length) <= LARGEST
