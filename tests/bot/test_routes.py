"""Every address of the web, asked by somebody signed in and by nobody: strict headers, and nothing inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.routing import Route

from bot.openid.provider import Provider
from bot.web.app import Web
from handlers import permissions
from tests.bot.openid_provider import settings_for
from tests.bot.test_entrance import link
from tests.story import Story
from tests.visiting import Visitor

INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+\s*=|javascript:|<script(?![^>]*\ssrc=\"/static/)", re.I
)
OUTWARD = re.compile(r"(?:src|action|href)=\"(?:https?:)?//", re.I)
VALUES = {"token": "x", "name": "council", "number": "1", "person": "x", "kind": "home", "id": "x"}


def addresses(web: Web) -> list[tuple[str, str]]:
    """Method and address of every route, each parameter filled with something."""
    found = []
    for route in web.routes():
        if isinstance(route, Route):
            path = re.sub(r"{(\w+)(:\w+)?}", lambda part: VALUES.get(part[1], "x"), route.path)
            found += [(method, path) for method in sorted((route.methods or set()) - {"HEAD"})]
    return [one for one in found if one[1] != "/events"]  # never ends while somebody listens


@pytest.mark.parametrize("secure", [True, False])
def test_every_route_has_the_strict_headers_and_no_page_holds_anything_inline(
    story: Story, tmp_path: Path, secure: bool
) -> None:
    provider = Provider(settings_for("https://login.council.example", tmp_path), "https://x/back")
    web = Web(
        story.database,
        clock=lambda: story.now,
        secure=secure,
        providers=[provider],
        subdomains=True,
    )
    everybody = story.person("everything", *permissions.ROLES)
    inside, outside = Visitor(web.app()), Visitor(web.app())
    came = inside.post(f"/in/{link(story, everybody.person)}")
    inside.cookies.clear()
    inside.cookies.set(web.cookie, came.cookies[web.cookie])
    cookie = came.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert ("Secure" in cookie) is secure
    assert cookie.startswith("__Host-") is secure
    asked = addresses(web)
    assert len(asked) > 30
    seen = set()
    for visitor in (inside, outside):
        for method, path in asked:
            if path == "/sign-out":
                continue
            answer = visitor.get(path) if method == "GET" else visitor.post(path)
            where = f"{method} {path} {answer.status_code}"
            seen.add(answer.status_code)
            assert answer.status_code < 500 or path.startswith("/openid/"), where
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy, where
            assert "unsafe" not in policy, where
            assert answer.headers.get_list("content-security-policy") == [policy], where
            assert answer.headers["cache-control"] == "no-store", where
            assert answer.headers["x-content-type-options"] == "nosniff", where
            strict = "max-age=31536000; includeSubDomains" if secure else ""
            assert answer.headers.get("strict-transport-security", "") == strict, where
            assert not INLINE.search(answer.text), where
            assert not OUTWARD.search(answer.text), where
    assert {200, 303, 401, 403, 404} <= seen


def test_a_post_without_the_token_of_its_session_changes_nothing(story: Story) -> None:
    web = Web(story.database, clock=lambda: story.now, secure=False)
    visitor = Visitor(web.app())
    visitor.post(f"/in/{link(story, story.person('ana').person)}")
    posts = [path for method, path in addresses(web) if method == "POST"]
    inside = [p for p in posts if not p.startswith(("/in/", "/join/", "/sign-", "/check"))]
    assert len(inside) >= 5
    for path in inside:
        assert visitor.post(path, data={"csrf": "guessed"}).status_code == 403, path
    assert visitor.get("/home").status_code == 200
