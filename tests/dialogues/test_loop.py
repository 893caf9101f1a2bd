"""Heard, answered, told, asked again: both release rules, signatures, and everybody behind a line."""

from __future__ import annotations

from handlers import views, weekly
from handlers.messages import Actor, Buttons, Field
from tests.story import AGENCIES, Story, read

SAID = (
    "the bus station at night is where they wait and nobody is there",
    "waiting at the bus station after the last bus worries me most",
    "young people hang round the bus station bays and trains for hours",
    "the bus station again, the far bays, no staff after nine",
    "missed the last bus so they sit at the bus station",
    "the train and the bus station are where it happens",
    "bus station, same corner, same time, nobody in charge of it",
    "they get off at the bus station and wait for a lift",
)


def speak(story: Story, number: int, agencies: tuple[str, ...] = AGENCIES) -> list[Actor]:
    people = []
    for n in range(number):
        who = story.person(f"speaker {n}", agency=agencies[n % len(agencies)])
        assert story.does(who, "reflect", words=SAID[n % len(SAID)]).name == "receipt"
        people.append(who)
    return people


def draft_lines(story: Story) -> list[dict[str, str]]:
    story.clock("tick_draft")
    with story.database.reading() as session:
        return views.lines(session, story.person("theme_editor"))["lines"]


def issue(story: Story) -> list[str]:
    """Write, sign and issue; returns the ids of the lines that were shown."""
    editor, approver = story.person("theme_editor"), story.person("approver")
    for line in draft_lines(story):
        assert story.does(editor, "line_ready", line_id=line["line_id"]).name == "line_ready"
        assert story.does(approver, "line_sign", line_id=line["line_id"]).name == "line_signed"
    story.does(approver, "issue")
    with story.database.reading() as session:
        page = views.digest(session, story.person("strategic_member"))
    assert page is not None
    return [line.key for line in page.lines]


ANSWER = {
    "button": "hold",
    "answer": "We chose to wait until the meeting, because the lease is not settled.",
    "child_words": "We have to wait a bit. We will look again soon.",
    "due_on": "2026-10-30",
}


def answered(story: Story, line: str) -> None:
    story.does(story.person("strategic_member"), "answer_propose", line_id=line, **ANSWER)
    notice = _proposal(story)
    assert story.presses(story.person("chair"), notice, "Confirm").name == "answer_confirmed"


def _proposal(story: Story):  # type: ignore[no-untyped-def]
    with story.database.reading() as session:
        return views.proposals(session, story.person("chair"))[0]["form"]


def test_four_people_are_never_shown(story: Story) -> None:
    speak(story, 4)
    assert draft_lines(story) == []


def test_one_agency_alone_is_never_shown_however_many_speak(story: Story) -> None:
    speak(story, 8, ("housing",))
    assert draft_lines(story) == []


def test_five_must_remain_without_the_largest_agency(story: Story) -> None:
    speak(story, 8, ("housing", "health"))
    assert draft_lines(story) == []


def test_eight_people_of_five_agencies_clear_and_the_band_is_all_that_shows(story: Story) -> None:
    speak(story, 8)
    shown = issue(story)
    assert shown
    with story.database.reading() as session:
        page = views.digest(session, story.person("strategic_member"))
    assert page is not None
    assert {line.practitioners_band for line in page.lines} == {"5–9"}


def test_a_contribution_is_consumed_once(story: Story) -> None:
    speak(story, 8)
    assert issue(story)
    story.later(days=7)
    assert draft_lines(story) == []


def test_who_wrote_a_line_cannot_sign_it_and_unsigned_lines_wait(story: Story) -> None:
    speak(story, 8)
    both = story.person("both hats", "theme_editor", "approver")
    lines = draft_lines(story)
    story.does(both, "line_ready", line_id=lines[0]["line_id"])
    assert story.does(both, "line_sign", line_id=lines[0]["line_id"]).name == "approver_is_editor"
    story.does(story.person("approver"), "issue")
    story.later(days=7)
    assert draft_lines(story)


def test_a_line_with_somebodys_own_words_is_not_ready(story: Story) -> None:
    speak(story, 8)
    line = draft_lines(story)[0]
    copied = story.does(
        story.person("theme_editor"), "line_ready", line_id=line["line_id"], sentence=SAID[0]
    )
    assert copied.name == "line_not_ready"


def test_words_taken_back_before_the_issue_can_stop_a_line(story: Story) -> None:
    people = speak(story, 8)
    lines = draft_lines(story)
    assert lines
    for line in lines:
        story.does(story.person("theme_editor"), "line_ready", line_id=line["line_id"])
        story.does(story.person("approver"), "line_sign", line_id=line["line_id"])
    for person in people[:4]:
        form = story.does(person, "my_words")
        story.presses(person, form, "Take back")
    story.does(story.person("approver"), "issue")
    with story.database.reading() as session:
        page = views.digest(session, story.person("strategic_member"))
    assert page is not None
    assert page.lines == ()


def test_an_answer_without_its_reason_is_not_saved_and_nothing_typed_is_lost(story: Story) -> None:
    speak(story, 8)
    line = issue(story)[0]
    form = story.does(
        story.person("strategic_member"),
        "answer_propose",
        line_id=line,
        button="not_now",
        answer="",
        child_words="Not this year.",
    )
    assert form.name == "answer"
    assert "a young person's face" in read(form)
    assert "Not this year." in read(form)


