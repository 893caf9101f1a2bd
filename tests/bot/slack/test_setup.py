"""What an organisation is given to make its own app, and what it is told when something is wrong."""

from __future__ import annotations

import pytest

from bot.slack.apps import App
from bot.slack.checking import problems
from bot.slack.manifest import EVENTS, SCOPES, manifest
from tests.bot.slack.workspace import SECRET, TOKEN, Workspace
from tests.loops import run


def test_the_manifest_asks_for_these_four_scopes_and_no_others() -> None:
    made = manifest(name="n", partnership="Northport", address="https://n.example", socket=False)
    assert made["oauth_config"]["scopes"] == {
        "bot": ["chat:write", "commands", "im:write", "im:history"]
    }
    assert made["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)
    assert len(made["display_information"]["long_description"]) >= 174  # Slack's least
    assert len(made["display_information"]["name"]) <= 35


def test_socket_mode_needs_no_address_of_ours() -> None:
    made = manifest(name="n", partnership="Northport", address="https://n.example", socket=True)
    assert "https://n.example" not in str(made)
    assert made["settings"]["socket_mode_enabled"] is True


def test_an_app_that_works_has_no_problem(workspace: Workspace) -> None:
    app = App("northport", SECRET, token=TOKEN, app_token="xapp-drama", base=workspace.base)
    assert run(problems(app)) == ()


def test_each_missing_scope_is_named_with_its_reason(workspace: Workspace) -> None:
    workspace.scopes = "chat:write,commands"
    app = App("northport", SECRET, token=TOKEN, base=workspace.base)
    found = run(problems(app))
    assert [sentence.split("the scope ")[1].split(",")[0] for sentence in found] == [
        "im:write",
        "im:history",
    ]
    assert SCOPES["im:write"] in found[0]


def test_a_wrong_token_is_said_in_a_sentence_without_the_token(workspace: Workspace) -> None:
    app = App("northport", SECRET, token="xoxb-wrong", base=workspace.base)
    assert run(problems(app)) == (
        "The bot token of the Slack app northport is not one that Slack knows.",
    )
    workspace.refused.clear()


@pytest.mark.parametrize("base", ["http://127.0.0.1:9/api/"])
def test_slack_out_of_reach_is_said_in_a_sentence(base: str) -> None:
    app = App("northport", SECRET, token=TOKEN, base=base)
    (sentence,) = run(problems(app))
    assert sentence.startswith("Slack cannot be reached")


def test_no_secret_shows_when_an_app_is_printed() -> None:
    shown = repr(App("n", SECRET, token=TOKEN, app_token="xapp-drama", client_secret="cs-drama"))
    assert not any(secret in shown for secret in (SECRET, TOKEN, "xapp-drama", "cs-drama"))
