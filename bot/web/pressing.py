"""A button of a signed-in page that is not of the chat: who pressed it, and that it was on a page of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.web.guard import same
from bot.web.pages import Frame
from handlers.wording import say

if TYPE_CHECKING:
    from bot.web.app import Visitor, Web


@dataclass(frozen=True)
class Pressed:
    """Who pressed, the frame around their pages, and what was typed."""

    visitor: Visitor
    frame: Frame
    typed: dict[str, str]


async def pressed(web: Web, request: Request) -> Pressed | Response:
    """Who pressed it; or the page that says why nothing was done."""
    form = await request.form(max_files=0)
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_looked_at, web, request, typed)


def _looked_at(web: Web, request: Request, typed: dict[str, str]) -> Pressed | Response:
    with web.database.reading() as session:
        visitor = web.visitor(request, session)
        if visitor is None:
            return web.entrance.ask(401, say("session_ended"))
        frame = web.frame(session, visitor, "")
    if not same(frame.csrf, typed.pop("csrf", "")):
        return web.entrance.say(say("page_too_old_title"), say("page_too_old"), 403)
    return Pressed(visitor, frame, typed)
