"""Beside an answer, while it is written: the very message that its contributors will get, and nothing kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.web.app import Web, wall_clock
from handlers import views
from storage import sign_in
from tests.dialogues.test_loop import ANSWER, issue, speak
from tests.story import AGENCIES, Story, read
from tests.visiting import Visitor

HOLD = {
    **ANSWER,
    "button": "hold",
    "due_on": "2026-12-09",
    "answer": "We wait for the new youth worker, who starts in December.",
    "child_words": "We want to wait for a new worker. <b>Then</b> we look again.",
}


@pytest.fixture
def line(story: Story) -> str:
    speak(story, 8, AGENCIES)
    return issue(story)[0]


def came_in(story: Story, name: str, *roles: str) -> Visitor:
    web = Web(story.database, clock=lambda: story.now, secure=False)
    came = Visitor(web.app())
    person = story.person(name, *roles).person
    with story.database.writing() as session:
        token = sign_in.make_link(
            session,
            person=person,
            partnership="northport",
            expires_at=wall_clock() + timedelta(hours=1),
        )
    came.post(f"/in/{token}")
    return came


def token_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]*)"', page)
    assert found
    return found[1]


def aside(page: str) -> str:
    return page[page.index("<aside") : page.index("</aside>")] if "<aside" in page else page


def test_what_is_shown_is_what_a_contributor_gets_once_it_is_confirmed(
    story: Story, line: str
) -> None:
    member = came_in(story, "strategic_member")
    page = member.get(f"/answer?line={line}&button=hold").text
    shown = member.presses(page, "answer_preview", line_id=line, **HOLD).text
    assert "Held until Wednesday 9 December" in aside(shown)
    assert HOLD["answer"] in shown.split("<aside")[0], "what was typed is still in its box"
    story.does(story.person("strategic_member"), "answer_propose", line_id=line, **HOLD)
    with story.database.reading() as session:
        chair = story.person("chair")
        [waiting] = views.proposals(session, chair)
    story.presses(chair, waiting["form"], "Confirm")
    story.later(days=1)
    told = read(story.notice(story.person("speaker 0"), "answer_to_practitioner"))
    for sentence in told.splitlines()[1:]:
        if sentence and sentence != "That looks wrong":
            assert sentence in aside(shown), sentence


def test_while_it_is_typed_the_preview_alone_is_asked_for(story: Story, line: str) -> None:
    member = came_in(story, "strategic_member")
    page = member.get(f"/answer?line={line}").text
    typed = {"state.line_id": line, "csrf": token_of(page)}
    empty = member.post("/preview", data=typed)
    assert "Choose one of the five" in empty.text
    half = member.post("/preview", data={**typed, "button": "act", "due_on": "not a day"}).text
    assert "Your sentences appear here." in half
    assert "Being looked at" in half
    whole = member.post("/preview", data={**typed, **HOLD}).text
    assert "<html" not in whole
    assert "&lt;b&gt;Then&lt;/b&gt;" in whole, "typed words are shown as words"
    assert HOLD["answer"].encode() not in story.everything()


def test_nobody_who_may_not_answer_gets_a_preview(story: Story, line: str) -> None:
    bea = came_in(story, "Bea")
    token = token_of(bea.get("/home").text)
    asked = {"state.line_id": line, "csrf": token, **HOLD}
    assert bea.post("/preview", data=asked).status_code == 403
    assert bea.post("/do/answer_preview", data=asked).status_code == 403
    stranger = Visitor(Web(story.database, clock=lambda: story.now, secure=False).app())
    assert stranger.post("/preview", data=asked).status_code == 401
    member = came_in(story, "strategic_member")
    assert member.post("/preview", data={**asked, "csrf": "x"}).status_code == 403


def test_an_error_keeps_the_preview_and_every_word(story: Story, line: str) -> None:
    member = came_in(story, "strategic_member")
    page = member.get(f"/answer?line={line}").text
    answer = member.presses(page, "answer_propose", line_id=line, **{**HOLD, "due_on": ""})
    assert answer.status_code == 422
    assert "This answer needs a date." in answer.text
    assert HOLD["answer"] in aside(answer.text)


def test_an_act_tells_who_has_it_and_until_when(story: Story, line: str) -> None:
    member = came_in(story, "strategic_member")
    page = member.get(f"/answer?line={line}").text
    act = {**HOLD, "button": "act", "owner_role": "The housing lead"}
    shown = aside(member.presses(page, "answer_preview", line_id=line, **act).text)
    assert "The housing lead is looking at this and will report by Wednesday 9 December." in shown
    talk = {**HOLD, "button": "discuss"}
    shown = aside(member.presses(page, "answer_preview", line_id=line, **talk).text)
    assert "We will talk about this on Wednesday 9 December" in shown


def test_a_question_that_is_not_before_the_group_says_so(story: Story, line: str) -> None:
    member = came_in(story, "strategic_member")
    gone = member.get("/answer?line=none").text
    assert "This question is not before the group." in gone
    assert "<aside" not in gone
    posted = member.presses(gone, "answer_preview", line_id="none", **HOLD).text
    assert "This question is not before the group." in posted
