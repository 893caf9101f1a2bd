"""Why people are asked and what the law has to do with it, said by what the partnership wrote down."""

from __future__ import annotations

from bot import asked
from handlers import plain
from handlers.messages import Buttons, Text
from storage import partnerships
from tests.story import Story


def said(story: Story, name: str = "ana") -> str:
    form = story.does(story.person(name), "purpose")
    return "\n".join(part.body for part in form.parts if isinstance(part, Text))


def test_the_panel_says_basis_agreement_and_disclosure_of_this_partnership(story: Story) -> None:
    text = said(story)
    for words in (
        "Who reads it",
        "agencies’ public task",
        "a club’s consent form",
        "it is not what makes it lawful",
        "a court or the law can make us",
        "may ask who wrote it",
        "three people together can find out",
        "freedom-of-information",
        "order a hold",
        "Information Commissioner",
    ):
        assert words in text, words
    assert "has not written down here yet" in text, "the condition is not made up"


def test_a_partnership_that_wrote_nothing_down_is_not_given_a_lawful_basis(story: Story) -> None:
    with story.database.writing() as session:
        row = partnerships.get(session, "northport")
        words = {k: v for k, v in row.settings["words"].items() if "basis" not in k}
        row.settings = {**row.settings, "words": words}
    text = said(story)
    assert "has not written that down here yet" in text
    assert "public task" not in text


def test_it_is_one_press_or_one_word_away(story: Story) -> None:
    with story.database.reading() as session:
        home = plain.home(session, story.person("ana"), now=story.now)
    pressed = [b.kind for part in home.parts if isinstance(part, Buttons) for b in part.buttons]
    assert "purpose" in pressed
    for word in ("Why?", "privacy"):
        found = asked.command(word, today=story.now.date())
        assert found is not None
        assert found.kind == "purpose"
