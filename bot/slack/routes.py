"""The HTTP door of each Slack app: `/slack/<name>/events` takes events, presses, commands and modals."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.logs import tell_of
from bot.slack.apps import App
from bot.slack.front import MOST_BYTES, Turned, verified
from bot.slack.happened import is_known_shape

log = logging.getLogger("heardback.slack")


def routes(
    apps: Mapping[str, tuple[App, AsyncApp]], *, clock: Callable[[], float] = time.time
) -> list[Route]:
    """One route for each app. Nothing is parsed, logged or kept before it is verified."""

    def endpoint_of(app: App, bolt: AsyncApp) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                body = await _body(request)
                headers = {name.lower(): value for name, value in request.headers.items()}
                signed = verified(headers, body, secret=app.signing_secret, now=clock())
            except Turned as turned:
                return Response(status_code=turned.status)
            if not is_known_shape(signed.payload):
                return Response(status_code=200)
            return await _dispatch(bolt, request, signed.text)

        return Route(f"/slack/{app.name}/events", endpoint, methods=["POST"])

    return [endpoint_of(app, bolt) for app, bolt in apps.values()]


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Turned(413)
    return bytes(body)


async def _dispatch(bolt: AsyncApp, request: Request, body: str) -> Response:
    headers: dict[str, str | Sequence[str]] = {
        name: [value] for name, value in request.headers.items()
    }
    try:
        asked = AsyncBoltRequest(body=body, query=request.url.query, headers=headers)
        answer = await bolt.async_dispatch(asked)
    except Exception as error:
        # A listener's fault goes to Bolt's error handler; what comes out here, Bolt could not read.
        tell_of(log, error)
        return Response(status_code=400)
    if answer.status == 404:  # nothing of ours; Slack would send it again for an hour
        return Response(status_code=200)
    return Response(
        answer.body,
        status_code=answer.status,
        headers=answer.first_headers_without_set_cookie(),
    )
