"""The lines page: labels apart, what authors kept, minutes, and the log; nothing of it says who."""

from __future__ import annotations

from typing import Any

from handlers import views
from storage import contributions
from tests.dialogues.test_loop import draft_lines, speak
from tests.story import Story


def open_line(story: Story, role: str = "theme_editor") -> dict[str, Any]:
    with story.database.reading() as session:
        return views.lines(session, story.person(role))


def test_a_machines_label_stands_with_the_phrase_that_caused_it_marked(story: Story) -> None:
    speak(story, 8)
    draft_lines(story)
    code = open_line(story)["open"]["codes"][0]
    phrases = [label["phrase"] for label in code["machine"]]
    marked = "".join(piece for piece, caused in code["marked"] if caused)
    assert any(phrase and phrase in marked for phrase in phrases)
    assert "".join(piece for piece, _ in code["marked"]) == code["words"]
    assert not code["decided"]


def test_a_persons_label_stands_apart_and_decides(story: Story) -> None:
    speak(story, 8)
    draft_lines(story)
    page = open_line(story)
    code = page["open"]["codes"][0]
    other = page["themes"][0]["themes"][0]["theme_id"]
    said = story.does(
        story.person("theme_editor"),
        "recode",
        contribution_id=code["contribution_id"],
        theme_id=f"{other},{other},no_such_theme,",
    )
    assert said.name == "recoded"
    after = next(
        c
        for c in open_line(story)["open"]["codes"]
        if c["contribution_id"] == code["contribution_id"]
    )
    assert after["decided"]
    assert [label["theme_id"] for label in after["labels"]] == [other]
    assert after["machine"] == code["machine"]


def test_four_themes_for_one_contribution_are_too_many_and_nothing_changes(story: Story) -> None:
    speak(story, 8)
    draft_lines(story)
    page = open_line(story)
    code = page["open"]["codes"][0]
    many = [theme["theme_id"] for group in page["themes"] for theme in group["themes"]][:4]
    said = story.does(
        story.person("theme_editor"),
        "recode",
        contribution_id=code["contribution_id"],
        theme_id=",".join(many),
    )
    assert said.name == "recode_too_many"
    assert open_line(story)["open"]["codes"][0] == code


def test_kinds_of_detail_that_an_author_kept_are_shown_beside_the_words(story: Story) -> None:
    speak(story, 8)
    draft_lines(story)
    id = open_line(story)["open"]["codes"][0]["contribution_id"]
    with story.database.writing() as session:
        contributions.log_kept_detail(session, id, "date_of_birth")
        contributions.log_kept_detail(session, id, "date_of_birth")
    codes = open_line(story)["open"]["codes"]
    assert {code["contribution_id"]: code["kept"] for code in codes}[id] == ["date of birth"]


def test_minutes_are_reckoned_from_the_words_and_from_nothing_anybody_did(story: Story) -> None:
    speak(story, 8)
    lines = draft_lines(story)
    before = open_line(story)["minutes"]
    assert before >= 2 * len(lines)
    story.later(hours=5)
    assert open_line(story)["minutes"] == before


def test_editor_and_approver_read_the_same_log(story: Story) -> None:
    speak(story, 8)
    draft_lines(story)
    story.does(story.person("approver"), "issue")
    editors = open_line(story)["log"]
    with story.database.reading() as session:
        assert views.sign(session, story.person("approver"))["log"] == editors
    assert "Nobody had signed it" in editors[0]["why"]


def test_what_did_not_clear_has_no_entry(story: Story) -> None:
    speak(story, 4)
    draft_lines(story)
    story.does(story.person("approver"), "issue")
    assert open_line(story)["log"] == []
