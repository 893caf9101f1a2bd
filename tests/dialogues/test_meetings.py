"""The meeting pack and the minutes: what waits, in order, and what was decided, in one go."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from docx import Document

from digests.pack_document import pack_document
from digests.render import ANSWERS, pack_body
from handlers import pack, views
from handlers.answers import STATUS_LABELS
from handlers.loop import meetings
from handlers.messages import Field, Form, Text
from handlers.permissions import NotAllowedError
from handlers.place import of as place_of
from tests.dialogues.test_loop import ANSWER, issue, speak
from tests.story import Story, read

FIXED = "heardback is not a referral channel."


@pytest.fixture
def story(both: Story) -> Story:
    """The story, once on each kind of database."""
    return both


def packed(story: Story, role: str = "chair"):  # type: ignore[no-untyped-def]
    with story.database.reading() as session:
        return pack.pack(session, story.person(role), now=story.now)


def decision(story: Story, form: Form, **typed: str) -> Form:
    """What a coordinator enters for the first question."""
    line = next(p.name for p in form.parts if isinstance(p, Field)).partition(".")[2]
    fields = {f"{name}.{line}": value for name, value in typed.items()}
    return story.does(story.person("coordinator"), "minutes_send", **fields)


def test_a_pack_has_an_agenda_what_waits_and_a_sheet_for_decisions(story: Story) -> None:
    speak(story, 8)
    shown = issue(story)
    made = packed(story)
    assert made.agenda[0].title == "Your own loops"
    assert made.minutes == sum(item.minutes for item in made.agenda)
    assert {line.key for _, line in made.rows} == set(shown)
    html = pack_body(made, labels=STATUS_LABELS)
    for _, line in made.rows:
        assert line.question in html.replace("&#39;", "'")
    assert "style=" not in html
    assert f"You have about {made.minutes} minutes." in html


def test_the_same_pack_is_a_document_with_real_headings(story: Story) -> None:
    speak(story, 8)
    issue(story)
    made = packed(story)
    buttons = [label for _, label in ANSWERS]
    written = pack_document(made, labels=STATUS_LABELS, buttons=buttons, footer=FIXED)
    assert written[:2] == b"PK"
    document = Document(BytesIO(written))
    headings = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert headings[0] == "Agenda"
    assert "Decision sheet" in headings
    spoken = "\n".join(p.text for p in document.paragraphs)
    assert all(line.question in spoken for _, line in made.rows)
    assert document.sections[0].footer.paragraphs[0].text == FIXED
    assert round(document.sections[0].page_width.cm, 1) == 21.0


def test_what_was_answered_leaves_the_sheet_and_stands_on_the_board(story: Story) -> None:
    speak(story, 8)
    shown = issue(story)
    member, chair = story.person("strategic_member"), story.person("chair")
    for line in shown:
        story.does(member, "answer_propose", line_id=line, **ANSWER)
    assert len(packed(story).proposals) == len(shown)
    with story.database.reading() as session:
        notices = [item["form"] for item in views.proposals(session, chair)]
    for notice in notices:
        story.presses(chair, notice, "Confirm")
    made = packed(story)
    assert made.rows == ()
    assert {one.status for one in made.board} == {"held_until"}


def test_a_pack_is_for_those_who_read_digests(story: Story) -> None:
    for role in ("coordinator", "theme_editor", "administrator"):
        with pytest.raises(NotAllowedError):
            packed(story, role)


def test_the_coordinator_enters_decisions_in_one_go_and_sees_questions_only(story: Story) -> None:
    speak(story, 8)
    shown = issue(story)
    form = story.does(story.person("coordinator"), "minutes")
    with story.database.reading() as session:
        page = views.digest(session, story.person("chair"))
    assert page is not None
    for line in page.lines:
        assert line.question in read(form)
        assert line.sentence not in read(form)
    kept = decision(story, form, **ANSWER)
    assert kept.name == "minutes_kept"
    assert "1 decision proposed" in read(kept)
    with story.database.reading() as session:
        waiting = views.proposals(session, story.person("chair"))
    assert len(waiting) == 1
    assert len(shown) >= 1


def test_minutes_with_a_gap_keep_nothing_and_lose_nothing(story: Story) -> None:
    speak(story, 8)
    issue(story)
    form = story.does(story.person("coordinator"), "minutes")
    back = decision(story, form, button="act", answer="We mend the lamp.")
    assert back.name == "minutes"
    errors = {
        part.name.partition(".")[0]: part.error for part in back.parts if isinstance(part, Field)
    }
    assert errors["owner_role"]
    assert errors["child_words"]
    assert "We mend the lamp." in [p.value for p in back.parts if isinstance(p, Field)]
    with story.database.reading() as session:
        assert views.proposals(session, story.person("chair")) == []
    empty = story.does(story.person("coordinator"), "minutes_send")
    assert empty.name == "minutes_empty"


def test_a_meeting_is_set_and_its_pack_is_announced_once_a_week_before(story: Story) -> None:
    speak(story, 8)
    issue(story)
    on = (story.now + timedelta(days=20)).date()
    for wrong in ("soon", "2020-01-01", "2090-01-01"):
        form = story.does(story.person("coordinator"), "meeting_set", on=wrong)
        assert next(p for p in form.parts if isinstance(p, Field)).error
    story.does(story.person("coordinator"), "meeting_set", on="2026-12-24")
    assert story.does(story.person("chair"), "meeting_set", on=on.isoformat()).name == "meeting_set"
    story.clock("tick_pack")
    story.later(days=1)
    assert "pack_ready" not in story.thread(story.person("chair"))
    story.later(days=13)
    story.clock("tick_pack")
    story.later(days=1)
    story.clock("tick_pack")
    story.later(days=1)
    assert story.thread(story.person("chair")).count("pack_ready") == 1
    assert "pack_ready" not in story.thread(story.person("coordinator"))


def test_nothing_is_announced_before_a_first_digest(story: Story) -> None:
    day = (story.now + timedelta(days=3)).date().isoformat()
    story.does(story.person("coordinator"), "meeting_set", on=day)
    story.clock("tick_pack")
    story.later(days=1)
    assert "pack_ready" not in story.thread(story.person("chair"))


def test_who_waits_for_an_answer_is_told_the_day_that_was_set(story: Story) -> None:
    with story.database.reading() as session:
        place = place_of(session, "northport")
        assert not meetings.after(session, place, story.now.date()).meets
    story.does(story.person("coordinator"), "meeting_set", on="2026-09-24")
    with story.database.reading() as session:
        found = meetings.after(session, place, story.now.date())
    assert (found.day, found.meets) == (date(2026, 9, 24), True)


def test_without_a_day_the_pack_is_monthly(story: Story) -> None:
    with story.database.reading() as session:
        place = place_of(session, "northport")
        assert meetings.of_pack(session, place, date(2026, 12, 15)) == date(2027, 1, 4)


def test_only_those_who_may_set_a_meeting(story: Story) -> None:
    with pytest.raises(NotAllowedError):
        story.does(story.person("strategic_member"), "meeting_set", on="2026-12-24")
    with pytest.raises(NotAllowedError):
        story.does(story.person("strategic_member"), "minutes_send")
    assert isinstance(story.does(story.person("chair"), "meeting").parts[0], Text)
