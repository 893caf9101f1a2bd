"""From the tick to a message in Slack and back: the outbox, the platform and the same handlers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import config, lease
from bot.__main__ import cli
from bot.app import edges
from bot.clock import WallClock
from bot.outbox import Sender as Outbox
from bot.outbox import accept
from bot.slack.send import Sender
from tests.bot.slack.conftest import NAME, Slack
from tests.bot.slack.workspace import SECRET, TOKEN, reads
from tests.bot.test_config import ANSWERS
from tests.bot.test_outbox import SteadyClock
from tests.loops import run as wait_for
from tests.story import Story

WORDS = "We see it early and there is nowhere to take it until somebody is arrested."


def delivers(slack: Slack) -> dict[str, int]:
    """One turn of the sender, with Slack as a platform."""
    sender = Sender(
        {NAME: slack.settings}, tokens=lambda account: TOKEN, now=lambda: slack.story.now
    )
    outbox = Outbox(
        slack.story.database, {"slack": sender}, clock=WallClock(lambda: slack.story.now)
    )
    results: dict[str, int] = wait_for(outbox.turn()).results
    return results


def test_a_question_comes_to_the_chat_once_and_is_answered_from_it(slack: Slack) -> None:
    sam = slack.member(slack.story.person("sam"), "U1")
    slack.story.clock("tick_ask")
    assert delivers(slack) == {"sent": 1}
    assert delivers(slack) == {}
    asked = sam.latest()
    assert "Answer now" in reads(asked)
    sam.presses("Answer now", where=asked)
    sam.fills(words=WORDS)
    sam.submits()
    assert sam.modal is not None
    assert "This is what was kept" in reads(sam.modal)
    assert WORDS not in reads({"all": slack.workspace.messages})


def test_not_now_takes_the_buttons_away_and_says_so_in_the_same_message(slack: Slack) -> None:
    sam = slack.member(slack.story.person("sam"), "U1")
    slack.story.clock("tick_ask")
    delivers(slack)
    sam.presses("Not now", where=sam.latest())
    assert sam.modal is None
    assert not [block for block in sam.latest()["blocks"] if block["type"] == "actions"]
    assert len(slack.workspace.messages[slack.workspace.dm("U1")]) == 1


def test_a_post_whose_answer_was_lost_is_read_back_and_not_sent_again(
    slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady = SteadyClock()
    monkeypatch.setattr(lease, "steady", steady)
    sam = slack.member(slack.story.person("sam"), "U1")
    slack.story.clock("tick_ask")
    slack.workspace.lose_answers = 1
    slack.workspace.clock = slack.story.now.timestamp() + 1  # one clock, ours and Slack's
    assert delivers(slack) == {"unclear": 1}
    slack.story.now += timedelta(minutes=1)
    steady.at += 60
    assert delivers(slack) == {"found": 1}
    assert len(slack.workspace.messages[slack.workspace.dm(sam.user)]) == 1


@contextmanager
def locked(story: Story) -> Iterator[None]:
    """Somebody else holds the file."""
    file = story.database.engine.url.database
    assert file is not None
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_when_the_database_cannot_take_it_the_modal_stays_open_with_every_word(
    slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accept, "PATIENCE", 0.05)
    sam = slack.member(slack.story.person("sam"), "U1")
    sam.commands("reflect")
    sam.fills(words=WORDS)
    with locked(slack.story):
        sam.submits()
    assert "not kept" in sam.errors["words"]
    sam.submits()
    assert sam.modal is not None
    assert WORDS in reads(sam.modal)


def test_slack_is_an_edge_of_a_deployment_whose_settings_name_an_app(
    story: Story, tmp_path: Path
) -> None:
    file = settings(tmp_path)
    found = edges(story.database, config.read(file))
    assert [route.path for route in found["slack"].routes] == [f"/slack/{NAME}/events"]  # type: ignore[union-attr]
    assert found["slack"].sender is not None


def settings(folder: Path) -> Path:
    """A settings file with one app in Slack, and its secrets beside it."""
    for name, secret in (("s.secret", SECRET), ("s.token", TOKEN), ("heardback.keys", "0" * 64)):
        (folder / name).write_text(secret + "\n", encoding="ascii")
        (folder / name).chmod(0o600)
    file = folder / "heardback.toml"
    part = f'[[slack]]\nname = "{NAME}"\nsigning_secret_file = "s.secret"\ntoken_file = "s.token"\n'
    file.write_text(config.write_template(ANSWERS) + "\n" + part, encoding="utf-8")
    return file


def test_check_names_a_secret_that_is_missing_or_that_others_can_read(tmp_path: Path) -> None:
    file = settings(tmp_path)
    (tmp_path / "s.token").chmod(0o644)
    (tmp_path / "s.secret").unlink()
    said = " ".join(problem.sentence for problem in config.problems(file))
    assert "s.secret is missing" in said
    assert "s.token can be read by others" in said


def test_the_manifest_is_printed_before_any_secret_is_there(tmp_path: Path) -> None:
    file = settings(tmp_path)
    (tmp_path / "s.secret").unlink()
    shown = CliRunner().invoke(cli, ["slack", "manifest", NAME, "--settings", str(file)])
    assert shown.exit_code == 0
    assert f"/slack/{NAME}/events" in shown.output
