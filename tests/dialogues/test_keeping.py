"""Words that waited long are their author's to keep or let go; words of closed loops are deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from handlers.messages import Actor, Form
from storage import people
from storage.models import Contribution
from tests.dialogues.test_contributing import relay
from tests.dialogues.test_loop import ANSWER, _proposal, issue, speak
from tests.story import Story, read

UNHEARD = "only the marmalade lamp by the canal helps"
AUGUST = datetime(2026, 8, 17, 9, 0, tzinfo=UTC)
FEBRUARY = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
def story(both: Story) -> Story:
    """The story, once on each kind of database."""
    return both


def spoken_in_august(story: Story, *names: str) -> list[Actor]:
    story.now = AUGUST
    actors = [story.person(name) for name in names]
    for n, actor in enumerate(actors):
        assert story.does(actor, "reflect", words=f"{UNHEARD} {n}").name == "receipt"
    return actors


def tend(story: Story, at: datetime) -> None:
    story.now = at
    story.clock("tick_keeping")
    story.later(hours=1)


def kept(story: Story) -> int:
    with story.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Contribution)) or 0


def test_whoever_was_never_heard_is_asked_once_before_anything_goes(story: Story) -> None:
    """Scenario 10.5: one keeps waiting, one lets hers go, and a third's goes on the date named."""
    keeps, lets_go, silent = spoken_in_august(story, "Ana", "Bea", "Cai")
    tend(story, datetime(2027, 1, 31, 10, 0, tzinfo=UTC))
    assert story.thread(keeps) == []
    tend(story, FEBRUARY)
    for day in (2, 3):
        tend(story, FEBRUARY.replace(day=day))
    assert story.thread(keeps) == ["waited_long"]
    asked = story.notice(keeps, "waited_long")
    assert "In August you told us something" in read(asked)
    assert "Sunday 28 February" in read(asked)
    assert UNHEARD not in read(asked)
    kept_on = story.presses(keeps, asked, "Keep waiting")
    assert "Sunday 29 August" in read(kept_on)
    gone = story.presses(lets_go, story.notice(lets_go, "waited_long"), "Let it go")
    assert "Thank you for trusting us" in read(gone)
    assert story.does(lets_go, "my_words").title == "Nothing of yours is kept"
    tend(story, datetime(2027, 2, 28, 10, 0, tzinfo=UTC))
    assert kept(story) == 2
    tend(story, datetime(2027, 3, 1, 10, 0, tzinfo=UTC))
    assert story.does(silent, "my_words").title == "Nothing of yours is kept"
    story.now = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
    story.later(hours=1)
    assert "the group never read it" in read(story.notice(silent, "waited_long_gone"))
    assert "waited_long_gone" not in story.thread(lets_go)
    assert UNHEARD in read(story.does(keeps, "my_words"))


def test_what_was_kept_waiting_is_asked_about_again_when_its_time_is_over(story: Story) -> None:
    [ana] = spoken_in_august(story, "Ana")
    tend(story, FEBRUARY)
    story.presses(ana, story.notice(ana, "waited_long"), "Keep waiting")
    for month in (3, 4, 5, 6, 7):
        tend(story, datetime(2027, month, 1, 10, 0, tzinfo=UTC))
    assert story.thread(ana) == ["waited_long"]
    tend(story, datetime(2027, 8, 2, 10, 0, tzinfo=UTC))
    assert story.thread(ana) == ["waited_long", "waited_long"]
    story.presses(ana, story.notice(ana, "waited_long"), "Let it go")
    assert kept(story) == 0


def test_their_own_words_can_be_seen_before_choosing_and_choosing_twice_is_calm(
    story: Story,
) -> None:
    [ana] = spoken_in_august(story, "Ana")
    tend(story, FEBRUARY)
    asked = story.notice(ana, "waited_long")
    seen = story.presses(ana, asked, "Let me see it first")
    assert UNHEARD in read(seen)
    assert story.presses(ana, seen, "Let it go").name == "waited_long_let_go"
    for label in ("Keep waiting", "Let it go", "Let me see it first"):
        again = story.presses(ana, asked, label)
        assert again.name == "gone"
        assert UNHEARD not in read(again)


def test_nobody_chooses_for_somebody_else(story: Story) -> None:
    ana, bea = spoken_in_august(story, "Ana", "Bea")
    tend(story, FEBRUARY)
    asked = story.notice(ana, "waited_long")
    story.presses(story.person("Dev"), asked, "Let it go")
    assert kept(story) == 2
    story.presses(bea, asked, "Let it go")
    assert UNHEARD in read(story.does(ana, "my_words"))


def test_who_is_away_is_asked_on_return_and_loses_nothing_meanwhile(story: Story) -> None:
    before, during = spoken_in_august(story, "Ana", "Bea")
    story.now = FEBRUARY.replace(month=1, day=20)
    story.does(before, "away_set", until="2027-04-10")
    tend(story, FEBRUARY)
    assert story.thread(before) == []
    story.does(during, "away_set", until="2027-04-10")
    tend(story, datetime(2027, 3, 1, 10, 0, tzinfo=UTC))
    assert kept(story) == 2
    tend(story, datetime(2027, 5, 3, 10, 0, tzinfo=UTC))
    for person in (before, during):
        asked = story.notice(person, "waited_long")
        assert story.presses(person, asked, "Keep waiting").name == "waited_long_kept"


def test_who_stopped_is_not_written_to_and_their_words_stay_as_long_as_they_were_told(
    story: Story,
) -> None:
    [ana] = spoken_in_august(story, "Ana")
    story.now = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
    said = story.does(ana, "stop_set", choice="answers")
    assert "Monday 17 May" in read(said)
    for month in (2, 3, 4, 5):
        tend(story, datetime(2027, month, 3, 10, 0, tzinfo=UTC))
        assert kept(story) == 1
    tend(story, datetime(2027, 6, 1, 10, 0, tzinfo=UTC))
    assert kept(story) == 0
    assert story.thread(ana) == []


