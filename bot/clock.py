"""The wall clock, and whether to believe it.

A clock that leaps against the machine's own steady count is doubted for a while: nothing is started
on its word, and what was already due waits. If it stays, it was put right, and is believed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from bot.lease import steady

LEAP = 30 * 60.0  # seconds by which wall and steady clock may drift apart between two looks
DOUBT = 15 * 60.0  # seconds after which a leap is taken for the truth
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # this was written later; a clock before it is wrong


def wall_clock() -> datetime:
    return datetime.now(UTC)


class WallClock:
    """The time as this process sees it. `wall` and `count` are replaced in tests."""

    def __init__(
        self, wall: Callable[[], datetime] = wall_clock, count: Callable[[], float] = steady
    ) -> None:
        self.wall = wall
        self.count = count
        self._offset: float | None = None
        self._doubted_since: float | None = None

    def __call__(self) -> datetime:
        return self.wall()

    def believed(self) -> bool:
        """Whether what is due may be started by this clock."""
        now, count = self.wall(), self.count()
        if now < EARLIEST:
            return False
        offset = now.timestamp() - count
        if self._offset is not None and abs(offset - self._offset) > LEAP:
            if self._doubted_since is None:
                self._doubted_since = count
            if count - self._doubted_since < DOUBT:
                return False
        self._offset, self._doubted_since = offset, None
        return True
