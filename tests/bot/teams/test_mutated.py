"""Nothing that Teams can sign breaks what stands behind the door: real activities with places changed in them."""

from __future__ import annotations

import copy
import json
import logging
import random
from collections import Counter
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.chats import Chat
from bot.teams import who
from bot.teams.access import Access
from bot.teams.apps import Person, Registration
from bot.teams.front import routes
from bot.teams.keys import Keys
from bot.teams.listen import Listening
from bot.teams.send import Sender
from bot.teams.showing import Showing
from bot.teams.surfaces import message
from bot.teams.tokens import Tokens
from handlers.messages import Actor
from storage import addresses
from tests.bot.teams.connector import Account, Connector, Json
from tests.loops import run
from tests.story import Story

WORDS = "We wait a long time for an answer."
CARD = "adaptiveCard/action"


class Teams:
    """The doors of some registrations with everything behind them, and the connector that they write to."""

    def __init__(self, story: Story, connector: Connector, *registrations: Registration) -> None:
        self.story = story
        self.connector = connector

        self.registrations = registrations

        def now() -> Any:
            return story.now

        chat: Chat[Person] = Chat(
            story.database, who.accounts, now=now, public_address="https://northport.example"
        )
        listening = Listening(chat, Showing(self.sender()))
        tokens = {one.name: Tokens(one, Keys(one.openid)) for one in registrations}
        self.app = Starlette(routes=list(routes(registrations, tokens, listening)))

    def sender(self) -> Sender:
        """What writes to the connector, as a process of its own would have it."""
        clock = lambda: self.story.now  # noqa: E731
        return Sender(self.registrations, shows=message, access=Access(now=clock), now=clock)

    def account(self, registration: Registration, user: str, actor: Actor | None) -> Account:
        """Somebody in a tenant; known to us when an actor of the story is given."""
        made = Account(self.connector, self.app, registration, user)
        if actor is not None:
            there = Person(registration.account, user, self.connector.service, made.chat)
            with self.story.database.writing() as session:
                addresses.keep(
                    session,
                    person=actor.person,
                    address=who.address_of(there),
                    on=self.story.now.date(),
                )
        return made


@pytest.fixture
def teams(story: Story, connector: Connector, council: Registration) -> Teams:
    connector.limits = False
    return Teams(story, connector, council)


def actions_of(thing: Any) -> list[Json]:
    """Every action that stands anywhere in a card or an answer."""
    if isinstance(thing, list):
        return [one for part in thing for one in actions_of(part)]
    if not isinstance(thing, dict):
        return []
    own = [thing] if str(thing.get("type", "")).startswith("Action.") else []
    return own + [one for part in thing.values() for one in actions_of(part)]


def pressed(sam: Account, action: Json, **typed: str) -> Json:
    """What Teams sends when this action of a posted card or a dialog is pressed."""
    if action["type"] == "Action.Execute":
        value = {"action": {**action, "id": "x"}, "trigger": "manual"}
        return activity(sam, type="invoke", name=CARD, value=value)
    fetches = action["data"].get("msteams", {}).get("type") == "task/fetch"
    name = "task/fetch" if fetches else "task/submit"
    value = {"data": {**action["data"], **typed}, "context": {"theme": "default"}}
    return activity(sam, type="invoke", name=name, value=value)


def activity(sam: Account, **parts: Any) -> Json:
    return sam.connector.activity(sam.registration, sam.user, **parts)


def real(teams: Teams, sam: Account) -> list[Json]:
    """One real activity of each kind, as Teams sends them."""
    html = {"id": "1", "body": {"contentType": "html", "content": f"<p>{WORDS}</p>"}}
    found = [
        activity(sam, text="hello"),
        activity(sam, text="what happened"),
        activity(sam, text="connect abcdefghijk"),
        activity(
            sam,
            text="<at>heardback</at> digest",
            conversation={
                "id": "19:c@thread.tacv2",
                "conversationType": "channel",
                "isGroup": True,
                "tenantId": sam.registration.tenant,
            },
        ),
        activity(sam, type="installationUpdate", action="add"),
        activity(sam, type="conversationUpdate", membersAdded=[{"id": "28:bot"}]),
        activity(sam, type="messageReaction", reactionsAdded=[{"type": "like"}]),
        activity(sam, type="event", name="application/vnd.microsoft.readReceipt", value={}),
        activity(
            sam,
            type="invoke",
            name="composeExtension/fetchTask",
            value={"commandId": "relay", "commandContext": "message", "messagePayload": html},
        ),
        activity(sam, type="invoke", name="signin/verifyState", value={"state": "1"}),
    ]
    relay = sam.sends(found[8]).json()
    found += [pressed(sam, one, **{"box:words": WORDS}) for one in actions_of(relay)[:2]]
    sam.sends(found[0])
    found += [
        pressed(sam, one) for card in sam.messages() for one in actions_of(card["attachments"])
    ]
    return found


