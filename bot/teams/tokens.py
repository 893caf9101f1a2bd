"""Whether a token says that Microsoft's connector sent this activity, to this registration, from its tenant.

Source: Microsoft, "Authentication with the Bot Connector API" (connector to bot), and stricter where
it leaves a choice: one audience and never a list, RS256 and no other, the tenant of the activity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import jwt

from bot.teams.apps import CHANNEL, ISSUER, Registration
from bot.teams.keys import Key, Keys

LEEWAY = 300  # seconds that clocks may differ by, as Microsoft names it
LONGEST = 8_192  # characters
LONGEST_KID = 200


class NotLetIn(Exception):
    """The token is not good for this activity: 401, or 403 where it is real and does not fit."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Tokens:
    """Verifies for one registration."""

    def __init__(self, registration: Registration, keys: Keys) -> None:
        self.registration = registration
        self.keys = keys

    async def check(self, authorization: Sequence[str], activity: Mapping[str, Any]) -> None:
        """Returns where the activity may be let in.

        Args:
            authorization: every header of that name; there must be exactly one.
            activity: of the shape that `bot.teams.front.parse` makes sure of.

        Raises:
            NotLetIn: it may not.
            KeysAway: the keys could not be fetched, so nobody can say.
        """
        key, claims = await verified(
            authorization, self.keys, audience=self.registration.app_id, issuer=ISSUER
        )
        if claims.get("serviceurl") != activity["serviceUrl"]:
            raise NotLetIn(401)
        if CHANNEL not in key.endorsed or not self._is_ours(activity):
            raise NotLetIn(403)

    def _is_ours(self, activity: Mapping[str, Any]) -> bool:
        service = activity["serviceUrl"]
        return is_service(service, self.registration.services) and tenants_of(activity) == {
            self.registration.tenant
        }


async def verified(
    authorization: Sequence[str], keys: Keys, *, audience: str, issuer: str
) -> tuple[Key, Mapping[str, Any]]:
    """The claims of the one token that was sent, and the key that signed it. What they claim is not looked at.

    Raises:
        NotLetIn: it was not signed by this issuer, for this audience, for now.
        KeysAway: the keys could not be fetched, so nobody can say.
    """
    token = bearer(authorization)
    key = await keys.key(kid_of(token))
    if key is None:
        raise NotLetIn(401)
    try:
        claims = jwt.decode(
            token,
            key.public,
            algorithms=["RS256"],
            audience=audience,
            issuer=issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "nbf", "iss", "aud"], "strict_aud": True},
        )
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError):
        raise NotLetIn(401) from None
    return key, claims


def bearer(authorization: Sequence[str]) -> str:
    """The one token that was sent, of the right outer shape."""
    if len(authorization) != 1:
        raise NotLetIn(401)
    scheme, _, token = authorization[0].partition(" ")
    if scheme.lower() != "bearer" or not token.isascii() or len(token) > LONGEST:
        raise NotLetIn(401)
    if token.count(".") != 2 or not all(token.split(".")):
        raise NotLetIn(401)
    return token


def kid_of(token: str) -> str:
    """The id of the key. Where else the header says that a key is to be found is not looked at."""
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        raise NotLetIn(401) from None
    kid = header.get("kid")
    if header.get("alg") != "RS256" or "crit" in header:
        raise NotLetIn(401)
    if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KID:
        raise NotLetIn(401)
    return kid


def is_service(address: str, services: Sequence[str]) -> bool:
    """Whether we write to this address: one of these origins, and nothing in it that could lead away."""
    if (
        not address.isascii()
        or any(sign in address for sign in "\\@?#%\t\r\n ;")
        or ".." in address
    ):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return f"{parts.scheme}://{parts.netloc}" in services


def tenants_of(activity: Mapping[str, Any]) -> set[Any]:
    """Every tenant that the activity names; empty where it names none."""
    data = activity.get("channelData") or {}
    inner = data.get("tenant")
    named = [
        activity["conversation"].get("tenantId"),
        activity["from"].get("tenantId"),
        inner.get("id") if isinstance(inner, Mapping) else inner,
    ]
    return {one if isinstance(one, str) else "?" for one in named if one is not None}
