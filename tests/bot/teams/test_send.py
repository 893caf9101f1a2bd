"""Posting once into a chat that we know; what each of the connector's answers means; and what the outbox does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import lease
from bot.clock import WallClock
from bot.outbox import Sender as Outbox
from bot.sending import Busy, Message, Refused, TooLate, TryLater, Unclear
from bot.teams import access as access_module
from bot.teams import send as send_module
from bot.teams.access import Access
from bot.teams.apps import Registration
from bot.teams.send import Limits, Sender
from handlers.messages import Address, Button, Form, Text
from storage import addresses, outgoing
from storage.models import Outbox as Row
from tests.bot.teams.conftest import COUNCIL, POLICE
from tests.bot.teams.connector import WINDOWS, Connector, Fault
from tests.loops import run
from tests.story import Story

NOW = datetime(2026, 2, 2, tzinfo=UTC)
FORM = Form(
    "prompt",
    "A question for you",
    (Text("What helped?", "voice"),),
    (Button("Answer now", "prompt", style="main"),),
    {"round": "r1"},
)
CARD = "application/vnd.microsoft.card.adaptive"


def shows(form: Form, *, partnership: str) -> Mapping[str, Any]:
    """A plain card; what Teams really shows is `bot.teams.surfaces`' own business."""
    body = [{"type": "TextBlock", "text": p.body} for p in form.parts if isinstance(p, Text)]
    content = {"type": "AdaptiveCard", "version": "1.5", "body": body}
    return {
        "type": "message",
        "summary": form.name,
        "attachments": [{"contentType": CARD, "content": content}],
    }


def sender_for(*registrations: Registration, now: datetime = NOW) -> Sender:
    clock = lambda: now  # noqa: E731
    return Sender(registrations, shows=shows, access=Access(now=clock), now=clock)


@pytest.fixture
def sender(council: Registration) -> Sender:
    return sender_for(council)


@pytest.fixture
def there(connector: Connector, council: Registration) -> Address:
    place = f"{connector.service} {connector.chat(council, 'u1')}"
    return Address("teams", council.account, "u1", place)


def said(key: str = "k1", **more: Any) -> Message:
    return Message("prompt", FORM, key, partnership="northport", **more)


def posted(connector: Connector) -> list[str]:
    return [call for call in connector.calls if call != "token"]


def test_a_message_is_posted_once_into_the_chat_with_a_token_of_the_tenants_own(
    sender: Sender, connector: Connector, there: Address
) -> None:
    id = run(sender.send(there, said()))
    (kept,) = connector.messages[there.conversation.split()[1]]
    assert kept["id"] == id
    assert connector.calls == ["token", "post"]
    run(sender.send(there, said("k2")))
    assert connector.calls == ["token", "post", "post"]  # one token for many messages


def test_a_chat_id_full_of_signs_arrives_whole(
    sender: Sender, connector: Connector, council: Registration
) -> None:
    odd = "19:a/b c%2Fd?e#f@thread.v2;messageid=1"
    connector.conversations[odd.replace(" ", "")] = {
        "tenant": council.tenant,
        "app": council.app_id,
        "user": "u1",
    }
    place = f"{connector.service} {odd.replace(' ', '')}"
    run(sender.send(Address("teams", council.account, "u1", place), said()))
    assert odd.replace(" ", "") in connector.messages


def test_a_card_is_put_in_the_place_of_a_posted_one(
    sender: Sender, connector: Connector, there: Address
) -> None:
    id = run(sender.send(there, said()))
    settled = shows(Form("settled", "", (Text("Thank you."),)), partnership="")
    run(sender.replace(there, id, settled))
    run(sender.replace(there, id, settled))
    (kept,) = connector.messages[there.conversation.split()[1]]
    assert kept["attachments"][0]["content"]["body"][0]["text"] == "Thank you."
    with pytest.raises(Refused) as refused:
        run(sender.replace(there, "m999", settled))
    assert refused.value.reason.startswith("refused by Teams")
    assert connector.refused == ["ActivityNotFound"]
    connector.refused.clear()


def test_who_never_wrote_to_the_app_has_their_chat_asked_for(
    sender: Sender, connector: Connector, council: Registration
) -> None:
    run(sender.send(Address("teams", council.account, "u7"), said()))
    assert posted(connector) == ["conversation", "post"]
    assert len(connector.messages[connector.chat(council, "u7")]) == 1


