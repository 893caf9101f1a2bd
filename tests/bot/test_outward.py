"""What we ask of other computers: the addresses that were meant, no redirect, and no more than a little."""

from __future__ import annotations

import ast
import gzip
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import aiohttp
import pytest

from bot.answers import body_of
from bot.openid import fetching
from bot.openid.fetching import Outside, Unbelievable, may_ask
from bot.slack.apps import client
from bot.teams.keys import _keys_at
from bot.teams.tokens import is_service
from tests.loops import run
from tests.patterns import PROJECT, sources

ISSUER = "https://login.council.example"
TRAPS = (
    "http://169.254.169.254/latest/meta-data/",
    "https://169.254.169.254/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fd00::1]/",
    "https://10.0.0.1/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://1.0.0.127.in-addr.arpa/",
    "https://intranet/",
    f"https://{ISSUER.removeprefix('https://')}@127.0.0.1/",
    "https://login.council.example:443@127.0.0.1/",
    "https://127.0.0.1\\@login.council.example/",
    "https://①②⑦.⓪.⓪.①/",
    "http://login.elsewhere.example/",
    "file:///etc/passwd",
    "gopher://login.council.example/",
    "ftp://login.council.example/",
    "//login.council.example/",
    "https:///nobody",
    "https://login.council.example:port/",
    "javascript:alert(1)",
    "",
    " https://login.council.example/",
)


async def _asked(address: str) -> bool:
    """Whether a connection to this address would be tried, all names resolved for real."""
    if not may_ask(address, ISSUER):
        return False
    host = aiohttp.client_reqrep.URL(address).host or ""
    try:
        found = await Outside(ISSUER.removeprefix("https://")).resolve(host, 443)
    except OSError:
        return False
    return bool(found)


@pytest.mark.parametrize("address", TRAPS)
def test_no_address_of_ours_leads_inside_the_network(address: str) -> None:
    assert not run(_asked(address))
    assert not is_service(address, ("https://smba.trafficmanager.net",))
    with pytest.raises((Unbelievable, OSError, ValueError)):
        run(fetching.get(address, issuer=ISSUER))


def test_the_addresses_that_were_meant_are_asked() -> None:
    assert may_ask(f"{ISSUER}/keys", ISSUER)
    assert may_ask("https://keys.elsewhere.example/", ISSUER)
    assert may_ask("https://93.184.216.34/keys", ISSUER)


class Elsewhere(BaseHTTPRequestHandler):
    """Sends everybody to another address of the same machine, and counts who comes."""

    came: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        self.rfile.read(length)
        if self.path == "/trap":
            self.came.append(self.command)
        self.send_response(200 if self.path == "/trap" else self.server.status)  # type: ignore[attr-defined]
        self.send_header("location", "/trap")
        self.send_header("content-type", "application/json")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *said: object) -> None:
        pass


@contextmanager
def answering(handler: type[BaseHTTPRequestHandler]) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_who_answers_can_send_us_elsewhere(status: int) -> None:
    Elsewhere.came.clear()
    with answering(Elsewhere) as server:
        server.status = status  # type: ignore[attr-defined]
        base = f"http://127.0.0.1:{server.server_port}"
        with suppress(Unbelievable):
            run(fetching.get(f"{base}/document", issuer=base))
        run(fetching.post(f"{base}/token", {}, {}, issuer=base))
        with suppress(ValueError):
            run(_keys_at(f"{base}/openid", base))

        async def slack() -> None:
            await client("xoxb-drama", base=f"{base}/api/").api_test()

        with suppress(Exception):  # whatever the SDK makes of it, nobody was asked elsewhere
            run(slack())
    assert Elsewhere.came == []


def test_every_request_of_ours_says_that_no_redirect_is_followed() -> None:
    """Every call that aiohttp makes for us, wherever it is written."""
    found = []
    for file, tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            owner, method = node.func.value, node.func.attr
            if isinstance(owner, ast.Name) and owner.id == "http" and method != "close":
                said = {word.arg: word.value for word in node.keywords}.get("allow_redirects")
                where = f"{file.relative_to(PROJECT)}:{node.lineno}"
                found.append((where, isinstance(said, ast.Constant) and said.value is False))
    assert len(found) >= 5
    assert [where for where, refused in found if not refused] == []


class Bursting(BaseHTTPRequestHandler):
    """Answers 200 MB of spaces in 200 KB."""

    packed: ClassVar[bytes] = gzip.compress(b" " * 1024**2) * 200

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-encoding", "gzip")
        self.send_header("content-length", str(len(self.packed)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(self.packed)

    def log_message(self, *said: object) -> None:
        pass


def test_an_answer_that_bursts_is_refused_before_it_fills_the_memory() -> None:
    most = 512 * 1024

    async def ask(address: str) -> bytes:
        async with aiohttp.ClientSession() as http, http.get(address) as answer:
            return await body_of(answer, most=most)

    with answering(Bursting) as server:
        tracemalloc.start()
        with pytest.raises((ValueError, aiohttp.ClientError)):
            run(ask(f"http://127.0.0.1:{server.server_port}/"))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 64 * 1024**2
