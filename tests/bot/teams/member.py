"""People in Teams: what they press, fill in and say, as the activities that Teams makes of it.

Every card and dialog that comes back is checked as Teams would (`tests.bot.teams.validate`). Activities have
the shapes of Microsoft's documentation of bots, dialogs, message extensions and universal actions.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

from bot.chats import Chat
from bot.sending import Message, Refused
from bot.teams import who
from bot.teams.apps import Person, Registration
from bot.teams.cards import BOX
from bot.teams.listen import Listening
from bot.teams.showing import Showing
from bot.teams.surfaces import message
from handlers.messages import Actor, Address
from storage import addresses
from tests.bot.teams.validate import card_of, every, problems
from tests.loops import run
from tests.story import Story

Json = dict[str, Any]
TENANT = "11111111-1111-4111-8111-111111111111"
COUNCIL = Registration("northport", "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", TENANT, "s")
SERVICE = "https://smba.trafficmanager.net/uk/"
CHANNEL = "19:strategic@thread.tacv2;messageid=1"


class Conversations:
    """What stands in each conversation: `{id: activity}`, in order. Nothing wrong is ever taken."""

    def __init__(self) -> None:
        self.posted: dict[str, dict[str, Json]] = {}
        self.failing: Exception | None = None
        self._ids = itertools.count(1)

    def post(self, conversation: str, activity: Json) -> str:
        assert problems(activity) == []
        id = f"1700000000{next(self._ids):03d}"
        self.posted.setdefault(conversation, {})[id] = activity
        return id

    async def send(self, address: Address, message_: Message) -> str:
        if self.failing is not None:
            raise self.failing
        there = who.placed(address)
        if there is None:
            raise Refused("no conversation")
        return self.post(there[1], message(message_.form, partnership=message_.partnership))

    async def replace(
        self, address: Address, activity_id: str, activity: Mapping[str, Any]
    ) -> None:
        if self.failing is not None:
            raise self.failing
        there = who.placed(address)
        assert problems(dict(activity)) == []
        if there is None or activity_id not in self.posted.get(there[1], {}):
            raise Refused("message gone")
        self.posted[there[1]][activity_id] = dict(activity)

    def of(self, conversation: str) -> list[Json]:
        return list(self.posted.get(conversation, {}).values())


class Teams:
    """Our listener, and a tenant's people."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.there = Conversations()
        chat: Chat[Person] = Chat(
            story.database,
            who.accounts,
            now=lambda: story.now,
            public_address="https://northport.example",
        )
        self.listening = Listening(chat, Showing(self.there))
        self.ids = itertools.count(1)

    def member(self, actor: Actor | None, user: str) -> Member:
        """Somebody in the tenant; known to us when an actor of the story is given."""
        if actor is not None:
            at = Address("teams", COUNCIL.account, user, f"{SERVICE} a:{user}")
            with self.story.database.writing() as session:
                addresses.keep(session, person=actor.person, address=at, on=self.story.now.date())
        return Member(self, user)

    def handle(self, activity: Json) -> tuple[int, Any]:
        status, body = run(self.listening.handle(COUNCIL, json.loads(json.dumps(activity))))
        return status, json.loads(json.dumps(body))


class Member:
    """One person with Teams open: the dialog that they see, and what they have typed into it."""

    def __init__(self, teams: Teams, user: str) -> None:
        self.teams = teams
        self.user = user
        self.chat = f"a:{user}"
        self.dialog: Json | None = None
        self.typed: dict[str, str] = {}
        self.sending = "task/submit"
        self.here = ""  # the channel where the open dialog began; empty in their own chat

    # what they see

    def cards(self) -> list[Json]:
        return self.teams.there.of(self.chat)

    def latest(self) -> Json:
        return self.cards()[-1]

    def _opened(self, body: Json) -> None:
        assert problems(body) == []
        self.dialog = body
        self.typed = {
            element["id"].removeprefix(BOX): element.get("value", "")
            for element in every(card_of(body))
            if element["type"].startswith("Input.")
        }

    # what they do

    def activity(self, kind: str, here: str = "", **more: Any) -> Json:
        personal = not here
        return {
            "type": kind,
            "id": f"f:{next(self.teams.ids)}",
            "channelId": "msteams",
            "serviceUrl": SERVICE,
            "timestamp": "2026-09-07T09:00:00Z",
            "from": {"id": f"29:{self.user}", "aadObjectId": self.user},
            "recipient": {"id": f"28:{COUNCIL.app_id}", "name": "heardback"},
            "conversation": {
                "id": here or self.chat,
                "conversationType": "personal" if personal else "channel",
                "tenantId": TENANT,
            },
            "channelData": {"tenant": {"id": TENANT}},
            **more,
        }

    def invoke(self, name: str, value: Any, here: str = "", **more: Any) -> Json:
        status, body = self.teams.handle(
            self.activity("invoke", here, name=name, value=value, **more)
        )
        assert status == 200
        assert isinstance(body, dict)
        return body

    def says(self, text: str, here: str = "", id: str = "") -> int:
        activity = self.activity("message", here, text=text)
        status, body = self.teams.handle(activity | ({"id": id} if id else {}))
        assert body is None
        return status

    def presses(self, label: str, *, on: Json | None = None, here: str = "") -> Json:
        """Press a button of a posted card (their latest, when none is given)."""
        conversation = here or self.chat
        shown = on if on is not None else self.latest()
        found = [id for id, one in self.teams.there.posted[conversation].items() if one is shown]
        assert found, "that card is not posted"
        press = _button(shown, label)
        if press["type"] == "Action.Execute":
            value = {"action": {**press, "id": "x"}, "trigger": "manual"}
            body = self.invoke("adaptiveCard/action", value, here, replyToId=found[0])
            assert body["statusCode"] == 200
            if body["type"].endswith("adaptive"):
                assert problems(body) == []
            return body
        self.sending, self.here = "task/submit", here
        data = {**press["data"], "type": "task/fetch"}
        body = self.invoke("task/fetch", {"data": data}, here, replyToId=found[0])
        self._opened(body)
        return body

    def relays(self, html: str = "") -> None:
        """`Relay a voice`: on a message, or where one writes."""
        value: Json = {"commandId": "relay", "commandContext": "message" if html else "compose"}
        if html:
            value["messagePayload"] = {"id": "1", "body": {"contentType": "html", "content": html}}
        self.sending, self.here = "composeExtension/submitAction", ""
        self._opened(self.invoke("composeExtension/fetchTask", value))

    def fills(self, **typed: str) -> None:
        names = {name.replace("__", ".") for name in typed}
        assert names <= self.typed.keys(), f"no such box among {sorted(self.typed)}"
        self.typed |= {name.replace("__", "."): value for name, value in typed.items()}

    def submits(self, label: str = "") -> Json:
        """Press a button of the open dialog (its first, when none is named)."""
        assert self.dialog is not None
        press = _button(self.dialog, label)
        sent = {BOX + name: value for name, value in self.typed.items() if value}
        value = {"commandId": "relay", "data": {**press["data"], **sent}}
        body = self.invoke(self.sending, value, self.here)
        self._opened(body)
        return body


def _button(shown: Json, label: str) -> Json:
    presses = [e for e in every(card_of(shown)) if e["type"].startswith("Action.")]
    found = [press for press in presses if press["title"].startswith(label)]
    assert found, f"no {label!r} among {[press['title'] for press in presses]}"
    main = [press for press in found if press.get("style") == "positive"]
    return (main or found)[0]
