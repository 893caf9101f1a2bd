"""Words that agencies mean otherwise: the theme editor is given a question, and nobody else anything."""

from __future__ import annotations

import pytest

from handlers import views
from storage import contributions
from tests.story import AGENCIES, Story

QUESTION = "When we say ‘safe’, do we each mean the same?"
HOME = ("We say safe of a house with family round it.", "Safe is a word for a settled house.")
LESSON = ("Safe means a school and its lessons.", "We say safe and mean in lessons, in school.")


def speak(story: Story, each: int) -> None:
    """So many people of each agency say what safe is: two agencies one thing, three another."""
    for at, agency in enumerate(AGENCIES):
        for n in range(each):
            who = story.person(f"{agency} {n}", agency=agency)
            words = (HOME if at < 2 else LESSON)[n % 2]
            assert story.does(who, "reflect", words=words).name == "receipt"


def editor_sees(story: Story) -> views.Values:
    with story.database.reading() as session:
        return views.lines(session, story.person("theme_editor"))


def test_an_editor_is_asked_about_a_word_that_divides_the_agencies_and_may_pass_it_on(
    story: Story,
) -> None:
    speak(story, each=8)
    story.later(days=1)
    assert editor_sees(story)["differing"] == []  # before a draft: nothing moves from day to day
    story.clock("tick_draft")
    seen = editor_sees(story)
    (one,) = seen["differing"]
    assert one["sentence"].startswith("Some of us mostly say ‘safe’ beside words of ")
    assert "home and family (" in one["sentence"]
    assert "school and learning (" in one["sentence"]
    assert not any(agency in one["sentence"] for agency in AGENCIES)
    assert one["question"] == QUESTION


def test_the_question_may_be_chosen_for_a_line_whose_theme_holds_the_word(story: Story) -> None:
    speak(story, each=8)
    with story.database.reading() as session:
        ids = [row.id for row in contributions.waiting(session, "northport")]
    for id in ids:
        story.does(
            story.person("theme_editor"), "recode", contribution_id=id, theme_id="meaning_of_risk"
        )
    story.later(days=1)
    story.clock("tick_draft")
    opened = editor_sees(story)["open"]
    assert QUESTION in [form["value"] for form in opened["questions"]]
    fields = {name: opened[name] for name in ("line_id", "sentence")}
    story.does(story.person("theme_editor"), "line_ready", question=QUESTION, **fields)
    story.does(story.person("approver"), "line_sign", line_id=opened["line_id"])
    story.does(story.person("approver"), "issue")
    with story.database.reading() as session:
        page = views.digest(session, story.person("strategic_member"))
    assert QUESTION in str(page)


@pytest.mark.parametrize("each", [2, 4])
def test_too_few_in_an_agency_are_told_of_to_nobody(story: Story, each: int) -> None:
    speak(story, each=each)
    story.later(days=1)
    story.clock("tick_draft")
    assert editor_sees(story)["differing"] == []
