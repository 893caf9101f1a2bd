"""The same event in many copies and the same slots at many timetables: one effect of each, and one answer."""

from __future__ import annotations

import hashlib
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot import config, timetable
from bot.outbox import NotSavedError, perform
from handlers.messages import Incoming
from storage import Database, Keyring
from storage.models import Contribution, Done, Round
from tests.bot.test_timetable import ANSWERS
from tests.faults.crowd import crowd
from tests.story import MONDAY, Story

LONDON = ZoneInfo("Europe/London")
COPIES = 50
TIMETABLES = 8
HOURS = 24 * 344  # 10,000 slots and more
SIZES = [(4, 8), pytest.param(8, 1000, marks=pytest.mark.prove)]


@pytest.mark.parametrize(("processes", "events"), SIZES)
def test_fifty_copies_of_each_event_have_one_effect_and_one_answer(
    database: Database, processes: int, events: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """The copies are spread over the processes, which come to each event at about the same time."""
    story = Story(database)
    ana = story.person("ana")

    def take(event: int) -> tuple[str, int]:
        words = Incoming("reflect", {"words": f"the late bus goes too early, {event}"})
        for refused in range(20):
            try:
                form = perform(database, f"copy:{event}", ana, words, now=MONDAY)
            except NotSavedError:  # answered 503: the platform sends it again
                continue
            return hashlib.sha256(repr(form).encode()).hexdigest(), refused
        raise AssertionError(f"event {event} was refused twenty times")

    take(0)  # what reads words is in memory by now

    def work(number: int) -> dict[str, object]:
        mine = [e for e in range(events) for copy in range(COPIES) if copy % processes == number]
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(take, mine))
        pairs = sorted({(e, said) for e, (said, _) in zip(mine, answers, strict=True)})
        return {"took": len(mine), "said": pairs, "refused": sum(r for _, r in answers)}

    began = time.monotonic()
    told = crowd(database, processes, work)
    with capsys.disabled():
        print(
            f"\n  {database.engine.dialect.name}: {events} events in {COPIES} copies, {processes} "
            f"processes: {sum(one['took'] for one in told)} taken in {time.monotonic() - began:.0f} s, "
            f"{sum(one['refused'] for one in told)} refused and sent again"
        )
    assert sum(one["took"] for one in told) == COPIES * events
    answers = {(event, said) for one in told for event, said in one["said"]}
    assert len(answers) == events, "a copy was answered differently"
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contribution)) == events
        assert session.scalar(select(func.count()).select_from(Done)) == events


@pytest.fixture
def settings(tmp_path: Path) -> config.Settings:
    Keyring.create(tmp_path / "heardback.keys")
    file = tmp_path / "heardback.toml"
    file.write_text(config.write_template(ANSWERS), encoding="utf-8")
    return config.read(file)


def moments(hours: int) -> Iterator[datetime]:
    """Looks at the clock half a day apart."""
    start = datetime(2026, 9, 1, 11, 30, tzinfo=LONDON)
    for passed in range(0, hours + 1, 12):
        yield start + timedelta(hours=passed)


@pytest.mark.parametrize("hours", [0, pytest.param(HOURS, marks=pytest.mark.prove)])
def test_eight_timetables_at_once_run_every_slot_once(
    database: Database,
    settings: config.Settings,
    hours: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The long one is 10,000 slots and more: all that a partnership's clock starts in 11 months."""
    story = Story(database)
    for number in range(3):
        story.person(f"p{number}")

    once = timetable._once
    gate = multiprocessing.get_context("fork").Barrier(TIMETABLES)  # all look at the same moment

    def work(_: int) -> list[tuple[str, str]]:
        """The slots that this process ran."""
        mine: list[tuple[str, str]] = []

        def noting(
            database: Database, partnership: str, kind: str, moment: datetime, *, now: datetime
        ) -> int:
            ran = once(database, partnership, kind, moment, now=now)
            mine.extend([(kind, moment.isoformat())] * ran)
            return ran

        timetable._once = noting  # in this process alone
        for now in moments(hours):
            gate.wait(300)
            timetable.tick(database, settings, now=now)
        return mine

    looks = list(moments(hours))
    place = settings.partnerships[0]
    wanted = timetable.due(place, looks[0] - timetable.LATE, looks[-1])
    began = time.monotonic()
    ran = Counter((kind, at) for told in crowd(database, TIMETABLES, work) for kind, at in told)
    with database.reading() as session:
        opened = session.scalars(
            select(Round.opens_on).where(Round.partnership_id == place.id)
        ).all()
    doubled = sum(times > 1 for times in ran.values())
    missing = len({(kind, moment.isoformat()) for moment, kind in wanted} - ran.keys())
    with capsys.disabled():
        print(
            f"\n  {database.engine.dialect.name}: {len(wanted)} slots at {TIMETABLES} timetables in "
            f"{time.monotonic() - began:.0f} s, {doubled} doubled, {missing} missing"
        )
    assert (doubled, missing) == (0, 0)
    asked = [moment.date() for moment, kind in wanted if kind == "tick_ask"]
    assert sorted(opened) == asked
