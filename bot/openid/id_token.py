"""What of an ID token is believed: signed by the issuer's own key, for us, now, and for this very sign-in.

Source: OpenID Connect Core 1.0, 3.1.3.7, and stricter where it leaves a choice: RS256 and ES256 and no
other, one audience which is ours, a nonce always, and no header that says where a key is to be found.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

from bot.settings_openid import OpenidSettings

ALGORITHMS = {"RSA": "RS256", "EC": "ES256"}
LEEWAY = 120  # seconds that clocks may differ by
OLDEST = 24 * 60 * 60  # seconds; of a sign-in there whose time is of any use here
LONGEST = 16 * 1024  # characters
LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, 2: characters of ASCII
TEAM = "https://slack.com/team_id"


class NotBelieved(Exception):
    """The token does not say who this is. The reason is one word of ours, fit for a log."""


@dataclass(frozen=True)
class Account:
    """An account with a provider. `email` is empty unless the provider itself has verified it.

    `signed_in_at` is when they showed the provider who they are; None where it does not say.
    """

    issuer: str
    subject: str
    email: str
    signed_in_at: datetime | None


@dataclass(frozen=True)
class Signed:
    """A token whose header was looked at; nothing in it is believed yet."""

    token: str
    access_token: str
    algorithm: str
    kid: str

    @staticmethod
    def of(token: object, access_token: object) -> Signed:
        """Raises NotBelieved where it is no token of a kind that is looked at."""
        if not isinstance(token, str) or not token.isascii() or len(token) > LONGEST:
            raise NotBelieved("token")
        if token.count(".") != 2 or not all(token.split(".")):
            raise NotBelieved("token")
        head = token.partition(".")[0]
        try:
            header = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
        except (ValueError, RecursionError):
            raise NotBelieved("header") from None
        if not isinstance(header, dict) or header.get("alg") not in ALGORITHMS.values():
            raise NotBelieved("alg")
        if {"crit", "b64", "jwk", "jku", "x5u", "x5c"} & header.keys():
            raise NotBelieved("header")
        kid = header.get("kid", "")
        if not isinstance(kid, str) or len(kid) > 200:
            raise NotBelieved("kid")
        given = access_token if isinstance(access_token, str) else ""
        return Signed(token, given, header["alg"], kid)


def read(
    signed: Signed, key: RSAKey | ECKey, *, settings: OpenidSettings, nonce: str, now: datetime
) -> Account:
    """The account that the token is about; raises NotBelieved."""
    if ALGORITHMS.get(key.key_type) != signed.algorithm:
        raise NotBelieved("alg")
    try:
        rules = JWSRegistry(algorithms=[signed.algorithm], strict_check_header=False)
        token = jwt.decode(signed.token, key, algorithms=[signed.algorithm], registry=rules)
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": settings.issuer},
                "aud": {"essential": True, "value": settings.client_id},
                "sub": {"essential": True},
            },
            {
                "nonce": nonce,
                "client_id": settings.client_id,
                "access_token": signed.access_token,
            },
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except (JoseError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise NotBelieved(str(getattr(error, "claim", "")) or "signature") from None
    return _account(claims, settings, now)


def _account(claims: Mapping[str, Any], settings: OpenidSettings, now: datetime) -> Account:
    if claims["aud"] not in (settings.client_id, [settings.client_id]):
        raise NotBelieved("aud")  # another audience besides ours is somebody we do not know
    if claims["iss"] != settings.issuer:
        raise NotBelieved("iss")
    subject = claims["sub"]
    if not isinstance(subject, str) or not subject.isascii():
        raise NotBelieved("sub")
    if not 0 < len(subject) <= LONGEST_SUBJECT:
        raise NotBelieved("sub")
    if settings.tenant and settings.tenant not in (claims.get("tid"), claims.get(TEAM)):
        raise NotBelieved("tenant")
    if settings.hosted_domain and settings.hosted_domain != claims.get("hd"):
        raise NotBelieved("hd")
    email = claims.get("email")
    verified = claims.get("email_verified") is True and isinstance(email, str)
    at = _signed_in_at(claims.get("auth_time"), now)
    return Account(settings.issuer, subject, str(email) if verified else "", at)


def _signed_in_at(said: object, now: datetime) -> datetime | None:
    """The time of `auth_time`, never later than now; a provider's odd value says nothing."""
    if not isinstance(said, int) or isinstance(said, bool):
        return None
    ago = int(now.timestamp()) - said
    if not -LEEWAY <= ago <= OLDEST:
        return None
    return now - timedelta(seconds=max(ago, 0))
