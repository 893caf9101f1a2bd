"""My data on the web: the page, the file to take away, and nothing for whoever is not signed in."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import wall_clock
from bot.web.app import Web
from storage import sign_in
from tests.dialogues.test_my_data import WORDS, known
from tests.story import Story
from tests.visiting import Visitor


def test_my_data_is_a_page_and_a_file_for_whoever_is_signed_in(story: Story) -> None:
    actor = known(story)
    with story.database.writing() as session:
        later = wall_clock() + timedelta(hours=1)
        sign_in.make_link(
            session, person=actor.person, partnership="northport", expires_at=later, token="t"
        )
    came = Visitor(Web(story.database, clock=lambda: story.now, secure=False).app())
    for path in ("/my-data", "/my-data.json"):
        asked = came.get(path)
        assert asked.status_code == 401
        assert "Quarterbrook" not in asked.text
    came.post("/in/t")
    page = came.get("/my-data")
    assert page.status_code == 200
    assert "Wilhelmina Quarterbrook" in page.text
    assert 'href="/my-data.json"' in page.text
    taken = came.get("/my-data.json")
    assert "attachment" in taken.headers["content-disposition"]
    assert "no-store" in taken.headers["cache-control"]
    assert taken.json()["words"][0]["words"] == WORDS
