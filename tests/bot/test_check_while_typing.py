"""Words that are still being typed: read, answered and forgotten, for who is signed in and nobody else."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest

from bot.web.app import Web, wall_clock
from bot.web.checking import LARGEST
from storage import sign_in
from tests.story import Story
from tests.visiting import Visitor

WORDS = "🙂 Mrs Zebrafinch rang about 14 Marlow Street."


@pytest.fixture
def visitor(story: Story) -> Visitor:
    """Somebody who has come in."""
    web = Web(story.database, clock=lambda: story.now, secure=False)
    came = Visitor(web.app())
    bea = story.person("Bea")
    with story.database.writing() as session:
        token = sign_in.make_link(
            session,
            person=bea.person,
            partnership="northport",
            expires_at=wall_clock() + timedelta(hours=1),
        )
    came.post(f"/in/{token}")
    return came


def token_of(visitor: Visitor) -> str:
    found = re.search(r'name="csrf" value="([^"]*)"', visitor.get("/reflect").text)
    assert found
    return found[1]


def test_a_detail_is_named_by_its_place_in_code_points(visitor: Visitor) -> None:
    answer = visitor.post("/check", data={"words": WORDS, "csrf": token_of(visitor)})
    found = [(WORDS[d["start"] : d["end"]], d["note"]) for d in answer.json()["details"]]
    assert found == [
        ("Mrs Zebrafinch", "looks like a name"),
        ("14 Marlow Street", "looks like an address"),
    ]
    assert answer.headers["cache-control"] == "no-store"


def test_what_is_typed_is_nowhere_afterwards(
    story: Story, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert visitor.post("/check", data={"words": WORDS, "csrf": token_of(visitor)}).is_success
    assert b"Zebrafinch" not in story.everything()
    assert "Zebrafinch" not in caplog.text


def test_nobody_else_may_ask(story: Story, visitor: Visitor) -> None:
    stranger = Visitor(Web(story.database, clock=lambda: story.now, secure=False).app())
    assert stranger.post("/check", data={"words": WORDS, "csrf": "x"}).status_code == 401
    assert visitor.post("/check", data={"words": WORDS, "csrf": "x"}).status_code == 403
    assert visitor.post("/check", data={"words": WORDS}).status_code == 403


def test_too_much_is_not_read(visitor: Visitor) -> None:
    token = token_of(visitor)
    assert visitor.post("/check", data={"words": "x" * LARGEST, "csrf": token}).status_code == 413
    long = "Mrs Zebrafinch rang. " * 200
    assert visitor.post("/check", data={"words": long, "csrf": token}).json() == {"details": []}


def test_the_box_asks_only_our_own_address(visitor: Visitor) -> None:
    page = visitor.get("/reflect").text
    assert 'data-check="/check"' in page
    assert '<script src="/static/check.js" defer></script>' in page
