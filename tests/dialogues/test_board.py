"""The public board: written by one, found safe by another, and off again when its answer changes."""

from __future__ import annotations

import pytest

from handlers import board as board_desk
from handlers import views
from handlers.messages import Field, Form
from handlers.permissions import NotAllowedError
from storage import releases
from tests.dialogues.test_loop import SAID, answered, draft_lines, issue, speak
from tests.story import AGENCIES, Story, read


def large(story: Story) -> str:
    """An answered line that more than ten people of several agencies stand behind."""
    speak(story, 16)
    line = issue(story)[0]
    answered(story, line)
    return line


def desk(story: Story, role: str = "theme_editor") -> list[Form]:
    with story.database.reading() as session:
        return board_desk.desk(session, story.person(role))


def up(story: Story) -> list[dict[str, str]]:
    with story.database.reading() as session:
        return views.board(session, "northport")["entries"]


def written(story: Story, **typed: str) -> Form:
    (form,) = desk(story)
    return story.presses(story.person("theme_editor"), form, "Send to a second", **typed)


def test_nothing_is_up_before_a_second_person_finds_it_safe(both: Story) -> None:
    large(both)
    assert up(both) == []
    assert written(both).name == "board_written"
    assert up(both) == []
    (mine,) = desk(both)
    assert mine.buttons == ()
    entry = desk(both, "approver")[0].state["entry"]
    refused = both.does(both.person("theme_editor"), "board_check", entry=entry, choice="up")
    assert refused.name == "second_reader"
    assert up(both) == []
    (check,) = desk(both, "approver")
    assert "including people who harm children" in read(check)
    assert both.presses(both.person("approver"), check, "No to both").name == "board_up"
    assert [one["did"] for one in up(both)] == [
        "We chose to wait until the meeting, because the lease is not settled."
    ]


def test_a_place_or_a_name_is_never_sent_to_the_board_and_nothing_typed_is_lost(
    both: Story,
) -> None:
    large(both)
    back = written(both, did="We put a worker on Greenfield Road on Tuesdays.", child_said="")
    assert back.name == "board_write"
    errors = {p.name: p.error for p in back.parts if isinstance(p, Field) and p.error}
    assert "Greenfield Road" in errors["did"]
    assert errors["child_said"]
    assert "We put a worker on Greenfield Road on Tuesdays." in read(back)
    assert desk(both, "approver") == []


def test_an_entry_goes_when_its_answer_changes_and_comes_back_only_when_checked_anew(
    both: Story,
) -> None:
    line = large(both)
    written(both)
    both.presses(both.person("approver"), desk(both, "approver")[0], "No to both")
    assert len(up(both)) == 1
    both.does(
        both.person("strategic_member"),
        "answer_propose",
        line_id=line,
        button="not_now",
        answer="There is no money before April.",
        child_words="There is no money until April.",
    )
    with both.database.reading() as session:
        notice = views.proposals(session, both.person("chair"))[0]["form"]
    both.presses(both.person("chair"), notice, "Confirm")
    assert up(both) == []
    (form,) = desk(both)
    assert "There is no money before April." in read(form)


def test_who_wrote_the_line_does_not_check_its_entry_either(both: Story) -> None:
    large(both)
    other = both.person("another editor", "theme_editor", agency="parks")
    with both.database.reading() as session:
        (form,) = board_desk.desk(session, other)
    assert both.presses(other, form, "Send to a second").name == "board_written"
    (waits,) = desk(both)
    assert waits.buttons == ()
    entry = desk(both, "approver")[0].state["entry"]
    refused = both.does(both.person("theme_editor"), "board_check", entry=entry, choice="up")
    assert refused.name == "second_reader"


def test_it_can_be_sent_back_kept_off_and_taken_down_at_once(both: Story) -> None:
    large(both)
    written(both)
    assert both.presses(both.person("approver"), desk(both, "approver")[0], "Change").name == (
        "board_change"
    )
    written(both, said="A kind of place where nobody is in charge after dark.")
    both.presses(both.person("approver"), desk(both, "approver")[0], "No to both")
    assert up(both)[0]["said"] == "A kind of place where nobody is in charge after dark."
    (stands,) = desk(both, "approver")
    assert both.presses(both.person("approver"), stands, "Take it down").name == "board_taken_down"
    assert up(both) == []
    (form,) = desk(both)
    assert both.presses(both.person("theme_editor"), form, "Not for").name == "board_kept_off"
    assert desk(both) == []