ODD: list[Any] = [
    None,
    "",
    0,
    -1,
    [],
    {},
    True,
    "x" * 5_000,
    "\ud800",
    "\0",
    [[]],
    {"a": {}},
    1e308,
    2**70,
    "<at>x</at>",
    "task/fetch",
    "invoke",
    "message",
]


def mutated(whole: Json, chance: random.Random) -> Json:
    """The activity with one to three places changed, taken out or put elsewhere."""
    changed = copy.deepcopy(whole)
    for _ in range(chance.randint(1, 3)):
        inner = changed.get("value")
        deep = isinstance(inner, dict) and inner and chance.random() < 0.7
        at, key = _somewhere(inner if deep else changed, chance)
        if isinstance(at, dict) and chance.random() < 0.2:
            del at[key]
        elif chance.random() < 0.1:
            other, name = _somewhere(changed, chance)
            at[key] = copy.deepcopy(other[name])
        else:
            at[key] = copy.deepcopy(chance.choice(ODD))
    return {**changed, "channelId": "msteams"} if chance.random() < 0.9 else changed


def _somewhere(whole: Any, chance: random.Random) -> tuple[Any, Any]:
    at = whole
    while True:
        key = chance.choice(list(at) if isinstance(at, dict) else range(len(at)))
        if isinstance(at[key], dict | list) and at[key] and chance.random() < 0.8:
            at = at[key]
            continue
        return at, key


def hammer(teams: Teams, times: int, seed: int) -> Counter[int]:
    """So many changed activities, each rightly signed; the statuses they were answered with."""
    chance = random.Random(seed)
    sam = teams.account(sam_of(teams), "u1", teams.story.champion("sam", "health"))
    whole = real(teams, sam)
    bearer = f"Bearer {teams.connector.token(sam.registration)}"
    headers = {"authorization": bearer, "content-type": "application/json"}
    path = f"/teams/{sam.registration.name}/messages"
    found: Counter[int] = Counter()

    async def go() -> None:
        transport = httpx.ASGITransport(app=teams.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://n.example") as door:
            for n in range(times):
                changed = mutated(chance.choice(whole), chance)
                if chance.random() < 0.9 and isinstance(changed.get("id"), str):
                    changed["id"] += f"-{seed}-{n}"
                body = json.dumps(changed).encode()
                answer = await door.post(path, content=body, headers=headers)
                found[answer.status_code] += 1
                assert answer.status_code < 500, (seed, n, changed, answer.text)

    try:
        run(go())
    finally:
        teams.connector.refused.clear()  # a changed place to write to is refused there, as it should be
    return found


def sam_of(teams: Teams) -> Registration:
    return next(iter(teams.connector.registrations.values()))


def test_signed_nonsense_never_breaks_it_and_never_reaches_a_log(
    teams: Teams, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        found = hammer(teams, 2_000, seed=11)
    assert found[200] > 500, found  # most of it gets past the door
    assert found[400] > 100, found
    assert WORDS not in caplog.text
    assert "Traceback" not in caplog.text
    assert "request could not be answered" not in caplog.text


@pytest.mark.prove
def test_a_hundred_thousand_signed_changes_break_nothing(teams: Teams) -> None:
    found: Counter[int] = Counter()
    for seed in range(100):
        found += hammer(teams, 1_000, seed)
    assert found.total() == 100_000
    print(dict(found))


@pytest.mark.prove
def test_a_hundred_thousand_bodies_without_a_token_are_turned_away(
    teams: Teams, council: Registration
) -> None:
    chance = random.Random(5)
    sam = teams.account(council, "u1", None)
    whole = json.dumps(activity(sam, text=WORDS)).encode()
    path = f"/teams/{council.name}/messages"

    async def go() -> None:
        transport = httpx.ASGITransport(app=teams.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://n.example") as door:
            for _ in range(100_000):
                body = bytearray(whole)
                for _ in range(chance.randint(0, 8)):
                    body[chance.randrange(len(body))] = chance.randrange(256)
                answer = await door.post(path, content=bytes(body))
                assert answer.status_code in (400, 401)

    run(go())


def test_an_activity_that_is_sent_again_happens_once(teams: Teams) -> None:
    ana = teams.story.champion("ana", "health")
    sam = teams.account(sam_of(teams), "u1", ana)
    leave = activity(sam, text="away until 3 January 2027")
    for _ in range(3):
        assert sam.sends(leave).status_code == 200
    with teams.story.database.reading() as session:
        from sqlalchemy import select

        from storage.models import Done

        assert len(session.scalars(select(Done)).all()) == 1