def test_a_relay_is_asked_about_through_its_seat_and_the_next_holder_sees_no_words(
    story: Story,
) -> None:
    story.now = AUGUST
    hari = story.champion("Hari", "police")
    relay(story, hari, UNHEARD)
    ines = story.person("Ines", agency="police")
    with story.database.writing() as session:
        seats = people.seats_of(session, hari.person, "northport")
        next(seat for seat in seats if seat.role == "champion").person_id = ines.person
    ines = Actor(ines.person, "northport", frozenset({"practitioner", "champion"}), "police")
    tend(story, FEBRUARY)
    assert story.thread(hari) == []
    asked = story.notice(ines, "waited_long_champion")
    seen = story.presses(ines, asked, "Let me see it first")
    assert UNHEARD not in read(seen)
    assert "typed by whoever held the seat before you" in read(seen)
    story.presses(hari, asked, "Let it go")
    assert kept(story) == 1
    story.presses(ines, seen, "Let it go")
    assert kept(story) == 0


def test_an_empty_seat_is_waited_for_and_not_for_ever(story: Story) -> None:
    story.now = AUGUST
    hari = story.champion("Hari", "police")
    relay(story, hari, UNHEARD)
    with story.database.writing() as session:
        for seat in people.seats_of(session, hari.person, "northport"):
            seat.person_id = None
    tend(story, FEBRUARY)
    assert kept(story) == 1
    tend(story, datetime(2027, 9, 1, 10, 0, tzinfo=UTC))
    assert kept(story) == 0


def test_words_that_stand_in_a_draft_are_left_until_the_digest_is_out(story: Story) -> None:
    story.now = AUGUST
    speak(story, 8)
    before = kept(story)
    story.now = FEBRUARY.replace(hour=8)
    story.clock("tick_draft")
    tend(story, FEBRUARY)
    tend(story, datetime(2027, 3, 2, 10, 0, tzinfo=UTC))
    with story.database.reading() as session:
        from storage import releases

        made = releases.draft(session, "northport")
        assert made is not None
        behind = [
            c
            for line in releases.lines_of(session, made.id)
            for c in releases.behind(session, line.id)
        ]
    assert behind
    assert kept(story) == len(behind) <= before


def test_words_are_deleted_thirty_days_after_their_loop_closed(story: Story) -> None:
    story.now = AUGUST
    spoke = speak(story, 8)
    line = issue(story)[0]
    final = ANSWER | {"button": "not_now", "due_on": ""}
    story.does(story.person("strategic_member"), "answer_propose", line_id=line, **final)
    story.presses(story.person("chair"), _proposal(story), "Confirm")
    story.later(days=28)
    story.clock("tick_ask_again")
    story.later(days=29)
    story.clock("tick_keeping")
    assert kept(story) == 8
    story.later(days=1)
    story.clock("tick_keeping")
    left = kept(story)
    assert left < 8, "the line's own words are gone; what it did not use still waits"
    mine = [story.does(person, "my_words") for person in spoke]
    assert sum(form.title == "Nothing of yours is kept" for form in mine) == 8 - left


def test_an_answer_that_still_promises_something_keeps_the_words(story: Story) -> None:
    story.now = AUGUST
    speak(story, 8)
    line = issue(story)[0]
    story.does(story.person("strategic_member"), "answer_propose", line_id=line, **ANSWER)
    story.presses(story.person("chair"), _proposal(story), "Confirm")
    story.later(days=28)
    story.clock("tick_ask_again")
    story.later(days=60)
    story.clock("tick_keeping")
    assert kept(story) == 8


def test_nothing_of_the_deleted_words_can_be_read_any_more(story: Story) -> None:
    """Not in a page, a table or a file, and no surviving key opens what any table had sealed."""
    [ana] = spoken_in_august(story, "Ana")
    with story.database.reading() as session:
        sealed = [row.sealed_words for row in session.scalars(select(Contribution))]
        keys_before = _keys(story)
    tend(story, FEBRUARY)
    story.presses(ana, story.notice(ana, "waited_long"), "Let it go")
    assert UNHEARD not in read(story.does(ana, "my_words"))
    story.database.empty_logs()
    destroyed = keys_before.keys() - _keys(story).keys()
    assert len(destroyed) >= 2, "the words' key and the way back's key"
    if story.database.engine.dialect.name == "sqlite":
        left = story.everything()
        assert UNHEARD.encode() not in left
        assert not any(text in left for text in sealed)
        assert not any(keys_before[name] in left for name in destroyed)


def _keys(story: Story) -> dict[str, bytes]:
    with story.database.key_engine.connect() as keys:
        rows = keys.exec_driver_sql("SELECT record_id, wrapped FROM record_keys").all()
    return {name: bytes(wrapped) for name, wrapped in rows}


def test_the_question_is_the_same_for_everybody_asked_in_a_month(story: Story) -> None:
    """A date of one's own would lead from a notice to words; a month's date leads to nobody."""
    ana, bea = spoken_in_august(story, "Ana", "Bea")
    story.now = datetime(2026, 8, 28, 9, 0, tzinfo=UTC)
    dev = story.person("Dev")
    story.does(dev, "reflect", words=UNHEARD)
    tend(story, FEBRUARY)
    forms: list[Form] = [story.notice(person, "waited_long") for person in (ana, bea, dev)]
    assert all(read(one) == read(other) for one, other in pairwise(forms))
