"""Somebody with a browser and no screen: requests to the application itself, cookies kept."""

from __future__ import annotations

import re
from collections.abc import Mapping

import httpx
from starlette.applications import Starlette

from tests.loops import run


class Visitor:
    """Asks one application, without a network; follows no redirect by itself."""

    def __init__(self, app: Starlette) -> None:
        self.app = app
        self.cookies = httpx.Cookies()

    def get(self, path: str) -> httpx.Response:
        return self._ask("GET", path)

    def post(
        self,
        path: str,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        return self._ask("POST", path, data=dict(data or {}), headers=dict(headers or {}))

    def presses(self, shown: str, kind: str, **typed: str) -> httpx.Response:
        """Press a button on a page that was shown, with its hidden fields and what was typed."""
        token = re.search(r'name="csrf" value="([^"]*)"', shown)
        return self.post(f"/do/{kind}", data={"csrf": token[1] if token else "", **typed})

    def _ask(self, method: str, path: str, **more: object) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://testserver", cookies=self.cookies
            ) as client:
                response = await client.request(method, path, **more)  # type: ignore[arg-type]
                self.cookies = client.cookies
                return response

        return run(ask())