@pytest.mark.parametrize(
    "place",
    ["https://attacker.example/ a:1", "http://127.0.0.1:9@attacker.example/ a:1", "file:///x a:1"],
)
def test_nothing_is_sent_to_an_address_that_is_not_of_teams(
    sender: Sender, connector: Connector, council: Registration, place: str
) -> None:
    with pytest.raises(Refused):
        run(sender.send(Address("teams", council.account, "u1", place), said()))
    assert connector.calls == []


def test_a_registration_that_is_gone_or_of_another_tenant_is_refused(
    sender: Sender, connector: Connector, there: Address
) -> None:
    for account in ("gone/x", f"northport/{POLICE}", ""):
        with pytest.raises(Refused):
            run(sender.send(Address("teams", account, "u1", there.conversation), said()))
    assert connector.calls == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("1", 1.0), ("17", 17.0), (None, 30.0), ("-5", 30.0), ("soon", 30.0), ("9" * 40, 21_600.0)],
)
def test_later_is_when_teams_says(
    sender: Sender, connector: Connector, there: Address, header: str | None, seconds: float
) -> None:
    connector.faults.append(Fault(429, {"retry-after": header} if header else {}))
    with pytest.raises(TryLater) as later:
        run(sender.send(there, said()))
    assert later.value.seconds == seconds
    assert not isinstance(later.value, Busy)
    assert posted(connector) == ["post"]  # asked once; nobody tried again by itself


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 302])
@pytest.mark.parametrize("kept", [True, False])
def test_a_fault_behind_which_it_may_have_been_posted_is_unclear(
    sender: Sender, connector: Connector, there: Address, status: int, kept: bool
) -> None:
    connector.faults.append(Fault(status, kept=kept))
    with pytest.raises(Unclear):
        run(sender.send(there, said()))
    assert posted(connector) == ["post"]


def test_a_collision_is_certainly_not_posted(
    sender: Sender, connector: Connector, there: Address
) -> None:
    connector.faults.append(Fault(412))
    with pytest.raises(Busy):
        run(sender.send(there, said()))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("BotNotInConversationRoster", "the app was taken out"),
        ("MessageWritesBlocked", "the app was blocked"),
    ],
)
def test_who_took_the_app_out_or_blocked_it_is_written_to_no_more(
    sender: Sender,
    connector: Connector,
    council: Registration,
    there: Address,
    code: str,
    reason: str,
) -> None:
    connector.conversations[connector.chat(council, "u1")]["gone"] = code
    with pytest.raises(Refused) as refused:
        run(sender.send(there, said()))
    assert refused.value.reason == reason


def test_a_chat_that_is_gone_is_refused(
    sender: Sender, connector: Connector, council: Registration
) -> None:
    with pytest.raises(Refused) as refused:
        run(sender.send(Address("teams", council.account, "u", f"{connector.service} a:x"), said()))
    assert refused.value.reason == "conversation gone"
    connector.refused.clear()


def test_another_organisations_registration_cannot_write_into_a_chat(
    connector: Connector, police: Registration, there: Address
) -> None:
    with pytest.raises(Refused):
        run(
            sender_for(police).send(
                Address("teams", police.account, "u1", there.conversation), said()
            )
        )


def test_an_answer_that_never_comes_is_unclear(
    sender: Sender, connector: Connector, there: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send_module, "PATIENCE", 0.3)
    connector.faults.append(Fault(stall=1.5))
    with pytest.raises(Unclear):
        run(sender.send(there, said()))


def test_a_connection_that_is_cut_after_posting_is_unclear(
    sender: Sender, connector: Connector, there: Address
) -> None:
    connector.faults.append(Fault(cut=True))
    with pytest.raises(Unclear):
        run(sender.send(there, said()))
    assert len(connector.messages[there.conversation.split()[1]]) == 1


def test_where_nobody_listens_nothing_was_posted(
    connector: Connector, council: Registration, sender: Sender, there: Address
) -> None:
    run(sender.access.token(council))
    away = Address("teams", council.account, "u1", "http://127.0.0.1:9/uk/ a:1")
    sender.registrations[council.account] = Registration(
        **{**vars(council), "services": ("http://127.0.0.1:9",)}
    )
    with pytest.raises(TryLater):
        run(sender.send(away, said()))


