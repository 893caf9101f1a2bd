"""The home as a tab in Teams, for whoever Teams says is there; where it cannot say, the way to the browser.

The page itself holds nothing of anybody. It may stand inside Teams and nowhere else, asks for everything
with the token that Teams gives it, and keeps no cookie. Whatever somebody wants to do opens in their own
browser, by a link that works once, for two minutes, and opens no duty of a seat.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.chats import Chat
from bot.teams import who
from bot.teams.apps import Person, Registration
from bot.teams.entra import SignIns
from bot.teams.keys import KeysAway
from bot.teams.tokens import NotLetIn
from handlers.messages import Contacts, Form, Text
from handlers.wording import say
from storage import Database, DatabaseError, sign_in

STATIC = Path(__file__).with_name("static")
SCRIPTS = ("tab.js", "teams.min.js")
LASTS = timedelta(minutes=2)
INSIDE = (  # Source: Microsoft, "Tab requirements" (hosts that show a tab)
    "https://teams.microsoft.com https://*.teams.microsoft.com https://*.cloud.microsoft "
    "https://*.microsoft365.com https://*.office.com"
)
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'self'; "
    f"connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors {INSIDE}"
)
Answers = Callable[[Person, Request], Awaitable[Response]]
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


class Tab:
    """The tab of every registration."""

    def __init__(
        self,
        database: Database,
        chat: Chat[Person],
        registrations: Sequence[Registration],
        *,
        now: Callable[[], datetime],
        public_address: str,
    ) -> None:
        self.database = database
        self.chat = chat
        self.sign_ins = {one.name: SignIns(one) for one in registrations}
        self.now = now
        self.public_address = public_address

    def routes(self) -> list[Route]:
        found = [Route("/teams-static/{name}", self.script)]
        for name in self.sign_ins:
            found += [
                Route(f"/teams/{name}/home", self.page),
                Route(f"/teams/{name}/home", self.guarded(name, self.home), methods=["POST"]),
                Route(f"/teams/{name}/home/open", self.guarded(name, self.open), methods=["POST"]),
            ]
        return found

    async def script(self, request: Request) -> Response:
        name = request.path_params["name"]
        return FileResponse(STATIC / name) if name in SCRIPTS else Response(status_code=404)

    def guarded(self, name: str, answer: Answers) -> Callable[[Request], Awaitable[Response]]:
        """For whoever Teams says is there; everybody else is turned away."""

        async def asked(request: Request) -> Response:
            try:
                person = await self.sign_ins[name].person(request.headers.getlist("authorization"))
                return await answer(person, request)
            except NotLetIn as turned:
                return Response(status_code=turned.status)
            except (KeysAway, DatabaseError):
                return Response(status_code=503, headers={"retry-after": "30"})

        return asked

    async def page(self, request: Request) -> Response:
        """What is there before anybody is known, and stays where nobody can be."""
        shown = _PAGE.format(
            title=escape(say("tab_title")),
            said=_bold(say("tab_without")),
            address=escape(f"{self.public_address}/home"),
            label=escape(say("tab_browser")),
        )
        return HTMLResponse(shown, headers={"content-security-policy": POLICY})

    async def home(self, person: Person, request: Request) -> Response:
        """The home as this person sees it in any chat, in each partnership that they serve."""
        forms = await self.chat.homes(person)
        return HTMLResponse("".join(shown(form, partnership) for partnership, form in forms))

    async def open(self, person: Person, request: Request) -> Response:
        """A link into the browser, for their own pages."""
        partnership = request.query_params.get("partnership", "")
        address = await asyncio.to_thread(self._link, person, partnership)
        return JSONResponse({"address": address}) if address else Response(status_code=404)

    def _link(self, person: Person, partnership: str) -> str:
        with self.database.writing() as session:
            actor = who.accounts.actor(session, person, partnership)
            if actor is None:
                return ""
            token = sign_in.make_link(
                session,
                person=actor.person,
                partnership=actor.partnership,
                expires_at=self.now() + LASTS,
                own_only=True,
            )
        return f"{self.public_address}/in/{token}"


def shown(form: Form, partnership: str) -> str:
    """A form's sentences as HTML, and one button for everything that can be done about them."""
    found = [Markup('<section class="card stack"><h1>{}</h1>').format(form.title)]
    for part in form.parts:
        if isinstance(part, Text):
            heading = Markup("<h2>{}</h2>").format(part.heading) if part.heading else ""
            box = "notref small" if part.style == "not_referral" else "lines"
            found.append(
                Markup('{}<div class="{}"><p>{}</p></div>').format(heading, box, _bold(part.body))
            )
        elif isinstance(part, Contacts):
            rows = (f"{row.label} {row.number} {row.hours}".strip() for row in part.rows)
            found.append(Markup("<p>{}</p>").format(Markup("<br>").join(rows)))
    if partnership:
        button = Markup('<p><button class="btn main" data-open="{}">{}</button></p>')
        found.append(button.format(partnership, say("tab_open")))
    return str(Markup("").join([*found, Markup("</section>")]))


def _bold(text: str) -> Markup:
    """Text with its **bold** as HTML; everything else is escaped."""
    parts = [
        Markup("<strong>{}</strong>").format(part) if n % 2 else escape(part)
        for n, part in enumerate(_BOLD.split(text))
    ]
    return Markup("<br>").join(Markup("").join(parts).split("\n"))


_PAGE = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/tokens.css">
<link rel="stylesheet" href="/static/heardback.css">
<link rel="stylesheet" href="/static/pages.css">
<script src="/teams-static/teams.min.js" defer></script>
<script src="/teams-static/tab.js" defer></script>
</head>
<body>
<main id="main" class="wrap single stack">
<h1>{title}</h1>
<p class="lede">{said}</p>
<p><a class="btn main" data-browser href="{address}" target="_blank" rel="noopener">{label}</a></p>
</main>
</body>
</html>
"""
