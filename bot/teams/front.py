"""The door for what Teams sends, `/teams/<name>/messages`: size, then shape, then token; only then a handler.

Nothing is logged or kept of what is turned away. Text loses lone surrogates and NUL, which a JSON
escape can smuggle in and no database can store.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.logs import tell_of
from bot.teams.apps import CHANNEL, Registration
from bot.teams.keys import KeysAway
from bot.teams.tokens import NotLetIn, Tokens

MOST_BYTES = 262_144
DEEPEST = 40
TEXTS = ("name", "action", "text", "replyToId")  # words where they are there at all
LONGEST_ID = 2_000  # characters; conversation ids of Teams are a few hundred
SECONDS = 14.0  # Teams waits fifteen
log = logging.getLogger("heardback.teams")

Activity = Mapping[str, Any]


class Handles(Protocol):
    """What happens behind the door."""

    async def handle(
        self, registration: Registration, activity: Activity
    ) -> tuple[int, Mapping[str, Any] | None]:
        """The HTTP status, and what an invoke is answered with (None for everything else)."""


class Turned(Exception):
    """This request is not let in; `status` is the HTTP status that says so."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


def routes(
    registrations: Sequence[Registration], tokens: Mapping[str, Tokens], handles: Handles
) -> list[Route]:
    """One route for each registration; `tokens` has what verifies each, by its name."""

    def route_of(registration: Registration) -> Route:
        async def door(request: Request) -> Response:
            return await endpoint(request, registration, tokens[registration.name], handles)

        return Route(f"/teams/{registration.name}/messages", door, methods=["POST"])

    return [route_of(registration) for registration in registrations]


async def endpoint(
    request: Request, registration: Registration, tokens: Tokens, handles: Handles
) -> Response:
    """Let in what this registration's own tenant sent through Teams, and answer it."""
    try:
        activity = parse(await _body(request))
        await tokens.check(request.headers.getlist("authorization"), activity)
    except (Turned, NotLetIn) as turned:
        return Response(status_code=turned.status)
    except KeysAway:
        return Response(status_code=503, headers={"retry-after": "30"})
    return await _answer(registration, activity, handles)


async def _answer(registration: Registration, activity: Activity, handles: Handles) -> Response:
    try:
        async with asyncio.timeout(SECONDS):
            status, body = await handles.handle(registration, activity)
    except TimeoutError:
        log.error("an activity was not answered in time")
        return Response(status_code=503)
    except Exception as error:  # a fault of ours: said by its kind, and never that it was accepted
        tell_of(log, error)
        return Response(status_code=500)
    return Response(status_code=status) if body is None else JSONResponse(body, status)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Turned(413)
    return bytes(body)


def parse(body: bytes) -> dict[str, Any]:
    """An activity of the shape that Teams sends.

    Raises:
        Turned: 413 too large, 400 not JSON, too deep, a name twice, or not of that shape.
    """
    if len(body) > MOST_BYTES:
        raise Turned(413)
    try:
        found = json.loads(
            body.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_not_a_number
        )
        activity = _cleaned(found, DEEPEST)
    except (ValueError, RecursionError):
        raise Turned(400) from None
    if not isinstance(activity, dict) or not _has_shape(activity):
        raise Turned(400)
    return activity


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _not_a_number(name: str) -> None:
    raise ValueError(name)


def _cleaned(found: Any, levels: int) -> Any:
    if levels == 0:
        raise ValueError("too deep")
    if isinstance(found, str):
        return found.encode("utf-8", "ignore").decode().replace("\0", "")
    if isinstance(found, dict):
        return {_cleaned(key, levels): _cleaned(value, levels - 1) for key, value in found.items()}
    if isinstance(found, list):
        return [_cleaned(value, levels - 1) for value in found]
    return found


def _has_shape(activity: Activity) -> bool:
    who, where = activity.get("from"), activity.get("conversation")
    return (
        activity.get("channelId") == CHANNEL
        and all(_is_id(activity.get(key)) for key in ("type", "id", "serviceUrl"))
        and isinstance(who, dict)
        and isinstance(where, dict)
        and _is_id(who.get("id"))
        and _is_id(where.get("id"))
        and all(isinstance(activity.get(key), str | None) for key in TEXTS)
        and _is_object(activity.get("channelData"))
    )


def _is_id(found: Any) -> bool:
    return isinstance(found, str) and 0 < len(found) <= LONGEST_ID


def _is_object(found: Any) -> bool:
    return found is None or isinstance(found, dict)