def test_a_last_look_that_says_no_leaves_the_connector_alone(
    sender: Sender, connector: Connector, there: Address
) -> None:
    def no() -> None:
        raise TooLate

    with pytest.raises(TooLate):
        run(sender.send(there, said(last_look=no)))
    assert posted(connector) == []


def test_a_repeat_says_so_above(sender: Sender, connector: Connector, there: Address) -> None:
    run(sender.send(there, said(repeat=True)))
    (kept,) = connector.messages[there.conversation.split()[1]]
    assert "may have had this already" in json.dumps(kept)


def test_a_token_is_renewed_before_it_ends_and_after_it_was_not_taken(
    council: Registration, connector: Connector, there: Address
) -> None:
    at = [NOW]
    access = Access(now=lambda: at[0])
    sender = Sender([council], shows=shows, access=access, now=lambda: at[0])
    run(sender.send(there, said()))
    at[0] += timedelta(minutes=54)
    run(sender.send(there, said()))
    assert connector.calls.count("token") == 1
    at[0] += timedelta(minutes=2)
    run(sender.send(there, said()))
    assert connector.calls.count("token") == 2
    access.granted[council.app_id] = access_module.Granted("stale", at[0] + timedelta(hours=1))
    with pytest.raises(Busy):
        run(sender.send(there, said()))
    run(sender.send(there, said()))
    assert connector.refused == ["Unauthorized"]
    connector.refused.clear()


@pytest.mark.parametrize(
    ("change", "seconds"),
    [({"secret": "an old one"}, 300.0), ({"tenant": POLICE}, 300.0), ({}, 30.0)],
)
def test_without_a_token_everything_waits_and_nothing_is_lost(
    connector: Connector, council: Registration, change: dict[str, str], seconds: float
) -> None:
    connector.tokens_away = not change
    own = Registration(**{**vars(council), **change})
    place = f"{connector.service} {connector.chat(council, 'u1')}"
    with pytest.raises(TryLater) as later:
        run(sender_for(own).send(Address("teams", own.account, "u1", place), said()))
    assert later.value.seconds == seconds
    assert "post" not in connector.calls
    connector.refused.clear()


def test_the_distance_between_messages_keeps_every_window_of_teams() -> None:
    budget = Limits().budget()
    for seconds, most in WINDOWS:
        assert budget.per_conversation * seconds <= most
    assert budget.per_account <= 50
    assert Limits(((10, 1),), 5).budget().per_conversation == 0.1


# with the outbox


class Later:
    """The lease's clock as it is, and as far ahead as a test has waited."""

    def __init__(self) -> None:
        self.real = lease.steady
        self.waited = 0.0

    def __call__(self) -> float:
        return self.real() + self.waited


class Room:
    """The story's people in Teams, the connector, and the outbox between them."""

    def __init__(
        self, story: Story, connector: Connector, council: Registration, steady: Later
    ) -> None:
        self.story, self.connector, self.council, self.steady = story, connector, council, steady
        self.ana = story.person("ana")
        connector.clock = steady
        self.joins(self.ana.person, "u1")

    def joins(self, person: str, user: str) -> None:
        place = f"{self.connector.service} {self.connector.chat(self.council, user)}"
        with self.story.database.writing() as session:
            there = Address("teams", self.council.account, user, place)
            addresses.keep(session, person=person, address=there, on=self.story.now.date())

    def intend(self, kind: str, once: str = "1") -> None:
        about = {"digest": "3", "next_read_time": "Monday", "hours": "3"}
        intent = outgoing.Intent(kind, self.ana.person, "person", once, about, self.story.now)
        with self.story.database.writing() as session:
            outgoing.intend(session, "northport", [intent])

    def turns(self, times: int, seconds: float = 60.0) -> list[dict[str, int]]:
        """So many turns of a sender, with time going by for everybody between them."""
        found = []
        for _ in range(times):
            now = lambda: self.story.now  # noqa: E731
            sender = Sender([self.council], shows=shows, access=Access(now=now), now=now)
            outbox = Outbox(self.story.database, {"teams": sender}, clock=WallClock(now))
            found.append(run(outbox.turn()).results)
            self.steady.waited += seconds
        return [one for one in found if one]

    def states(self) -> list[tuple[str, str]]:
        with self.story.database.reading() as session:
            return [(row.kind, row.state) for row in session.scalars(select(Row))]

    def texts(self, user: str = "u1") -> list[str]:
        chat = self.connector.chat(self.council, user)
        return [json.dumps(one) for one in self.connector.messages.get(chat, [])]


