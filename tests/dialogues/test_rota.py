"""The rota: no message names a time at which nobody reads, and a gap is told before it comes."""

from __future__ import annotations

from datetime import date

from handlers import views
from tests.dialogues.test_danger import typed
from tests.story import Story, read

GAP = "set_aside_rota_gap"


def away(story: Story, who: str, until: str) -> None:
    assert story.does(story.person(who), "away_set", until=until).name == "away_confirmed"


def tick(story: Story) -> None:
    story.clock("tick_aside")
    story.later(minutes=1)


def desk(story: Story) -> str:
    with story.database.reading() as session:
        shown = views.desk(session, story.person("coordinator"), now=story.now)
    return " ".join(need["sentence"] for need in shown["needs"])


def test_a_gap_is_told_to_readers_and_coordinator_before_it_comes_and_once(story: Story) -> None:
    away(story, "safeguarding_lead", "2026-09-21")
    tick(story)
    assert GAP not in story.thread(story.person("deputy_lead")), "the deputy reads"
    away(story, "deputy_lead", "2026-09-17")
    tick(story)
    tick(story)
    for who in ("safeguarding_lead", "deputy_lead", "coordinator"):
        assert story.thread(story.person(who)).count(GAP) == 1
    said = read(story.notice(story.person("coordinator"), GAP))
    assert "between Tuesday 8 September, 09:30 and Thursday 17 September, 09:30" in said
    assert "next read Thursday 17 September, 09:30" in said
    assert "Thursday 17 September, 09:30" in desk(story)
    for who in ("chair", "administrator", "second_lead"):
        assert GAP not in story.thread(story.person(who))
    for name in ("lead", "deputy", "away"):
        assert name not in said.lower()


def test_who_writes_in_a_gap_is_told_the_time_at_which_somebody_reads(story: Story) -> None:
    away(story, "safeguarding_lead", "2026-09-21")
    away(story, "deputy_lead", "2026-09-17")
    signpost = typed(story)
    assert "Thursday 17 September, 09:30" in read(signpost)
    away(story, "second_lead", "2026-09-22")
    other = story.does(
        story.person("Dev"),
        "danger_choice",
        item=signpost.state["item"],
        choice="about_reader",
    )
    assert "Tuesday 22 September, 09:30" in read(other)


def test_a_bank_holiday_is_no_time_at_which_somebody_reads_and_no_gap(story: Story) -> None:
    story.now += date(2027, 4, 30) - story.now.date()  # the Friday before the early May holiday
    tick(story)
    assert GAP not in story.thread(story.person("coordinator"))
    assert "Tuesday 4 May, 09:30" in read(typed(story))


def test_a_gap_that_is_filled_is_gone_from_the_desk_and_an_open_one_names_no_end(
    story: Story,
) -> None:
    away(story, "safeguarding_lead", "2027-03-01")
    away(story, "deputy_lead", "2027-03-01")
    tick(story)
    said = read(story.notice(story.person("coordinator"), GAP))
    assert "nobody is known to be there after that" in said
    story.does(story.person("deputy_lead"), "back")
    assert "down to read" not in desk(story)
    assert "Tuesday 8 September, 09:30" in read(typed(story))
