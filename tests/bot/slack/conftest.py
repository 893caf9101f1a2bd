"""A workspace with Northport's people in it, and our app listening on its own signed route."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.applications import Starlette

from bot.slack.apps import App
from bot.slack.listen import Listening
from bot.slack.routes import routes
from handlers.messages import Actor, Address
from storage import addresses
from tests.bot.slack.emulated import Emulated, emulate
from tests.bot.slack.workspace import SECRET, TEAM, TOKEN, Member, Workspace, running
from tests.story import Story

NAME = "northport"


@pytest.fixture(scope="session")
def second_opinion(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with emulate(tmp_path_factory.mktemp("emulate"), 4017) as base:
        yield base


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with running(Workspace()) as made:
        yield made
        assert made.refused == [], "the real Slack would have refused these"


@pytest.fixture(params=["ours", pytest.param("emulate", marks=pytest.mark.prove)])
def either(request: pytest.FixtureRequest) -> Iterator[Workspace]:
    """Our own workspace, and in the long proof somebody else's reading of Slack besides."""
    ours = request.param == "ours"
    made = Workspace() if ours else Emulated(request.getfixturevalue("second_opinion"))
    with running(made):
        yield made
        assert made.refused == [], "Slack would have refused these"


class Slack:
    """Our app beside the workspace, and the people of the story as its members."""

    def __init__(self, story: Story, workspace: Workspace) -> None:
        self.story = story
        self.workspace = workspace
        self.settings = App(NAME, SECRET, token=TOKEN, base=workspace.base)
        listening = Listening(
            story.database,
            self.settings,
            tokens=lambda account: TOKEN if account == f"{NAME}/{TEAM}" else None,
            now=lambda: story.now,
            public_address="https://northport.example",
        )
        door = routes({NAME: (self.settings, listening.bolt)}, clock=lambda: workspace.clock)
        self.app = Starlette(routes=list(door))

    def member(self, actor: Actor | None, user: str) -> Member:
        """Somebody in the workspace; known to us when an actor of the story is given."""
        user = self.workspace.user(user)
        if actor is not None:
            with self.story.database.writing() as session:
                there = Address("slack", f"{NAME}/{TEAM}", user)
                addresses.keep(
                    session, person=actor.person, address=there, on=self.story.now.date()
                )
        return Member(self.workspace, self.app, user, f"/slack/{NAME}/events")

    def other_app(self, **changed: str) -> App:
        return replace(self.settings, **changed)


@pytest.fixture
def slack(story: Story, workspace: Workspace) -> Slack:
    return Slack(story, workspace)