@pytest.fixture
def room(
    story: Story, connector: Connector, council: Registration, monkeypatch: pytest.MonkeyPatch
) -> Room:
    steady = Later()
    monkeypatch.setattr(lease, "steady", steady)
    return Room(story, connector, council, steady)


def test_a_collision_is_tried_again_after_growing_waits_and_comes_once(room: Room) -> None:
    room.connector.faults += [Fault(412)] * 3
    room.intend("lines_to_write")
    assert room.turns(6) == [{"busy": 1}, {"busy": 1}, {"busy": 1}, {"sent": 1}]
    assert len(room.texts()) == 1


def test_a_collision_makes_nobody_else_wait(room: Room) -> None:
    sam = room.story.person("sam")
    room.joins(sam.person, "u2")
    room.connector.faults += [Fault(412)]
    room.intend("lines_to_write")
    assert room.turns(1, seconds=0.1) == [{"busy": 1}]
    room.ana = sam
    room.intend("lines_to_write", once="2")
    assert room.turns(1) == [{"sent": 1}]


@pytest.mark.parametrize("status", [502, 504])
@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize(
    ("kind", "state"), [("set_aside_unread_alarm", "sent"), ("lines_to_write", "parked")]
)
def test_after_an_unclear_answer_the_policy_of_the_kind_decides(
    room: Room, status: int, kept: bool, kind: str, state: str
) -> None:
    room.connector.faults.append(Fault(status, kept=kept))
    room.intend(kind)
    room.turns(6)
    assert room.states() == [(kind, state)]
    owed = state == "sent"
    assert len(room.texts()) == int(kept) + int(owed)
    assert ["may have had this already" in text for text in room.texts()] == (
        [False] * kept + [True] * owed
    )


def test_when_teams_says_later_it_comes_later_and_once(room: Room) -> None:
    room.connector.faults.append(Fault(429, {"retry-after": "90"}))
    room.intend("lines_to_write")
    assert room.turns(4) == [{"later": 1}, {"sent": 1}]
    assert len(room.texts()) == 1


def test_a_restart_between_two_turns_needs_nothing_that_was_in_memory(room: Room) -> None:
    room.connector.faults += [Fault(412), Fault(412)]
    room.intend("lines_to_write")
    room.turns(1)
    room.turns(5)
    assert room.states() == [("lines_to_write", "sent")]
    lines = room.connector.log.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["status"] for line in lines] == [412, 412, 201]


def test_many_messages_through_a_rough_connector_are_neither_lost_nor_doubled(
    room: Room,
) -> None:
    people = [room.story.person(f"p{n}") for n in range(12)]
    for n, person in enumerate(people):
        room.joins(person.person, f"v{n}")
        for again in range(3):
            room.ana = person
            room.intend("lines_to_write", once=f"{n}-{again}")
    room.connector.faults += [Fault(412), Fault(), Fault(429, {"retry-after": "3"})] * 9
    for _ in range(400):
        room.turns(1, seconds=2.5)
        if all(state == "sent" for _, state in room.states()):
            break
    else:
        pytest.fail("some are still waiting")
    assert all(len(room.texts(f"v{n}")) == 3 for n in range(12))


def test_a_round_to_many_people_stays_within_what_the_tenant_allows(room: Room) -> None:
    for n in range(70):
        room.ana = room.story.person(f"p{n}")
        room.joins(room.ana.person, f"v{n}")
        room.intend("lines_to_write", once=str(n))
    while [state for _, state in room.states()].count("sent") < 70:
        assert all(set(results) == {"sent"} for results in room.turns(1, seconds=0.0))
    lines = room.connector.log.read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["status"] for line in lines} == {201}


def test_the_connector_of_our_tests_would_say_if_it_were_too_fast(
    sender: Sender, connector: Connector, there: Address
) -> None:
    for n in range(7):
        run(sender.send(there, said(f"k{n}")))
    with pytest.raises(TryLater):
        run(sender.send(there, said("k8")))


def test_who_blocked_the_app_is_parked_with_its_reason_and_left_alone(room: Room) -> None:
    chat = room.connector.chat(room.council, "u1")
    room.connector.conversations[chat]["gone"] = "MessageWritesBlocked"
    room.intend("lines_to_write")
    assert room.turns(4) == [{"refused": 1}]
    assert room.states() == [("lines_to_write", "parked")]
    assert COUNCIL not in str(room.states())
