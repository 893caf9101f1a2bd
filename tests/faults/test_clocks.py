"""The wall clock leaps, before a round is due and while it is being sent; the hours are those of the true clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot import config, lease, timetable
from bot.clock import WallClock
from bot.outbox import Sender, posting
from bot.sending import Budget, Message
from handlers.messages import Address
from storage import Database, Keyring, addresses, outgoing
from storage.budgets import Tick
from storage.models import Outbox, Round
from tests import databases
from tests.bot.test_timetable import ANSWERS
from tests.loops import run
from tests.story import Story

TUESDAY = datetime(2026, 9, 8, tzinfo=ZoneInfo("Europe/London"))  # a round is due at ten
PEOPLE = 7
LEAPS = {
    "an hour on": timedelta(hours=1),
    "an hour back": timedelta(hours=-1),
    "a day on": timedelta(days=1),
    "to 1970": datetime(1970, 1, 1, tzinfo=UTC) - TUESDAY,
}
NIGHT = timedelta(hours=7, minutes=20)  # what came in the night waits for eight o'clock
BEFORE, AMONG = timedelta(hours=9, minutes=52), timedelta(hours=10, minutes=3)
MINUTES = (430, 443, 456, 482, 560, *range(595, 625, 5), 640, 700, *range(725, 815, 15))
LEAPING = [
    ("an hour on", NIGHT),
    ("an hour back", AMONG),
    ("a day on", BEFORE),
    ("a day on", AMONG),
    ("to 1970", AMONG),
]


class World:
    """True time, a wall clock that is wrong for a while, and a chat that notes when it was written to."""

    can_read_back = True
    budget = Budget()

    def __init__(self, leap: timedelta, begins: timedelta, lasts: timedelta) -> None:
        self.true = TUESDAY
        self.leap, self.begins, self.ends = leap, TUESDAY + begins, TUESDAY + begins + lasts
        self.posted: list[tuple[str, datetime]] = []

    def wall(self) -> datetime:
        wrong = self.begins <= self.true < self.ends
        return (self.true + self.leap if wrong else self.true).astimezone(UTC)

    def count(self) -> float:
        return (self.true - TUESDAY).total_seconds() + 1000.0

    async def send(self, address: Address, message: Message) -> str:
        message.last_look()
        self.posted.append((message.key, self.true))
        return str(len(self.posted))

    async def find(self, address: Address, key: str, since: object) -> str | None:
        return next((key for one, _ in self.posted if one == key), None)


@pytest.fixture
def settings(tmp_path: Path) -> config.Settings:
    folder = tmp_path / "settings"
    folder.mkdir()
    Keyring.create(folder / "heardback.keys")
    file = folder / "heardback.toml"
    file.write_text(config.write_template(ANSWERS), encoding="utf-8")
    return config.read(file)


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Database]:
    made = databases.sqlite(tmp_path)
    yield made
    made.close()


def morning(
    database: Database, settings: config.Settings, world: World, patch: pytest.MonkeyPatch
) -> None:
    """Seven to half past one: ticks and turns as the service makes them."""
    patch.setattr(lease, "steady", world.count)
    patch.setattr(lease, "tick", lambda session: Tick("here", world.count()))
    patch.setattr(posting, "AT_ONCE", 3)  # so that the sending of a round takes some turns
    story = Story(database)
    for number in range(PEOPLE):
        person = story.person(f"p{number}").person
        with database.writing() as session:
            there = Address("slack", "T1", f"U{number}")
            addresses.keep(session, person=person, address=there, on=date(2026, 9, 7))
    with database.writing() as session:
        early = TUESDAY + timedelta(hours=7)
        intent = outgoing.Intent("lines_to_write", person, "person", "n", {"digest": "3"}, early)
        outgoing.intend(session, "northport", [intent])
    clock = WallClock(world.wall, world.count)
    sender = Sender(database, {"slack": world}, clock=clock)
    for minute in MINUTES:
        world.true = TUESDAY + timedelta(minutes=minute)
        if clock.believed():
            timetable.tick(database, settings, now=clock())
            run(sender.turn())


def nothing_lost_doubled_or_at_night(
    database: Database, settings: config.Settings, world: World
) -> None:
    place = settings.partnerships[0]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Round)) == 1
        waits = select(func.count()).where(Outbox.state.in_(("ready", "parked")))
        assert session.scalar(waits) == 0
        for moment, kind in timetable.due(place, TUESDAY, world.true):
            assert outgoing.done(session, timetable._key(place.id, kind, moment)), (moment, kind)
        asked = session.scalars(select(Outbox).where(Outbox.kind == "prompt")).all()
        assert {row.state for row in asked} == {"sent"}
    keys = [key for key, _ in world.posted]
    assert len(keys) == len(set(keys)) == PEOPLE + 1
    assert all(8 <= at.hour < 18 for _, at in world.posted)


@pytest.mark.parametrize(("leap", "begins"), LEAPING)
def test_a_clock_that_leaps_for_ten_minutes_loses_and_doubles_nothing(
    lite: Database,
    settings: config.Settings,
    leap: str,
    begins: timedelta,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(LEAPS[leap], begins, timedelta(minutes=10))
    morning(lite, settings, world, monkeypatch)
    nothing_lost_doubled_or_at_night(lite, settings, world)


# A leap that stays for more than a quarter of an hour is believed, in the night too.
LONG = [
    (begins, lasts)
    for begins in (NIGHT, BEFORE, AMONG)
    for lasts in (1, 10, 20, 130)
    if begins != NIGHT or lasts < 15
]


@pytest.mark.prove
@pytest.mark.parametrize(("begins", "lasts"), LONG)
@pytest.mark.parametrize("leap", LEAPS.values(), ids=LEAPS)
def test_a_clock_that_leaps_for_up_to_two_hours_loses_and_doubles_nothing(
    database: Database,
    settings: config.Settings,
    leap: timedelta,
    lasts: int,
    begins: timedelta,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(leap, begins, timedelta(minutes=lasts))
    morning(database, settings, world, monkeypatch)
    nothing_lost_doubled_or_at_night(database, settings, world)
