"""A wall clock that leaps is doubted for a while, and believed again when it comes back or stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import DOUBT, WallClock

START = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)


class Clocks:
    def __init__(self) -> None:
        self.now, self.count = START, 500.0
        self.clock = WallClock(lambda: self.now, lambda: self.count)

    def passes(self, seconds: float) -> bool:
        self.now += timedelta(seconds=seconds)
        self.count += seconds
        return self.clock.believed()


def test_time_that_passes_is_believed_however_long_nobody_looked() -> None:
    clocks = Clocks()
    assert clocks.passes(0)
    assert clocks.passes(1)
    assert clocks.passes(90_000)


@pytest.mark.parametrize(
    "leap", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=1), timedelta(days=-20_000)]
)
def test_a_leap_is_doubted_and_its_end_is_believed_at_once(leap: timedelta) -> None:
    clocks = Clocks()
    assert clocks.passes(1)
    clocks.now += leap
    assert not clocks.passes(1)
    assert not clocks.passes(60)
    clocks.now -= leap
    assert clocks.passes(1)


def test_a_leap_that_stays_is_believed_in_the_end() -> None:
    clocks = Clocks()
    assert clocks.passes(1)
    clocks.now += timedelta(hours=3)
    assert not clocks.passes(1)
    assert clocks.passes(DOUBT)
    assert clocks.passes(1)


def test_a_clock_from_before_this_was_written_is_never_believed() -> None:
    clocks = Clocks()
    clocks.now = datetime(1970, 1, 1, tzinfo=UTC)
    assert not clocks.passes(0)
    assert not clocks.passes(2 * DOUBT)
