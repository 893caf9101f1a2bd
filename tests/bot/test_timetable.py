"""The timetable: the right local moment, across holidays and clock changes, and once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import config, timetable
from bot.commands.start import open_database
from storage import Keyring, outgoing, releases, rounds
from storage.models import Bucket

LONDON = ZoneInfo("Europe/London")
ANSWERS = {
    "public_address": "https://heardback.northport.example",
    "id": "northport",
    "name": "Northport",
    "front_door_name": "the Northport front door",
    "front_door_number": "01632 960 100",
    "front_door_hours": "weekdays 9 to 5",
    "out_of_hours_number": "01632 960 101",
    "lado_contact": "the Northport LADO, 01632 960 102",
    "intelligence_route": "the intelligence desk, 01632 960 103",
    "whistleblowing_route": "your agency's speak-up line",
    "lead_role": "the safeguarding lead",
    "deputy_role": "the deputy lead",
    "second_lead_role": "the second lead",
    "interval_weeks": "1",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> config.Settings:
    folder = tmp_path_factory.mktemp("timetable")
    Keyring.create(folder / "heardback.keys")
    file = folder / "heardback.toml"
    file.write_text(config.write_template(ANSWERS), encoding="utf-8")
    return config.read(file)


def slots(settings: config.Settings, first: date, last: date, kind: str) -> list[datetime]:
    start = datetime(first.year, first.month, first.day, tzinfo=LONDON)
    end = datetime(last.year, last.month, last.day, tzinfo=LONDON)
    found = timetable.due(settings.partnerships[0], start, end)
    return [moment for moment, one in found if one == kind]


def test_a_digest_is_drafted_a_day_before_it_is_issued(settings: config.Settings) -> None:
    week = date(2026, 9, 7), date(2026, 9, 14)
    assert slots(settings, *week, "tick_ask") == [datetime(2026, 9, 8, 10, tzinfo=LONDON)]
    assert slots(settings, *week, "tick_draft") == [datetime(2026, 9, 10, 9, tzinfo=LONDON)]
    assert slots(settings, *week, "issue") == [datetime(2026, 9, 11, 9, tzinfo=LONDON)]
    assert len(slots(settings, *week, "tick_nudge")) == 5


def test_good_friday_moves_the_digest_past_easter_monday(settings: config.Settings) -> None:
    easter = date(2026, 4, 1), date(2026, 4, 9)
    assert [m.date() for m in slots(settings, *easter, "issue")] == [date(2026, 4, 7)]
    assert [m.date() for m in slots(settings, *easter, "tick_draft")] == [
        date(2026, 4, 2),
        date(2026, 4, 9),
    ][:1]


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_the_clock_change_keeps_the_hourly_look_hourly(
    settings: config.Settings, day: date, hours: int
) -> None:
    moments = slots(settings, day, day + timedelta(days=1), "tick_aside")
    assert len({m.astimezone(UTC) for m in moments}) == hours


def test_the_local_time_stays_the_same_when_the_clock_changes(settings: config.Settings) -> None:
    moments = slots(settings, date(2026, 10, 19), date(2026, 11, 2), "tick_ask")
    assert [m.hour for m in moments] == [10, 10]
    assert [m.astimezone(UTC).hour for m in moments] == [9, 10]


def test_a_prompt_every_second_week_is_asked_every_second_week(settings: config.Settings) -> None:
    own = replace(settings.partnerships[0], interval_weeks=2)
    fortnightly = replace(settings, partnerships=(own,))
    days = [m.date() for m in slots(fortnightly, date(2026, 9, 1), date(2026, 10, 31), "tick_ask")]
    assert {b - a for a, b in pairwise(days)} == {timedelta(days=14)}


@given(minutes=st.lists(st.integers(1, 60 * 24 * 20), max_size=5))
def test_cutting_the_time_into_pieces_loses_and_doubles_no_slot(
    settings: config.Settings, minutes: list[int]
) -> None:
    own = settings.partnerships[0]
    start = datetime(2026, 3, 20, tzinfo=UTC)
    end = start + timedelta(days=20)
    cuts = sorted({start, end, *(start + timedelta(minutes=m) for m in minutes)})
    pieces = [slot for a, b in pairwise(cuts) for slot in timetable.due(own, a, b)]
    assert pieces == timetable.due(own, start, end)


def test_a_repeated_and_a_late_tick_happen_once(settings: config.Settings) -> None:
    database = open_database(settings)
    now = datetime(2026, 9, 8, 10, 30, tzinfo=LONDON)
    with database.writing() as session:
        session.add(Bucket(tag="somebody written to long ago", free_at=-7200.0))
    assert timetable.tick(database, settings, now=now) > 0
    assert timetable.tick(database, settings, now=now + timedelta(minutes=1)) == 0
    with database.writing() as session:
        assert rounds.count(session, "northport") == 1
        assert session.get(Bucket, "somebody written to long ago") is None
    database.close()


def test_after_a_restore_nobody_is_asked_a_second_time_and_everything_else_goes_on(
    settings: config.Settings, tmp_path: Path
) -> None:
    """Tuesday at 10:30, from a backup of the night: the question of ten o'clock went out already."""
    own = replace(settings, database_url=f"sqlite:///{tmp_path / 'restored.db'}")
    database = open_database(own)
    now = datetime(2026, 9, 8, 10, 30, tzinfo=LONDON)
    with database.writing() as session:
        timetable.pass_over(session, own, after=now - timedelta(hours=8), now=now)
    assert timetable.tick(database, own, now=now) > 0
    with database.reading() as session:
        assert rounds.count(session, "northport") == 0
        kept = outgoing.done(session, "slot:northport:tick_keeping:2026-09-08")
        assert kept is not None
    assert timetable.tick(database, own, now=now + timedelta(days=7)) > 0
    with database.reading() as session:
        assert rounds.count(session, "northport") == 1
    database.close()


