"""Nobody but the connector gets past the door: forged tokens, keys that change, and a key server that is down."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette

from bot.clock import wall_clock
from bot.teams import keys as keys_module
from bot.teams.apps import ISSUER, Registration
from bot.teams.front import routes
from bot.teams.keys import Keys
from bot.teams.tokens import Tokens, is_service
from tests.bot.teams.conftest import COUNCIL_APP, POLICE, POLICE_APP
from tests.bot.teams.connector import Connector, Json, post, private_key
from tests.loops import run


class Behind:
    """Writes down what was let in."""

    def __init__(self) -> None:
        self.seen: list[Json] = []

    async def handle(
        self, registration: Registration, activity: Mapping[str, Any]
    ) -> tuple[int, Mapping[str, Any] | None]:
        self.seen.append(dict(activity))
        return 200, {"statusCode": 200} if activity["type"] == "invoke" else None


class Door:
    """One registration's door, with a clock that tests move."""

    def __init__(self, registration: Registration) -> None:
        self.at = 1_000.0
        self.behind = Behind()
        self.registration = registration
        self.keys = Keys(registration.openid, clock=lambda: self.at)
        tokens = {registration.name: Tokens(registration, self.keys)}
        self.app = Starlette(routes=list(routes([registration], tokens, self.behind)))

    def sends(
        self, activity: Json, *authorization: str, body: bytes | None = None
    ) -> httpx.Response:
        raw = json.dumps(activity).encode() if body is None else body
        headers: list[tuple[str, str | bytes]] = [("content-type", "application/json")]
        headers += [("authorization", one.encode("latin-1")) for one in authorization]
        path = f"/teams/{self.registration.name}/messages"
        return run(post(self.app, path, raw, headers))


@pytest.fixture
def door(council: Registration) -> Door:
    return Door(council)


def part(content: Any) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def hmac_signed(header: Json, claims: Json, secret: bytes) -> str:
    signed = f"{part(header)}.{part(claims)}"
    return f"{signed}.{part(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


Forge = Callable[[Connector, Registration], str]


def claims(**changed: Any) -> Forge:
    """The connector's own key, and claims that are not for us."""
    return lambda connector, council: connector.token(council, **changed)


def in_seconds(name: str, seconds: int, **more: Any) -> Forge:
    def made(connector: Connector, council: Registration) -> str:
        return connector.token(council, **{name: int(wall_clock().timestamp()) + seconds, **more})

    return made


def right(connector: Connector, council: Registration) -> Json:
    found: Json = jwt.decode(connector.token(council), options={"verify_signature": False})
    return found


def headed(signed_by: str = "k1", **header: Any) -> Forge:
    """The right claims under this header; without `kid` it names the connector's key."""

    def made(connector: Connector, council: Registration) -> str:
        shown = {"kid": "k1", **header}
        shown = {name: value for name, value in shown.items() if value is not None}
        algorithm = shown.pop("alg", "RS256")
        return jwt.encode(
            right(connector, council), private_key(signed_by), algorithm=algorithm, headers=shown
        )

    return made


def by_public_key(kind: str) -> Forge:
    """RS256 taken for HS256: the public key, which everybody has, as the secret."""

    def made(connector: Connector, council: Registration) -> str:
        public = private_key("k1").public_key()
        if kind == "pem":
            secret = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        else:
            secret = public.public_bytes(Encoding.DER, PublicFormat.PKCS1)
        header = {"alg": "HS256", "typ": "JWT", "kid": "k1"}
        return hmac_signed(header, right(connector, council), secret)

    return made


def cut(change: Callable[[str], str]) -> Forge:
    return lambda connector, council: change(connector.token(council))


def unsigned(alg: str) -> Forge:
    def made(connector: Connector, council: Registration) -> str:
        return f"{part({'alg': alg, 'kid': 'k1'})}.{part(right(connector, council))}."

    return made


def swapped(connector: Connector, council: Registration) -> str:
    """Other claims under a signature that was made for the right ones."""
    header, _, signature = connector.token(council).split(".")
    return f"{header}.{part({**right(connector, council), 'exp': 9_999_999_999})}.{signature}"


def bare_claims(content: Any) -> Forge:
    """Signed by the connector's key, and no claims at all."""

    def made(connector: Connector, council: Registration) -> str:
        return jwt.PyJWS().encode(
            content if isinstance(content, bytes) else json.dumps(content).encode(),
            private_key("k1"),
            algorithm="RS256",
            headers={"kid": "k1"},
        )

    return made


