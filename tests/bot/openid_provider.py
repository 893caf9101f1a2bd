"""Two providers on this machine: a real one from PyPI in a process of its own, and one that forges.

`oidc-provider-mock` is a whole OpenID provider (discovery, keys, codes, signed tokens) that asks for no
password. It checks no code challenge; `Forger` does, and answers with whatever token a test makes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from bot.clock import wall_clock
from bot.settings_openid import OpenidSettings
from tests.bot.mail.server import free_port

CLIENT = "heardback-client"
SECRET = "a secret with & and : in it"


@contextmanager
def real_provider() -> Iterator[str]:
    """The address of a real provider."""
    port = free_port()
    serve = (
        "import oidc_provider_mock as p; from werkzeug.serving import make_server as m; "
        f"m('127.0.0.1', {port}, p.app(require_nonce=True)).serve_forever()"
    )
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", serve],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None:
            try:
                httpx.get(f"{address}/.well-known/openid-configuration")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield address
    finally:
        process.kill()
        process.wait(10)


class Forger:
    """A provider whose tokens a test makes. As strict with us as a real one: PKCE, secret, single-use codes."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.keys = [self.key]
        self.token: Callable[[dict[str, Any]], str] = self.honest
        self.about: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.refused: list[str] = []
        forger = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                forger.get(self)

            def do_POST(self) -> None:
                forger.post(self)

            def log_message(self, *said: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Forger:
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def authorize(self, address: str) -> dict[str, str]:
        """What a browser is sent back with after somebody agreed at this address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def claims(self, asked: dict[str, str]) -> dict[str, Any]:
        now = int(wall_clock().timestamp())
        return {
            "iss": self.issuer,
            "sub": "subject-1",
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
        }

    def signed(self, claims: dict[str, Any], **header: Any) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"} | header, claims, self.key)

    def honest(self, asked: dict[str, str]) -> str:
        return self.signed(self.claims(asked))

    def get(self, on: BaseHTTPRequestHandler) -> None:
        if on.path == "/keys":
            answer(on, 200, {"keys": [key.as_dict(private=False) for key in self.keys]})
        elif on.path == "/.well-known/openid-configuration":
            about = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
            answer(on, 200, about | self.about)
        else:
            answer(on, 404, {})

    def post(self, on: BaseHTTPRequestHandler) -> None:
        length = int(on.headers.get("content-length", "0"))
        typed = {k: v[0] for k, v in parse_qs(on.rfile.read(length).decode()).items()}
        asked = self.codes.pop(typed.get("code", ""), None)
        given = on.headers.get("authorization", "Basic ").removeprefix("Basic ")
        id, _, secret = b64decode(given).decode().partition(":")
        digest = sha256(typed.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        if id != CLIENT or parse_qs(f"x={secret}").get("x") != [SECRET]:
            self.refused.append("client")
        elif asked is None:
            self.refused.append("code")
        elif asked["code_challenge"] != challenge or asked["redirect_uri"] != typed["redirect_uri"]:
            self.refused.append("challenge")
        else:
            said = {"access_token": "at", "token_type": "Bearer", "id_token": self.token(asked)}
            return answer(on, 200, said)
        return answer(on, 400, {"error": "invalid_grant"})


def answer(on: BaseHTTPRequestHandler, status: int, body: dict[str, Any]) -> None:
    raw = json.dumps(body).encode()
    on.send_response(status)
    on.send_header("content-type", "application/json")
    on.send_header("content-length", str(len(raw)))
    on.end_headers()
    on.wfile.write(raw)


def settings_for(issuer: str, folder: Path, **more: Any) -> OpenidSettings:
    secret = folder / "openid.secret"
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    secret.chmod(0o600)
    plain: dict[str, Any] = {
        "name": "council",
        "label": "Council",
        "issuer": issuer,
        "client_id": CLIENT,
        "client_secret_file": secret,
        "scopes": ("openid", "email"),
        "partnerships": frozenset({"northport", "wolds"}),
        "tenant": "",
        "hosted_domain": "",
        "match_email": False,
    }
    return OpenidSettings(**plain | more)
