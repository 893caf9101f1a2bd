"""Which part of the network sent, who received, and what came back."""

from __future__ import annotations

import pytest

from digests.loops_map import Station
from handlers import loops_map, views
from handlers.permissions import NotAllowedError
from storage import partnerships
from tests.dialogues.test_loop import issue, speak
from tests.dialogues.test_promises import ACT
from tests.story import Story


def stations(story: Story, role: str = "chair") -> list[Station]:
    with story.database.reading() as session:
        return list(loops_map.stations(session, story.person(role), now=story.now))


def test_a_theme_goes_to_the_group_and_comes_back_with_its_answer(both: Story) -> None:
    assert stations(both) == []
    speak(both, 8)
    line = issue(both)[0]
    (heard,) = stations(both)
    assert (heard.side, heard.sent, heard.returned) == ("heard", 1, 0)
    both.does(
        both.person("strategic_member"),
        "answer_propose",
        line_id=line,
        button="not_ours",
        answer="We passed it to those who run the buses.",
        child_words="We told the people who run the buses.",
        receiver="Bus operators' forum",
    )
    with both.database.reading() as session:
        notice = views.proposals(session, both.person("chair"))[0]["form"]
    both.presses(both.person("chair"), notice, "Confirm")
    heard, passed = stations(both)
    assert (heard.sent, heard.returned) == (1, 1)
    assert passed == Station("Bus operators' forum", "passed", 1, 0)


def test_a_forum_has_its_own_name_however_it_was_typed_and_is_one_station(both: Story) -> None:
    speak(both, 8)
    line = issue(both)[0]
    forums = dict.fromkeys(("direct_delivery", "operational", "strategic"), "Safer Streets forum")
    with both.database.writing() as session:
        row = partnerships.get(session, "northport")
        row.settings = {**row.settings, "forums": forums}
    both.does(
        both.person("strategic_member"),
        "answer_propose",
        line_id=line,
        button="not_ours",
        answer="We passed it to those who look after the streets.",
        child_words="We told the people who look after the streets.",
        receiver="safer  streets FORUM",
    )
    with both.database.reading() as session:
        notice = views.proposals(session, both.person("chair"))[0]["form"]
    both.presses(both.person("chair"), notice, "Confirm")
    assert stations(both) == [
        Station("Safer Streets forum", "heard", 1, 1),
        Station("Safer Streets forum", "passed", 1, 0),
    ]


def test_no_owner_stands_beside_how_much_came_back(both: Story) -> None:
    speak(both, 8)
    line = issue(both)[0]
    both.does(
        both.person("strategic_member"),
        "answer_propose",
        line_id=line,
        **ACT,
    )
    with both.database.reading() as session:
        notice = views.proposals(session, both.person("chair"))[0]["form"]
    both.presses(both.person("chair"), notice, "Confirm")
    _, passed = stations(both)
    assert passed == Station("Owners of actions", "passed", 1, 0)


def test_the_map_is_for_those_who_read_digests_and_look_after_groups(both: Story) -> None:
    for role in ("theme_editor", "administrator"):
        with pytest.raises(NotAllowedError):
            stations(both, role)
    assert stations(both, "scrutineer") == stations(both, "coordinator") == []
