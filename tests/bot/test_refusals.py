"""Every entrance refuses what the table refuses, through its own adapter, and nothing is changed by it.

The web is walked cell by cell in `tests/handlers/test_roles.py`; here are Slack, Teams and the command line.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot import config
from bot.commands.start import open_database
from bot.slack import carried as slack_carried
from bot.slack.surfaces import modal
from bot.teams.carried import Carried, pack
from handlers import permissions
from handlers.messages import Button, Field, Form
from handlers.router import KINDS
from handlers.wording import say as sentence
from storage import people
from tests.bot.slack.conftest import Slack, workspace
from tests.bot.slack.workspace import Member as SlackMember
from tests.bot.slack.workspace import Workspace, reads
from tests.bot.teams.member import Teams
from tests.bot.test_commands import file, say, seated
from tests.handlers.test_roles import everything, may
from tests.story import MONDAY, Story

__all__ = ["file", "seated", "workspace"]
# Between them these are refused every kind that anybody is.
ROLES = (permissions.PRACTITIONER, permissions.ADMINISTRATOR, permissions.PRIVACY)
REFUSED = [(role, kind) for role in ROLES for kind in KINDS if not may(role, kind)]
AT_THE_DOOR = (
    "join_here"  # in a chat anybody may say again that they come in; it gives no seat twice
)
NOT_YOURS = sentence("not_your_seat")


def test_what_is_walked_is_everything_that_anybody_is_refused() -> None:
    somebody = {kind for kind in KINDS if permissions.EVERYONE - permissions.TABLE[KINDS[kind][0]]}
    assert {kind for _, kind in REFUSED} == somebody


def test_slack_does_nothing_that_the_table_does_not_allow(
    story: Story, workspace: Workspace
) -> None:
    slack = Slack(story, workspace)
    members = {
        role: slack.member(story.person(role, role), f"U{n}") for n, role in enumerate(ROLES)
    }
    _walk(story, lambda role, kind: _submitted(members[role], kind))


def _submitted(member: SlackMember, kind: str) -> str:
    """What Slack shows after somebody sends a modal whose button they changed to this kind."""
    made = Form("x", "x", (Field("words", "x"),), (Button("Go", "help", style="main"),))
    made_up = slack_carried.pack(slack_carried.Carried("northport", submit=(kind, "")))[0]
    shown = {**modal(made, partnership="northport"), "private_metadata": made_up}
    view = member.workspace.keep_view(shown)
    member.typed = {}
    member._shows(view)
    member.submits()
    return reads(member.modal) if member.modal is not None else ""


def test_teams_does_nothing_that_the_table_does_not_allow(story: Story) -> None:
    teams = Teams(story)
    members = {
        role: teams.member(story.person(role, role), f"u{n}") for n, role in enumerate(ROLES)
    }

    def pressed(role: str, kind: str) -> str:
        data = pack(Carried(kind, partnership="northport", once=f"{role}:{kind}"))
        return str(members[role].invoke("task/submit", {"data": data}))

    _walk(story, pressed)


def _walk(story: Story, done: Callable[[str, str], str]) -> None:
    before = everything(story.database)
    wrong = []
    for role, kind in REFUSED:
        if NOT_YOURS not in done(role, kind) and kind != AT_THE_DOOR:
            wrong.append((role, kind))
    assert wrong == []
    assert everything(story.database) == before


@pytest.mark.parametrize(
    "words",
    [
        ("people", "erase", "ada@northport.example", "--reference", "X"),
        ("privacy", "ask-leave", "--reference", "X"),
        ("privacy", "ask-close", "--reference", "X", "--day", "2030-01-01", "--to-whom", "X"),
        ("privacy", "agree", "x"),
        ("privacy", "pack", "x", "--out", "pack.json"),
        ("foi", "--from", "2026-01-01", "--to", "2026-02-01", "--out", "pack"),
        ("leave", "--out", "folder", "--key-to", "key"),
        ("close", "--out", "folder", "--yes"),
    ],
)
def test_the_command_line_does_nothing_for_whom_the_table_does_not_allow(
    seated: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(seated.parent)
    database = open_database(config.read(seated))
    with database.writing() as session:
        person = people.enrol(session, name="Ad", email="ad@northport.example")
        people.seat(
            session,
            partnership="northport",
            person=person,
            role="administrator",
            agency="health",
            on=MONDAY.date(),
        )
    before = everything(database)
    result = say(*words, "--by", "ad@northport.example", "--settings", seated)
    assert (result.exit_code, "do not allow it" in result.output) == (1, True), result.output
    assert everything(database) == before
    assert not [p for p in seated.parent.iterdir() if p.name in ("pack", "folder", "key")]
    database.close()


def test_each_entrance_reaches_the_router_through_one_runner() -> None:
    """Whoever may act is asked in `bot.outbox.accept.run`; no other place in `bot/` runs what happened."""
    found = {
        path.relative_to(BOT).as_posix()
        for path in BOT.rglob("*.py")
        if "router.handle(" in path.read_text("utf-8")
    }
    assert found == {"outbox/accept.py", *ONLY_LOOK}


BOT = Path(__file__).resolve().parents[2] / "bot"
# Forms to look at, opened in a transaction that cannot write.
ONLY_LOOK = ("web/app.py", "web/mine.py", "web/answering.py", "web/papers.py", "web/texts.py")
