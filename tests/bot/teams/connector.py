"""What Microsoft runs, as strict as the real thing: sign-in, signing keys and the connector of Teams.

It speaks HTTP on this machine. One side gives tokens to registrations with the right secret and tenant,
and publishes the keys it signs with; the other takes activities into conversations that exist, counts
each window of Teams' limits, and can be told to fail: 412, 429, 502, 504, 403, 404, a stall, or a post
that is kept while its answer is lost. Every request and what became of it is a line in a file on disk.

Sources: Microsoft, "Authentication with the Bot Connector API", "Send proactive messages",
"Optimize your bot with rate limiting in Teams".
"""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm
from microsoft_teams.api import MessageActivityInput
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.clock import wall_clock
from bot.teams.apps import CHANNEL, ISSUER, SCOPE, Registration
from tests.loops import run

SECRET = "drama-client-secret"
MOST_BYTES = 28 * 1024  # a message with a card
WINDOWS = ((1.0, 7), (2.0, 8), (30.0, 60), (3600.0, 1800))  # seconds and messages in one thread
TENANT = ((1.0, 50),)  # of one app in one tenant
Json = dict[str, Any]

# Making an RSA key takes a while, so a run makes each of these once.
_made: dict[str, RSAPrivateKey] = {}


def private_key(name: str, bits: int = 2048) -> RSAPrivateKey:
    """The same key for the same name, for as long as the tests run."""
    if name not in _made:
        _made[name] = generate_private_key(public_exponent=65537, key_size=bits)
    return _made[name]


