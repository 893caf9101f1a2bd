"""What was promised is kept or said: dates that pass, Hold that ends, opinions, and pauses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers import views
from handlers.messages import Actor, Field
from storage import Session, commitments, partnerships, people, releases
from tests.dialogues.test_contributing import relay
from tests.dialogues.test_loop import ANSWER, SAID, _proposal, answered, issue, speak
from tests.story import AGENCIES, Story, read

ACT = {
    "button": "act",
    "answer": "A youth worker is at the bays on Fridays from next month.",
    "child_words": "Somebody friendly will be there on Fridays.",
    "owner_role": "head of youth services",
    "due_on": "2026-10-09",
}
NOT_NOW = ANSWER | {"button": "not_now", "due_on": ""}


@pytest.fixture
def line(story: Story) -> str:
    """A question before the group since 7 September: an answer is promised by the 21st."""
    speak(story, 8)
    return issue(story)[0]


def behind(story: Story, line: str) -> list[Actor]:
    """The speakers whose words are part of this line."""
    return [
        actor
        for (name, _), actor in story.actors.items()
        if name.startswith("speaker") and "is part" in _part(story, actor, line)
    ]


def _part(story: Story, actor: Actor, line: str) -> str:
    from storage import return_addresses

    with story.database.reading() as session:
        mine = set(return_addresses.owned_by(session, "northport", actor.person))
        return "is part" if mine & set(releases.behind(session, line)) else ""


def answer(story: Story, line: str, **fields: str) -> None:
    form = story.does(story.person("strategic_member"), "answer_propose", line_id=line, **fields)
    assert form.name == "answer_proposed", read(form)
    story.presses(story.person("chair"), _proposal(story), "Confirm")


def day(story: Story, number: int) -> None:
    """The daily look on this day after the issue, and what it sends."""
    start = date(2026, 9, 7) + timedelta(days=number)
    story.now = story.now.replace(year=start.year, month=start.month, day=start.day, hour=9)
    story.clock("tick_promises")
    story.later(hours=1)


def roles(story: Story, kind: str) -> list[str]:
    return [
        role
        for role in ("strategic_member", "chair", "delegate", "scrutineer")
        if kind in story.thread(story.person(role))
    ]


def test_a_promise_that_passes_goes_up_one_step_a_week(story: Story, line: str) -> None:
    """Scenario 6.8: chair on the day, then the delegate, then the scrutineer; each hears once."""
    day(story, 13)
    assert roles(story, "answer_due_reminder") == []
    for number in (14, 15, 20):
        day(story, number)
    assert roles(story, "answer_due_reminder") == ["chair"]
    assert roles(story, "answer_due_deputy") == []
    for number in (21, 22):
        day(story, number)
    assert roles(story, "answer_due_deputy") == ["delegate"]
    assert roles(story, "answer_due_scrutineer") == []
    for number in (28, 40, 60):
        day(story, number)
    assert roles(story, "answer_due_scrutineer") == ["scrutineer"]
    for role in ("chair", "delegate", "scrutineer"):
        kinds = [k for k in story.thread(story.person(role)) if k.startswith("answer_due")]
        assert len(kinds) == 1


def test_contributors_hear_once_that_there_is_no_answer_yet_and_when_the_group_meets(
    story: Story, line: str
) -> None:
    with story.database.writing() as session:
        row = partnerships.get(session, "northport")
        row.settings = {**row.settings, "meetings": ["2026-09-10", "2026-10-06"]}
    day(story, 14)
    waiting = behind(story, line)
    assert waiting
    assert all("not_answered_yet" not in story.thread(person) for person in waiting)
    for number in (15, 16, 30, 80):
        day(story, number)
    for person in waiting:
        assert story.thread(person).count("not_answered_yet") == 1
        said = read(story.notice(person, "not_answered_yet"))
        assert "by Monday 21 September" in said
        assert "next meeting is on Tuesday 6 October" in said


def test_where_no_meeting_is_known_none_is_promised(story: Story, line: str) -> None:
    day(story, 15)
    said = read(story.notice(behind(story, line)[0], "not_answered_yet"))
    assert "meeting" not in said
    assert "in its digest on Monday 28 September" in said


def test_a_champion_hears_it_with_words_for_a_young_person(story: Story) -> None:
    for name, agency, voices in (
        ("Col", "voluntary_sector", "5"),
        ("Kit", "youth_justice", "1"),
        ("Wen", "housing", "2"),
    ):
        relay(
            story,
            story.champion(name, agency),
            SAID[0],
            voices=voices,
            age_band="mix",
            rendering="paraphrase",
        )
    issue(story)
    day(story, 15)
    said = read(story.notice(story.champion("Kit", "youth_justice"), "not_answered_yet_champion"))
    assert "You did nothing wrong" in said
    assert "Words you could use" in said


def test_an_answer_stops_the_reminders_and_its_own_date_starts_them_again(
    story: Story, line: str
) -> None:
    day(story, 10)
    answer(story, line, **ACT)
    for number in (14, 15, 21, 31):
        day(story, number)
    assert roles(story, "answer_due_reminder") == []
    day(story, 32)  # 9 October, when the report was promised
    assert roles(story, "answer_due_reminder") == ["strategic_member", "chair"]
    day(story, 33)
    assert all("not_answered_yet" in story.thread(person) for person in behind(story, line))


def test_a_hold_is_respected_until_its_date_and_then_the_question_is_open_again(
    story: Story, line: str
) -> None:
    """Scenario 6.7: on the day of the next look the theme comes back by itself."""
    answer(story, line, **ANSWER)  # held until 30 October
    for number in (14, 28, 52):
        day(story, number)
    assert roles(story, "answer_due_reminder") == []
    assert open_loops(story) == []
    day(story, 53)
    assert roles(story, "hold_is_over") == ["chair", "delegate"]
    assert open_loops(story) == [line]
    loop = next(one for one in loops(story, behind(story, line)[0]) if one["status"] == "heard")
    assert "open again" in loop["sentence"]
    day(story, 66)
    assert roles(story, "answer_due_reminder") == []
    day(story, 67)
    assert roles(story, "answer_due_reminder") == ["chair"]


def open_loops(story: Story) -> list[str]:
    with story.database.reading() as session:
        shown = releases.shown_lines(session, "northport")
        return [one.id for one in shown if commitments.standing(session, one.id) is None]


def loops(story: Story, actor: Actor) -> list[dict[str, str]]:
    with story.database.writing() as session:
        found: list[dict[str, str]] = views.home(session, actor, now=story.now)["loops"]
    return found


def test_people_are_told_on_change_and_never_on_no_change(story: Story, line: str) -> None:
    answer(story, line, **ACT)
    story.later(days=1)
    story.does(story.person("strategic_member"), "answer_propose", line_id=line, **ACT)
    said = story.presses(story.person("chair"), _proposal(story), "Confirm")
    assert said.name == "answer_unchanged"
    story.later(days=1)
    someone = behind(story, line)[0]
    assert story.thread(someone).count("answer_to_practitioner") == 1
    answer(story, line, **(ACT | {"due_on": "2026-11-06"}))
    story.later(days=1)
    assert story.thread(someone).count("answer_to_practitioner") == 2


def test_after_an_act_the_group_reports_changed_or_both_halves(story: Story, line: str) -> None:
    member = story.person("strategic_member")
    answer(story, line, **ACT)
    story.later(days=1)
    bare = {**ACT, "status": "partly", "due_on": "", "owner_role": ""}
    refused = story.does(member, "answer_propose", line_id=line, **bare)
    errors = {part.name: part.error for part in refused.parts if isinstance(part, Field)}
    assert "other half" in errors["not_done"]
    refused = story.does(member, "answer_propose", line_id=line, **(bare | {"status": "changed"}))
    errors = {part.name: part.error for part in refused.parts if isinstance(part, Field)}
    assert "how would somebody outside know" in errors["sign"]
    answer(story, line, **(bare | {"not_done": "There is no extra bus, for want of a driver."}))
    story.later(days=1)
    told = story.notice(behind(story, line)[0], "answer_to_practitioner")
    assert "Partly" in told.title
    assert "no extra bus" in read(told)


def test_who_was_told_can_say_that_it_looks_wrong(story: Story, line: str) -> None:
    """Scenario 6.9: a reply to the group, with the usual protections."""
    answer(story, line, **NOT_NOW)
    story.later(days=1)
    someone = behind(story, line)[0]
    told = story.notice(someone, "answer_to_practitioner")
    box = story.presses(someone, told, "That looks wrong")
    assert box.name == "reflect"
    assert "not a referral" in read(box)
    check = story.does(someone, "reflect", words="Mrs Hale says the lease is signed already.")
    assert check.name == "identifying_check"


def asked_again(story: Story, line: str) -> list[Actor]:
    answer(story, line, **NOT_NOW)
    story.later(days=28)
    story.clock("tick_ask_again")
    story.clock("tick_ask_again")
    story.later(hours=3)
    asked = behind(story, line)
    assert all(story.thread(person).count("four_weeks_later") == 1 for person in asked)
    return asked


def say(story: Story, actors: list[Actor], label: str) -> None:
    for actor in actors:
        form = story.presses(actor, story.notice(actor, "four_weeks_later"), label)
        assert form.name == "opinion"
    story.later(days=1)


def state(session: Session, line: str) -> str:
    [row] = commitments.ever_confirmed(session, "northport")
    assert row.line_id == line
    return row.state


def test_enough_noes_open_the_theme_again_and_everybody_told_hears_so(
    story: Story, line: str
) -> None:
    """Scenario 12.7."""
    asked = asked_again(story, line)
    assert len(asked) >= 7
    say(story, asked, "No")
    for person in asked:
        assert story.thread(person).count("reopened") == 1
    said = read(story.notice(asked[0], "reopened"))
    assert "is not solved" in said
    assert "on " in said
    assert open_loops(story) == [line]
    story.clock("tick_promises")
    story.later(days=15)
    story.clock("tick_promises")
    story.later(hours=1)
    assert "answer_due_reminder" in story.thread(story.person("chair"))


def test_noes_below_the_release_rule_open_nothing(story: Story, line: str) -> None:
    """Five people of five agencies: without the largest, four remain."""
    asked = asked_again(story, line)
    say(story, asked[:5], "No")
    assert open_loops(story) == []
    assert all("reopened" not in story.thread(person) for person in asked)
    with story.database.reading() as session:
        assert state(session, line) == "confirmed"


def test_who_cannot_tell_holds_nothing_back_and_opens_nothing(story: Story, line: str) -> None:
    asked = asked_again(story, line)
    say(story, asked, "I can't tell")
    assert open_loops(story) == []
    say(story, asked[:-1], "No")
    assert open_loops(story) == [line]


def test_noes_that_are_outnumbered_open_nothing(story: Story) -> None:
    for n in range(10):  # a theme that everybody spoke of would not be shown
        story.person(f"quiet {n}", agency=AGENCIES[n % len(AGENCIES)])
    speak(story, 20)
    line = issue(story)[0]
    asked = asked_again(story, line)
    assert len(asked) >= 14
    say(story, asked[7:], "Yes")
    say(story, asked[: len(asked) - 8 if len(asked) < 15 else 7], "No")
    assert open_loops(story) == []


def test_only_who_is_behind_a_line_has_an_opinion_on_its_answer(story: Story, line: str) -> None:
    asked = asked_again(story, line)
    form = story.notice(asked[0], "four_weeks_later")
    assert story.presses(story.person("Passer-by"), form, "No").name == "gone"
    assert story.does(
        asked[0], "opinion", commitment=form.state["commitment"], choice="x"
    ).name == ("gone")


def test_the_next_holder_of_a_seat_is_asked_and_answers_for_it(story: Story) -> None:
    champions = [
        story.champion(name, agency)
        for name, agency in (
            ("Col", "voluntary_sector"),
            ("Kit", "youth_justice"),
            ("Wen", "housing"),
        )
    ]
    for champion, voices in zip(champions, ("5", "2", "2"), strict=True):
        relay(story, champion, SAID[0], voices=voices, age_band="mix", rendering="paraphrase")
    line = issue(story)[0]
    answered(story, line)
    ines = story.person("Ines", agency="voluntary_sector")
    with story.database.writing() as session:
        seats = people.seats_of(session, champions[0].person, "northport")
        next(seat for seat in seats if seat.role == "champion").person_id = ines.person
    ines = Actor(ines.person, "northport", frozenset({"practitioner", "champion"}), ines.agency)
    story.later(days=28)
    story.clock("tick_ask_again")
    story.later(hours=3)
    assert "four_weeks_later" not in story.thread(champions[0])
    for champion in (ines, *champions[1:]):
        form = story.presses(champion, story.notice(champion, "four_weeks_later"), "No")
        assert form.name == "opinion"
    story.later(days=1)
    assert "reopened" in story.thread(ines)


def test_a_pause_is_told_once_and_answers_wait_through_it(story: Story, line: str) -> None:
    """Scenario 10.4."""
    member = story.person("strategic_member")
    form = story.does(member, "pause")
    said = story.presses(member, form, "Call the pause", until="2026-10-07")
    assert said.name == "pause_called"
    story.later(hours=1)
    answer(story, line, **NOT_NOW)
    story.clock("tick_ask")
    story.later(days=3)
    someone = behind(story, line)[0]
    assert story.thread(someone) == ["paused"]
    assert "strategic_member" not in read(story.notice(someone, "paused"))
    assert "Wednesday 7 October" in read(story.notice(someone, "paused"))
    story.later(days=20)
    assert story.thread(someone) == ["paused"]
    story.later(days=10)
    assert story.thread(someone) == ["paused", "answer_to_practitioner"]


def test_a_pause_can_be_ended_early_and_then_rounds_open_again(story: Story) -> None:
    member, bea = story.person("strategic_member"), story.person("Bea")
    story.does(member, "pause_set", until="2026-10-07")
    story.later(days=1)
    over = story.presses(member, story.does(member, "pause"), "End it now")
    assert over.name == "pause_over"
    story.clock("tick_ask")
    story.later(hours=1)
    assert story.thread(bea) == ["paused", "prompt"]


@pytest.mark.parametrize("until", ["", "soon", "2026-09-07", "2025-01-01", "2027-09-07"])
def test_a_pause_needs_a_day_that_is_still_to_come_and_not_too_far(
    story: Story, until: str
) -> None:
    form = story.does(story.person("strategic_member"), "pause_set", until=until)
    [field] = [part for part in form.parts if isinstance(part, Field)]
    assert field.error
    assert field.value == until


def test_set_aside_words_wait_for_no_pause(story: Story) -> None:
    story.does(story.person("strategic_member"), "pause_set", until="2026-10-07")
    words = "a year 7 told me today her dad's friend waits for her"
    assert "danger" in story.does(story.person("Dev"), "reflect", words=words).name
    story.later(hours=1)
    assert "set_aside_notice_to_lead" in story.thread(story.person("safeguarding_lead"))


def test_after_stopping_only_answers_come_and_not_for_ever(story: Story, line: str) -> None:
    """Scenario 1.7."""
    asked = behind(story, line)
    for person in asked[:2]:
        story.does(person, "stop_set", choice="answers")
    answer(story, line, **ACT)
    story.later(days=28)
    story.clock("tick_ask_again")
    story.later(hours=2)
    assert story.thread(asked[0]) == ["answer_to_practitioner"]
    story.later(days=7 * 26)
    answer(story, line, **(NOT_NOW | {"answer": "Not this year, for want of money."}))
    story.later(days=1)
    assert story.thread(asked[0]) == ["answer_to_practitioner"]
