"""Letting the app into a workspace: begun by an administrator, finished once, and ended at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import httpx
import pytest
from starlette.applications import Starlette

from bot.slack.apps import App
from bot.slack.install import Installing, rotate, tokens
from storage import installations
from tests.bot.slack.conftest import NAME, Slack
from tests.bot.slack.workspace import SECRET, TEAM, TOKEN
from tests.loops import run

ACCOUNT = f"{NAME}/{TEAM}"


@pytest.fixture
def hosted(slack: Slack) -> App:
    """An app that several workspaces may install: it has no token of its own."""
    base = slack.workspace.base
    return App(NAME, SECRET, client_id="1.2", client_secret="cs-drama", base=base)


def door(slack: Slack, app: App, *, administrator: bool = True) -> Starlette:
    installing = Installing(
        slack.story.database,
        app,
        now=lambda: slack.story.now,
        public_address="https://northport.example",
        may=lambda request: administrator,
    )
    return Starlette(routes=list(installing.routes()))


async def installs(app: Starlette, code: str, state: str = "") -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="https://northport.example"
    ) as browser:
        begun = await browser.get(f"/slack/{NAME}/install")
        if begun.status_code != 303:
            return begun
        asked = parse_qs(urlparse(begun.headers["location"]).query)
        state = state or asked["state"][0]
        return await browser.get(f"/slack/{NAME}/installed", params={"code": code, "state": state})


def test_an_administrator_lets_it_in_and_the_token_is_found_sealed(
    slack: Slack, hosted: App
) -> None:
    slack.workspace.codes.add("code-1")
    answer = run(installs(door(slack, hosted), "code-1"))
    assert "let in" in answer.text
    assert tokens(slack.story.database, {NAME: hosted})(ACCOUNT) == TOKEN
    assert TOKEN.encode() not in slack.story.everything()


def test_another_state_another_code_and_anybody_else_are_not_let_in(
    slack: Slack, hosted: App
) -> None:
    slack.workspace.codes.add("code-1")
    assert run(installs(door(slack, hosted), "code-1", state="forged")).status_code == 403
    assert run(installs(door(slack, hosted), "code-2")).status_code == 400
    nobody = door(slack, hosted, administrator=False)
    assert run(installs(nobody, "code-1")).status_code == 403
    assert tokens(slack.story.database, {NAME: hosted})(ACCOUNT) is None
    slack.workspace.refused.clear()


def test_tokens_are_replaced_before_they_end_and_not_sooner(slack: Slack, hosted: App) -> None:
    slack.workspace.codes.add("code-1")
    run(installs(door(slack, hosted), "code-1"))
    database, now = slack.story.database, slack.story.now
    assert run(rotate(database, {NAME: hosted}, now=now)) == 0
    with database.reading() as session:
        before = installations.find(session, "slack", ACCOUNT)
    later = now + timedelta(hours=11)
    assert run(rotate(database, {NAME: hosted}, now=later)) == 1
    with database.reading() as session:
        after = installations.find(session, "slack", ACCOUNT)
    assert before is not None
    assert after is not None
    assert after.refresh != before.refresh
    assert after.expires_at == later + timedelta(hours=12)


def test_a_workspace_that_takes_the_app_out_is_forgotten_at_once(slack: Slack) -> None:
    with slack.story.database.writing() as session:
        installations.keep(session, "slack", ACCOUNT, installations.Installed("xoxb-other"))
    member = slack.member(None, "U1")
    member.event({"type": "app_uninstalled"})
    with slack.story.database.reading() as session:
        assert installations.find(session, "slack", ACCOUNT) is None


def test_an_apps_own_token_serves_without_any_installation(slack: Slack, hosted: App) -> None:
    own = replace(hosted, token="xoxb-own")
    assert tokens(slack.story.database, {NAME: own})(ACCOUNT) == "xoxb-own"
    assert tokens(slack.story.database, {})("other/T1") is None


def test_the_cookie_of_letting_it_in_is_this_hosts_alone(slack: Slack, hosted: App) -> None:
    async def begins() -> httpx.Response:
        transport = httpx.ASGITransport(door(slack, hosted))
        async with httpx.AsyncClient(
            transport=transport, base_url="https://northport.example"
        ) as browser:
            return await browser.get(f"/slack/{NAME}/install")

    cookie = run(begins()).headers["set-cookie"]
    assert cookie.startswith("__Host-slack_state=")
    for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie
