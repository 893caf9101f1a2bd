"""Papers for a meeting: the pack as a page that prints on A4, the same as a document or a PDF, and the minutes.

Reading one records nothing. Who may open which is asked of the same table as everything else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import papers as paper
from bot import pdf
from bot.outbox import fresh_key
from bot.web.pages import Frame, render_form
from digests.pack_document import pack_document
from digests.render import ANSWERS, pack_body
from handlers import pack, place, router
from handlers.answers import STATUS_LABELS
from handlers.messages import Actor, Incoming
from handlers.permissions import NotAllowedError, require
from handlers.place import Place
from handlers.wording import say
from storage import Session, sign_in

if TYPE_CHECKING:
    from bot.web.app import Visitor, Web

log = logging.getLogger("heardback.web")
PAPERS, MINUTE = 5, timedelta(minutes=1)  # for one person
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def routes(web: Web) -> list[Route]:
    """The addresses of the papers."""

    def paper(session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
        made = pack.pack(session, actor, now=web.clock())
        return {"body": pack_body(made, labels=STATUS_LABELS), "pdf": address("/pack.pdf")}

    def form(kind: str) -> Any:
        def values(session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
            reply = router.handle(session, actor, Incoming(kind), now=web.clock())
            html = render_form(reply.now, frame=frame, once=fresh_key(), heading=1)
            return {"title": reply.now.title, "form_html": html}

        return values

    return [
        Route("/pack", web.show("pack", "/pack", paper)),
        Route("/pack.docx", lambda request: _document(web, request)),
        Route("/pack.pdf", lambda request: _file(web, request, "/pack", _pack)),
        Route("/board.pdf", lambda request: _file(web, request, "/board", _board)),
        Route("/digest/{number:int}.pdf", lambda request: _file(web, request, "/digest", _digest)),
        Route("/minutes", web.show("form", "/minutes", form("minutes"))),
        Route("/meeting", web.show("form", "/desk", form("meeting"))),
    ]


def address(of: str) -> str:
    """Where a page is to be had as a PDF; empty where this machine makes none."""
    return of if pdf.browser() else ""


Drawn = tuple[str, str]  # the page, and the name of the file without its ending


def _pack(web: Web, request: Request, session: Session, visitor: Visitor, at: Place) -> Drawn:
    made = pack.pack(session, visitor.actor, now=web.clock())
    return paper.pack(at, made), f"meeting-pack-{made.on.isoformat()}"


def _board(web: Web, request: Request, session: Session, visitor: Visitor, at: Place) -> Drawn:
    return paper.board(session, at, web.clock()), f"board-{at.today(web.clock()).isoformat()}"


def _digest(
    web: Web, request: Request, session: Session, visitor: Visitor, at: Place
) -> Drawn | None:
    require(visitor.actor, "digest.read")
    found = paper.digest(session, at, request.path_params["number"])
    return (found[0], f"digest-{found[1]}") if found else None


def _may_print(web: Web, visitor: Visitor) -> bool:
    """A page takes a browser some seconds: nobody may keep it from everybody else."""
    with web.database.writing() as session:
        asked = f"pdf:{visitor.actor.person}"
        return sign_in.may_try(session, asked, now=web.wall(), most=PAPERS, within=MINUTE)


def _file(
    web: Web,
    request: Request,
    page_of: str,
    draw: Callable[[Web, Request, Session, Visitor, Place], Drawn | None],
) -> Response:
    """A page as an A4 file for somebody who may read it; a sentence where none can be made."""
    with web.database.reading() as session:
        visitor = web.visitor(request, session)
        if visitor is None:
            return web.entrance.ask(401, to=page_of)
        frame = web.frame(session, visitor, page_of)
        try:
            drawn = draw(
                web, request, session, visitor, place.of(session, visitor.actor.partnership)
            )
        except NotAllowedError:
            return web.refuse(frame)
    if drawn is None:
        return web.entrance.say(say("page_empty_title"), say("page_empty"), 404)
    if not _may_print(web, visitor):
        return web.entrance.say(say("pdf_not_made_title"), say("pdf_too_often"), 429)
    try:
        made = pdf.printed(drawn[0])
    except pdf.NoPdfError as error:
        log.warning("no PDF was made: %s", error)
        return web.entrance.say(say("pdf_not_made_title"), say("pdf_not_made"), 503)
    return Response(
        made,
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{drawn[1]}.pdf"'},
    )


def _document(web: Web, request: Request) -> Response:
    with web.database.reading() as session:
        visitor = web.visitor(request, session)
        if visitor is None:
            return web.entrance.ask(401, to="/pack")
        at = place.of(session, visitor.actor.partnership)
        try:
            made = pack.pack(session, visitor.actor, now=web.clock())
        except NotAllowedError:
            return web.refuse(web.frame(session, visitor, ""))
    written = pack_document(
        made,
        labels=STATUS_LABELS,
        buttons=[label for _, label in ANSWERS],
        footer=say("fixed_line", **at.words).replace("**", ""),
    )
    name = f"meeting-pack-{made.on.isoformat()}.docx"
    return Response(
        written,
        media_type=DOCX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