def test_nobody_is_told_before_the_chair_confirms_and_then_everybody_is_once(story: Story) -> None:
    people = speak(story, 8)
    line = issue(story)[0]
    story.does(story.person("strategic_member"), "answer_propose", line_id=line, **ANSWER)
    story.later(hours=2)
    assert all("answer_to_practitioner" not in story.thread(person) for person in people)
    answered_form = story.presses(story.person("chair"), _proposal(story), "Confirm")
    assert answered_form.name == "answer_confirmed"
    story.later(days=1)
    told = [story.thread(person).count("answer_to_practitioner") for person in people]
    assert max(told) == 1
    assert sum(told) >= 5


def test_who_is_away_hears_the_answer_on_return(story: Story) -> None:
    people = speak(story, 8)
    for person in people:
        story.does(person, "away_set", until="2026-09-21")
    answered(story, issue(story)[0])
    story.later(days=2)
    assert all(story.thread(person) == [] for person in people)
    story.later(days=14)
    assert any("answer_to_practitioner" in story.thread(person) for person in people)
    [said] = [
        read(story.notice(person, "answer_to_practitioner"))
        for person in people[:1]
        if story.thread(person).count("answer_to_practitioner") == 1
    ]
    assert "Welcome back. While you were away an answer came" in said


def test_who_comes_back_early_is_told_that_an_answer_waited_and_gets_it_once(story: Story) -> None:
    people = speak(story, 14)  # enough in each agency when two are away
    first, second, third = people[:3]
    [line] = issue(story)
    story.does(first, "away_set", until="2026-11-30")
    story.does(second, "away_set", until="2026-11-30")
    answered(story, line)
    story.later(days=2)
    assert "answer_to_practitioner" not in story.thread(first)
    assert "an answer came to something you told us" in read(story.does(first, "back"))
    assert "an answer came" not in read(story.does(third, "back"))
    story.later(hours=12)
    assert story.thread(first).count("answer_to_practitioner") == 1
    assert "Welcome back" not in read(story.notice(first, "answer_to_practitioner"))
    assert "answer_to_practitioner" not in story.thread(second)
    assert "an answer came" not in read(story.does(first, "back"))


def test_relayed_voices_clear_by_their_own_rule_and_champions_carry_the_answer(
    story: Story,
) -> None:
    champions = [
        story.champion("Col", "voluntary_sector"),
        story.champion("Kit", "youth_justice"),
        story.champion("Wen", "housing"),
    ]
    for champion, voices in zip(champions, ("5", "1", "2"), strict=True):
        said = story.does(
            champion,
            "relay_send",
            words="the bus station at night, they wait at the far bays for the last bus",
            rendering="paraphrase",
            voice="young_person",
            agreement="yes",
            age_band="mix",
            voices=voices,
            agreed_to="theme",
            back="i_tell",
        )
        assert said.name == "relay_receipt"
    line = issue(story)[0]
    answered(story, line)
    story.later(days=1)
    card = story.notice(champions[1], "answer_to_champion")
    assert "We have to wait a bit" in read(card)
    with story.database.writing() as session:
        back = views.home(session, champions[1], now=story.now)["champion"]["returns"]
    assert len(back) == 1
    told = story.does(champions[1], "told", return_id=back[0]["return_id"])
    assert told.name == "told"
    assert story.does(champions[0], "told", return_id=back[0]["return_id"]).name == "gone"


def test_an_editor_sees_no_identity_and_an_approver_no_sources(story: Story) -> None:
    speak(story, 8)
    line = draft_lines(story)[0]
    story.does(story.person("theme_editor"), "line_ready", line_id=line["line_id"])
    with story.database.reading() as session:
        seen = str(views.lines(session, story.person("theme_editor")))
        signed = str(views.sign(session, story.person("approver")))
    assert "no-speaker" not in seen
    assert not any(words in signed for words in SAID)


def test_the_other_partnership_sees_nothing_of_it(story: Story) -> None:
    speak(story, 8)
    issue(story)
    with story.database.reading() as session:
        assert views.digest(session, story.person("strategic_member", side="wolds")) is None


def test_a_theme_shown_of_late_lets_others_go_first_and_loses_nothing() -> None:
    cleared = {("theme", "a"): [], ("theme", "b"): [], ("group", "c"): []}
    assert [key[1] for key, _ in weekly.in_turn(cleared, {"a"})] == ["b", "c", "a"]
    assert [key[1] for key, _ in weekly.in_turn(cleared, set())] == ["a", "b", "c"]


def test_the_digest_comes_as_one_message_and_its_questions_are_answered_from_it(
    story: Story,
) -> None:
    speak(story, 8)
    (line,) = issue(story)
    story.later(hours=1)
    member = story.person("strategic_member")
    shown = story.notice(member, "digest_issued")
    rows = [part for part in shown.parts if isinstance(part, Buttons)]
    assert [button.label for button in rows[0].buttons] == [
        "Act",
        "Hold",
        "Discuss",
        "Not now",
        "Not ours",
    ]
    asked = story.does(member, "answer", choice="hold", **rows[0].state)
    assert (
        next(p.value for p in asked.parts if isinstance(p, Field) and p.name == "button") == "hold"
    )
    answered(story, line)
    again = story.notice(member, "digest_issued")
    assert not [part for part in again.parts if isinstance(part, Buttons)]
    assert "Answered: **Held until**" in read(again)
