"""One partnership, four ways in: two tenants of Teams, Slack, the web and mail, once round the loop together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import lease
from bot.clock import WallClock
from bot.mail.platform import Mail
from bot.outbox import Sender as Outbox
from bot.slack.send import Sender as SlackSender
from bot.teams.cards import BOX
from tests.bot.mail.server import Manners, serving
from tests.bot.mail.test_platform import PUBLIC, Post
from tests.bot.slack.conftest import NAME, Slack
from tests.bot.slack.workspace import TOKEN, Member, Workspace, reads
from tests.bot.slack.workspace import running as slack_running
from tests.bot.teams.conftest import COUNCIL, COUNCIL_APP, POLICE, POLICE_APP
from tests.bot.teams.connector import Account, Connector, Json
from tests.bot.teams.connector import running as teams_running
from tests.bot.teams.test_mutated import Teams, actions_of, pressed
from tests.dialogues.test_loop import ANSWER, SAID, issue
from tests.loops import run
from tests.story import AGENCIES, Story


class Everywhere:
    """The story's people where each of them is, and one sender for all of it."""

    def __init__(
        self, story: Story, workspace: Workspace, connector: Connector, post: Post
    ) -> None:
        self.story, self.workspace, self.connector, self.post = story, workspace, connector, post
        self.council = connector.registers("northport", COUNCIL, COUNCIL_APP)
        self.police = connector.registers("police", POLICE, POLICE_APP)
        self.teams = Teams(story, connector, self.council, self.police)
        self.slack = Slack(story, workspace)
        self.in_teams: dict[str, Account] = {}
        self.in_slack: dict[str, Member] = {}
        self.waited = 0.0

    def goes(self) -> None:
        """Turns of the sender until nothing is left to post, with time going by between them."""
        now = lambda: self.story.now  # noqa: E731
        slack = SlackSender({NAME: self.slack.settings}, tokens=lambda account: TOKEN, now=now)
        platforms = {"slack": slack, "teams": self.teams.sender(), "mail": self.post.mail}
        outbox = Outbox(self.story.database, platforms, clock=WallClock(now))
        quiet = 0
        while quiet < 2:
            turn = run(outbox.turn())
            assert set(turn.results) <= {"sent"}, turn.results
            quiet = quiet + 1 if not turn.busy else 0
            self.waited += 5.0

    def teams_card(self, name: str) -> Json:
        """The newest card in somebody's chat in Teams."""
        return self.in_teams[name].messages()[-1]

    def presses(self, name: str, label: str, on: Any, **typed: str) -> Json:
        """Somebody in Teams presses a button of a card or a dialog; returns what they see next."""
        account = self.in_teams[name]
        (action,) = [one for one in actions_of(on) if one["title"].startswith(label)][:1]
        boxes = {BOX + key: value for key, value in typed.items()}
        answer = account.sends(
            {**pressed(account, action, **boxes), "replyToId": on.get("id", "m")}
        )
        assert answer.status_code == 200
        found: Json = answer.json()
        return found


@pytest.fixture
def everywhere(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Everywhere]:
    manners = Manners()
    with ExitStack() as stack:
        workspace = stack.enter_context(slack_running(Workspace()))
        connector = stack.enter_context(teams_running(Connector(tmp_path / "connector.jsonl")))
        settings = stack.enter_context(serving(manners, tmp_path))
        mail = Mail(story.database, settings, PUBLIC, clock=lambda: story.now)
        made = Everywhere(story, workspace, connector, Post(story, manners, mail))
        real = lease.steady
        monkeypatch.setattr(lease, "steady", lambda: real() + made.waited)
        connector.clock = lease.steady
        yield made
        assert workspace.refused == []
        assert connector.refused == []


def test_asked_in_each_answered_in_one_and_told_in_all(everywhere: Everywhere) -> None:
    here, story = everywhere, everywhere.story
    here.in_teams = {
        "sam": here.teams.account(here.council, "u-sam", story.person("sam", agency=AGENCIES[0])),
        "kit": here.teams.account(here.council, "u-kit", story.person("kit", agency=AGENCIES[1])),
        "pat": here.teams.account(here.police, "u-pat", story.person("pat", agency=AGENCIES[2])),
        "jo": here.teams.account(here.police, "u-sam", story.person("jo", agency=AGENCIES[3])),
        "member": here.teams.account(here.police, "u-member", story.person("strategic_member")),
    }
    here.in_slack = {
        "ana": here.slack.member(story.person("ana", agency=AGENCIES[4]), "U1"),
        "ben": here.slack.member(story.person("ben", agency=AGENCIES[0]), "U2"),
        "chair": here.slack.member(story.person("chair"), "U3"),
    }
    on_the_web = story.person("wim", agency=AGENCIES[1])
    here.post.person("mo", agency=AGENCIES[2])

    # asked, each where they are
    story.clock("tick_ask")
    here.goes()
    words = iter(SAID)
    for name in ("sam", "kit", "pat", "jo"):
        asked = here.teams_card(name)
        dialog = here.presses(name, "Answer now", asked)
        kept = here.presses(name, "Check and send", dialog, words=next(words))
        assert "This is what was kept" in json.dumps(kept)
    for name in ("ana", "ben"):
        slacker = here.in_slack[name]
        slacker.presses("Answer now", where=slacker.latest())
        slacker.fills(words=next(words))
        slacker.submits()
        assert slacker.modal is not None
        assert "This is what was kept" in reads(slacker.modal)
    (letter,) = here.post.to("mo")
    page = here.post.opens(letter)
    round_ = re.search(r'name="state.round" value="([^"]+)"', page)
    assert round_
    own = {"words": next(words), "state.round": round_[1]}
    assert "This is what was kept" in here.post.visitor.presses(page, "reflect", **own).text
    assert "prompt" in story.thread(on_the_web)
    story.does(on_the_web, "reflect", words=next(words))

    # heard: the digest comes to the strategic group, into Teams
    issue(story)
    story.now += timedelta(hours=1)
    here.goes()
    digest = here.teams_card("member")
    dialog = here.presses("member", "Hold", digest)
    here.presses("member", "", dialog, **ANSWER)

    # answered: the chair confirms in Slack
    here.goes()
    chair = here.in_slack["chair"]
    chair.presses("Confirm", where=chair.latest())
    story.now += timedelta(hours=1)
    here.goes()

    # told, each where they are, once
    for name in ("sam", "kit", "pat", "jo"):
        told = [
            one for one in here.in_teams[name].messages() if ANSWER["answer"] in json.dumps(one)
        ]
        assert len(told) == 1, name
    for name in ("ana", "ben"):
        channel = here.workspace.dm(here.in_slack[name].user)
        told = [one for one in here.workspace.messages[channel] if ANSWER["answer"] in reads(one)]
        assert len(told) == 1, name
    letters = [one for one in here.post.to("mo") if ANSWER["answer"] in one.as_string()]
    assert len(letters) == 1
    assert "answer_to_practitioner" in story.thread(on_the_web)

    # and nobody's words went into any message, anywhere
    posted = json.dumps([here.connector.messages, here.workspace.messages])
    posted += "".join(one.as_string() for one in here.post.manners.taken)
    assert not [said for said in SAID if said in posted]
