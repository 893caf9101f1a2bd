"""Pages that are a list of forms: what waits for somebody, each with its own buttons.

Reading one records nothing; the view asks the permission table, and so does every button.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from bot.outbox import fresh_key
from bot.web.pages import Frame, render_form
from digests.render import loops_map_body
from handlers import board, groups, loops_map, neighbours, pilot, place
from handlers.contributions import room
from handlers.messages import Actor, Form
from handlers.wording import say
from storage import Session

if TYPE_CHECKING:
    from bot.web.app import Web

ASKS = ("request_record", "hold_ask", "erase_ask", "leave_ask", "close_ask")
MAP_WORDS = ("caption", "heard", "passed", "where", "heard_count", "passed_count", "returned")
Waiting = Callable[[Session, Actor], Sequence[Form]]


def routes(web: Web) -> list[Route]:
    """The addresses of the rooms, each named as in the wording."""

    def pilots(session: Session, actor: Actor) -> Sequence[Form]:
        return pilot.desk(session, actor, now=web.clock())

    def groups_now(session: Session, actor: Actor) -> Sequence[Form]:
        return groups.desk(session, actor, now=web.clock())

    def neighbours_now(session: Session, actor: Actor) -> Sequence[Form]:
        return neighbours.desk(session, actor, now=web.clock())

    rooms: dict[str, Waiting] = {
        "entries": board.desk,
        "session": room.room,
        "pilot": pilots,
        "groups": groups_now,
        "neighbours": neighbours_now,
    }

    def drawn(session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
        stations = loops_map.stations(session, actor, now=web.clock())
        words = {name: say(f"loops_{name}") for name in MAP_WORDS} | {"none": say("loops_nothing")}
        group = place.of(session, actor.partnership).words["group_name"]
        body = loops_map_body(stations, group=group, words=words)
        return _around("loops", body if stations else "", [])

    return [
        *(Route(f"/{name}", _room(web, name, waiting)) for name, waiting in rooms.items()),
        Route("/loops", web.show("forms", "/loops", drawn)),
    ]


def folded(forms: Sequence[Form], frame: Frame) -> dict[str, Any]:
    """What waits, open; and under it each form that asks for something new, behind its title."""

    def shown(form: Form) -> str:
        return render_form(form, frame=frame, once=fresh_key())

    asks = [form for form in forms if form.name in ASKS]
    return {
        "items": [shown(form) for form in forms if form.name not in ASKS],
        "asks": [{"title": form.title, "html": shown(replace(form, title=""))} for form in asks],
    }


def _around(name: str, body: str, forms: Sequence[str]) -> dict[str, Any]:
    return {
        "title": say(f"page_{name}"),
        "lede": say(f"{name}_lede"),
        "none": "" if body else say(f"{name}_none"),
        "body": body,
        "forms": forms,
    }


def _room(web: Web, name: str, waiting: Waiting) -> Any:
    def values(session: Session, actor: Actor, frame: Frame) -> dict[str, Any]:
        forms = waiting(session, actor)
        return _around(
            name, "", [render_form(form, frame=frame, once=fresh_key()) for form in forms]
        )

    return web.show("forms", f"/{name}", values)