def test_the_public_board_is_offered_only_what_ten_people_stand_behind(both: Story) -> None:
    speak(both, 8)
    small = issue(both)[0]
    answered(both, small)
    assert desk(both) == []
    both.later(days=7)
    for n in range(15):
        who = both.person(f"other {n}", agency=AGENCIES[n % 5])
        assert both.does(who, "reflect", words=SAID[n % len(SAID)]).name == "receipt"
    more = issue(both)[0]
    answered(both, more)
    assert len(desk(both)) == 1
    with both.database.reading() as session:
        lines = [releases.line(session, "northport", id) for id in (small, more)]
    assert [line.may_leave for line in lines if line is not None] == [False, True]


OWN = "they should let us wait inside the bus station when the last bus has gone"


def carried(story: Story, *, agreed: str) -> str:
    """Four champions carry many voices; one brings a young person's own line, agreed to as said."""
    where = ("voluntary_sector", "youth_justice", "housing", "education")
    for n, agency in enumerate(where):
        said = story.does(
            story.champion(f"champion {n}", agency),
            "relay_send",
            words=OWN if n == 0 else SAID[n],
            rendering="own_words" if n == 0 else "paraphrase",
            voice="young_person",
            agreement="yes",
            age_band="13_to_15",
            voices="5",
            agreed_to=agreed if n == 0 else "theme",
            back="i_tell",
        )
        assert said.name == "relay_receipt", read(said)
    line = draft_lines(story)[0]["line_id"]
    editor, approver = story.person("theme_editor"), story.person("approver")
    with story.database.reading() as session:
        codes = views.lines(session, editor, open_id=line)["open"]["codes"]
    source = next(code["contribution_id"] for code in codes if OWN in code["words"])
    asked = story.does(editor, "quote_ask", line_id=line, contribution_id=source, quote=OWN)
    assert asked.name == "quote_agreed"
    with story.database.reading() as session:
        quote = views.sign(session, approver)["quotes"][0]["quote_id"]
    assert story.does(approver, "quote_read", quote_id=quote).name == "quote_read"
    story.does(editor, "line_ready", line_id=line)
    story.does(approver, "line_sign", line_id=line)
    story.does(approver, "issue")
    answered(story, line)
    return quote


def test_a_young_persons_own_line_stands_only_with_agreement_to_the_board(both: Story) -> None:
    quote = carried(both, agreed="theme,quote")
    (form,) = desk(both)
    assert OWN not in read(form)
    forced = both.presses(both.person("theme_editor"), form, "Send to a second", quote=quote)
    assert forced.name == "board_write"
    assert desk(both, "approver") == []


def test_an_agreed_line_stands_and_goes_with_the_words(both: Story) -> None:
    quote = carried(both, agreed="theme,quote,board")
    (form,) = desk(both)
    picked = next(p for p in form.parts if isinstance(p, Field) and p.name == "quote")
    assert [choice.value for choice in picked.choices] == ["", quote]
    both.presses(both.person("theme_editor"), form, "Send to a second", quote=quote)
    (check,) = desk(both, "approver")
    assert OWN in read(check)
    both.presses(both.person("approver"), check, "No to both")
    with both.database.reading() as session:
        shown = views.board(session, "northport")
    assert shown["children"][0]["said"] == f"“{OWN}”"
    assert shown["poster"] == shown["children"]
    champion = both.champion("champion 0", "voluntary_sector")
    both.presses(champion, both.does(champion, "my_words"), "Take back the words")
    with both.database.reading() as session:
        left = views.board(session, "northport")
    assert OWN not in str(left)
    assert len(left["entries"]) == 1


def test_only_the_desk_of_words_reaches_the_board(both: Story) -> None:
    for role in ("coordinator", "strategic_member", "administrator", "scrutineer"):
        with pytest.raises(NotAllowedError):
            desk(both, role)
    with pytest.raises(NotAllowedError):
        both.does(both.person("approver"), "board_write")
