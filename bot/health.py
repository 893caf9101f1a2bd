"""Whether it lives, whether it can take anything, and what it counts.

`/metrics` answers on the machine itself only: not to a request that came through a proxy.
"""

from __future__ import annotations

import logging
from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import metrics
from storage import Database, DatabaseError

log = logging.getLogger("heardback.health")
FORWARDED = ("forwarded", "x-forwarded-for", "via", "x-real-ip")
PATIENCE = 1.0  # seconds


class Health:
    """Three small pages over one database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def alive(self, request: Request) -> Response:
        return PlainTextResponse("alive\n")

    def ready(self, request: Request) -> Response:
        """Whether something could be kept now."""
        try:
            with self.database.writing(patience=PATIENCE) as session:
                session.connection()
        except DatabaseError as error:
            log.warning("not ready: %s", type(error).__name__)
            return PlainTextResponse("not ready\n", 503, {"retry-after": "5"})
        return PlainTextResponse("ready\n")

    def metrics(self, request: Request) -> Response:
        if not _on_this_machine(request):
            return PlainTextResponse("not here\n", 404)
        try:
            body = metrics.text(self.database)
        except DatabaseError:
            return PlainTextResponse("not ready\n", 503)
        return Response(body, media_type="text/plain; version=0.0.4")

    def routes(self) -> list[Route]:
        return [
            Route("/healthz", self.alive),
            Route("/readyz", self.ready),
            Route("/metrics", self.metrics),
        ]


def _on_this_machine(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
