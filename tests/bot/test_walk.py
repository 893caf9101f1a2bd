"""Every address of the web with things that no form of ours sends, and what an answer may say of us."""

from __future__ import annotations

import io
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as some
from starlette.applications import Starlette

from bot import logs
from bot.web.app import STATIC, Web
from handlers import permissions, router, views
from tests.bot.test_entrance import link
from tests.bot.test_routes import addresses
from tests.loops import run
from tests.story import Story
from tests.visiting import Visitor

SECRET = "quillwort marzipan"
NOT_SERVED = (
    "/.git/config",
    "/.env",
    "/heardback.toml",
    "/heardback.keys",
    "/static/",
    "/static/fonts/",
    "/static/../app.py",
    "/static/%2e%2e/app.py",
    "/static/..%2fapp.py",
    "/static/%2e%2e%2f%2e%2e%2fstorage/models/people.py",
    "/docs",
    "/openapi.json",
    "/debug",
    "/metrics/x",
)


def asks(app: Starlette, method: str, path: str, **more: object) -> httpx.Response:
    """One request, as the server would answer it: an exception is an answer of 500."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as one:
            return await one.request(method, path, **more)  # type: ignore[arg-type]

    return run(ask())


@pytest.fixture
def web(story: Story) -> Web:
    return Web(story.database, clock=lambda: story.now, secure=False)


def test_no_answer_lets_another_origin_in_and_each_says_what_it_is(web: Web) -> None:
    app = web.app()
    elsewhere = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    static = [f"/static/{file.name}" for file in STATIC.iterdir() if file.is_file()]
    asked = [*addresses(web), *(("GET", path) for path in static)]
    for method, path in asked:
        answer = asks(app, method, path, headers=elsewhere)
        assert not [name for name in answer.headers if name.startswith("access-control")], path
        if answer.content:
            kind = answer.headers["content-type"]
            assert "charset=utf-8" in kind or not kind.startswith("text/"), (path, kind)
        for other in ("OPTIONS", "TRACE", "CONNECT", "PUT", "DELETE", "PATCH"):
            if method == "GET" and path in ("/home", "/", "/static/live.js"):
                refused = asks(app, other, path, headers=elsewhere)
                assert refused.status_code in (404, 405), (other, path)
    for path in NOT_SERVED:
        answer = asks(app, "GET", path)
        assert answer.status_code == 404, path
        assert "Index of" not in answer.text


def test_signing_out_empties_what_the_browser_holds_and_is_one_press_away(
    web: Web, story: Story
) -> None:
    visitor = Visitor(web.app())
    visitor.post(f"/in/{link(story, story.person('ana').person)}")
    token = re.search(r'name="csrf" value="([^"]*)"', visitor.get("/account").text)
    assert token is not None
    for page in ("/home", "/chat", "/my-data", "/board"):
        assert 'href="/account"' in visitor.get(page).text, page
    out = visitor.post("/sign-out", data={"csrf": token[1]})
    assert out.headers["clear-site-data"] == '"cache", "storage"'
    assert visitor.get("/home").status_code == 401


def test_a_token_in_an_address_is_no_token(web: Web, story: Story) -> None:
    visitor = Visitor(web.app())
    visitor.post(f"/in/{link(story, story.person('ana').person)}")
    token = re.search(r'name="csrf" value="([^"]*)"', visitor.get("/chat").text)
    assert token is not None
    assert visitor.post(f"/do/stop?csrf={token[1]}").status_code == 403
    assert visitor.post("/do/stop", data={"csrf": token[1]}).status_code == 200


def test_no_script_of_ours_keeps_anything_in_the_browser_but_that_its_keys_are_off() -> None:
    kept = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|\bcaches\b|eval\(")
    only = re.compile(
        r"window\.localStorage\.(?:getItem\(OFF\)|removeItem\(OFF\)|setItem\(OFF, \"yes\"\))"
    )
    scripts = {file.name: file.read_text("utf-8") for file in sorted(STATIC.glob("*.js"))}
    assert len(scripts) >= 3
    scripts["recode.js"] = only.sub("", scripts["recode.js"])
    assert [name for name, script in scripts.items() if kept.search(script)] == []


@pytest.fixture
def heard() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    to = io.StringIO()
    logs.begin(logging.DEBUG, to)
    yield to
    root.handlers = before
    root.setLevel(level)


def test_an_error_says_nothing_of_what_is_inside(
    web: Web, story: Story, heard: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(web.app())
    visitor.post(f"/in/{link(story, story.person('ana').person)}")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(views, "home", broken)
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    answer = asks(web.app(), "GET", "/home", headers={"cookie": cookie})
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert SECRET not in heard.getvalue()
    assert "Traceback" not in answer.text


TAILS = ("", "?", "?line=%00", "?page=-1&find=%ff", "/", "/%2e%2e")
KINDS = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "application/json",
    "text/html; charset=utf-16",
    "",
)
BODIES = some.one_of(
    some.binary(max_size=200),
    some.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    some.dictionaries(some.sampled_from(["csrf", "once", "words", "choice", "x"]), some.text()).map(
        lambda typed: "&".join(f"{k}={v}" for k, v in typed.items()).encode("utf-8", "replace")
    ),
    some.binary(max_size=80).map(
        lambda inner: (
            b'--x\r\nContent-Disposition: form-data; name="words"; filename="a"\r\n\r\n'
            + inner
            + b"\r\n--x--\r\n"
        )
    ),
)


@pytest.mark.parametrize("examples", [120, pytest.param(3_000, marks=pytest.mark.prove)])
def test_whatever_is_sent_to_whatever_address_is_answered(
    web: Web, story: Story, examples: int
) -> None:
    """There is no API with a schema to test against: every route is asked instead, in and out."""
    app = web.app()
    visitor = Visitor(app)
    visitor.post(f"/in/{link(story, story.person('everything', *permissions.ROLES).person)}")
    token = re.search(r'name="csrf" value="([^"]*)"', visitor.get("/chat").text)
    assert token is not None
    inside = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items()).encode()
    asked = [*addresses(web), *(("POST", f"/do/{kind}") for kind in router.KINDS)]
    asked = [one for one in asked if one[1] not in ("/sign-out", "/account/everywhere")]
    cookies = (inside, web.cookie.encode() + b"=\xe9; =; a", b"")

    @settings(max_examples=examples, deadline=None, database=None)
    @given(data=some.data())
    def walks(data: some.DataObject) -> None:
        method, path = data.draw(some.sampled_from(asked))
        kind = data.draw(some.sampled_from(KINDS))
        tail = data.draw(some.sampled_from(TAILS))
        body = data.draw(BODIES).replace(b"csrf=", b"csrf=" + token[1].encode() + b"&x=")
        headers = {
            b"content-type": kind.encode(),
            b"cookie": data.draw(some.sampled_from(cookies)),
        }
        answer = asks(app, method, path + tail, content=body, headers=headers)
        assert answer.status_code < 500, (method, path, tail)

    walks()


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
UNCLEAR = (
    b"Content-Length: 40\r\nTransfer-Encoding: chunked",
    b"Content-Length: 5\r\nContent-Length: 6",
    b"Content-Length: +5",
    b"Content-Length: 5, 6",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding : chunked",
    b"Transfer-Encoding:\x0bchunked",
)


def test_no_second_request_hides_in_the_body_of_a_first(web: Web) -> None:
    """Over a real socket: where a request ends is never a matter of opinion."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    asked: list[str] = []
    app = web.app()

    async def noted(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            asked.append(scope["path"])
        await app(scope, receive, send)

    config = uvicorn.Config(noted, host="127.0.0.1", port=port, log_level="critical", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < end
        time.sleep(0.02)
    try:
        for unclear in UNCLEAR:
            head = b"POST /sign-out HTTP/1.1\r\nHost: x\r\n" + unclear + b"\r\n\r\n"
            with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
                line.sendall(head + b"0\r\n\r\n" + SMUGGLED)
                line.shutdown(socket.SHUT_WR)
                answered = b""
                while piece := line.recv(65_536):
                    answered += piece
            assert "/smuggled" not in asked, unclear
            assert answered.startswith(b"HTTP/1.1 400"), (unclear, answered[:80])
            assert answered.count(b"HTTP/1.1") == 1, unclear
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)
