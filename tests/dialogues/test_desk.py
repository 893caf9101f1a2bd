"""The coordinator's desk: found among many, moved in the calendar, and never a word or a count of a person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers import permissions, views
from handlers.messages import Actor
from handlers.permissions import NotAllowedError
from storage import people, rounds
from tests.story import AGENCIES, Story, read


def desk(story: Story, actor: Actor, **asked: object) -> dict[str, object]:
    with story.database.reading() as session:
        return views.desk(session, actor, now=story.now, asked=views.Asked(**asked))  # type: ignore[arg-type]


def crowd(story: Story, number: int) -> None:
    with story.database.writing() as session:
        for n in range(number):
            id = people.enrol(session, name=f"Person {n:04}", email=f"p{n}@crowd.example")
            people.seat(
                session,
                partnership="northport",
                person=id,
                role="practitioner",
                agency=AGENCIES[n % 5],
                on=story.now.date(),
            )


def names(found: dict[str, object]) -> list[str]:
    shown = found["people"]
    assert isinstance(shown, dict)
    return [row["name"] for row in shown["rows"]]


def test_a_long_roster_is_shown_page_by_page_and_can_be_searched(story: Story) -> None:
    crowd(story, 100)
    coordinator = story.person("coordinator")
    first = desk(story, coordinator)
    assert len(names(first)) == 20
    seen = [n for page in range(1, 7) for n in names(desk(story, coordinator, page=page))]
    assert seen == sorted(seen, key=str.casefold)
    assert len(set(seen)) == len(seen) == 112
    assert names(desk(story, coordinator, find="person 0042")) == ["Person 0042"]
    assert names(desk(story, coordinator, find="P7@crowd")) == ["Person 0007"]
    assert names(desk(story, coordinator, find="nobody like that")) == []
    assert names(desk(story, coordinator, role="chair")) == ["chair"]
    assert names(desk(story, coordinator, page=99)) == names(desk(story, coordinator, page=6))


def test_an_administrator_sees_seats_and_no_name(story: Story) -> None:
    story.person("Ana")
    shown = desk(story, story.person("administrator"))
    assert shown["people"] is None
    assert shown["links"] == []
    said = str(shown["seats"])
    for name in ("chair'", "theme_editor'", "Ana"):
        assert f"'{name}" not in said
    assert "Filled" in said
    with story.database.reading() as session, pytest.raises(NotAllowedError):
        views.person(session, story.person("administrator"), story.person("Ana").person)


def test_a_person_at_the_desk_has_seats_and_nothing_that_they_did(story: Story) -> None:
    ana = story.champion("Ana", "housing")
    story.does(ana, "reflect", words="the youth club is warm and somebody is always there")
    story.does(ana, "away_set", until=(story.now + timedelta(days=30)).date().isoformat())
    with story.database.reading() as session:
        shown = views.person(session, story.person("coordinator"), ana.person)["person"]
    assert set(shown) == {"id", "name", "email", "seats"}
    assert "away" not in str(shown).lower()
    assert [seat["title"] for seat in shown["seats"]] == ["Champion", "Practitioner"]
    with story.database.reading() as session:
        beside = views.person(session, story.person("coordinator", side="wolds"), ana.person)
    assert beside == {}


def test_an_empty_seat_needs_a_person_and_can_be_filled_from_there(story: Story) -> None:
    coordinator = story.person("coordinator")
    with story.database.reading() as session:
        (chair,) = [s.id for s in people.seats_in(session, "northport") if s.role == "chair"]
    story.does(coordinator, "seat_empty", seat=chair)
    needs = desk(story, coordinator)["needs"]
    assert isinstance(needs, list)
    (need,) = needs
    assert need["sentence"] == "Chair, Health."
    first = need["buttons"][0]
    assert "Who has this seat next" in read(
        story.does(coordinator, first["kind"], choice=first["value"])
    )


def coming(story: Story) -> list[dict[str, str]]:
    found = desk(story, story.person("coordinator"))["rounds"]
    assert isinstance(found, list)
    return found


def test_a_round_is_moved_left_out_and_put_back(story: Story) -> None:
    coordinator = story.person("coordinator")
    first = coming(story)[0]["planned"]
    assert story.does(coordinator, "round_skip", planned=first).name == "round_skipped"
    assert coming(story)[0]["state"] == "Left out"
    form = story.does(coordinator, "round_move", planned=first)
    to = (date.fromisoformat(first) + timedelta(days=2)).isoformat()
    assert story.presses(coordinator, form, "Move it", to=to).name == "round_moved"
    assert coming(story)[0]["state"].startswith("Moved to")
    assert story.does(coordinator, "round_restore", planned=first).name == "round_restored"
    assert coming(story)[0]["state"] == "As planned"


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ("soon", "like 14 January"),
        (-40, "has passed"),
        (60, "four weeks at most"),
        (5, "weekend"),
        (14, "Another round"),
    ],
)
def test_a_round_that_cannot_move_says_why(story: Story, days: int | str, sentence: str) -> None:
    coordinator = story.person("coordinator")
    first = coming(story)[0]["planned"]
    to = days if isinstance(days, str) else str(date.fromisoformat(first) + timedelta(days=days))
    said = story.does(coordinator, "round_move", planned=first, to=to)
    assert sentence in read(said)
    assert coming(story)[0]["state"] == "As planned"
    assert story.does(coordinator, "round_skip", planned="2026-01-01").name == "gone"


def test_nobody_is_asked_on_a_day_whose_round_was_left_out(story: Story) -> None:
    ana = story.person("Ana")
    coordinator = story.person("coordinator")
    first = date.fromisoformat(coming(story)[0]["planned"])
    story.does(coordinator, "round_skip", planned=first.isoformat())
    story.later(days=(first - story.now.date()).days)
    story.clock("tick_ask")
    story.later(hours=1)
    assert story.thread(ana) == []
    with story.database.reading() as session:
        assert rounds.changes(session, "wolds") == {}


def test_many_away_is_shaded_only_above_five_and_a_third(story: Story) -> None:
    def shaded() -> bool:
        return "'T'" in str(desk(story, story.person("coordinator"))["months"])

    somebody = [story.person(f"p{n}", agency=AGENCIES[n % 5]) for n in range(8)]
    until = (story.now + timedelta(days=21)).date().isoformat()
    for one in somebody[:4]:
        story.does(one, "away_set", until=until)
    assert not shaded()
    for one in somebody[4:]:
        story.does(one, "away_set", until=until)
    assert shaded()


def test_a_pace_can_be_chosen_on_the_first_page(story: Story) -> None:
    ana = story.person("Ana")

    def pace() -> dict[str, object]:
        with story.database.writing() as session:
            return views.home(session, ana, now=story.now)["pace"]  # type: ignore[no-any-return]

    assert pace()["chosen"] == "2"
    assert story.does(ana, "pace", interval="4").name == "pace_saved"
    assert pace()["chosen"] == "4"
    asked = story.does(ana, "pace", interval="away")
    story.presses(ana, asked, "I’m away", until="2026-10-01")
    assert pace()["chosen"] == "away"
    asked = story.does(ana, "pace", interval="stop")
    story.presses(ana, asked, "Yes, only")
    assert pace()["chosen"] == "stop"
    assert story.does(ana, "pace", interval="6").name == "pace_saved"
    assert permissions.PRACTITIONER in ana.roles