def test_an_issue_without_a_draft_does_not_issue_the_next_draft(
    settings: config.Settings, tmp_path: Path
) -> None:
    own = replace(settings, database_url=f"sqlite:///{tmp_path / 'other.db'}")
    database = open_database(own)
    friday = datetime(2026, 9, 11, 9, 5, tzinfo=LONDON)
    timetable.tick(database, own, now=friday)
    timetable.tick(database, own, now=friday + timedelta(days=6))
    timetable.tick(database, own, now=friday + timedelta(days=6, minutes=1))
    with database.writing() as session:
        assert releases.draft(session, "northport") is not None
        assert not releases.issued(session, "northport")
    database.close()


def clock_changes() -> list[date]:
    """The last Sundays of March and October, when the clocks of Europe/London change."""
    found = []
    for year in range(2025, 2051):
        for month in (3, 10):
            day = date(year, month, 31)
            found.append(day - timedelta(days=(day.weekday() + 1) % 7))
    return found


def fires_once_at_every_minute(settings: config.Settings, day: date, hours: range) -> None:
    """A weekly slot at each of these minutes of a Sunday is due once, and on that local date."""
    start = datetime.combine(day - timedelta(days=2), time(12), LONDON)
    end = start + timedelta(days=4)
    for minute in range(60 * hours.start, 60 * hours.stop):
        at = time(*divmod(minute, 60))
        own = replace(settings.partnerships[0], prompt_weekday=6, prompt_time=at)
        found = [moment for moment, kind in timetable.due(own, start, end) if kind == "tick_ask"]
        assert [moment.date() for moment in found] == [day], (day, at, found)


def test_london_changes_its_clocks_on_these_days() -> None:
    for day in clock_changes():
        before, after = (datetime.combine(day, time(hour), LONDON) for hour in (0, 4))
        assert before.utcoffset() != after.utcoffset()


def test_every_minute_that_is_missing_or_comes_twice_in_25_years_fires_once(
    settings: config.Settings,
) -> None:
    for day in clock_changes():
        fires_once_at_every_minute(settings, day, range(3))


@pytest.mark.prove
def test_every_minute_of_every_day_with_a_clock_change_fires_once(
    settings: config.Settings,
) -> None:
    for day in clock_changes():
        fires_once_at_every_minute(settings, day, range(24))


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
@pytest.mark.parametrize("at", [time(1, 30), time(0, 59), time(2, 0)])
def test_ticks_through_the_night_of_a_clock_change_ask_once(
    settings: config.Settings, tmp_path: Path, day: date, at: time
) -> None:
    own = replace(settings.partnerships[0], prompt_weekday=6, prompt_time=at)
    night = replace(
        settings, partnerships=(own,), database_url=f"sqlite:///{tmp_path / 'night.db'}"
    )
    database = open_database(night)
    now = datetime.combine(day, time(0), LONDON).astimezone(UTC)
    for quarter in range(20):
        timetable.tick(database, night, now=now + timedelta(minutes=15 * quarter + 1))
    with database.reading() as session:
        assert rounds.opening_days(session, "northport") == [day]
    database.close()


def test_prompts_thin_out_while_schools_are_known_to_be_closed(settings: config.Settings) -> None:
    terms = ((date(2026, 4, 13), date(2026, 7, 21)), (date(2026, 9, 2), date(2026, 10, 23)))
    own = replace(settings.partnerships[0], school_terms=terms)
    thin = replace(settings, partnerships=(own,))

    def asked(first: date, last: date) -> int:
        return len(slots(thin, first, last, "tick_ask"))

    assert asked(date(2026, 6, 1), date(2026, 6, 29)) == 4
    assert asked(date(2026, 7, 27), date(2026, 8, 24)) == 2
    assert asked(date(2026, 9, 7), date(2026, 10, 5)) == 4
    assert asked(date(2027, 1, 4), date(2027, 2, 1)) == 4  # nobody has said when terms are


def test_a_moved_round_goes_out_on_its_new_day_and_one_left_out_not_at_all(
    settings: config.Settings,
) -> None:
    first, second = date(2026, 9, 8), date(2026, 9, 15)
    start = datetime(2026, 9, 7, tzinfo=LONDON)
    for changes, days in (
        ({}, [first, second]),
        ({first: None}, [second]),
        ({first: date(2026, 9, 10)}, [date(2026, 9, 10), second]),
        ({second: date(2026, 10, 9)}, [first]),
    ):
        found = timetable.due(
            settings.partnerships[0], start, start + timedelta(days=14), changes=changes
        )
        assert [at.date() for at, kind in found if kind == "tick_ask"] == days
    late = datetime(2026, 10, 9, tzinfo=LONDON)
    found = timetable.due(
        settings.partnerships[0],
        late,
        late + timedelta(days=1),
        changes={second: date(2026, 10, 9)},
    )
    assert [kind for _, kind in found if kind == "tick_ask"] == ["tick_ask"]
