"""My data as a page, and as a file to take away: for whoever is signed in, about themself alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.outbox import fresh_key
from bot.web.pages import Frame, render_form
from handlers import router
from handlers.messages import Actor, Incoming
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
    ]


def _file(web: Web, request: Request) -> Response:
    with web.database.reading() as session:
        visitor = web.visitor(request, session)
        if visitor is None:
            return web.entrance.ask(401, to="/home")
        try:
            held = everything(session, visitor.actor)
        except NotAllowedError:
            return web.refuse(web.frame(session, visitor, ""))
    name = "my-data.json"
    return Response(
        json.dumps(held, ensure_ascii=False, indent=2) + "\n",
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
