"""The web chat's edge: who is signed in, one way in for everything that happens, and the pages.

Every POST goes through `bot.outbox.perform` and so past the permission table; every page is read through
`handlers.views`, which asks the same table. Scripts, styles and frames from elsewhere are refused.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.clock import wall_clock
from bot.openid.provider import Provider
from bot.outbox import NotSavedError, fresh_key, perform
from bot.outbox.accept import PATIENCE
from bot.web import account, afresh, away, board, mine, papers, presses, rooms, tear_off, texts
from bot.web.answering import Answering
from bot.web.checking import Checking
from bot.web.entrance import COOKIE, Entrance
from bot.web.guard import Guard, same
from bot.web.openid import Openid
from bot.web.pages import STATIC, Frame, page, render_form
from digests.render import digest_body
from handlers import place, router, views
from handlers.messages import Actor, Form, Incoming
from handlers.permissions import CHAMPION, PRACTITIONER, ROLES, NotAllowedError, allowed
from handlers.seated import actor_of
from handlers.wording import say
from storage import Database, DatabaseError, Session, sign_in

OWN = frozenset({PRACTITIONER, CHAMPION})  # what a link in an everyday mail opens
FRAMES_KEPT = 2000
QUICK = (
    ("button_im_away", "away"),
    ("button_pace", "pace"),
    ("button_stop", "stop"),
    ("button_what_is_kept", "my_words"),
    ("button_purpose", "purpose"),
)
log = logging.getLogger("heardback.web")
Clock = Callable[[], datetime]
Endpoint = Callable[[Request], Response]


@dataclass(frozen=True)
class Visitor:
    """Somebody who is signed in: the token of their session, who they are, and whether they just showed it."""

    token: str
    actor: Actor
    fresh: bool


class Web:
    """The pages over one database. `clock` is the story's time; sessions live on real time."""

    wall: Clock = staticmethod(wall_clock)

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock = wall_clock,
        secure: bool = True,
        demo: bool = False,
        mails: bool = False,
        chats: bool = False,
        providers: Sequence[Provider] = (),
        subdomains: bool = False,
    ) -> None:
        self.database = database
        self.clock = clock
        self.secure = secure
        self.demo = demo
        self.mails = mails
        self.chats = chats
        self.subdomains = subdomains
        self.cookie = f"__Host-{COOKIE}" if secure else COOKIE
        self.providers = {one.settings.name: one for one in providers}
        self.frames: dict[str, Frame] = {}  # for when the database is away: numbers to ring
        self.entrance = Entrance(self)
        self.answering = Answering(self)

    # who

    def visitor(self, request: Request, session: Session) -> Visitor | None:
        token = request.cookies.get(self.cookie, "")
        found = sign_in.who(session, token, now=self.wall()) if token else None
        if found is None:
            return None
        actor = actor_of(session, found.person, found.partnership)
        if actor is not None and found.own_only:
            actor = replace(actor, roles=actor.roles & OWN)
        return Visitor(token, actor, found.fresh) if actor is not None and actor.roles else None

    def frame(self, session: Session, visitor: Visitor, here: str) -> Frame:
        at = place.of(session, visitor.actor.partnership)
        roles = [ROLES[role] for role in ROLES if role in visitor.actor.roles]
        frame = Frame(
            partnership=at.name,
            nav=views.navigation(visitor.actor),
            here=here,
            footer=say("fixed_line", **at.words),
            csrf=sign_in.csrf(session, visitor.token),
            signed_in_as=", ".join(roles),
            demo=self.demo,
        )
        self.frames.pop(frame.csrf, None)
        self.frames[frame.csrf] = frame
        while len(self.frames) > FRAMES_KEPT:
            self.frames.pop(next(iter(self.frames)), None)
        return frame

    def show(
        self, name: str, here: str, values: Callable[[Session, Actor, Frame], dict[str, Any]]
    ) -> Endpoint:
        """A page for somebody who is signed in."""

        def endpoint(request: Request) -> Response:
            self._touch(request)
            with self.database.reading() as session:
                visitor = self.visitor(request, session)
                if visitor is None:
                    return self.entrance.ask(401, to=here)
                frame = self.frame(session, visitor, here)
                try:
                    found = values(session, visitor.actor, frame)
                except NotAllowedError:
                    return self.refuse(frame)
            if not found:
                return _html(
                    page(
                        "message",
                        frame=frame,
                        title=say("page_empty_title"),
                        sentence=say("page_empty"),
                    ),
                    404,
                )
            return _html(page(name, frame=frame, once=fresh_key(), **found))

        return endpoint

    def _touch(self, request: Request) -> None:
        """Keep the session alive: a write of its own, at most once a minute."""
        token = request.cookies.get(self.cookie, "")
        with self.database.reading() as session:
            stale = bool(token) and sign_in.stale(session, token, now=self.wall())
            live = stale and sign_in.who(session, token, now=self.wall()) is not None
        if live:
            with self.database.writing(patience=PATIENCE) as session:
                sign_in.seen(session, token, now=self.wall())

    def refuse(self, frame: Frame) -> Response:
        title, sentence = say("not_your_seat_title"), say("not_your_seat")
        return _html(page("message", frame=frame, title=title, sentence=sentence), 403)

    # pages

    def chat(self, session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
        messages = [
            {
                "when": f"{at:%A %-d %B, %H:%M}",
                "who": "bot",
                "title": "",
                "html": render_form(form, frame=frame, once=fresh_key()),
            }
            for at, form in views.thread(session, actor, now=self.clock())
        ]
        quick = [{"label": say(label), "kind": kind} for label, kind in QUICK]
        if self.chats:
            quick.append({"label": say("use_in_chat_title"), "kind": "use_in_chat"})
        if allowed(actor, "pause.call"):
            quick.append({"label": say("pause_title"), "kind": "pause"})
        return {"messages": messages, "form_html": None, "quick": quick}

    def home(self, session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
        return views.home(session, actor, now=self.clock())

    def lines(self, request: Request) -> Response:
        opened = request.query_params.get("line", "")
        return self.show("lines", "/lines", lambda s, a, f: views.lines(s, a, open_id=opened))(
            request
        )

    def sign(self, session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
        return views.sign(session, actor)

    def aside(self, session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
        found = views.aside(session, actor)
        return {"items": [_with_form(item, frame) for item in found["items"]]}

    def privacy(self, session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
        return rooms.folded(views.privacy(session, actor, now=self.clock()), frame)

    def proposals(self, session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
        return {"items": [_with_form(item, frame) for item in views.proposals(session, actor)]}

    def digest(self, request: Request) -> Response:
        number = request.path_params.get("number")

        def values(session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
            found = views.digest(session, actor, number=number)
            if found is None:
                return {}
            quotes = views.quoted(session, actor, number=found.number)
            body = digest_body(found, answer_url=lambda key: f"/answer?line={key}")
            return {
                "body": body,
                "quotes": quotes,
                "pdf": papers.address(f"/digest/{found.number}.pdf"),
            }

        return self.show("digest", "/digest", values)(request)

    def reflect(self, session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
        """Where the link in a mailed question lands: the form itself, or the box that is always open."""
        asked = views.home(session, actor, now=self.clock())["prompt"]
        fields = {"round": asked["round_id"]} if asked else {}
        reply = router.handle(session, actor, Incoming("prompt", fields), now=self.clock())
        html = render_form(reply.now, frame=frame, once=fresh_key(), heading=1)
        return {"title": reply.now.title, "form_html": html}

    def desk(self, request: Request) -> Response:
        typed = request.query_params
        page_number = typed.get("page", "1")
        asked = views.Asked(
            find=typed.get("find", "")[:120],
            role=typed.get("role", ""),
            page=int(page_number) if page_number.isdecimal() and len(page_number) < 6 else 1,
        )

        def values(session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
            return views.desk(session, actor, now=self.clock(), asked=asked)

        return self.show("desk", "/desk", values)(request)

    def person(self, request: Request) -> Response:
        id = request.path_params["person"]
        return self.show("person", "/desk", lambda s, a, f: views.person(s, a, id))(request)

    # what happens

    async def do(self, request: Request) -> Response:
        """Everything that somebody does: once for each form, past the table, then the answer."""
        raw = await request.form(max_files=0)
        fields: dict[str, str] = {}
        for name in raw:
            typed = [value for value in raw.getlist(name) if isinstance(value, str)]
            fields[name.removeprefix("state.")] = ",".join(typed)
        pressed = dict(request.query_params)  # a button says in its address what it stands for
        fields |= {name: pressed[name] for name in pressed.keys() - {"csrf", "once"}}
        return await run_in_threadpool(self._do, request, request.path_params["kind"], fields)

    def _do(self, request: Request, kind: str, fields: dict[str, str]) -> Response:
        csrf, once = fields.pop("csrf", ""), fields.pop("once", "") or fresh_key()
        try:
            self._touch(request)
            with self.database.reading() as session:
                visitor = self.visitor(request, session)
                if visitor is None:
                    return self.entrance.ask(401, say("session_ended"))
                frame = self.frame(session, visitor, "")
            often = not presses.may_press(self.database, visitor.actor.person, now=self.wall())
        except DatabaseError:
            return self._not_saved(Incoming(kind, fields), csrf, once, sure=True)
        if often:
            return presses.too_many(Incoming(kind, fields), frame, once)
        if not same(frame.csrf, csrf):
            log.warning("a form came without the token of its page")
            title, sentence = say("page_too_old_title"), say("page_too_old")
            return _html(page("message", frame=frame, title=title, sentence=sentence), 403)
        if kind == "tear_off":
            return tear_off.printed(self, frame, fields)
        if kind in afresh.KINDS and (
            first := afresh.asked(self, visitor, frame, afresh.KINDS[kind])
        ):
            return first
        if kind == "answer_preview":
            return self.answering.again(visitor.actor, frame, fields)
        try:
            form = perform(
                self.database,
                f"web:{visitor.actor.person}:{kind}:{once}",
                visitor.actor,
                Incoming(kind, fields),
                now=self.clock(),
            )
        except NotAllowedError:
            return self.refuse(frame)
        except NotSavedError as error:
            return self._not_saved(Incoming(kind, fields), csrf, once, sure=error.sure)
        if form.name == "answer":
            return self.answering.page(visitor.actor, frame, form)
        if form.name == texts.PREVIEW:
            return texts.preview(self, visitor.actor, frame, form)
        return self.form_page(frame, form)

    def _not_saved(self, event: Incoming, csrf: str, once: str, *, sure: bool) -> Response:
        known = self.frames.get(csrf, away.frame(csrf, self.demo))
        return HTMLResponse(away.not_saved(event, known, once, sure=sure), 503)

    def form_page(self, frame: Frame, form: Form) -> Response:
        html = render_form(form, frame=frame, once=fresh_key(), heading=1)
        wrong = any(getattr(part, "error", "") for part in form.parts)
        return _html(
            page("form", frame=frame, title=form.title, form_html=html), 422 if wrong else 200
        )

    async def events(self, request: Request) -> Response:
        """Live updates: says how many messages the thread holds, and again when that changes."""

        def size() -> int | None:
            with self.database.reading() as session:
                visitor = self.visitor(request, session)
                return (
                    len(views.thread(session, visitor.actor, now=self.clock())) if visitor else None
                )

        async def stream() -> AsyncIterator[str]:
            last = -1
            while not await request.is_disconnected():
                now = await run_in_threadpool(size)
                if now is None:
                    return
                if now != last:
                    last = now
                    yield f"event: thread\ndata: {json.dumps(now)}\n\n"
                await asyncio.sleep(2)

        return StreamingResponse(stream(), media_type="text/event-stream")

    def routes(self) -> list[Route | Mount]:
        return [
            *self.entrance.routes(),
            *Openid(self).routes(),
            *account.routes(self),
            *Checking(self).routes(),
            *self.answering.routes(),
            Route("/home", self.show("home", "/home", self.home)),
            Route("/chat", self.show("chat", "/chat", self.chat)),
            Route("/reflect", self.show("form", "/home", self.reflect)),
            Route("/lines", self.lines),
            Route("/sign", self.show("sign", "/sign", self.sign)),
            Route("/aside", self.show("aside", "/aside", self.aside)),
            Route("/privacy", self.show("privacy", "/privacy", self.privacy)),
            Route("/digest", self.digest),
            Route("/digest/{number:int}", self.digest),
            *papers.routes(self),
            *rooms.routes(self),
            *mine.routes(self),
            *texts.routes(self),
            Route("/proposals", self.show("proposals", "/proposals", self.proposals)),
            Route("/desk", self.desk),
            Route("/desk/{person}", self.person),
            *board.routes(self),
            Route("/do/{kind}", self.do, methods=["POST"]),
            Route("/events", self.events),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]

    def app(self, extra: Sequence[Route | Mount] = (), lifespan: Any = None) -> Starlette:
        return Starlette(
            lifespan=lifespan,
            routes=[*extra, *self.routes()],
            middleware=[Middleware(Guard, secure=self.secure, subdomains=self.subdomains)],
            exception_handlers={404: self._not_found, DatabaseError: self._away},
        )

    async def _away(self, request: Request, error: Exception) -> Response:
        log.error("a page could not be read: %s", type(error).__name__)
        return HTMLResponse(away.page_away(self.demo), 503, {"retry-after": "10"})

    async def _not_found(self, request: Request, error: Exception) -> Response:
        return self.entrance.say(say("no_page_title"), say("no_page"), 404)


def _with_form(item: dict[str, Any], frame: Frame) -> dict[str, Any]:
    form = item.pop("form")
    html = render_form(form, frame=frame, once=fresh_key()) if form is not None else ""
    return {**item, "form_html": html}


def _html(text: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(text, status_code=status)
