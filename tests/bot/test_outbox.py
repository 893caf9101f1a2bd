"""Sending: posted once with our key, read back when unclear, and a policy where it cannot be."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import lease
from bot.clock import WallClock
from bot.outbox import Sender, deliver_in, taking
from bot.outbox.policy import POLICIES
from bot.outbox.posting import Turn
from bot.sending import Budget, Message, Platform, Refused, TooLate, TryLater, Unclear
from handlers import views
from handlers.messages import Actor, Address, Form
from handlers.parked import kind_words
from handlers.permissions import NotAllowedError
from storage import addresses, outgoing, people
from storage.models import Outbox
from tests.loops import run as wait_for
from tests.story import Story

DAY = date(2026, 9, 7)


class Chat:
    """A platform as strict as a real one: it keeps what was posted, and does as `next` says."""

    def __init__(self, *, can_read_back: bool = True, budget: Budget | None = None) -> None:
        self.can_read_back = can_read_back
        self.budget = budget or Budget()
        self.posted: list[tuple[str, str, bool]] = []
        self.next: list[Exception] = []
        self.next_find: list[Exception] = []
        self.lost_answers = 0

    async def send(self, address: Address, message: Message) -> str:
        message.last_look()
        if self.next:
            raise self.next.pop(0)
        self.posted.append((address.user, message.key, message.repeat))
        if self.lost_answers:
            self.lost_answers -= 1
            raise Unclear
        return str(len(self.posted))

    async def find(self, address: Address, key: str, since: object) -> str | None:
        if self.next_find:
            raise self.next_find.pop(0)
        return next((k for user, k, _ in self.posted if (user, k) == (address.user, key)), None)


class SteadyClock:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> Iterator[SteadyClock]:
    clock = SteadyClock()
    monkeypatch.setattr(lease, "steady", clock)
    return clock


class Room:
    """A story with one person on a chat, and turns of a sender."""

    def __init__(self, story: Story, chat: Chat, steady: SteadyClock) -> None:
        self.story, self.chat, self.steady = story, chat, steady
        self.ana = story.person("ana")
        self.at(self.ana, "U1")

    def at(self, actor: Actor, user: str) -> None:
        with self.story.database.writing() as session:
            address = Address("slack", "T1", user)
            addresses.keep(session, person=actor.person, address=address, on=DAY)

    def intend(
        self,
        kind: str = "lines_to_write",
        once: str = "1",
        to: str = "",
        due: datetime | None = None,
    ) -> None:
        with self.story.database.writing() as session:
            person, about = (
                to or self.ana.person,
                {"digest": "3", "next_read_time": "Monday", "hours": "3"},
            )
            when = due or self.story.now
            intent = outgoing.Intent(kind, person, "person", once, about, when)
            outgoing.intend(session, "northport", [intent])

    def turn(self, sender: Sender | None = None) -> dict[str, int]:
        own = sender or self.sender(self.chat)
        return wait_for(own.turn()).results

    def sender(self, chat: Platform) -> Sender:
        return Sender(self.story.database, {"slack": chat}, clock=WallClock(lambda: self.story.now))

    def row(self) -> Outbox:
        with self.story.database.reading() as session:
            return session.scalars(select(Outbox).where(Outbox.kind != "prompt")).one()


@pytest.fixture
def room(story: Story, steady: SteadyClock) -> Room:
    return Room(story, Chat(), steady)


def test_a_message_goes_to_the_thread_and_once_to_the_chat_and_is_purged(room: Room) -> None:
    room.intend()
    assert room.turn() == {"sent": 1}
    assert room.turn() == {}
    assert [user for user, _, _ in room.chat.posted] == ["U1"]
    assert room.story.thread(room.ana) == ["lines_to_write"]
    row = room.row()
    assert (row.state, row.sealed_to, row.sealed_address, row.about) == ("sent", None, None, {})
    assert row.account_tag == ""


def test_who_has_no_chat_has_the_thread(room: Room) -> None:
    ben = room.story.person("ben")
    room.intend(to=ben.person)
    assert room.turn() == {}
    assert room.story.thread(ben) == ["lines_to_write"]
    assert room.row().state == "sent"


def test_an_answer_that_was_lost_is_found_by_reading_back(room: Room) -> None:
    room.chat.lost_answers = 1
    room.intend()
    assert room.turn() == {"unclear": 1}
    assert room.turn() == {}
    room.steady.at += taking.SETTLING
    assert room.turn() == {"found": 1}
    assert len(room.chat.posted) == 1
    assert room.row().state == "sent"


def test_what_is_not_there_is_sent_after_reading_back(room: Room) -> None:
    room.chat.next = [Unclear()]
    room.intend()
    assert room.turn() == {"unclear": 1}
    room.steady.at += taking.SETTLING
    assert room.turn() == {"missing": 1}
    assert room.turn() == {"sent": 1}
    assert len(room.chat.posted) == 1


def test_nothing_is_sent_again_while_it_cannot_be_read_back(room: Room) -> None:
    room.chat.lost_answers = 1
    room.chat.next_find = [Unclear(), TryLater(7), RuntimeError("a bug")]
    room.intend()
    assert room.turn() == {"unclear": 1}
    for _ in range(3):
        room.steady.at += 60
        assert room.turn() == {"unread": 1}
    room.steady.at += 60
    assert room.turn() == {"found": 1}
    assert len(room.chat.posted) == 1


@pytest.mark.parametrize(
    ("kind", "state", "posts"),
    [("lines_to_write", "parked", 1), ("set_aside_unread_alarm", "sent", 2)],
)
def test_where_nothing_can_be_read_back_the_policy_of_the_kind_decides(
    story: Story, steady: SteadyClock, kind: str, state: str, posts: int
) -> None:
    room = Room(story, Chat(can_read_back=False), steady)
    room.chat.lost_answers = 1
    room.intend(kind)
    for _ in range(5):
        room.turn()
        steady.at += 60
    assert room.row().state == state
    assert len(room.chat.posted) == posts
    assert [repeat for _, _, repeat in room.chat.posted][1:] == [True] * (posts - 1)


def test_a_repeat_that_is_unclear_too_waits_for_a_person(story: Story, steady: SteadyClock) -> None:
    room = Room(story, Chat(can_read_back=False), steady)
    room.chat.lost_answers = 9
    room.intend("set_aside_unread_alarm")
    for _ in range(9):
        room.turn()
        steady.at += 60
    assert (room.row().state, room.row().reason) == ("parked", taking.MAY_HAVE)
    assert len(room.chat.posted) == 2


def test_a_nudge_that_may_have_come_is_not_sent_again(story: Story, steady: SteadyClock) -> None:
    room = Room(story, Chat(can_read_back=False), steady)
    story.clock("tick_ask")
    room.turn()
    story.now += timedelta(days=3)
    story.clock("tick_nudge")
    room.chat.lost_answers = 1
    for _ in range(5):
        room.turn()
        steady.at += 60
    assert room.row().kind == "nudge"
    assert (room.row().state, room.row().reason) == ("dropped", taking.MAY_HAVE)


def test_a_platform_that_says_later_is_asked_later_and_its_account_rests(room: Room) -> None:
    room.chat.next = [TryLater(30)]
    room.intend()
    assert room.turn() == {"later": 1}
    room.intend(once="2")
    assert room.turn() == {}
    room.steady.at += 28
    assert room.turn() == {}
    room.steady.at += 2.5
    assert room.turn() == {"sent": 2}
    assert len(room.chat.posted) == 2


def test_the_wall_clock_moves_no_wait(room: Room) -> None:
    room.chat.next = [TryLater(30)]
    room.story.now += timedelta(days=1)
    room.intend(due=room.story.now - timedelta(days=1))
    assert room.turn() == {"later": 1}
    room.story.now -= timedelta(days=1)
    room.steady.at += 31
    assert room.turn() == {"sent": 1}


def test_a_refusal_is_parked_at_once_and_never_tried_again(room: Room) -> None:
    room.chat.next = [Refused("access revoked")]
    room.intend()
    assert room.turn() == {"refused": 1}
    room.steady.at += 100_000
    assert room.turn() == {}
    with room.story.database.reading() as session:
        parked = outgoing.parked(session, "northport")
        assert [(row.kind, row.reason) for row in parked] == [("lines_to_write", "access revoked")]


def desk(room: Room) -> list[dict[str, Any]]:
    with room.story.database.reading() as session:
        coordinator = room.story.person("coordinator")
        return list(views.desk(session, coordinator, now=room.story.now)["needs"])


def pressed(room: Room, label: str, who: str = "coordinator") -> Form:
    [need] = desk(room)
    button = next(b for b in need["buttons"] if b["label"] == label)
    return room.story.does(room.story.person(who), button["kind"], choice=button["value"])


def test_the_desk_shows_kind_and_reason_and_a_parked_message_can_be_tried_again(
    room: Room,
) -> None:
    room.chat.next = [Refused("access revoked")]
    room.intend()
    room.turn()
    [need] = desk(room)
    assert need["sentence"] == "A notice that lines are to be written: access revoked."
    assert "ana" not in str(need)
    assert pressed(room, "Try again").name == "message_again"
    assert desk(room) == []
    assert room.turn() == {"sent": 1}
    assert [repeat for _, _, repeat in room.chat.posted] == [False]
    assert room.story.thread(room.ana) == ["lines_to_write"], "once, not twice"


def test_one_that_may_have_come_says_so_when_it_is_tried_again(
    story: Story, steady: SteadyClock
) -> None:
    room = Room(story, Chat(can_read_back=False), steady)
    room.chat.lost_answers = 1
    room.intend()
    room.turn()
    steady.at += taking.SETTLING
    room.turn()
    assert room.row().state == "parked"
    pressed(room, "Try again")
    assert room.turn() == {"sent": 1}
    assert [repeat for _, _, repeat in room.chat.posted] == [False, True]


def test_a_message_that_came_too_late_is_fresh_again_when_a_person_says_so(room: Room) -> None:
    room.intend(due=room.story.now - timedelta(days=15))
    room.turn()
    assert "came too late" in desk(room)[0]["sentence"]
    pressed(room, "Try again")
    assert room.turn() == {"sent": 1}


def test_a_message_that_is_let_go_is_never_sent_and_its_address_is_deleted(room: Room) -> None:
    room.chat.next = [Refused("access revoked")]
    room.intend()
    room.turn()
    assert room.row().sealed_to is not None
    assert pressed(room, "Let it go").name == "message_let_go"
    row = room.row()
    assert (row.state, row.sealed_to, row.sealed_address, row.about) == ("dropped", None, None, {})
    room.steady.at += 100_000
    assert room.turn() == {}
    assert room.chat.posted == []
    gone = room.story.does(room.story.person("coordinator"), "message_again", choice=row.id)
    assert gone.name == "gone"


def test_what_is_decided_about_a_message_is_written_down_and_only_by_the_coordinator(
    room: Room,
) -> None:
    room.chat.next = [Refused("access revoked")]
    room.intend()
    room.turn()
    for other in ("administrator", "theme_editor", "chair"):
        with pytest.raises(NotAllowedError):
            pressed(room, "Let it go", who=other)
    far = room.story.person("coordinator", side="wolds")
    id = desk(room)[0]["buttons"][0]["value"]
    assert room.story.does(far, "message_again", choice=id).name == "gone"
    pressed(room, "Try again")
    with room.story.database.engine.connect() as rows:
        written = rows.exec_driver_sql("SELECT action, reason FROM audit").all()
    assert [tuple(one) for one in written] == [("message.again", "lines_to_write")]
    with room.story.database.reading() as session:
        shown = views.desk(session, room.story.person("administrator"), now=room.story.now)
    assert all(not need["buttons"] for need in shown["needs"])


@pytest.mark.parametrize("kind", sorted(POLICIES))
def test_each_kind_of_message_has_a_name_at_the_desk(kind: str) -> None:
    assert kind_words(kind) != kind_words("unheard of")


def test_a_sender_that_died_after_posting_is_followed_by_a_reading_back(room: Room) -> None:
    class DiesError(BaseException):
        pass

    def die(step: str) -> None:
        if step == "posted":
            raise DiesError

    room.intend()
    dying = Sender(
        room.story.database, {"slack": room.chat}, clock=WallClock(lambda: room.story.now), step=die
    )
    with pytest.raises(DiesError):
        room.turn(dying)
    assert room.turn() == {}
    room.steady.at += taking.LEASE
    assert room.turn() == {"found": 1}
    assert len(room.chat.posted) == 1


def test_who_looks_too_late_sends_nothing(room: Room) -> None:
    class Slow(Chat):
        async def send(self, address: Address, message: Message) -> str:
            room.steady.at += taking.LAST_LOOK + 1
            return await super().send(address, message)

    room.intend()
    slow = Slow()
    assert room.turn(room.sender(slow)) == {"abandoned": 1}
    assert slow.posted == []
    assert room.turn() == {"sent": 1}


def test_who_wakes_after_the_lease_cannot_write(room: Room) -> None:
    class Frozen(Chat):
        async def send(self, address: Address, message: Message) -> str:
            message.last_look()
            room.steady.at += taking.LEASE + 1
            other = Sender(
                room.story.database, {"slack": room.chat}, clock=WallClock(lambda: room.story.now)
            )
            assert (await other.turn()).results == {"missing": 1}
            assert (await other.turn()).results == {"sent": 1}
            raise Refused("woke too late")

    room.intend()
    turn = wait_for(room.sender(Frozen()).turn())
    assert turn.fenced == 1
    assert room.row().state == "sent"
    assert len(room.chat.posted) == 1


def test_what_the_same_sender_took_again_is_not_settled_by_its_first_try(room: Room) -> None:
    class Frozen(Chat):
        async def send(self, address: Address, message: Message) -> str:
            message.last_look()
            if not self.posted:
                self.posted.append((address.user, message.key, message.repeat))
                first = set(own.under_way)
                room.steady.at += taking.LEASE + 1
                assert await own._take_batch(Turn()) is not None
                await asyncio.wait(own.under_way - first)
                raise Refused("woke too late")
            return await super().send(address, message)

    room.intend()
    frozen = Frozen()
    own = room.sender(frozen)
    assert wait_for(own.turn()).fenced == 1
    assert room.row().state == "sent"
    assert len(frozen.posted) == 1


def test_the_next_are_taken_while_the_last_go_out(story: Story) -> None:
    class Held(Chat):
        release = asyncio.Event()

        async def send(self, address: Address, message: Message) -> str:
            if len(self.posted) >= 12:
                await self.release.wait()
            return await super().send(address, message)

    persons = [story.person(f"p{number}").person for number in range(30)]
    chat = Held(budget=Budget(per_account=20.0))
    with story.database.writing() as session:
        for number, person in enumerate(persons):
            address = Address("slack", "T1", f"U{number}")
            addresses.keep(session, person=person, address=address, on=DAY)
            intent = outgoing.Intent(
                "lines_to_write", person, "person", str(number), {"digest": "3"}, story.now
            )
            outgoing.intend(session, "northport", [intent])
    sender = Sender(story.database, {"slack": chat}, clock=WallClock(lambda: story.now))

    async def work() -> None:
        first = await sender.begin()
        assert 10 <= len(chat.posted) <= 12
        assert first.under_way == 1
        chat.release.set()
        while (await sender.begin()).busy:
            pass
        assert not sender.under_way

    wait_for(work())
    assert len(chat.posted) == len(set(chat.posted)) == 30


def test_a_message_that_cannot_be_made_is_parked_and_holds_up_no_other(room: Room) -> None:
    room.intend("no_such_kind", once="1")
    ben = room.story.person("ben")
    room.intend(once="2", to=ben.person)
    room.turn()
    assert room.story.thread(ben) == ["lines_to_write"]
    with room.story.database.reading() as session:
        parked = outgoing.parked(session, "northport")
        assert [(row.kind, row.reason) for row in parked] == [
            ("no_such_kind", "could not be made: LookupError")
        ]


def test_a_recipient_who_went_away_meanwhile_is_not_asked(room: Room) -> None:
    room.story.clock("tick_ask")
    room.chat.next = [TryLater(30)]
    assert room.turn() == {"later": 1}
    with room.story.database.writing() as session:
        people.preference(session, room.ana.person, "northport").stopped_on = DAY
    room.steady.at += 31
    assert room.turn() == {}
    assert room.chat.posted == []


def test_one_person_gets_one_message_each_second(story: Story, steady: SteadyClock) -> None:
    room = Room(story, Chat(budget=Budget(per_conversation=1.0)), steady)
    for number in range(4):
        room.intend(once=str(number))
    sent = []
    for _ in range(8):
        before = len(room.chat.posted)
        room.turn()
        sent.append(len(room.chat.posted) - before)
        steady.at += 0.5
    assert sum(sent) == 4


def test_an_account_gets_no_more_than_its_budget(story: Story, steady: SteadyClock) -> None:
    room = Room(story, Chat(budget=Budget(per_account=100.0)), steady)
    with story.database.writing() as session:
        about = {"digest": "3"}
        intents = [
            outgoing.Intent("lines_to_write", room.ana.person, "person", str(n), about, story.now)
            for n in range(150)
        ]
        assert outgoing.intend(session, "northport", intents) == 150
        assert outgoing.intend(session, "northport", intents) == 0
    with story.database.writing() as session:
        while deliver_in(session, now=story.now, platforms={"slack"}):
            pass
        took, again = (
            taking.take(
                session,
                {"slack": room.chat},
                token=token,
                holder="a",
                now=story.now,
                limit=5000,
            ).tasks
            for token in ("a", "b")
        )
    assert len(took) == 101
    assert again == []


def test_a_platform_that_fails_in_a_way_nobody_knows_counts_as_unclear(room: Room) -> None:
    room.chat.next = [KeyError("blocks")]
    room.intend()
    assert room.turn() == {"unclear": 1}
    room.steady.at += 60
    assert room.turn() == {"missing": 1}


def test_too_late_is_an_exception_that_platforms_let_through() -> None:
    assert not issubclass(TooLate, Unclear | TryLater | Refused)


def test_a_prompt_at_night_waits_for_the_morning_of_a_working_day(room: Room) -> None:
    room.story.now = room.story.now.replace(month=12, day=24, hour=23)
    room.story.clock("tick_ask")
    room.turn()
    assert room.chat.posted == []
    with room.story.database.reading() as session:
        rows = session.scalars(select(Outbox)).all()
        assert {f"{row.due_at:%Y-%m-%d %H:%M}" for row in rows} == {"2026-12-29 08:00"}


def test_a_sign_in_link_goes_by_mail_at_night_whatever_was_chosen(room: Room) -> None:
    mail = Chat(can_read_back=False)
    with room.story.database.writing() as session:
        address = Address("mail", "", "ana@housing.example")
        addresses.keep(session, person=room.ana.person, address=address, on=DAY)
        addresses.choose(session, room.ana.person, "northport", addresses.WEB)
    room.story.now = room.story.now.replace(hour=21)
    until = (room.story.now + timedelta(hours=1)).isoformat()
    with room.story.database.writing() as session:
        link = outgoing.Intent(
            "sign_in_link", room.ana.person, "person", "l", {"until": until}, room.story.now
        )
        outgoing.intend(session, "northport", [link])
    clock = WallClock(lambda: room.story.now)
    both = Sender(room.story.database, {"slack": room.chat, "mail": mail}, clock=clock)
    assert room.turn(both) == {"sent": 1}
    assert [user for user, _, _ in mail.posted] == ["ana@housing.example"]
    assert room.chat.posted == []
