"""Socket Mode against a real WebSocket server that speaks Slack's envelopes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import websockets
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from bot.slack.listen import Listening
from bot.slack.socket import handler_of
from tests.bot.slack.conftest import Slack
from tests.bot.slack.workspace import APP_TOKEN, TEAM, TOKEN, Json
from tests.loops import run


async def exchange(
    handler: AsyncSocketModeHandler, slack: Slack, envelopes: list[Json]
) -> list[Json]:
    """Send these envelopes down the connection that the app opens; return its answers."""
    answers: list[Json] = []
    done = asyncio.Event()

    async def speak(socket: Any) -> None:
        await socket.send(json.dumps({"type": "hello", "num_connections": 1}))
        for envelope in envelopes:
            await socket.send(json.dumps(envelope))
            answers.append(json.loads(await socket.recv()))
        done.set()
        await socket.wait_closed()

    async with websockets.serve(speak, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        slack.workspace.socket = f"ws://127.0.0.1:{port}/link"
        await handler.connect_async()
        await asyncio.wait_for(done.wait(), 20)
        await handler.close_async()
    return answers


def test_a_press_over_socket_mode_is_answered_under_its_envelope_and_happens_once(
    slack: Slack,
) -> None:
    member = slack.member(slack.story.person("sam"), "U1")
    member.writes("hello")
    said = member.latest()
    button = said["blocks"][-1]["elements"][0]
    press = {
        **member._who(),
        "type": "block_actions",
        "trigger_id": slack.workspace.trigger("U1"),
        "actions": [
            {
                "type": "button",
                "action_id": button["action_id"],
                "value": button["value"],
                "block_id": said["blocks"][-1]["block_id"],
                "action_ts": "1.1",
            }
        ],
        "channel": {"id": "DU1"},
        "message": {"ts": said["ts"], "blocks": said["blocks"], "text": said["text"]},
    }
    command = {
        "command": "/heardback",
        "text": "nonsense",
        "user_id": "U1",
        "team_id": TEAM,
        "channel_id": "DU1",
        "trigger_id": slack.workspace.trigger("U1"),
        "token": "x",
    }
    settings = slack.other_app(app_token=APP_TOKEN)
    listening = Listening(
        slack.story.database,
        settings,
        tokens=lambda account: TOKEN,
        now=lambda: slack.story.now,
        public_address="https://northport.example",
    )

    async def go() -> list[Json]:
        envelopes = [
            {
                "type": "interactive",
                "envelope_id": "e1",
                "payload": press,
                "accepts_response_payload": True,
            },
            {
                "type": "slash_commands",
                "envelope_id": "e2",
                "payload": command,
                "accepts_response_payload": True,
            },
        ]
        return await exchange(handler_of(listening), slack, envelopes)

    answers = run(go())
    assert [answer["envelope_id"] for answer in answers] == ["e1", "e2"]
    assert "away until 3 Jan" in json.dumps(answers[1]["payload"])
    (view,) = slack.workspace.views.values()
    assert view["callback_id"] == "reflect"
