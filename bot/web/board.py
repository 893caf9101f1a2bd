"""The public board's page: anybody may read it, and whoever is signed in sees their own partnership's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.web.pages import Frame, page
from bot.web.papers import address
from handlers import place, views
from handlers.wording import say

if TYPE_CHECKING:
    from bot.web.app import Web

SHOWN = ("entries", "children", "poster")


def routes(web: Web) -> list[Route]:
    """The address of one's own board, and of a partnership's that was named."""

    def board(request: Request) -> Response:
        return _board(web, request)

    return [Route("/board", board), Route("/board/{partnership}", board)]


def _board(web: Web, request: Request) -> Response:
    with web.database.reading() as session:
        visitor = web.visitor(request, session)
        own = visitor.actor.partnership if visitor else ""
        wanted = request.path_params.get("partnership") or own
        try:
            at = place.of(session, wanted)
        except LookupError:
            return web.entrance.say(say("no_board_title"), say("no_board"), 404)
        found = views.board(session, wanted)
        if visitor:
            frame = web.frame(session, visitor, "/board")
        else:
            frame = Frame(at.name, (), "/board", say("fixed_line", **at.words), "", "", web.demo)
    today = f"{at.local(web.clock()):%-d %B %Y}"
    shown = {name: found[name] for name in SHOWN}
    pdf = address("/board.pdf") if visitor and wanted == own else ""
    return HTMLResponse(page("board", frame=frame, updated=today, pdf=pdf, **shown))