FORGED: dict[str, Forge] = {
    "another registration's": claims(aud=POLICE_APP),
    "a list with ours in it": claims(aud=[COUNCIL_APP]),
    "a list with ours and another": claims(aud=[COUNCIL_APP, POLICE_APP]),
    "no audience": claims(aud=None),
    "an empty audience": claims(aud=""),
    "ours in capitals": claims(aud=COUNCIL_APP.upper()),
    "ours as an api": claims(aud=f"api://{COUNCIL_APP}"),
    "ours with more": claims(aud=COUNCIL_APP + "0"),
    "an audience that is an object": claims(aud={"id": COUNCIL_APP}),
    "no issuer": claims(iss=None),
    "another issuer": claims(iss="https://sts.windows.net/x/"),
    "the tenant's own issuer": claims(iss=f"https://login.microsoftonline.com/{POLICE}/v2.0"),
    "the issuer with a slash": claims(iss=ISSUER + "/"),
    "a list of issuers": lambda c, r: bare_claims({**right(c, r), "iss": [ISSUER]})(c, r),
    "expired": in_seconds("exp", -301),
    "expired yesterday": in_seconds("exp", -86_400),
    "never expires": claims(exp=None),
    "expires at a word": claims(exp="soon"),
    "expires at infinity": claims(exp=float("inf")),
    "not yet good": in_seconds("nbf", 301),
    "good from next year": in_seconds("nbf", 31_536_000),
    "good since no time": claims(nbf=None),
    "issued tomorrow": in_seconds("iat", 86_400),
    "another service": claims(serviceurl="https://smba.trafficmanager.net/uk/"),
    "the service without its slash": cut(lambda token: token),  # changed below, in the activity
    "no service": claims(serviceurl=None),
    "a list of services": claims(serviceurl=["http://127.0.0.1/uk/"]),
    "none": unsigned("none"),
    "None": unsigned("None"),
    "NONE": unsigned("NONE"),
    "RS256 without a signature": unsigned("RS256"),
    "HS256 with the public key": by_public_key("pem"),
    "HS256 with the bare public key": by_public_key("der"),
    "HS256 with an empty secret": lambda c, r: hmac_signed(
        {"alg": "HS256", "kid": "k1"}, right(c, r), b""
    ),
    "RS512": headed(alg="RS512"),
    "PS256": headed(alg="PS256"),
    "another's key under our kid": headed(signed_by="attacker"),
    "a key nobody knows": headed(signed_by="attacker", kid="k9"),
    "no kid": headed(kid=None),
    "an empty kid": headed(kid=""),
    "a kid that is a path": headed(signed_by="attacker", kid="../../dev/null"),
    "a long kid": headed(signed_by="attacker", kid="k" * 5_000),
    "jku": headed(signed_by="attacker", jku="{base}/theirs"),
    "x5u": headed(signed_by="attacker", x5u="{base}/theirs"),
    "jku and a new kid": headed(signed_by="attacker", kid="k9", jku="{base}/theirs"),
    "the key in the header": headed(
        signed_by="attacker",
        jwk=jwt.algorithms.RSAAlgorithm.to_jwk(private_key("attacker").public_key(), as_dict=True),
    ),
    "x5c": headed(signed_by="attacker", x5c=["AAAA"]),
    "crit": headed(crit=["exp"], exp=9_999_999_999),
    "crit of nothing": headed(crit=[]),
    "two parts": cut(lambda token: token.rpartition(".")[0]),
    "four parts": cut(lambda token: token + ".AAAA"),
    "an empty signature": cut(lambda token: token.rpartition(".")[0] + "."),
    "a signature cut short": cut(lambda token: token[:-4]),
    "a signature with a letter changed": cut(
        lambda token: token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:]
    ),
    "two dots": cut(lambda token: ".."),
    "no header": cut(lambda token: "." + token.partition(".")[2]),
    "claims of somebody else's making": swapped,
    "claims that are a list": bare_claims([1]),
    "claims that are no JSON": bare_claims(b"\xff\xfe"),
    "claims that are too deep": bare_claims(b"[" * 5_000),
    "an empty token": cut(lambda token: ""),
    "a token that is no token": cut(lambda token: "AAAA"),
    "beyond ASCII": cut(lambda token: token + "\u00e9"),
    "very long": cut(lambda token: token + "A" * 20_000),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_not_let_in(
    door: Door, connector: Connector, council: Registration, name: str
) -> None:
    activity = connector.activity(council, "u1")
    if name == "the service without its slash":
        activity["serviceUrl"] = activity["serviceUrl"].rstrip("/")
    token = FORGED[name](connector, council)
    answer = door.sends(activity, f"Bearer {token}")
    assert answer.status_code == 401
    assert door.behind.seen == []
    assert set(connector.calls) <= {"openid", "keys"}, "a key was looked for elsewhere"