@dataclass
class Fault:
    """What the next post is answered with. `kept`: it is there all the same; `stall`: seconds to wait."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    kept: bool = False
    stall: float = 0.0
    cut: bool = False  # the connection ends without an answer


@dataclass
class Connector:
    """Everything that Microsoft would remember. `clock` is its own, in seconds; it signs at real time."""

    log: Path
    base: str = ""
    keys: dict[str, tuple[RSAPrivateKey, list[str]]] = field(default_factory=dict)
    registrations: dict[str, Registration] = field(default_factory=dict)  # by app id
    conversations: dict[str, Json] = field(default_factory=dict)  # id -> tenant, app, user
    messages: dict[str, list[Json]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # whatever the real connector would refuse
    calls: list[str] = field(default_factory=list)
    keys_away: bool = False
    tokens_away: bool = False
    lasts: int = 3600  # seconds for which a token is good
    limits: bool = True
    clock: Callable[[], float] | None = None
    _posts: dict[str, list[float]] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.keys.setdefault("k1", (private_key("k1"), [CHANNEL, "webchat"]))
        self.keys.setdefault("k-web", (private_key("k-web"), ["webchat", "directline"]))

    def now(self) -> float:
        return wall_clock().timestamp() if self.clock is None else self.clock()

    @property
    def service(self) -> str:
        """What activities name as `serviceUrl`."""
        return f"{self.base}/uk/"

    def registers(self, name: str, tenant: str, app_id: str, **more: Any) -> Registration:
        """An organisation's registration, good for this connector alone."""
        made = Registration(
            name=name,
            app_id=app_id,
            tenant=tenant,
            secret=SECRET,
            login=self.base,
            openid=f"{self.base}/v1/.well-known/openidconfiguration",
            services=(self.base,),
            **more,
        )
        self.registrations[app_id] = made
        return made

    def chat(self, registration: Registration, user: str) -> str:
        """The personal chat between somebody and the app, made when it is first asked for."""
        id = f"a:{registration.tenant[:8]}-{user}"
        self.conversations.setdefault(
            id, {"tenant": registration.tenant, "app": registration.app_id, "user": user}
        )
        return id

    def rotates(self) -> None:
        """From now on the connector signs with another key, and the first one is gone."""
        self.keys.pop("k1", None)
        self.keys.setdefault("k2", (private_key("k2"), [CHANNEL]))

    @property
    def kid(self) -> str:
        """The id of the key with which activities of Teams are signed now."""
        return next(kid for kid, (_, endorsed) in self.keys.items() if CHANNEL in endorsed)

    # what the connector sends

    def token(
        self, registration: Registration, *, kid: str = "", key: Any = None, **changed: Any
    ) -> str:
        """A token of the connector's for this registration; `changed` claims, None leaves one out."""
        kid = kid or self.kid
        now = int(wall_clock().timestamp())
        claims = {
            "iss": ISSUER,
            "aud": registration.app_id,
            "exp": now + 3600,
            "nbf": now - 10,
            "serviceurl": self.service,
            **changed,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        with_key = key or self.keys[kid][0]
        return jwt.encode(claims, with_key, algorithm="RS256", headers={"kid": kid, "x5t": kid})

    def activity(self, registration: Registration, user: str, **parts: Any) -> Json:
        """What Teams sends when somebody does something in their personal chat."""
        n = next(self._ids)
        return {
            "type": "message",
            "id": f"{1_700_000_000_000 + n}",
            "timestamp": "2026-02-02T09:00:00.000Z",
            "localTimezone": "Europe/London",
            "serviceUrl": self.service,
            "channelId": CHANNEL,
            "from": {"id": f"29:{user}", "name": "Somebody", "aadObjectId": user},
            "conversation": {
                "conversationType": "personal",
                "tenantId": registration.tenant,
                "id": self.chat(registration, user),
            },
            "recipient": {"id": f"28:{registration.app_id}", "name": "heardback"},
            "channelData": {"tenant": {"id": registration.tenant}},
            "locale": "en-GB",
            **parts,
        }

    # what the connector is asked

    async def openid(self, request: Request) -> Response:
        self.calls.append("openid")
        if self.keys_away:
            return Response(status_code=503)
        return JSONResponse(
            {
                "issuer": ISSUER,
                "jwks_uri": f"{self.base}/v1/.well-known/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def tenants(self, request: Request) -> Response:
        """The sign-in of one tenant, which signs with the same keys here."""
        self.calls.append("openid")
        if self.keys_away:
            return Response(status_code=503)
        return JSONResponse(
            {
                "issuer": f"{self.base}/{request.path_params['tenant']}/v2.0",
                "jwks_uri": f"{self.base}/v1/.well-known/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def published(self, request: Request) -> Response:
        self.calls.append("keys")
        if self.keys_away:
            return Response(status_code=503)
        rows = []
        for kid, (key, endorsements) in self.keys.items():
            row = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
            rows.append({**row, "use": "sig", "kid": kid, "x5t": kid, "endorsements": endorsements})
        return JSONResponse({"keys": rows})

    async def grant(self, request: Request) -> Response:
        """Client credentials, from the tenant's own authority."""
        self.calls.append("token")
        if self.tokens_away:
            return Response(status_code=503)
        asked = dict(await request.form())
        known = self.registrations.get(str(asked.get("client_id")))
        if known is None or known.tenant != request.path_params["tenant"]:
            return self._wrong("unauthorized_client", 400)
        if asked.get("client_secret") != known.secret:
            return self._wrong("invalid_client", 401)
        if asked.get("grant_type") != "client_credentials" or asked.get("scope") != SCOPE:
            return self._wrong("invalid_scope", 400)
        now = int(self.now())
        token = jwt.encode(
            {"appid": known.app_id, "tid": known.tenant, "exp": now + self.lasts},
            "sign-in-drama-secret-of-32-bytes-at-least",
            algorithm="HS256",
        )
        return JSONResponse(
            {"token_type": "Bearer", "expires_in": self.lasts, "access_token": token}
        )

    def _wrong(self, error: str, status: int) -> Response:
        self.refused.append(error)
        return JSONResponse({"error": error, "error_description": "AADSTS: said at length"}, status)

    def _whose(self, request: Request) -> Registration | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            claims = jwt.decode(token, options={"verify_signature": False})
        except jwt.InvalidTokenError:
            return None
        if scheme != "Bearer" or claims["exp"] <= self.now():
            return None
        known = self.registrations.get(claims["appid"])
        return known if known and known.tenant == claims["tid"] else None

    async def opens(self, request: Request) -> Response:
        """The chat that one member has with the app; the same one however often it is asked for."""
        self.calls.append("conversation")
        who, asked = self._whose(request), await request.json()
        if who is None:
            return self._error(401, "Unauthorized")
        if asked.get("tenantId") != who.tenant or len(asked.get("members", ())) != 1:
            return self._error(400, "BadArgument")
        return JSONResponse({"id": self.chat(who, asked["members"][0]["id"])}, 201)

    async def posts(self, request: Request) -> Response:
        return await self._takes(request, "post")

    async def puts(self, request: Request) -> Response:
        return await self._takes(request, "put")

    async def _takes(self, request: Request, how: str) -> Response:
        self.calls.append(how)
        body = await request.body()
        conversation = request.path_params["conversation"]
        answer = self._may(request, conversation, body)
        if answer is not None:
            return self._told(how, conversation, answer, {})
        if self._too_many(conversation) or self._too_many(self._app_of(conversation), TENANT):
            return self._told(how, conversation, self._error(429, "Throttled"), {}, wait="2")
        fault = self.faults.pop(0) if self.faults else Fault()
        given = json.loads(body)
        if fault.stall:
            await asyncio.sleep(fault.stall)
        if fault.status >= 300 and not fault.kept:
            answer = JSONResponse({"error": {"code": "x"}}, fault.status, dict(fault.headers))
            return self._told(how, conversation, answer, given)
        made = self._keeps(how, conversation, request.path_params.get("activity", ""), given)
        if made is None:
            return self._told(how, conversation, self._error(404, "ActivityNotFound"), given)
        if fault.cut:
            self._writes(how, conversation, 0, given)
            raise ConnectionResetError
        status = fault.status if fault.status >= 300 else 201 if how == "post" else 200
        return self._told(how, conversation, JSONResponse({"id": made}, status), given)

    def _may(self, request: Request, conversation: str, body: bytes) -> Response | None:
        who, there = self._whose(request), self.conversations.get(conversation)
        if who is None:
            return self._error(401, "Unauthorized")
        if there is None:
            return self._error(404, "ConversationNotFound")
        if there["app"] != who.app_id or there["tenant"] != who.tenant:
            return self._error(403, "BotNotInConversationRoster")
        if there.get("gone"):
            return self._error(403, there["gone"])
        if len(body) > MOST_BYTES:
            return self._error(413, "MessageSizeTooBig")
        try:
            given = json.loads(body)
        except ValueError:
            return self._error(400, "BadSyntax")
        if given.get("type") != "message" or not (given.get("text") or given.get("attachments")):
            return self._error(400, "BadArgument")
        try:
            MessageActivityInput.model_validate(given)
        except ValidationError:
            return self._error(400, "BadSyntax")
        for one in given.get("attachments", ()):
            if one.get("contentType") != "application/vnd.microsoft.card.adaptive":
                return self._error(400, "BadArgument")
        return None

    def _error(self, status: int, code: str) -> Response:
        if status != 429 and code not in ("MessageWritesBlocked", "BotNotInConversationRoster"):
            self.refused.append(code)
        return JSONResponse({"error": {"code": code, "message": code}}, status)

    def _app_of(self, conversation: str) -> str:
        there = self.conversations[conversation]
        return f"{there['app']} {there['tenant']}"

    def _too_many(self, where: str, windows: tuple[tuple[float, int], ...] = WINDOWS) -> bool:
        if not self.limits:
            return False
        posts, now = self._posts.setdefault(where, []), self.now()
        if any(sum(at > now - span for at in posts) >= most for span, most in windows):
            return True
        posts.append(now)
        return False

    def _keeps(self, how: str, conversation: str, activity: str, given: Json) -> str | None:
        there = self.messages.setdefault(conversation, [])
        if how == "post":
            there.append({**given, "id": f"m{next(self._ids):09d}"})
            return str(there[-1]["id"])
        for n, kept in enumerate(there):
            if kept["id"] == activity:
                there[n] = {**given, "id": activity}
                return activity
        return None

    def _told(
        self, how: str, conversation: str, answer: Response, given: Json, wait: str = ""
    ) -> Response:
        if wait:
            answer.headers["retry-after"] = wait
        self._writes(how, conversation, answer.status_code, given)
        return answer

    def _writes(self, how: str, conversation: str, status: int, given: Json) -> None:
        line = {"how": how, "conversation": conversation, "status": status, "at": self.now()}
        with self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**line, "activity": given}) + "\n")

    def app(self) -> Starlette:
        activities = "/{area}/v3/conversations/{conversation:path}/activities"
        return Starlette(
            routes=[
                Route("/v1/.well-known/openidconfiguration", self.openid),
                Route("/{tenant}/v2.0/.well-known/openid-configuration", self.tenants),
                Route("/v1/.well-known/keys", self.published),
                Route("/{tenant}/oauth2/v2.0/token", self.grant, methods=["POST"]),
                Route("/{area}/v3/conversations", self.opens, methods=["POST"]),
                Route(activities, self.posts, methods=["POST"]),
                Route(activities + "/{activity}", self.puts, methods=["PUT"]),
            ]
        )


@contextmanager
def running(connector: Connector) -> Iterator[Connector]:
    """Listen on a free port of this machine for as long as this lasts."""
    config = uvicorn.Config(connector.app(), host="127.0.0.1", port=0, log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    connector.base = f"http://127.0.0.1:{port}"
    try:
        yield connector
    finally:
        server.should_exit = True
        thread.join(5)


async def post(app: Starlette, path: str, body: bytes, headers: Any) -> httpx.Response:
    """One request to the app, as from outside; `headers` in any form that httpx takes."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        return await client.post(path, content=body, headers=headers)


@dataclass
class Account:
    """Somebody in a tenant: what they do comes signed by the connector, through our own door."""

    connector: Connector
    app: Starlette
    registration: Registration
    user: str  # their object id in the directory

    @property
    def chat(self) -> str:
        return self.connector.chat(self.registration, self.user)

    def does(self, **parts: Any) -> httpx.Response:
        """Send an activity of theirs; `parts` as in an activity (type, name, value, text…)."""
        return self.sends(self.connector.activity(self.registration, self.user, **parts))

    def sends(self, activity: Json) -> httpx.Response:
        """Send this activity, signed; the same one again is a re-sent one."""
        token = self.connector.token(self.registration)
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        path = f"/teams/{self.registration.name}/messages"
        return run(post(self.app, path, json.dumps(activity).encode(), headers))

    def invokes(self, name: str, value: Json, **parts: Any) -> Json:
        """An invoke (a button of a card, a dialog, a message extension); returns its answer's body."""
        answer = self.does(type="invoke", name=name, value=value, **parts)
        assert answer.status_code == 200, answer.status_code
        found: Json = answer.json()
        return found

    def messages(self) -> list[Json]:
        """Everything that stands in their chat from us."""
        return self.connector.messages.get(self.chat, [])
