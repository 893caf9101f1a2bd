"""The keys with which Microsoft's connector signs: fetched from one pinned address and from nowhere else.

What a token's header says about where its key is to be found is never looked at. Keys that are not
known are fetched again, but not more often than once a minute whoever asks; keys that could not be
renewed for a day are not trusted any more.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

from bot.answers import body_of
from bot.teams.apps import ISSUER

RENEW_AFTER = 12 * 60 * 60.0  # seconds; Microsoft asks for a look at least once a day
TRUSTED_FOR = 24 * 60 * 60.0
AGAIN_AFTER = 60.0  # seconds between two fetches for a key that is not known
FAILED_WAIT = 10.0  # seconds between two fetches while the key server cannot be reached
PATIENCE = 5.0
MOST_BYTES = 1_000_000
SMALLEST = 2048  # bits
log = logging.getLogger("heardback.teams")


class KeysAway(Exception):
    """The key server cannot be reached, and there is no key to go by: nothing is let in."""


@dataclass(frozen=True)
class Key:
    """A key and the channels that it may sign for."""

    public: RSAPublicKey
    endorsed: frozenset[str]


class Keys:
    """The keys at one address, of one issuer. `clock` counts seconds and is never set back."""

    def __init__(
        self,
        openid: str,
        *,
        issuer: str = ISSUER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.openid = openid
        self.issuer = issuer
        self.clock = clock
        self.known: Mapping[str, Key] = {}
        self.fetched_at: float | None = None
        self.tried_at: float | None = None
        self.failed = False
        self.turn = asyncio.Lock()

    async def key(self, kid: str) -> Key | None:
        """The key of this id, or None where Microsoft has no such key.

        Raises:
            KeysAway: it could not be asked, so nobody can say.
        """
        if self._old(RENEW_AFTER) or kid not in self.known:
            async with self.turn:
                if self._old(RENEW_AFTER) or kid not in self.known:
                    await self._fetch()
        if self._old(TRUSTED_FOR):
            raise KeysAway
        if kid not in self.known and self.failed:
            raise KeysAway
        return self.known.get(kid)

    def _old(self, seconds: float) -> bool:
        return self.fetched_at is None or self.clock() - self.fetched_at > seconds

    async def _fetch(self) -> None:
        wait = FAILED_WAIT if self.failed else AGAIN_AFTER
        if self.tried_at is not None and self.clock() - self.tried_at < wait:
            return
        self.tried_at = self.clock()
        try:
            self.known = await _keys_at(self.openid, self.issuer)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            self.failed = True
            log.warning("the keys of Teams could not be fetched: %s", type(error).__name__)
            return
        self.failed, self.fetched_at = False, self.clock()


async def _keys_at(openid: str, issuer: str) -> Mapping[str, Key]:
    """Raises ValueError where the answer is not what Microsoft's key server says."""
    limit = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(timeout=limit, trust_env=False) as http:
        about = await _object(http, openid)
        address = about.get("jwks_uri")
        if about.get("issuer") != issuer or "RS256" not in about.get(
            "id_token_signing_alg_values_supported", ()
        ):
            raise ValueError("not the key server of this issuer")
        if not isinstance(address, str) or urlsplit(address)[:2] != urlsplit(openid)[:2]:
            raise ValueError("keys at another server")
        rows = (await _object(http, address)).get("keys")
    if not isinstance(rows, list):
        raise ValueError("no keys")
    found = dict(filter(None, map(_read, rows)))
    if not found:
        raise ValueError("no keys")
    return found


async def _object(http: aiohttp.ClientSession, address: str) -> Mapping[str, Any]:
    async with http.get(address, allow_redirects=False) as answer:
        if answer.status != 200:
            raise ValueError(f"HTTP {answer.status}")
        body = await body_of(answer, most=MOST_BYTES)
    found = json.loads(body)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _read(row: Any) -> tuple[str, Key] | None:
    """A key that can verify RS256; None for any other, which others may have a use for."""
    if not isinstance(row, dict) or not isinstance(row.get("kid"), str) or not row["kid"]:
        return None
    if row.get("kty") != "RSA" or row.get("use", "sig") != "sig" or "d" in row:
        return None
    try:
        public = RSAAlgorithm.from_jwk(row)
    except (jwt.InvalidKeyError, ValueError, TypeError):
        return None
    if not isinstance(public, RSAPublicKey) or public.key_size < SMALLEST:
        return None
    channels = row.get("endorsements")
    named = channels if isinstance(channels, list) else []
    return row["kid"], Key(public, frozenset(one for one in named if isinstance(one, str)))
