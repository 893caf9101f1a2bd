"""An account whose limit is strict is one sender's at a time, and changes hands a whole step later.

Two senders share one database. The lease clock is moved by hand, so that nothing here leans on how
busy the machine is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest

from bot import lease
from bot.clock import WallClock
from bot.outbox import Sender, deliver_in, taking
from bot.outbox.taking import Result, Taken, Task
from bot.sending import Budget, Message
from handlers.messages import Address
from storage import Database, addresses, budgets, outgoing
from storage.budgets import Pace, Tick
from storage.models import Bucket, Outbox
from tests.loops import run as wait_for
from tests.story import Story

STEP = 0.25  # seconds between two requests to one workspace
DAY = date(2026, 9, 7)


class Chat:
    """Takes everything, and writes down for whom."""

    can_read_back = True

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.posted: list[str] = []

    async def send(self, address: Address, message: Message) -> str:
        message.last_look()
        self.posted.append(address.account)
        return "1"

    async def find(self, address: Address, key: str, since: object) -> str | None:
        return None


class Room:
    """Two people in each of some workspaces, with messages for them, and the clock that all share."""

    def __init__(self, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
        self.story = story
        self.chat = Chat(Budget(per_account=1 / STEP))
        self.at = 1000.0
        self.queued = 0
        monkeypatch.setattr(lease, "steady", lambda: self.at)
        monkeypatch.setattr(lease, "tick", lambda _session: Tick("test", self.at))

    def queue(self, workspace: str, messages: int) -> None:
        """So many messages to one person in this workspace."""
        person = self.story.person(f"p{self.queued}").person
        self.queued += 1
        with self.story.database.writing() as session:
            there = Address("slack", workspace, f"U{self.queued}")
            addresses.keep(session, person=person, address=there, on=DAY)
            intents = [
                outgoing.Intent(
                    "lines_to_write", person, "person", once, {"digest": "3"}, self.story.now
                )
                for once in (f"{person} {n}" for n in range(messages))
            ]
            outgoing.intend(session, "northport", intents)
            while deliver_in(session, now=self.story.now, platforms={"slack"}):
                pass

    def take(self, holder: str, limit: int = 100) -> Taken:
        with self.story.database.writing() as session:
            return taking.take(
                session,
                {"slack": self.chat},
                token=holder,
                holder=holder,
                now=self.story.now,
                limit=limit,
            )

    def write_down(self, holder: str, taken: Taken, *, all_ended: bool) -> int:
        """All of these were sent; returns how many were not this holder's any more."""
        results = [Result(task, "sent") for task in taken.tasks]
        over = {task.account: Pace(0.0, 1 / STEP) for task in taken.tasks} if all_ended else {}
        with self.story.database.writing() as session:
            return taking.settle(
                session, holder, "test", results, holder=holder, over=over, now=self.story.now
            )

    def sender(self) -> Sender:
        return Sender(
            self.story.database, {"slack": self.chat}, clock=WallClock(lambda: self.story.now)
        )


@pytest.fixture
def room(database: Database, monkeypatch: pytest.MonkeyPatch) -> Room:
    return Room(Story(database), monkeypatch)


def workspaces(tasks: Sequence[Task]) -> Counter[str]:
    return Counter(task.address.account for task in tasks)


def test_who_is_late_has_its_workspace_to_itself(room: Room) -> None:
    """Its moments are long over, its requests are not: nobody else may write there meanwhile."""

    class Late(Chat):
        async def send(self, address: Address, message: Message) -> str:
            room.at += taking.LAST_LOOK - 1
            room.queue("T1", 1)
            room.queue("T2", 1)
            meanwhile.append((await room.sender().turn()).results)
            return await super().send(address, message)

    meanwhile: list[dict[str, int]] = []
    room.queue("T1", 1)
    late = Sender(
        room.story.database,
        {"slack": Late(room.chat.budget)},
        clock=WallClock(lambda: room.story.now),
    )
    assert wait_for(late.turn()).results == {"sent": 1}
    assert meanwhile == [{"sent": 1}]
    assert room.chat.posted == ["T2"]
    assert wait_for(room.sender().turn()).results == {"sent": 1}
    assert room.chat.posted == ["T2", "T1"]


def test_what_is_given_back_is_written_to_a_whole_step_later(room: Room) -> None:
    room.queue("T1", 8)
    first = room.take("a", limit=2)
    room.at += 3.0
    assert room.take("b").tasks == []
    assert room.write_down("a", first, all_ended=True) == 0
    assert [task.goes_in for task in room.take("b").tasks] == [STEP, 2 * STEP, 3 * STEP, 4 * STEP]
    assert room.take("a").tasks == []


def test_what_is_still_under_way_is_not_given_back(room: Room) -> None:
    room.queue("T1", 8)
    first = room.take("a", limit=1)
    room.at += 1.0
    assert len(room.take("a", limit=1).tasks) == 1
    room.write_down("a", first, all_ended=False)
    room.at += taking.LAST_LOOK - 0.1
    assert room.take("b").tasks == []


def test_who_died_gives_its_workspace_up_and_may_have_written_in_its_last_moment(
    room: Room,
) -> None:
    room.queue("T1", 8)
    dead = room.take("a", limit=1)
    room.at += taking.LAST_LOOK
    next_ones = room.take("b")
    assert next_ones.tasks[0].goes_in == STEP
    assert room.write_down("a", dead, all_ended=True) == 0  # it woke: its row is settled, no more
    room.at += 1.0
    assert room.take("a").tasks == []


def test_a_workspace_without_a_limit_is_everybodys(room: Room) -> None:
    room.chat.budget = Budget()
    room.queue("T1", 4)
    assert len(room.take("a", limit=2).tasks) == 2
    assert len(room.take("b", limit=2).tasks) == 2


def test_a_budget_that_is_free_for_an_hour_is_forgotten(room: Room) -> None:
    room.queue("T1", 1)
    room.queue("T2", 1)
    room.take("a")
    room.at += 3700.0
    with room.story.database.writing() as session:
        budgets.forget_idle(session, lease.tick(session))
    with room.story.database.reading() as session:
        assert session.query(Bucket).count() == 0


def test_many_workspaces_are_shared_out(room: Room) -> None:
    for number in range(6):
        room.queue(f"T{number}", 2)
    first, second = room.take("a"), room.take("b")
    assert first.more
    assert not second.more
    assert len(workspaces(first.tasks)) == taking.NEWLY
    assert len(workspaces(second.tasks)) == 6 - taking.NEWLY
    assert not workspaces(first.tasks) & workspaces(second.tasks)


def test_one_sender_takes_all_of_them_when_it_is_alone(room: Room) -> None:
    for number in range(6):
        room.queue(f"T{number}", 1)
    sender = room.sender()

    async def work() -> None:
        while (await sender.begin()).busy:
            pass

    wait_for(work())
    assert sorted(room.chat.posted) == [f"T{number}" for number in range(6)]
    with room.story.database.reading() as session:
        assert {row.state for row in session.query(Outbox)} == {"sent"}
