"""Task-and-finish groups that end by telling people, and meetings that give hours back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers import groups as group_desk
from handlers import views
from handlers.messages import Actor, Field, Form
from handlers.permissions import NotAllowedError
from storage import groups
from tests.dialogues.test_loop import SAID, issue, speak
from tests.story import AGENCIES, Story, read

ACT = {
    "button": "act",
    "answer": "A small group looks at who could stand at the far bays.",
    "child_words": "Some people are working on it.",
    "owner_role": "head of community safety",
    "due_on": "2026-10-30",
}
REPORT = {
    "status": "changed",
    "answer": "Two wardens now stand at the far bays until the last bus.",
    "child_words": "Somebody is there now.",
    "sign": "Young people say that they wait inside.",
}


def desk(story: Story, actor: Actor) -> list[Form]:
    with story.database.reading() as session:
        return group_desk.desk(session, actor, now=story.now)


def answered(story: Story) -> list[Actor]:
    people = speak(story, 8)
    line = issue(story)[0]
    story.does(story.person("strategic_member"), "answer_propose", line_id=line, **ACT)
    confirm(story)
    return people


def confirm(story: Story) -> None:
    with story.database.reading() as session:
        notice = views.proposals(session, story.person("chair"))[0]["form"]
    assert story.presses(story.person("chair"), notice, "Confirm").name == "answer_confirmed"


def set_up(story: Story, *seated: Actor) -> str:
    """The chair sets a group up for the answer, the coordinator seats people; returns its id."""
    form = desk(story, story.person("chair"))[0]
    cause = next(p for p in form.parts if isinstance(p, Field)).choices[1].value
    ends = (story.now + timedelta(weeks=4)).date().isoformat()
    said = story.presses(
        story.person("chair"),
        form,
        "Set it up",
        commitment=cause,
        name="Far bays",
        remit="Find out who could stand at the far bays, and try it for a month.",
        ends_on=ends,
    )
    assert said.name == "group_set_up"
    with story.database.reading() as session:
        (row,) = groups.standing(session, "northport", story.now.date())
    for who in seated:
        added = story.does(
            story.person("coordinator"), "group_add", group=row.id, person=who.person
        )
        assert added.name == "group_added"
    return row.id


def two(story: Story) -> tuple[Actor, Actor]:
    return story.person("warden", agency="housing"), story.person("nurse", agency="health")


def test_a_group_ends_by_telling_everybody_behind_its_theme_what_it_did(both: Story) -> None:
    people = answered(both)
    warden, nurse = two(both)
    group = set_up(both, warden, nurse)
    both.later(hours=3)
    assert "Find out who could stand" in read(both.notice(nurse, "group_member"))
    (card,) = desk(both, nurse)
    form = both.presses(nurse, card, "Tell what it did")
    assert both.presses(nurse, form, "Put it to the chair", **REPORT).name == "group_reported"
    both.later(days=1)
    assert all(both.thread(who).count("answer_to_practitioner") == 1 for who in people)
    confirm(both)
    both.later(days=1)
    assert all(both.thread(who).count("answer_to_practitioner") == 2 for who in people)
    with both.database.reading() as session:
        row = groups.get(session, "northport", group)
        assert row is not None
        assert (row.state, groups.told(session, row)) == ("ended", REPORT["answer"])
    assert desk(both, nurse) == []


def test_a_group_stands_in_the_digest_with_what_it_told(both: Story) -> None:
    answered(both)
    set_up(both, *two(both))
    for n in range(8):
        who = both.person(f"more {n}", agency=AGENCIES[n % 5])
        both.does(who, "reflect", words=SAID[n % len(SAID)])
    both.later(days=21)
    issue(both)
    with both.database.reading() as session:
        page = views.digest(session, both.person("chair"))
    assert page is not None
    assert [(one.name, one.told) for one in page.groups] == [("Far bays", "")]


def test_a_group_of_one_agency_cannot_report_and_only_its_members_can(both: Story) -> None:
    answered(both)
    warden, nurse = two(both)
    group = set_up(both, warden)
    back = both.does(warden, "group_report", group=group, **REPORT)
    assert "at least two agencies" in read(back)
    assert REPORT["answer"] in read(back)
    for outsider in (nurse, both.person("chair"), both.person("coordinator")):
        assert both.does(outsider, "group_report", group=group, **REPORT).name == "gone"


def test_a_report_has_what_its_answer_must_carry(both: Story) -> None:
    answered(both)
    warden, nurse = two(both)
    group = set_up(both, warden, nurse)
    for typed in (
        REPORT | {"sign": ""},
        REPORT | {"status": "partly"},
        REPORT | {"status": ""},
        REPORT | {"child_words": ""},
    ):
        back = both.does(warden, "group_report", group=group, **typed)
        assert back.name == "group_report"
        assert any(part.error for part in back.parts if isinstance(part, Field))


def test_what_is_missing_is_said_beside_its_field(both: Story) -> None:
    answered(both)
    chair = both.person("chair")
    back = both.does(chair, "group_set_up", commitment="x", name="", remit="", ends_on="2020-01-01")
    assert {p.name for p in back.parts if isinstance(p, Field) and p.error} == {
        "commitment",
        "name",
        "remit",
        "ends_on",
    }


def test_its_last_day_reminds_members_and_chair_once(both: Story) -> None:
    answered(both)
    warden, nurse = two(both)
    set_up(both, warden, nurse)
    both.clock("tick_groups")
    both.later(days=1)
    assert "group_due" not in both.thread(warden)
    both.later(weeks=4)
    both.clock("tick_groups")
    both.clock("tick_groups")
    both.later(days=1)
    for who in (warden, nurse, both.person("chair")):
        assert both.thread(who).count("group_due") == 1
    assert "group_due" not in both.thread(both.person("strategic_member"))


def test_who_leaves_altogether_leaves_the_group(both: Story) -> None:
    answered(both)
    warden, nurse = two(both)
    group = set_up(both, warden, nurse)
    both.does(both.person("coordinator"), "group_take_out", group=group, person=warden.person)
    both.does(both.person("coordinator"), "person_end", person=nurse.person, confirmed="yes")
    with both.database.reading() as session:
        left = [one.person_id for one in groups.members(session, group)]
    assert warden.person not in left


CHANGE = {
    "meeting": "Missing from home panel",
    "change": "merge",
    "into": "Exploitation panel",
    "people": "12",
    "minutes": "45",
    "times": "2",
    "from_on": "2026-10-01",
}


def test_a_meeting_that_merges_gives_hours_back_once_the_chair_confirms(both: Story) -> None:
    member, chair = both.person("strategic_member"), both.person("chair")
    assert both.does(member, "meeting_change", **CHANGE).name == "meeting_change_kept"
    assert not any(form.name == "given_back" for form in desk(both, member))
    both.later(hours=3)
    notice = both.notice(chair, "meeting_change_proposed")
    assert "18 hours a month" in read(notice)
    assert both.presses(chair, notice, "Confirm").name == "meeting_confirmed"
    (given,) = [form for form in desk(both, member) if form.name == "given_back"]
    assert given.title == "Given back: 18 hours a month"
    speak(both, 8)
    issue(both)
    with both.database.reading() as session:
        page = views.digest(session, member)
    assert page is not None
    assert [(one.title, one.status) for one in page.promises] == [
        ("Missing from home panel", "changed")
    ]
    assert "18 hours a month come back to the people in it" in page.promises[0].sentence


def test_numbers_that_cannot_be_are_said_beside_their_field(both: Story) -> None:
    member = both.person("strategic_member")
    wrong = CHANGE | {
        "people": "many",
        "minutes": "0",
        "times": "99",
        "into": "",
        "from_on": "soon",
    }
    back = both.does(member, "meeting_change", **wrong)
    assert {p.name for p in back.parts if isinstance(p, Field) and p.error} == {
        "people",
        "minutes",
        "times",
        "into",
        "from_on",
    }
    huge = CHANGE | {"people": "200", "minutes": "480", "times": "31"}
    assert "mistyped" in read(both.does(member, "meeting_change", **huge))


def test_a_change_can_be_sent_back_and_is_dealt_with_once(both: Story) -> None:
    both.does(both.person("strategic_member"), "meeting_change", **CHANGE)
    chair = both.person("chair")
    form = next(form for form in desk(both, chair) if form.name == "meeting_change_proposed")
    assert both.presses(chair, form, "Send it back").name == "meeting_sent_back"
    assert both.presses(chair, form, "Confirm").name == "gone"


def test_who_may_set_up_seat_and_propose(both: Story) -> None:
    for role, kind in (
        ("strategic_member", "group_set_up"),
        ("chair", "group_add"),
        ("coordinator", "meeting_change"),
        ("strategic_member", "meeting_change_confirm"),
    ):
        with pytest.raises(NotAllowedError):
            both.does(both.person(role), kind)
    assert desk(both, both.person("somebody")) == []
