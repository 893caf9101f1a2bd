"""Our registrations in Teams: each organisation's own, in its own tenant, with its secret.

A registration speaks for one tenant and no other: there is no "any tenant" here, not as a default and
not as a setting. What Microsoft runs (sign-in, keys, connector) is named once, from its own SDK.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from microsoft_teams.api.auth.cloud_environment import PUBLIC

CHANNEL = "msteams"
ISSUER = PUBLIC.token_issuer
LOGIN = PUBLIC.login_endpoint
OPENID = PUBLIC.openid_metadata_url
SCOPE = PUBLIC.bot_scope
# Where Teams may ask us to write, for the public cloud. Source: the allow-list of Microsoft's own SDKs.
SERVICES = (
    "https://smba.trafficmanager.net",
    "https://smba.onyx.prod.teams.trafficmanager.net",
    "https://smba.infra.gcc.teams.microsoft.com",
)


@dataclass(frozen=True)
class Registration:
    """One organisation's single-tenant registration.

    `name` is our word for it, in addresses and paths. `app_id` and `tenant` are GUIDs in small letters.
    `catalog_id` is the app's id in that organisation's catalogue, for links into Teams. The last three
    are other addresses of what Microsoft runs, for tests; `services` are origins (scheme and host).
    """

    name: str
    app_id: str
    tenant: str
    secret: str = field(repr=False)
    catalog_id: str = ""
    login: str = LOGIN
    openid: str = OPENID
    services: tuple[str, ...] = SERVICES

    @property
    def account(self) -> str:
        """Whose installation an address belongs to: `<name of ours>/<tenant>`."""
        return f"{self.name}/{self.tenant}"


@dataclass(frozen=True)
class Person:
    """Somebody in a tenant, as one of our registrations sees them, and where they can be written to.

    `account` is `Registration.account`, `user` their object id in the directory (Entra). `service` is the
    connector's address and `conversation` the id of their chat with us; both empty where not known.
    """

    account: str
    user: str
    service: str = ""
    conversation: str = ""
