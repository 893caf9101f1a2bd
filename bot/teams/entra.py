"""Who opened our tab: a token that Teams asked of the person's own tenant, for our registration and nothing else.

Single sign-on gives the object id and the tenant, and access to nothing. Sources: Microsoft, "Enable SSO
for tab app" and "Access token claims reference" (version 2 tokens).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.teams.apps import Person, Registration
from bot.teams.keys import Keys
from bot.teams.tokens import NotLetIn, verified

OURS = "access_as_user"  # the scope that the registration offers
TEAMS = frozenset(  # the clients that an administrator lets ask for it: Teams on devices, Teams on the web
    {"1fec8e78-bce4-4aaf-ab1b-5451cc387264", "5e3ce6c0-2b1f-4285-8d4b-75ee78787346"}
)
_OBJECT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


class SignIns:
    """Verifies for one registration."""

    def __init__(self, registration: Registration, keys: Keys | None = None) -> None:
        self.registration = registration
        self.issuer = f"{registration.login}/{registration.tenant}/v2.0"
        openid = f"{self.issuer}/.well-known/openid-configuration"
        self.keys = keys or Keys(openid, issuer=self.issuer)

    async def person(self, authorization: Sequence[str]) -> Person:
        """Whose token this is.

        Raises:
            NotLetIn: it is no good here.
            KeysAway: the keys could not be fetched, so nobody can say.
        """
        _, claims = await verified(
            authorization, self.keys, audience=self.registration.app_id, issuer=self.issuer
        )
        if not self._fits(claims):
            raise NotLetIn(403)
        return Person(self.registration.account, claims["oid"])

    def _fits(self, claims: Mapping[str, Any]) -> bool:
        user, scopes = claims.get("oid"), claims.get("scp")
        return (
            claims.get("ver") == "2.0"
            and claims.get("tid") == self.registration.tenant
            and claims.get("azp") in TEAMS
            and isinstance(scopes, str)
            and OURS in scopes.split()
            and isinstance(user, str)
            and bool(_OBJECT.match(user))
        )
