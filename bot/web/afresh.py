"""Before anything changes how somebody comes in, or where they are written to, they sign in once more.

A browser that was left open is not the person. What they chose is kept in the page's address, so that they
come back to it, also in the browser in which a mailed link opens; nothing is done until they press again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.web.landing import landing
from bot.web.pages import Frame, page
from bot.web.pressing import Pressed
from handlers.wording import say
from storage import Session, accounts, people, sign_in

if TYPE_CHECKING:
    from bot.web.app import Visitor, Web

# What is chosen, by the name it has in the address: where it is sent, and under which name what is meant.
ACTS: Mapping[str, tuple[str, str]] = {
    "end": ("/account/end", "place"),
    "everywhere": ("/account/everywhere", ""),
    "tie": ("/openid/{what}/tie", ""),
    "untie": ("/openid/{what}/untie", ""),
    "chat": ("/do/use_in_chat", ""),
    "written": ("/account/written", "choice"),
    "forget": ("/account/forget", "address"),
}
KINDS = {"use_in_chat": "chat"}  # buttons of the chat that change how somebody comes in
MEANT = re.compile(r"[a-zA-Z0-9_-]{0,60}")  # a handle, an id or a name: nothing that anybody typed


def asked(web: Web, visitor: Visitor, frame: Frame, do: str, what: str = "") -> Response | None:
    """The page that asks to sign in again and comes back to this; None where they just did."""
    if visitor.fresh or web.demo:
        return None
    meant = what if MEANT.fullmatch(what) else ""
    to = landing(f"/account?{urlencode({'do': do, 'what': meant})}")
    with web.database.reading() as session:
        shown = _ways(web, session, visitor, to)
    return HTMLResponse(page("again", frame=frame, to=to, **shown), status_code=403)


def _ways(web: Web, session: Session, visitor: Visitor, to: str) -> dict[str, Any]:
    person, partnership = visitor.actor.person, visitor.actor.partnership
    held = accounts.providers_of(session, person, partnership)
    query = urlencode({"to": to, "again": "1"})
    minutes = str(int(sign_in.FRESH.total_seconds() // 60))
    return {
        "minutes": minutes,
        "mails": web.mails and bool(people.known(session, person).email),
        "ways": [
            {"href": f"/openid/{name}?{query}", "label": provider.settings.label}
            for name, provider in web.providers.items()
            if name in held
        ],
    }


def waiting(visitor: Visitor, request: Request) -> dict[str, str] | None:
    """What somebody chose before they signed in again, as one button; None where there is nothing."""
    do, what = request.query_params.get("do", ""), request.query_params.get("what", "")
    if do not in ACTS or not MEANT.fullmatch(what):
        return None
    to, name = ACTS[do]
    if not what and (name or "{what}" in to):
        return None
    return {
        "to": to.format(what=what),
        "name": name,
        "value": what,
        "label": say(f"again_{do}"),
        "told": "" if visitor.fresh else say("again_not_told"),
    }


def send_link(web: Web, request: Request, by: Pressed) -> Response:
    """A link to their own address; it comes back to what they chose."""
    with web.database.reading() as session:
        email = people.known(session, by.visitor.actor.person).email
    if not web.mails or not email:
        return web.entrance.ask(403)
    fields = {"email": email, "to": landing(by.typed.get("to", ""))}
    return web.entrance.link_for(by.visitor.actor.partnership, fields)
