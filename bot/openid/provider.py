"""One OpenID provider: its discovery document, its keys, and a code turned into somebody's account.

The document must be of the issuer in the settings, to the letter. Keys that are not known are fetched
again, but not more often than once a minute whoever asks; so a provider's change of keys heals by itself.
Nothing that a provider says in words is logged or shown.
"""

from __future__ import annotations

import asyncio
import logging
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from bot.openid import fetching
from bot.openid.fetching import Unbelievable
from bot.openid.id_token import Account, NotBelieved, Signed, read
from bot.settings_openid import OpenidSettings
from storage.accounts import Way

RENEW_AFTER = 12 * 60 * 60.0  # seconds
TRUSTED_FOR = 24 * 60 * 60.0
AGAIN_AFTER = 60.0  # between two fetches for a key that is not known, or after a failure
SMALLEST = 2048  # bits of an RSA key
log = logging.getLogger("heardback.openid")
Key = RSAKey | ECKey


class ProviderAway(Exception):
    """The provider cannot be reached, or does not answer as one: nobody is signed in by it now."""


@dataclass(frozen=True)
class Known:
    """What its document and its keys say, at one time."""

    about: Mapping[str, Any]
    keys: Mapping[str, Key]


class Provider:
    """One of the settings' providers. `clock` counts seconds and is never set back."""

    def __init__(
        self,
        settings: OpenidSettings,
        redirect_uri: str,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.redirect_uri = redirect_uri
        self.clock = clock
        self.held: Known | None = None
        self.fetched_at = 0.0
        self.tried_at: float | None = None
        self.turn = asyncio.Lock()

    async def address(self, way: Way, *, again: bool = False) -> str:
        """Where the browser goes; raises ProviderAway.

        With `again` the provider is asked to have the person sign in there now, and to say when they did
        (OpenID Connect Core 1.0, 3.1.2.1); one that does not know how lets them through as always.
        """
        known = await self._known()
        more = {"max_age": "0"} if again else {}
        made: str = prepare_grant_uri(
            known.about["authorization_endpoint"],
            client_id=self.settings.client_id,
            response_type="code",
            redirect_uri=self.redirect_uri,
            scope=list(self.settings.scopes),
            state=way.state,
            nonce=way.nonce,
            code_challenge=create_s256_code_challenge(way.verifier),
            code_challenge_method="S256",
            **more,
        )
        return made

    async def account(
        self, code: str, *, verifier: str, nonce: str, said_issuer: str, now: datetime
    ) -> Account:
        """Whose account this code is.

        Raises:
            ProviderAway: it could not be asked.
            NotBelieved: it was, and its answer does not say so as it must.
        """
        known = await self._known()
        promised = known.about.get("authorization_response_iss_parameter_supported") is True
        if (said_issuer or promised) and said_issuer != self.settings.issuer:
            raise NotBelieved("iss of the answer")  # RFC 9207
        answered = await self._exchange(known.about, code, verifier)
        signed = Signed.of(answered.get("id_token"), answered.get("access_token"))
        key = await self._key(signed.kid)
        return read(signed, key, settings=self.settings, nonce=nonce, now=now)

    async def _exchange(
        self, about: Mapping[str, Any], code: str, verifier: str
    ) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
        }
        headers = {"accept": "application/json"}
        secret = self.settings.client_secret_file.read_text("utf-8").strip()
        ways = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if "client_secret_basic" in ways:
            id, word = (
                quote(self.settings.client_id, safe=""),
                quote(secret, safe=""),
            )  # RFC 6749, 2.3.1
            pair = b64encode(f"{id}:{word}".encode()).decode()
            headers["authorization"] = f"Basic {pair}"
        else:
            form |= {"client_id": self.settings.client_id, "client_secret": secret}
        try:
            status, answered = await fetching.post(
                about["token_endpoint"], form, headers, issuer=self.settings.issuer
            )
        except (OSError, TimeoutError, aiohttp.ClientError, Unbelievable) as error:
            raise self._away(error) from None
        if status != 200:
            log.warning("the provider %s took no code: HTTP %d", self.settings.name, status)
            raise NotBelieved("the code was not taken")
        return answered

    async def _key(self, kid: str) -> Key:
        """The key of this id; the only one where the token names none."""
        known = await self._known()
        if (key := _picked(known.keys, kid)) is None:
            known = await self._known(afresh=True)
            key = _picked(known.keys, kid)
        if key is None:
            raise NotBelieved("no such key")
        return key

    async def _known(self, *, afresh: bool = False) -> Known:
        async with self.turn:
            age = self.clock() - self.fetched_at
            if self.held is None or afresh or age > RENEW_AFTER:
                await self._fetch()
            if self.held is None or self.clock() - self.fetched_at > TRUSTED_FOR:
                raise ProviderAway
            return self.held

    async def _fetch(self) -> None:
        if self.tried_at is not None and self.clock() - self.tried_at < AGAIN_AFTER:
            return
        self.tried_at = self.clock()
        try:
            self.held = await look(self.settings)
        except (OSError, TimeoutError, aiohttp.ClientError, Unbelievable) as error:
            self._away(error)
            return
        self.fetched_at = self.clock()

    def _away(self, error: Exception) -> ProviderAway:
        log.warning("the provider %s cannot be asked: %s", self.settings.name, type(error).__name__)
        return ProviderAway()


async def look(settings: OpenidSettings) -> Known:
    """The provider's document and keys; raises Unbelievable, or what `fetching.get` does."""
    issuer = settings.issuer
    about = await fetching.get(get_well_known_url(issuer, external=True), issuer=issuer)
    if about.get("issuer") != issuer:
        raise Unbelievable("another issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not fetching.may_ask(about.get(name), issuer):
            raise Unbelievable(name)
    if urlsplit(issuer).scheme == "https":
        try:
            OpenIDProviderMetadata(about).validate()
        except ValueError as error:
            raise Unbelievable("the document") from error
    rows = (await fetching.get(about["jwks_uri"], issuer=issuer)).get("keys")
    if not isinstance(rows, list):
        raise Unbelievable("no keys")
    keys = dict(found for row in rows[:100] if (found := _read(row)) is not None)
    if not keys:
        raise Unbelievable("no keys")
    return Known(about, keys)


async def fault(settings: OpenidSettings) -> str:
    """Why nobody could sign in with it now, in words that follow a colon; empty when people can."""
    try:
        await look(settings)
    except Unbelievable as error:
        return f"what it answers is not what this issuer answers ({error})"
    except (OSError, TimeoutError, aiohttp.ClientError):
        return "it cannot be reached from here"
    return ""


def _read(row: Any) -> tuple[str, Key] | None:
    """A public key for RS256 or ES256 with its id; None for any other, which others may have a use for."""
    if not isinstance(row, dict) or row.get("use", "sig") != "sig" or "d" in row:
        return None
    kid = row.get("kid", "")
    if not isinstance(kid, str):
        return None
    try:
        if row.get("kty") == "RSA" and row.get("alg", "RS256") == "RS256":
            rsa = RSAKey.import_key(row)
            return (kid, rsa) if rsa.public_key.key_size >= SMALLEST else None
        if row.get("kty") == "EC" and row.get("crv") == "P-256":
            return kid, ECKey.import_key(row)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return None


def _picked(keys: Mapping[str, Key], kid: str) -> Key | None:
    if kid:
        return keys.get(kid)
    return next(iter(keys.values())) if len(keys) == 1 else None
