"""My data on the web: the page, the file to take away, and nothing for whoever is not signed in."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import wall_clock
from bot.web.app import Web
from storage import requests, sign_in
from tests.bot.test_openid import csrf
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


def test_the_officer_takes_the_pack_about_somebody_as_a_file(story: Story) -> None:
    actor, officer = known(story), story.person("privacy_officer")
    with story.database.writing() as session:
        row = requests.begin(
            session,
            "northport",
            kind="access",
            reader="privacy_officer",
            person=actor.person,
            reference="SAR-3",
            came_on=story.now.date(),
            due_on=story.now.date(),
        )
        id = row.id
        token = sign_in.begin(
            session,
            person=officer.person,
            partnership="northport",
            now=wall_clock(),
            proved_at=None,
        )
    visitor = Visitor(Web(story.database, clock=lambda: story.now, secure=False).app())
    visitor.cookies.set("heardback", token)
    seal = csrf(visitor.get("/privacy").text)
    asked = {"choice": id, "csrf": seal}
    assert "Wilhelmina" in visitor.post("/do/access_pack", data=asked).text
    assert visitor.post("/do/access_file", data={"choice": id}).status_code == 403
    taken = visitor.post("/do/access_file", data=asked)
    assert "attachment" in taken.headers["content-disposition"]
    assert taken.json()["words"][0]["words"] == WORDS
    gone = visitor.post("/do/access_file", data={"choice": "nothing", "csrf": seal})
    assert "content-disposition" not in gone.headers
