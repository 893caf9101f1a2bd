"""The door: signing in with a link, asking for a fresh one, and an agency's join link.

A link in a mail may be opened by a scanner, so opening it changes nothing: it shows a button. What is
said never depends on whether an address is known here.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.outbox import fresh_key, perform, run
from bot.web.browsers import kind_of
from bot.web.landing import landing
from bot.web.pages import Frame, page
from handlers import enrolment, permissions, place
from handlers.messages import Form, Incoming, Text
from handlers.place import Place
from handlers.wording import say
from storage import joining, partnerships, sign_in

if TYPE_CHECKING:
    from bot.web.app import Web

log = logging.getLogger("heardback.web")
COOKIE = "heardback"
CLEARED = ", ".join(f'"{one}"' for one in ("cache", "storage"))  # cookies are other services' too
HOUR = timedelta(hours=1)
ASKS_AN_HOUR = 60  # from one place on the network, which may be a whole agency's
WRONG_AN_HOUR = 40  # links that open nothing, from one place on the network


class Entrance:
    """Every page that is shown to somebody who is not signed in."""

    def __init__(self, web: Web) -> None:
        self.web = web

    def routes(self) -> list[Route]:
        return [
            Route("/", self.front),
            Route("/in/{token}", self.enter, methods=["GET", "POST"]),
            Route("/sign-in", self.sign_in, methods=["GET", "POST"]),
            Route("/join/{token}", self.join, methods=["GET", "POST"]),
            Route("/sign-out", self.leave, methods=["POST"]),
        ]

    def front(self, request: Request) -> Response:
        if request.cookies.get(self.web.cookie):
            return RedirectResponse("/home", status_code=303)
        return self.ask(200)

    def ask(self, status: int, said: str = "", to: str = "") -> Response:
        """Where somebody can ask for a link, or reads how else to get one."""
        sentence = say("sign_in_ask") if self.web.mails else say("sign_in_no_mail")
        by_chat = say("sign_in_by_chat") if self.web.chats else ""
        return self._page(
            "sign_in",
            status,
            message=f"{said} {sentence} {by_chat}".strip(),
            token="",
            asks=self.web.mails,
            to=landing(to),
            ways=self._ways(to),
        )

    def _ways(self, to: str) -> list[dict[str, str]]:
        """Where somebody may go to sign in with an account of theirs, and come back to this page."""
        asked = f"?{urlencode({'to': landing(to)})}" if landing(to) else ""
        return [
            {"href": f"/openid/{name}{asked}", "label": provider.settings.label}
            for name, provider in self.web.providers.items()
        ]

    def leaving(self, address: str, label: str) -> Response:
        """A page that goes on to a provider by itself, or when its link is pressed."""
        response = self._page("leaving", 200, address=address, label=label)
        response.headers["refresh"] = f"0;url={address}"
        return response

    def signed_in(self, token: str, lands_on: str) -> Response:
        """The session's cookie, and on to the page."""
        log.info("somebody signed in")
        response = RedirectResponse(landing(lands_on) or "/home", status_code=303)
        response.set_cookie(
            self.web.cookie, token, httponly=True, samesite="lax", secure=self.web.secure
        )
        return response

    def signed_out(self) -> Response:
        response = RedirectResponse("/", status_code=303)
        response.delete_cookie(self.web.cookie, secure=self.web.secure, httponly=True)
        response.headers["clear-site-data"] = CLEARED
        return response

    def say(self, title: str, sentence: str, status: int) -> Response:
        return self._page("message", status, title=title, sentence=sentence)

    def _page(
        self, name: str, status: int, here: Place | None = None, **values: object
    ) -> Response:
        footer = say("fixed_line", **here.words) if here else ""
        frame = Frame(here.name if here else "", (), "", footer, "", "", self.web.demo)
        return HTMLResponse(page(name, frame=frame, **values), status_code=status)

    # signing in

    def enter(self, request: Request) -> Response:
        """Opening a link shows a button; pressing it signs in. The demo has no mail and no button."""
        token = request.path_params["token"]
        if request.method == "GET" and not self.web.demo:
            said = say("sign_in_press")
            return self._page("sign_in", 200, message=said, token=token, asks=False, to="", ways=[])
        if not from_here(request):
            return self.ask(403)
        now, wrong = self.web.wall(), f"wrong:{_host(request)}"
        with self.web.database.writing() as session:
            if sign_in.tries(session, wrong, now=now, within=HOUR) >= WRONG_AN_HOUR:
                log.warning("too many sign-in links were not believed")
                return self.say(say("sign_in_wait_title"), say("sign_in_wait"), 429)
            opened = sign_in.use_link(
                session,
                token,
                now=now,
                browser=kind_of(request),
                instead_of=request.cookies.get(self.web.cookie, ""),
            )
            if opened is None:
                sign_in.may_try(session, wrong, now=now, most=WRONG_AN_HOUR, within=HOUR)
            if opened is not None and opened.joins:
                actor = permissions.visitor(opened.partnership, opened.person)
                event = Incoming("joined", {"join": opened.joins})
                reply = run(session, f"joined:{opened.token}", actor, event, now=self.web.clock())
                if reply.now.name != "joined":
                    sign_in.end(session, opened.token)
                    return self.say(reply.now.title, say("join_gone"), 404)
        if opened is None:
            log.warning("a sign-in link was not believed")
            return self.ask(404, say("sign_in_gone"))
        return self.signed_in(opened.token, opened.lands_on)

    async def sign_in(self, request: Request) -> Response:
        """Somebody asks for a link; what they read is the same whoever they are."""
        if request.method == "GET":
            return self.ask(200, to=request.query_params.get("to", ""))
        typed = await _typed(request)
        return await run_in_threadpool(self._ask_link, request, typed)

    def _ask_link(self, request: Request, typed: dict[str, str]) -> Response:
        if not self.web.mails or not from_here(request):
            return self.ask(403)
        if problem := enrolment.faults("-", enrolment.plain(typed.get("email", ""))).get("email"):
            return self.ask(422, problem, typed.get("to", ""))
        if not self.may_ask(request):
            return self.say(say("sign_in_wait_title"), say("sign_in_wait"), 429)
        with self.web.database.reading() as session:
            known = [row.id for row in partnerships.every(session)]
        fields = {"email": typed["email"], "to": typed.get("to", "")}
        forms = [self._at_the_door(id, "sign_in_ask", fields) for id in known]
        return self._told(next((f for f in forms if f.name != "sign_in_sent"), forms[0]))

    def link_for(self, partnership: str, fields: dict[str, str]) -> Response:
        """A link for somebody who is signed in here, to their own address; said like any other."""
        return self._told(self._at_the_door(partnership, "sign_in_ask", fields))

    # joining

    async def join(self, request: Request) -> Response:
        """The page of an agency's join link: a name, an address, and then a look into the mail."""
        typed = await _typed(request) if request.method == "POST" else {}
        return await run_in_threadpool(self._join, request, typed)

    def _join(self, request: Request, typed: dict[str, str]) -> Response:
        token = request.path_params["token"]
        if request.method == "POST" and not from_here(request):
            return self.say(say("join_gone_title"), say("join_gone"), 403)
        if not self.may_ask(request):
            return self.say(say("sign_in_wait_title"), say("sign_in_wait"), 429)
        with self.web.database.reading() as session:
            link = joining.open_to(session, token, now=self.web.clock())
            if link is None or not self.web.mails:
                return self.say(say("join_gone_title"), say("join_gone"), 404)
            here = place.of(session, link.partnership_id)
            errors = enrolment.join_faults(link, typed.get("name", ""), typed.get("email", ""))
            agency = enrolment.agency_words(link.agency)
        if request.method == "GET" or errors:
            return self._page(
                "join",
                422 if typed else 200,
                here,
                message=say("join_open", agency_name=agency, partnership_name=here.name),
                domain=link.domain,
                token=token,
                typed={name: typed.get(name, "") for name in ("name", "email")},
                errors=dict(errors) if typed else {},
            )
        return self._told(self._at_the_door(here.id, "join", {**typed, "token": token}))

    # what both need

    def _at_the_door(self, partnership: str, kind: str, fields: dict[str, str]) -> Form:
        actor = permissions.visitor(partnership)
        event = Incoming(kind, fields)
        return perform(self.web.database, f"door:{fresh_key()}", actor, event, now=self.web.clock())

    def _told(self, form: Form) -> Response:
        said = " ".join(part.body for part in form.parts if isinstance(part, Text))
        return self.say(form.title, said, 429 if form.name == "sign_in_wait" else 200)

    def may_ask(self, request: Request) -> bool:
        what = f"host:{_host(request)}"
        with self.web.database.writing() as session:
            return sign_in.may_try(
                session,
                what,
                now=self.web.wall(),
                most=ASKS_AN_HOUR,
                within=HOUR,
            )

    def leave(self, request: Request) -> Response:
        with self.web.database.writing() as session:
            sign_in.end(session, request.cookies.get(self.web.cookie, ""))
        return self.signed_out()


def _host(request: Request) -> str:
    """Where a request comes from on the network, as a hash."""
    host = request.client.host if request.client else ""
    return hashlib.sha256(host.encode()).hexdigest()


async def _typed(request: Request) -> dict[str, str]:
    form = await request.form(max_files=0)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def from_here(request: Request) -> bool:
    """Whether a form was sent from a page of ours: elsewhere nobody may sign a person in unasked."""
    site = request.headers.get("sec-fetch-site", "")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin", "")
    return not origin or urlsplit(origin).netloc == request.headers.get("host", "")