def test_there_are_at_least_forty_forged_tokens_and_the_real_one_is_let_in(
    door: Door, connector: Connector, council: Registration
) -> None:
    assert len(FORGED) >= 40
    token = connector.token(council)
    assert door.sends(connector.activity(council, "u1"), f"Bearer {token}").status_code == 200
    assert door.sends(connector.activity(council, "u1"), f"bearer {token}").status_code == 200
    assert len(door.behind.seen) == 2


@pytest.mark.parametrize(
    "authorization",
    [
        (),
        ("",),
        ("Bearer",),
        ("Bearer ",),
        ("Basic {t}",),
        ("{t}",),
        ("Bearer  {t}",),
        ("Bearer {t}", "Bearer {t}"),
        ("Bearer {t}, Bearer {t}",),
        ("Bearer {t} x",),
    ],
)
def test_one_header_with_one_bearer_token_and_nothing_else(
    door: Door, connector: Connector, council: Registration, authorization: tuple[str, ...]
) -> None:
    token = connector.token(council)
    sent = [one.replace("{t}", token) for one in authorization]
    assert door.sends(connector.activity(council, "u1"), *sent).status_code == 401
    assert door.behind.seen == []


def test_a_key_that_may_not_sign_for_teams_opens_nothing(
    door: Door, connector: Connector, council: Registration
) -> None:
    token = connector.token(council, kid="k-web")
    assert door.sends(connector.activity(council, "u1"), f"Bearer {token}").status_code == 403
    assert door.behind.seen == []


@pytest.mark.parametrize(
    "changed",
    [
        {"channelData": {"tenant": {"id": POLICE}}},
        {"channelData": {"tenant": POLICE}},
        {"channelData": {"tenant": {"id": ["x"]}}},
        {"conversation": {"id": "a:1", "tenantId": POLICE}},
        {"conversation": {"id": "a:1"}, "channelData": {}},
        {"conversation": {"id": "a:1"}, "channelData": None},
    ],
)
def test_an_activity_of_another_tenant_or_of_none_opens_nothing_whoever_signed_it(
    door: Door, connector: Connector, council: Registration, changed: Json
) -> None:
    activity = connector.activity(council, "u1", **changed)
    token = connector.token(council)
    assert door.sends(activity, f"Bearer {token}").status_code == 403
    assert door.behind.seen == []


def test_each_registration_takes_its_own_tenants_tokens_only(
    connector: Connector, council: Registration, police: Registration
) -> None:
    doors = {"council": Door(council), "police": Door(police)}
    theirs = {"council": council, "police": police}
    for name, own in theirs.items():
        activity = connector.activity(own, "u1")
        let_in = [
            at
            for at, door in doors.items()
            if door.sends(activity, f"Bearer {connector.token(own)}").status_code == 200
        ]
        assert let_in == [name]


@pytest.mark.parametrize(
    "address",
    [
        "http://smba.trafficmanager.net/uk/",
        "https://smba.trafficmanager.net.attacker.example/",
        "https://attacker.example/smba.trafficmanager.net",
        "https://smba.trafficmanager.net@attacker.example/",
        "https://attacker.trafficmanager.net/",
        "https://smba.trafficmanager.net:8443/",
        "https://SMBA.trafficmanager.net\\@attacker.example/",
        "https://smba.trafficmanager.net/../x",
        "https://smba.trafficmanager.net/%2e%2e/",
        "https://smba.trafficmanager.net/?a=https://attacker.example",
        "https://smba.trafficmanager.net/#x",
        "https://smbа.trafficmanager.net/",  # a Cyrillic letter
        "//smba.trafficmanager.net/",
        "smba.trafficmanager.net",
        "file:///etc/passwd",
        "https://[::1",
        "https://169.254.169.254/",
        "",
    ],
)
def test_we_write_to_the_connector_of_teams_and_nowhere_else(address: str) -> None:
    own = Registration("n", COUNCIL_APP, POLICE, "s")
    assert not is_service(address, own.services)
    assert is_service("https://smba.trafficmanager.net/uk/", own.services)


