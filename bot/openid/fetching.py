"""Asking a provider's addresses: a short answer, no redirect, and nothing inside our own network.

The issuer's own host is named by whoever runs this deployment, so it may stand anywhere. What its
discovery document names besides must be reached by https and lie on the open network: a document that
was tampered with cannot make this machine knock at its neighbours.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.answers import body_of

PATIENCE = 5.0  # seconds
MOST_BYTES = 512 * 1024


class Unbelievable(ValueError):
    """What was answered is not what a provider answers."""


class Outside(AbstractResolver):
    """Finds a host's addresses, and for any host but the issuer's own only those on the open network."""

    def __init__(self, own: str, inner: AbstractResolver | None = None) -> None:
        self.own = own
        self.inner = inner or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self.inner.resolve(host, port, family)
        if host != self.own and not all(ip_address(one["host"]).is_global for one in found):
            raise OSError(f"an address inside our network: {host}")
        return found

    async def close(self) -> None:
        await self.inner.close()


def may_ask(address: object, issuer: str) -> bool:
    """Whether this is an address that a provider with this issuer may name."""
    if not isinstance(address, str) or len(address) > 2000 or not address.isascii():
        return False
    try:
        parts, own = urlsplit(address), urlsplit(issuer)
        host = parts.hostname or ""
        _ = parts.port  # raises ValueError where it is no number
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment or "\\" in address:
        return False
    if parts[:2] == own[:2]:
        return True
    return parts.scheme == "https" and _is_outside(host)


def _is_outside(host: str) -> bool:
    """Whether a host could be on the open network: a public address, or a name with a dot in it."""
    try:
        return ip_address(host).is_global
    except ValueError:
        ending = host.rstrip(".").rpartition(".")
        return bool(ending[0]) and ending[2] not in ("localhost", "local", "internal", "arpa")


async def get(address: str, *, issuer: str) -> Mapping[str, Any]:
    """The object at this address.

    Raises:
        Unbelievable: it is none, or the address is none that may be asked.
        OSError, TimeoutError, aiohttp.ClientError: it cannot be reached.
    """
    return (await _ask("GET", address, issuer))[1]


async def post(
    address: str, form: Mapping[str, str], headers: Mapping[str, str], *, issuer: str
) -> tuple[int, Mapping[str, Any]]:
    """The status and the object that is answered to a form; raises as `get` does."""
    return await _ask("POST", address, issuer, data=dict(form), headers=dict(headers))


async def _ask(
    method: str, address: str, issuer: str, **more: Any
) -> tuple[int, Mapping[str, Any]]:
    if not may_ask(address, issuer):
        raise Unbelievable("an address that is not asked")
    resolver = Outside(urlsplit(issuer).hostname or "")
    connector = aiohttp.TCPConnector(resolver=resolver)
    limit = aiohttp.ClientTimeout(total=PATIENCE)
    async with (
        aiohttp.ClientSession(timeout=limit, trust_env=False, connector=connector) as http,
        http.request(method, address, allow_redirects=False, **more) as answer,
    ):
        if method == "GET" and answer.status != 200:
            raise Unbelievable(f"HTTP {answer.status}")
        status = answer.status
        try:
            found = json.loads(await body_of(answer, most=MOST_BYTES))
        except (ValueError, RecursionError) as error:
            raise Unbelievable("not JSON") from error
    if not isinstance(found, dict):
        raise Unbelievable("not an object")
    return status, found
