"""My data as a page, and as a file to take away; and the privacy officer's pack about somebody, as a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.outbox import fresh_key, perform
from bot.web.pages import Frame, render_form
from bot.web.pressing import Pressed, pressed
from handlers import router
from handlers.messages import Actor, Incoming, Text
from handlers.permissions import NotAllowedError
from handlers.privacy.mine import everything
from storage import Session

if TYPE_CHECKING:
    from bot.web.app import Web


def routes(web: Web) -> list[Route]:
    """The page, and the file."""

    def page(session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
        shown = router.handle(session, actor, Incoming("my_data"), now=web.clock()).now
        html = render_form(shown, frame=frame, once=fresh_key(), heading=1)
        return {"title": shown.title, "form_html": html}

    return [
        Route("/my-data", web.show("my_data", "/home", page)),
        Route("/my-data.json", lambda request: _file(web, request)),
        Route("/do/access_file", _pack(web), methods=["POST"]),
    ]


def _pack(web: Web) -> Any:
    """The officer's pack, through the same runner as everything that somebody does."""

    async def endpoint(request: Request) -> Response:
        by = await pressed(web, request)
        if isinstance(by, Response):
            return by
        return await run_in_threadpool(_packed, web, by)

    return endpoint


def _packed(web: Web, by: Pressed) -> Response:
    actor, event = by.visitor.actor, Incoming("access_file", by.typed)
    try:
        form = perform(web.database, fresh_key(), actor, event, now=web.clock())
    except NotAllowedError:
        return web.refuse(by.frame)
    if form.name != "access_file":
        return web.form_page(by.frame, form)
    [text] = (part.body for part in form.parts if isinstance(part, Text))
    return _download(text, "subject-access.json")


def _file(web: Web, request: Request) -> Response:
    with web.database.reading() as session:
        visitor = web.visitor(request, session)
        if visitor is None:
            return web.entrance.ask(401, to="/home")
        try:
            held = everything(session, visitor.actor)
        except NotAllowedError:
            return web.refuse(web.frame(session, visitor, ""))
    return _download(json.dumps(held, ensure_ascii=False, indent=2) + "\n", "my-data.json")


def _download(text: str, name: str) -> Response:
    return Response(
        text,
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
