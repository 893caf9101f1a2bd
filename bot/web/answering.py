"""The page where an answer is proposed, and beside it what people will read: live, or by a button.

The preview is the very message (`handlers.preview`), read and never kept. It is asked for with the
token of the page, by who may propose an answer and nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.outbox import fresh_key
from bot.web.guard import same
from bot.web.pages import Frame, page, render_form, render_part
from handlers import router
from handlers.messages import Actor, Field, Form, Incoming, Text
from handlers.permissions import NotAllowedError
from handlers.wording import say
from storage import Session, sign_in

if TYPE_CHECKING:
    from bot.web.app import Web

FORM = "answer-form"


class Answering:
    """Two addresses, and the page as it is shown again with what was typed."""

    def __init__(self, web: Web) -> None:
        self.web = web

    def routes(self) -> list[Route]:
        return [
            Route("/answer", self.open),
            Route("/preview", self.live, methods=["POST"]),
        ]

    def open(self, request: Request) -> Response:
        asked = request.query_params
        fields = {"line_id": asked.get("line", ""), "button": asked.get("button", "")}

        def values(session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
            return self._values(session, actor, frame, self._form(session, actor, fields))

        return self.web.show("answer", "/digest", values)(request)

    def again(self, actor: Actor, frame: Frame, fields: Mapping[str, str]) -> Response:
        """The Preview button, where no script runs: the same page, with every typed word and no complaint."""
        with self.web.database.reading() as session:
            try:
                form = self._form(session, actor, fields)
                values = self._values(session, actor, frame, form)
            except NotAllowedError:
                return self.web.refuse(frame)
        return HTMLResponse(page("answer", frame=frame, **values))

    def page(self, actor: Actor, frame: Frame, form: Form) -> Response:
        """The form as it came back from being sent: with its errors, beside what people would read."""
        wrong = any(isinstance(part, Field) and part.error for part in form.parts)
        with self.web.database.reading() as session:
            values = self._values(session, actor, frame, form)
        return HTMLResponse(page("answer", frame=frame, **values), 422 if wrong else 200)

    async def live(self, request: Request) -> Response:
        """The preview alone, for what stands in the form now; 401 or 403 without a word."""
        typed = await request.form(max_files=0, max_fields=24)
        fields = {
            name.removeprefix("state."): value
            for name, value in typed.items()
            if isinstance(value, str)
        }
        return await run_in_threadpool(self._live, request, fields)

    def _live(self, request: Request, fields: dict[str, str]) -> Response:
        with self.web.database.reading() as session:
            visitor = self.web.visitor(request, session)
            if visitor is None:
                return Response(status_code=401)
            if not same(sign_in.csrf(session, visitor.token), fields.get("csrf", "")):
                return Response(status_code=403)
            try:
                return HTMLResponse(self._preview(session, visitor.actor, fields))
            except NotAllowedError:
                return Response(status_code=403)

    def _form(self, session: Session, actor: Actor, fields: Mapping[str, str]) -> Form:
        event = Incoming("answer", {**fields, "choice": fields.get("button", "")})
        return router.handle(session, actor, event, now=self.web.clock()).now

    def _values(self, session: Session, actor: Actor, frame: Frame, form: Form) -> dict[str, Any]:
        """What the page shows: the question above the form, and the preview beside it."""
        asked = form.parts[0] if form.name == "answer" else None
        shown = replace(form, title="", parts=form.parts[1:]) if asked is not None else form
        fields = {part.name: part.value for part in form.parts if isinstance(part, Field)}
        preview = self._preview(session, actor, {**form.state, **fields}) if asked else ""
        return {
            "title": form.title,
            "who": say("answer_page_who"),
            "explained": say("answer_page_explained"),
            "theme": asked.heading if isinstance(asked, Text) else "",
            "question": asked.body if isinstance(asked, Text) else "",
            "form_html": render_form(shown, frame=frame, once=fresh_key(), heading=1, id=FORM),
            "preview_html": preview,
            "form_id": FORM,
            "button": say("button_preview"),
        }

    def _preview(self, session: Session, actor: Actor, fields: Mapping[str, str]) -> str:
        made = router.handle(
            session, actor, Incoming("answer_preview", fields), now=self.web.clock()
        ).now
        return render_part("_preview", form=made)
