"""The door's own checks before any token is looked at: size, JSON, depth, shape; and what is let through."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

import pytest
from microsoft_teams.api import Activity as SdkActivity
from pydantic import TypeAdapter

from bot.teams import front
from bot.teams.apps import Registration
from bot.teams.front import DEEPEST, LONGEST_ID, MOST_BYTES, Turned, parse
from tests.bot.teams.connector import Connector, Json
from tests.bot.teams.test_tokens import Door


@pytest.fixture
def door(council: Registration) -> Door:
    return Door(council)


def nested(levels: int) -> Any:
    found: Any = "x"
    for _ in range(levels):
        found = [found]
    return found


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'"message"',
        b"\xff\xfe",
        b"{",
        b"[" * 100_000,
        b'{"type":NaN}',
        b'{"type":Infinity}',
        b'{"n":' + b"9" * 5_000 + b"}",
        b'{"type":"message","type":"invoke"}',
    ],
)
def test_what_is_no_activity_is_turned_away_before_a_key_is_asked_for(
    door: Door, connector: Connector, council: Registration, body: bytes
) -> None:
    token = connector.token(council)
    assert door.sends({}, f"Bearer {token}", body=body).status_code == 400
    assert connector.calls == []


@pytest.mark.parametrize(
    "changed",
    [
        {"type": 1},
        {"type": ""},
        {"type": None},
        {"id": None},
        {"id": {"a": 1}},
        {"id": "x" * (LONGEST_ID + 1)},
        {"serviceUrl": None},
        {"serviceUrl": ["https://smba.trafficmanager.net/"]},
        {"channelId": "webchat"},
        {"channelId": "MSTEAMS"},
        {"channelId": None},
        {"from": None},
        {"from": "29:u1"},
        {"from": {"id": 1}},
        {"from": {}},
        {"conversation": None},
        {"conversation": []},
        {"conversation": {"id": ""}},
        {"channelData": "x"},
        {"channelData": [1]},
        {"name": {"a": 1}},
        {"action": ["remove"]},
        {"action": []},
        {"text": ["x"]},
        {"value": nested(DEEPEST)},
    ],
)
def test_an_activity_of_another_shape_is_turned_away(
    door: Door, connector: Connector, council: Registration, changed: Json
) -> None:
    activity = connector.activity(council, "u1", **changed)
    assert door.sends(activity, f"Bearer {connector.token(council)}").status_code == 400
    assert connector.calls == []


def test_what_is_too_large_is_turned_away(
    door: Door, connector: Connector, council: Registration
) -> None:
    activity = connector.activity(council, "u1", text="x" * MOST_BYTES)
    assert door.sends(activity, f"Bearer {connector.token(council)}").status_code == 413
    with pytest.raises(Turned):
        parse(b" " * (MOST_BYTES + 1))


def test_halves_of_letters_and_nul_never_reach_a_handler(
    door: Door, connector: Connector, council: Registration
) -> None:
    activity = connector.activity(council, "u1", text="a\ud800b\0c", value={"\udfffk": ["\0"]})
    assert door.sends(activity, f"Bearer {connector.token(council)}").status_code == 200
    (seen,) = door.behind.seen
    assert seen["text"] == "abc"
    assert seen["value"] == {"k": [""]}


def test_an_invoke_is_answered_with_a_body_and_a_message_without(
    door: Door, connector: Connector, council: Registration
) -> None:
    bearer = f"Bearer {connector.token(council)}"
    invoke = connector.activity(council, "u1", type="invoke", name="task/fetch", value={})
    assert door.sends(invoke, bearer).json() == {"statusCode": 200}
    assert door.sends(connector.activity(council, "u1"), bearer).content == b""


def test_only_posting_to_the_door_of_a_registration_that_is_there_means_anything(
    door: Door, connector: Connector, council: Registration
) -> None:
    from tests.bot.teams.connector import post
    from tests.loops import run

    body = json.dumps(connector.activity(council, "u1")).encode()
    bearer = {"authorization": f"Bearer {connector.token(council)}"}
    for path in ("/teams/police/messages", "/teams/northport", "/teams//messages"):
        assert run(post(door.app, path, body, bearer)).status_code == 404


class Breaks:
    """Something behind the door that fails, with words in its error."""

    def __init__(self, how: Exception | float) -> None:
        self.how = how

    async def handle(
        self, registration: Registration, activity: Mapping[str, Any]
    ) -> tuple[int, Mapping[str, Any] | None]:
        if isinstance(self.how, Exception):
            raise self.how
        await asyncio.sleep(self.how)
        return 200, None


def test_a_fault_of_ours_is_never_called_accepted_and_its_words_are_not_logged(
    door: Door, connector: Connector, council: Registration, caplog: pytest.LogCaptureFixture
) -> None:
    door.behind.handle = Breaks(RuntimeError("what Ana said")).handle  # type: ignore[method-assign]
    with caplog.at_level(logging.DEBUG):
        bearer = f"Bearer {connector.token(council)}"
        assert door.sends(connector.activity(council, "u1"), bearer).status_code == 500
    assert "RuntimeError" in caplog.text
    assert "what Ana said" not in caplog.text


def test_what_takes_longer_than_teams_waits_is_sent_again_by_teams(
    door: Door,
    connector: Connector,
    council: Registration,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(front, "SECONDS", 0.05)
    door.behind.handle = Breaks(5.0).handle  # type: ignore[method-assign]
    bearer = f"Bearer {connector.token(council)}"
    assert door.sends(connector.activity(council, "u1"), bearer).status_code == 503


def test_microsofts_own_models_read_what_the_connector_of_our_tests_sends(
    connector: Connector, council: Registration
) -> None:
    """A second opinion: activities that we make up for tests are activities to Microsoft's SDK."""
    activity = TypeAdapter(SdkActivity).validate_python(connector.activity(council, "u1", text="x"))
    assert activity.conversation.tenant_id == council.tenant
    press = connector.activity(
        council,
        "u1",
        type="invoke",
        name="task/fetch",
        value={"data": {"msteams": {"type": "task/fetch"}}},
    )
    assert TypeAdapter(SdkActivity).validate_python(press).type == "invoke"
