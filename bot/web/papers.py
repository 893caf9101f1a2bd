"""Papers for a meeting: the pack as a page that prints on A4, the same as a document, and the minutes.

Reading one records nothing. Who may open which is asked of the same table as everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.outbox import fresh_key
from bot.web.pages import Frame, render_form
from digests.pack_document import pack_document
from digests.render import ANSWERS, pack_body
from handlers import pack, place, router
from handlers.answers import STATUS_LABELS
from handlers.messages import Actor, Incoming
from handlers.permissions import NotAllowedError
from handlers.wording import say
from storage import Session

if TYPE_CHECKING:
    from bot.web.app import Web

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def routes(web: Web) -> list[Route]:
    """The addresses of the papers."""

    def paper(session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
        made = pack.pack(session, actor, now=web.clock())
        return {"body": pack_body(made, labels=STATUS_LABELS)}

    def form(kind: str) -> Any:
        def values(session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
            reply = router.handle(session, actor, Incoming(kind), now=web.clock())
            html = render_form(reply.now, frame=frame, once=fresh_key(), heading=1)
            return {"title": reply.now.title, "form_html": html}

        return values

    return [
        Route("/pack", web.show("pack", "/pack", paper)),
        Route("/pack.docx", lambda request: _document(web, request)),
        Route("/minutes", web.show("form", "/minutes", form("minutes"))),
        Route("/meeting", web.show("form", "/desk", form("meeting"))),
    ]


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
