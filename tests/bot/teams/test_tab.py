"""The home inside Teams: who Teams says is there, what they see, and how they come out of it into the browser."""

from __future__ import annotations

from typing import Any

import httpx
import jwt
import pytest
from starlette.applications import Starlette

from bot.chats import Chat
from bot.clock import wall_clock
from bot.teams import who
from bot.teams.apps import Person, Registration
from bot.teams.package import manifest
from bot.teams.tab import Tab
from bot.web.app import Web
from handlers.messages import Address
from storage import addresses
from tests.bot.teams.conftest import COUNCIL_APP, POLICE, POLICE_APP
from tests.bot.teams.connector import Connector, Json, private_key
from tests.loops import run
from tests.story import Story
from tests.visiting import Visitor

PUBLIC = "https://northport.example"
SAM = "5a5a5a5a-0000-4000-8000-000000000001"
TEAMS_WEB = "5e3ce6c0-2b1f-4285-8d4b-75ee78787346"
HOME = "/teams/northport/home"


class Here:
    """A deployment with the tab in it, and people of the story who have come in from Teams."""

    def __init__(self, story: Story, connector: Connector, council: Registration) -> None:
        self.story, self.connector, self.council = story, connector, council
        chat: Chat[Person] = Chat(
            story.database, who.accounts, now=lambda: story.now, public_address=PUBLIC
        )
        tab = Tab(story.database, chat, [council], now=lambda: story.now, public_address=PUBLIC)
        web = Web(story.database, clock=lambda: story.now, secure=False)
        web.wall = lambda: story.now
        self.app: Starlette = web.app(tab.routes())
        sam = story.person("sam")
        with story.database.writing() as session:
            there = Address("teams", council.account, SAM)
            addresses.keep(session, person=sam.person, address=there, on=story.now.date())

    def token(self, *, key: str = "k1", kid: str = "k1", **changed: Any) -> str:
        now = int(wall_clock().timestamp())
        claims = {
            "iss": f"{self.council.login}/{self.council.tenant}/v2.0",
            "aud": self.council.app_id,
            "exp": now + 3600,
            "nbf": now - 10,
            "iat": now - 10,
            "tid": self.council.tenant,
            "oid": SAM,
            "ver": "2.0",
            "scp": "access_as_user",
            "azp": TEAMS_WEB,
            "name": "Sam Hale",
            **changed,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, private_key(key), algorithm="RS256", headers={"kid": kid})

    def asks(self, path: str, token: str | None, method: str = "POST") -> httpx.Response:
        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            headers = {"authorization": f"Bearer {token}"} if token is not None else {}
            async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as client:
                return await client.request(method, path, headers=headers)

        return run(go())


@pytest.fixture
def here(story: Story, connector: Connector, council: Registration) -> Here:
    return Here(story, connector, council)


def test_the_page_holds_nothing_of_anybody_and_stands_in_teams_and_nowhere_else(here: Here) -> None:
    page = here.asks(HOME, None, "GET")
    policy = page.headers.get_list("content-security-policy")
    assert len(policy) == 1
    assert "frame-ancestors https://teams.microsoft.com" in policy[0]
    assert "script-src 'self'" in policy[0]
    assert "set-cookie" not in page.headers
    assert f'href="{PUBLIC}/home"' in page.text
    assert (
        "frame-ancestors 'none'"
        in here.asks("/sign-in", None, "GET").headers["content-security-policy"]
    )


def test_whoever_teams_says_is_there_sees_their_home(here: Here) -> None:
    here.story.clock("tick_ask")
    shown = here.asks(HOME, here.token())
    assert shown.status_code == 200
    assert "One question is open" in shown.text
    assert 'data-open="northport"' in shown.text
    assert "Sam Hale" not in shown.text


def test_whoever_is_not_known_here_is_shown_the_way_in_and_no_button(here: Here) -> None:
    shown = here.asks(HOME, here.token(oid="5a5a5a5a-0000-4000-8000-000000000002"))
    assert PUBLIC in shown.text
    assert "data-open" not in shown.text


def test_the_browser_opens_with_a_link_that_works_once_and_opens_no_duty(here: Here) -> None:
    address = here.asks(f"{HOME}/open?partnership=northport", here.token()).json()["address"]
    assert address.startswith(f"{PUBLIC}/in/")
    path = address.removeprefix(PUBLIC)
    visitor = Visitor(here.app)
    landed = visitor.post(path)
    assert landed.headers["location"] == "/home"
    assert visitor.get("/home").status_code == 200
    assert visitor.get("/lines").status_code != 200
    assert Visitor(here.app).post(path).status_code == 404
    other = here.asks(f"{HOME}/open?partnership=southmoor", here.token())
    assert other.status_code == 404


FORGED: dict[str, Json] = {
    "another app's": {"aud": POLICE_APP},
    "a list of audiences": {"aud": [COUNCIL_APP]},
    "another tenant's issuer": {"iss": f"https://login.microsoftonline.com/{POLICE}/v2.0"},
    "the connector's issuer": {"iss": "https://api.botframework.com"},
    "another tenant": {"tid": POLICE},
    "no tenant": {"tid": None},
    "version 1": {"ver": "1.0"},
    "another scope": {"scp": "User.Read"},
    "an app's own token": {"scp": None, "roles": ["x"]},
    "a client that is not Teams": {"azp": POLICE_APP},
    "no client": {"azp": None},
    "nobody": {"oid": None},
    "a list of people": {"oid": [SAM]},
    "somebody by name": {"oid": "sam@northport.example"},
    "expired": {"exp": 1_000_000_000},
    "not yet good": {"nbf": 9_000_000_000},
    "another's key": {"key": "attacker"},
    "a key nobody knows": {"key": "attacker", "kid": "k9"},
}


@pytest.mark.parametrize("name", FORGED)
@pytest.mark.parametrize("path", [HOME, f"{HOME}/open?partnership=northport"])
def test_a_token_that_is_not_for_this_tab_opens_nothing(here: Here, name: str, path: str) -> None:
    answer = here.asks(path, here.token(**FORGED[name]))
    assert answer.status_code in (401, 403)
    assert answer.content == b""


def test_without_a_token_or_without_keys_nothing_is_shown(here: Here, connector: Connector) -> None:
    assert here.asks(HOME, None).status_code == 401
    connector.keys_away = True
    assert here.asks(HOME, here.token()).status_code == 503


def test_the_tab_is_where_the_manifest_says(here: Here) -> None:
    made = manifest(name="northport", app_id=COUNCIL_APP, partnership="Northport", address=PUBLIC)
    (tab,) = made["staticTabs"]
    assert here.asks(tab["contentUrl"].removeprefix(PUBLIC), None, "GET").status_code == 200


@pytest.mark.parametrize("name", ["tab.js", "teams.min.js"])
def test_its_scripts_are_ours_to_give(here: Here, name: str) -> None:
    assert here.asks(f"/teams-static/{name}", None, "GET").status_code == 200
    assert here.asks("/teams-static/tab.py", None, "GET").status_code == 404
