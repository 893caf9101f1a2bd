"""The pages of the own texts: themes, questions and sentences, changed one at a time and shown before they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.outbox import fresh_key
from bot.web.pages import Frame, page, render_form
from handlers import router, views
from handlers.messages import Actor, Form, Incoming
from storage import Session

if TYPE_CHECKING:
    from bot.web.app import Web

PREVIEW = "text_preview"  # the form that has more beside it than itself


def routes(web: Web) -> list[Route]:
    def listed(session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
        return views.texts(session, actor)

    def form(kind: str) -> Any:
        def endpoint(request: Request) -> Response:
            asked = {name: str(value) for name, value in request.path_params.items()}

            def values(session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
                reply = router.handle(session, actor, Incoming(kind, asked), now=web.clock())
                html = render_form(reply.now, frame=frame, once=fresh_key(), heading=1)
                return {"title": reply.now.title, "form_html": html}

            return web.show("form", "/texts", values)(request)

        return endpoint

    return [
        Route("/texts", web.show("texts", "/texts", listed)),
        Route("/texts/{document}/new", form("text_edit")),
        Route("/texts/{document}/entry/{entry}", form("text_edit")),
        Route("/texts/{document}/version/{version:int}", form("text_version")),
    ]


def preview(web: Web, actor: Actor, frame: Frame, form: Form) -> Response:
    """What would change and, for a prompt, the two cards that people would see, with nothing to press."""
    with web.database.reading() as session:
        cards = views.cards(session, actor, form.state, now=web.clock())
    html = render_form(form, frame=frame, once=fresh_key(), heading=1)
    seen = [render_form(card, frame=frame, once="", heading=3) for card in cards]
    return HTMLResponse(
        page("text_preview", frame=frame, title=form.title, form_html=html, seen=seen)
    )
