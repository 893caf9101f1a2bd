"""A person's own account: where they are signed in, signing out everywhere, and with what they sign in.

Of a place only the kind of browser and the last use are shown, and nothing else of it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.web import afresh, written
from bot.web.browsers import shown
from bot.web.pages import Frame
from bot.web.pressing import Pressed, pressed
from handlers import place
from handlers.messages import Actor
from handlers.permissions import require
from storage import Session, accounts, people, sign_in

if TYPE_CHECKING:
    from bot.web.app import Web


def routes(web: Web) -> list[Route]:
    """The addresses of the account."""

    def account(request: Request) -> Response:
        def values(session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
            return _values(web, session, actor, request)

        return web.show("account", "/account", values)(request)

    def press(do: Callable[[Web, Request, Pressed], Response]) -> Any:
        async def endpoint(request: Request) -> Response:
            by = await pressed(web, request)
            if isinstance(by, Response):
                return by
            return await run_in_threadpool(do, web, request, by)

        return endpoint

    return [
        Route("/account", account),
        Route("/account/end", press(_end), methods=["POST"]),
        Route("/account/everywhere", press(_everywhere), methods=["POST"]),
        Route("/account/partnership", press(_change), methods=["POST"]),
        Route("/account/again", press(afresh.send_link), methods=["POST"]),
        Route("/account/written", press(written.choose), methods=["POST"]),
        Route("/account/forget", press(written.forget), methods=["POST"]),
    ]


def _values(web: Web, session: Session, actor: Actor, request: Request) -> dict[str, Any]:
    require(actor, "own.home")
    token = request.cookies.get(web.cookie, "")
    at = place.of(session, actor.partnership)
    found = sign_in.places(session, actor.person, token, now=web.wall())
    held = accounts.providers_of(session, actor.person, actor.partnership)
    live = sign_in.who(session, token, now=web.wall())
    visitor = web.visitor(request, session)
    return {
        "waiting": afresh.waiting(visitor, request) if visitor is not None else None,
        **written.values(web, session, actor),
        "places": [
            {
                "handle": one.handle,
                "browser": shown(one.browser),
                "here": one.here,
                "seen": f"{one.seen_at.astimezone(at.zone):%A %-d %B, %H:%M}",
            }
            for one in found
        ],
        "ways": [
            {"name": name, "label": provider.settings.label, "tied": name in held}
            for name, provider in web.providers.items()
            if actor.partnership in provider.settings.partnerships
        ],
        "may_tie": live is not None and not live.own_only,
        "others": [
            {"id": id, "name": place.of(session, id).name}
            for id in _others(web, session, actor.person, actor.partnership)
        ],
    }


def _others(web: Web, session: Session, person: str, partnership: str) -> list[str]:
    """The other partnerships that an account of theirs opens too."""
    found: set[str] = set()
    for name in accounts.providers_of(session, person, partnership):
        if name in web.providers:
            opens = web.providers[name].settings.partnerships
            found |= opens & set(accounts.partnerships_of(session, person, name))
    served = set(people.serves(session, person))
    return sorted((found & served) - {partnership})


def _end(web: Web, request: Request, by: Pressed) -> Response:
    place = by.typed.get("place", "")
    if first := afresh.asked(web, by.visitor, by.frame, "end", place):
        return first
    with web.database.writing() as session:
        sign_in.end_place(session, by.visitor.actor.person, place)
    return RedirectResponse("/account", status_code=303)


def _everywhere(web: Web, request: Request, by: Pressed) -> Response:
    if first := afresh.asked(web, by.visitor, by.frame, "everywhere"):
        return first
    with web.database.writing() as session:
        sign_in.end_everywhere(session, by.visitor.actor.person)
    return web.entrance.signed_out()


def _change(web: Web, request: Request, by: Pressed) -> Response:
    """Go on in another partnership that the same account opens: the same session, under another token."""
    actor, wanted = by.visitor.actor, by.typed.get("partnership", "")
    with web.database.writing() as session:
        live = sign_in.who(session, by.visitor.token, now=web.wall())
        known = _others(web, session, actor.person, actor.partnership)
        if live is None or live.own_only or wanted not in known:
            return web.refuse(by.frame)
        token = sign_in.go_over(session, by.visitor.token, wanted, now=web.wall())
    return web.entrance.signed_in(token, "/home")