def test_a_token_and_an_activity_that_agree_on_a_foreign_service_open_nothing(
    door: Door, connector: Connector, council: Registration
) -> None:
    activity = connector.activity(council, "u1", serviceUrl="https://attacker.example/")
    token = connector.token(council, serviceurl="https://attacker.example/")
    assert door.sends(activity, f"Bearer {token}").status_code == 403
    assert door.behind.seen == []


def test_a_new_key_is_found_by_itself_and_an_old_one_is_gone(
    door: Door, connector: Connector, council: Registration
) -> None:
    old = connector.token(council)
    assert door.sends(connector.activity(council, "u1"), f"Bearer {old}").status_code == 200
    connector.rotates()
    door.at += 61
    new = connector.token(council)
    assert door.sends(connector.activity(council, "u1"), f"Bearer {new}").status_code == 200
    assert door.sends(connector.activity(council, "u1"), f"Bearer {old}").status_code == 401


def test_tokens_of_unknown_keys_make_us_ask_no_more_than_once_a_minute(
    door: Door, connector: Connector, council: Registration
) -> None:
    for n in range(30):
        door.at += 1
        token = headed(signed_by="attacker", kid=f"x{n}")(connector, council)
        assert door.sends(connector.activity(council, "u1"), f"Bearer {token}").status_code == 401
    assert connector.calls.count("keys") == 1


def test_without_a_key_server_nothing_is_let_in_and_it_heals_when_that_is_back(
    door: Door, connector: Connector, council: Registration
) -> None:
    connector.keys_away = True
    token = connector.token(council)
    for _ in range(3):
        answer = door.sends(connector.activity(council, "u1"), f"Bearer {token}")
        assert answer.status_code == 503
        door.at += 11
    assert door.behind.seen == []
    connector.keys_away = False
    assert door.sends(connector.activity(council, "u1"), f"Bearer {token}").status_code == 200


def test_known_keys_last_through_a_short_outage_and_not_through_a_day(
    door: Door, connector: Connector, council: Registration
) -> None:
    token = connector.token(council)
    activity = connector.activity(council, "u1")
    assert door.sends(activity, f"Bearer {token}").status_code == 200
    connector.keys_away = True
    door.at += keys_module.RENEW_AFTER + 1
    assert door.sends(activity, f"Bearer {token}").status_code == 200
    forged = headed(signed_by="attacker", kid="k9")(connector, council)
    assert door.sends(activity, f"Bearer {forged}").status_code == 503
    door.at += keys_module.TRUSTED_FOR
    assert door.sends(activity, f"Bearer {token}").status_code == 503
    assert len(door.behind.seen) == 2


@pytest.mark.parametrize("bits", [1024])
def test_a_small_key_is_no_key(
    door: Door, connector: Connector, council: Registration, bits: int
) -> None:
    connector.keys["small"] = (private_key("small", bits), ["msteams"])
    claims = right(connector, council)
    with pytest.warns(jwt.warnings.InsecureKeyLengthWarning):
        token = jwt.encode(
            claims, private_key("small", bits), algorithm="RS256", headers={"kid": "small"}
        )
    assert door.sends(connector.activity(council, "u1"), f"Bearer {token}").status_code == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://attacker.example"},
        {"jwks_uri": "http://localhost:9/keys"},
        {"jwks_uri": None},
        {"id_token_signing_alg_values_supported": ["HS256"]},
    ],
)
def test_a_key_server_that_is_not_microsofts_is_not_believed(
    door: Door,
    connector: Connector,
    council: Registration,
    changed: Json,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    async def says(http: Any, address: str) -> Json:
        asked.append(address)
        return {
            "issuer": ISSUER,
            "jwks_uri": f"{connector.base}/v1/.well-known/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            **changed,
        }

    monkeypatch.setattr(keys_module, "_object", says)
    token = connector.token(council)
    assert door.sends(connector.activity(council, "u1"), f"Bearer {token}").status_code == 503
    assert asked == [council.openid]
