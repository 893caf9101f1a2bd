"""Posting once: with our key, no mention, no preview; and what each of Slack's answers means for us."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.sending import Message, Refused, TooLate, TryLater, Unclear
from bot.slack.apps import SLACK, App, client
from bot.slack.send import Sender
from handlers.messages import Address, Button, Form, Text
from tests.bot.slack.workspace import SECRET, TEAM, TOKEN, Workspace, reads
from tests.loops import run

NOW = datetime(2026, 2, 2, tzinfo=UTC)
THERE = Address("slack", f"northport/{TEAM}", "U1")
FORM = Form(
    "prompt",
    "A question for you",
    (Text("What helped?", "voice"),),
    (Button("Answer now", "prompt", style="main"),),
    {"round": "r1"},
)


@pytest.fixture
def sender(workspace: Workspace) -> Sender:
    app = App("northport", SECRET, token=TOKEN, base=workspace.base)
    return Sender({"northport": app}, tokens=lambda account: TOKEN, now=lambda: NOW)


def said(key: str = "k1", **more: Any) -> Message:
    return Message("prompt", FORM, key, partnership="northport", **more)


def test_a_message_carries_our_key_and_is_found_again_by_it(
    sender: Sender, workspace: Workspace
) -> None:
    reference = run(sender.send(THERE, said("k1")))
    run(sender.send(THERE, said("k2")))
    since = datetime.fromtimestamp(workspace.clock, UTC)
    assert run(sender.find(THERE, "k1", since)) == reference
    assert run(sender.find(THERE, "k3", since)) is None
    assert run(sender.find(THERE, "k1", since + timedelta(hours=1))) is None


def test_a_key_is_found_on_a_later_page_of_a_long_conversation(
    sender: Sender, workspace: Workspace
) -> None:
    reference = run(sender.send(THERE, said("first")))
    for n in range(230):
        workspace.messages["DU1"].append({"ts": f"{workspace.clock + n + 1:.6f}", "text": "x"})
    since = datetime.fromtimestamp(workspace.clock, UTC)
    assert run(sender.find(THERE, "first", since)) == reference


def test_an_answer_that_is_lost_after_posting_is_unclear_and_the_post_is_there(
    sender: Sender, workspace: Workspace
) -> None:
    workspace.lose_answers = 1
    with pytest.raises(Unclear):
        run(sender.send(THERE, said()))
    since = datetime.fromtimestamp(workspace.clock, UTC)
    assert run(sender.find(THERE, "k1", since)) is not None


def test_nothing_is_listening_is_unclear(sender: Sender, workspace: Workspace) -> None:
    away = App("northport", SECRET, token=TOKEN, base="http://127.0.0.1:9/api/")
    nobody = Sender({"northport": away}, tokens=lambda account: TOKEN, now=lambda: NOW)
    with pytest.raises(Unclear):
        run(nobody.send(THERE, said()))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("1", 1.0),
        ("0", 1.0),
        ("3600", 3600.0),
        (None, 30.0),
        ("-5", 30.0),
        ("soon", 30.0),
        ("Mon, 02 Feb 2026 00:01:00 GMT", 60.0),
    ],
)
def test_later_is_when_slack_says_in_every_form_of_saying_it(
    sender: Sender, workspace: Workspace, header: str | None, seconds: float
) -> None:
    there = Address("slack", THERE.account, "U1", "DU1")
    headers = {} if header is None else {"Retry-After": header}
    workspace.answers.append((429, {"ok": False, "error": "ratelimited"}, headers))
    with pytest.raises(TryLater) as later:
        run(sender.send(there, said()))
    assert later.value.seconds == seconds
    assert workspace.calls == ["chat.postMessage"]  # asked once; nobody tried again by itself


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("token_revoked", "access revoked"),
        ("is_archived", "conversation gone"),
        ("user_disabled", "left the workspace"),
        ("some_new_error", "some new error"),
    ],
)
def test_a_refusal_is_told_in_a_word_without_names(
    sender: Sender, workspace: Workspace, error: str, reason: str
) -> None:
    there = Address("slack", THERE.account, "U1", "DU1")
    workspace.answers.append((200, {"ok": False, "error": error}, {}))
    with pytest.raises(Refused) as refused:
        run(sender.send(there, said()))
    assert refused.value.reason == reason


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_fault_of_slacks_is_unclear(sender: Sender, workspace: Workspace, status: int) -> None:
    there = Address("slack", THERE.account, "U1", "DU1")
    workspace.answers.append((status, {"ok": False}, {}))
    with pytest.raises(Unclear):
        run(sender.send(there, said()))


def test_the_last_look_comes_when_the_connection_is_open_and_before_the_first_byte() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        app = App(
            "northport",
            SECRET,
            token=TOKEN,
            base=f"http://127.0.0.1:{listening.getsockname()[1]}/api/",
        )
        sender = Sender({"northport": app}, tokens=lambda account: TOKEN, now=lambda: NOW)
        opened: list[socket.socket] = []

        def no() -> None:
            there, _ = listening.accept()
            there.settimeout(0)
            with pytest.raises(BlockingIOError):
                there.recv(1)
            opened.append(there)
            raise TooLate

        with pytest.raises(TooLate):
            run(sender.send(Address("slack", THERE.account, "U1", "DU1"), said(last_look=no)))
        (there,) = opened
        there.settimeout(5)
        assert there.recv(1) == b""
        there.close()


def test_a_repeat_says_so_above(sender: Sender, workspace: Workspace) -> None:
    run(sender.send(THERE, said(repeat=True)))
    assert "may have had this already" in reads(workspace.messages["DU1"][0])


def test_no_client_of_ours_tries_again_by_itself() -> None:
    assert client(TOKEN, base=SLACK).retry_handlers == []
