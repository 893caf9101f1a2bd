"""When something goes wrong while a dialog is open, or somebody makes things up: no word lost, nothing let out."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.sending import Refused
from handlers.messages import Actor
from storage import Database, DatabaseError
from tests.bot.teams.member import CHANNEL, COUNCIL, Json, Member, Teams
from tests.bot.teams.validate import card_of, every, problems, reads
from tests.dialogues.test_loop import issue, speak
from tests.loops import run
from tests.story import Story

WORDS = "We see it early and there is nowhere to take it until somebody is arrested."


@pytest.fixture
def teams(story: Story) -> Teams:
    return Teams(story)


@contextmanager
def away(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database takes nothing, and gives nothing."""

    def gone(*given: Any, **named: Any) -> Any:
        raise DatabaseError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(database, "writing", gone)
        patch.setattr(database, "reading", gone)
        yield


def opened(teams: Teams, actor: Actor) -> Member:
    member = teams.member(actor, "U1")
    member.says("reflect")
    member.presses("Reflect")
    return member


def test_a_database_that_is_away_leaves_the_dialog_open_with_every_word(
    teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = opened(teams, teams.story.person("sam"))
    member.fills(words=WORDS, stance="worry")
    with away(teams.story.database, monkeypatch):
        member.submits("Check and send")
    assert member.dialog is not None
    assert "were not kept" in reads(member.dialog)
    assert member.typed["words"] == WORDS
    with away(teams.story.database, monkeypatch):
        member.submits("Try again")
    assert member.typed["words"] == WORDS
    member.submits("Try again")
    assert "This is what was kept" in reads(member.dialog)
    assert WORDS in reads(member.dialog)


def test_a_fault_of_ours_leaves_the_dialog_open_with_every_word_and_logs_none(
    teams: Teams, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    member = opened(teams, teams.story.person("sam"))
    member.fills(words=WORDS)

    async def breaks(*given: Any) -> Any:
        raise RuntimeError(WORDS)

    with monkeypatch.context() as patch:
        patch.setattr(teams.listening.chat, "perform", breaks)
        member.submits("Check and send")
    assert member.dialog is not None
    assert "can't tell whether" in reads(member.dialog)
    assert member.typed["words"] == WORDS
    assert WORDS not in caplog.text
    member.submits("Try again")
    assert "This is what was kept" in reads(member.dialog)


def test_a_database_that_is_away_never_opens_or_presses_or_says_as_if_it_had(
    teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = teams.member(teams.story.person("sam"), "U1")
    member.says("away until 3 Jan")
    member.says("hello")
    with away(teams.story.database, monkeypatch):
        assert member.says("help") == 503
        member.presses("Reflect")
        assert member.dialog is not None
        assert "not kept" in reads(member.dialog)
        back = teams.there.of(member.chat)[0]
        answer = member.presses("I’m back", on=back)
        assert "was not kept" in answer["value"]
    assert reads(back).count("Sunday 3 January") == 1


def test_a_card_that_cannot_be_changed_costs_a_look_and_no_word(teams: Teams) -> None:
    story = teams.story
    speak(story, 8)
    issue(story)
    member = teams.member(story.person("strategic_member"), "U3")
    member.says("digest", here=CHANNEL)
    (shown,) = teams.there.of(CHANNEL)
    member.presses("Hold", on=shown, here=CHANNEL)
    member.fills(answer="We wait for the lease.", child_words="We wait.", due_on="2026-10-30")
    teams.there.failing = Refused("access revoked")
    member.submits()
    assert member.dialog is not None
    assert "Proposed" in reads(member.dialog)
    assert teams.there.of(CHANNEL) == [shown]


def test_only_a_card_of_the_same_conversation_is_ever_changed(teams: Teams) -> None:
    sam, jo = teams.story.person("sam"), teams.story.person("jo")
    member, other = teams.member(sam, "U1"), teams.member(jo, "U2")
    other.says("hello")
    member.says("hello")
    (id,) = teams.there.posted[other.chat]
    before = copy.deepcopy(teams.there.of(other.chat))
    posted = {"name": "open", "conversation": other.chat, "activity": id}
    data = {"heardback": {"kind": "back", "once": "x", "posted": posted}}
    member.invoke("task/submit", {"data": data})
    assert teams.there.of(other.chat) == before


@pytest.mark.parametrize("name", ["digest_issued", "answer_proposed", "prompt", "four_weeks_later"])
def test_made_up_ids_show_nobody_what_is_not_for_their_seat(teams: Teams, name: str) -> None:
    story = teams.story
    speak(story, 8)
    issue(story)
    member = teams.member(story.person("nobody", "administrator"), "U9")
    about = {"number": "1", "commitment": "x", "round": "x"}
    posted = {"name": name, "about": about}
    data = {"heardback": {"kind": "back", "posted": posted, "partnership": "northport"}}
    body = member.invoke(
        "adaptiveCard/action", {"action": {"verb": "back", "data": data}}, replyToId="1"
    )
    assert "Bus station" not in str(body)
    assert "waiting" not in str(body).lower()


def test_a_partnership_that_somebody_does_not_serve_is_not_theirs_to_name(teams: Teams) -> None:
    member = teams.member(teams.story.person("sam"), "U1")
    data = {"heardback": {"kind": "ask_me", "partnership": "wolds"}}
    body = member.invoke("task/fetch", {"data": data})
    assert "I don't know you" in reads(body).replace("’", "'")


def samples(member: Member) -> list[Json]:
    """One of each kind of activity that we listen to, as Teams sends it."""
    data = {
        "heardback": {
            "kind": "reflect",
            "choice": "",
            "partnership": "northport",
            "state": {"round": "r"},
            "boxes": ["words"],
            "once": "o",
            "posted": {"name": "prompt", "about": {"round": "r"}},
        },
        "in.words": "a few words about nothing in particular",
        "in.stance": "worry",
    }
    message = {"id": "1", "body": {"contentType": "html", "content": "<p>hello <at>x</at></p>"}}
    execute = {"action": {"type": "Action.Execute", "verb": "back", "data": data}}
    relay = {"commandId": "relay", "commandContext": "message", "messagePayload": message}
    invokes = [
        ("task/fetch", {"data": data, "context": {"theme": "default"}}),
        ("task/submit", {"data": data}),
        ("adaptiveCard/action", execute),
        ("composeExtension/fetchTask", relay),
        ("composeExtension/submitAction", {**relay, "data": data}),
        ("signin/verifyState", {"state": "x"}),
    ]
    made = [member.activity("invoke", name=n, value=v, replyToId="7") for n, v in invokes]
    made += [member.activity("message", text=t) for t in ("help", "away until 3 Jan", "hello")]
    made += [member.activity("message", CHANNEL, text="<at>heardback</at> digest")]
    made += [member.activity("installationUpdate", action=a) for a in ("add", "remove")]
    return [*made, member.activity("conversationUpdate", membersAdded=[{"id": "28:x"}])]


ODD: list[Any] = [
    *(None, True, 0, -1, 1e308, "", "x", "\x00", "\ud800", "a" * 5_000, [], {}, [[]], {"a": {}}),
    *("<![if", "&#xD800;", "</at><at", "<!--", "northport", "wolds", "digest_issued", "home"),
    *({"heardback": []}, {"heardback": {"kind": "issue"}}, {"kind": "tick_ask"}, "task/submit"),
]


def mutated(chance: random.Random, activity: Json) -> Json:
    """The same with a few of its parts gone, replaced by something odd, or put in another's place."""
    made = copy.deepcopy(activity)
    for _ in range(chance.randint(1, 4)):
        places = list(_places(made))
        holder, key = chance.choice(places)
        how = chance.randrange(4)
        if how == 0 and isinstance(holder, dict):
            del holder[key]
        elif how == 1:
            other, name = chance.choice(places)
            if name in other if isinstance(other, dict) else name < len(other):
                holder[key] = copy.deepcopy(other[name])
        else:
            holder[key] = copy.deepcopy(chance.choice(ODD))
        if not made:
            return made
    return made


def _places(found: Any) -> Iterator[tuple[Any, Any]]:
    items = found.items() if isinstance(found, dict) else enumerate(found)
    for key, value in list(items):
        yield found, key
        if isinstance(value, dict | list):
            yield from _places(value)


def storm(teams: Teams, times: int) -> None:
    member = teams.member(teams.story.champion("sam", "housing"), "U1")
    chance = random.Random(5)
    known = samples(member)

    async def all_of_them() -> None:
        for _ in range(times):
            activity = mutated(chance, chance.choice(known))
            status, body = await teams.listening.handle(COUNCIL, activity)
            assert status == 200, activity
            if isinstance(body, dict) and "task" in body:
                assert problems(body) == [], activity
            if isinstance(body, dict) and str(body.get("type", "")).endswith("adaptive"):
                assert problems(body) == [], activity

    run(all_of_them())


def test_nothing_that_is_sent_makes_anything_but_an_answer(teams: Teams) -> None:
    storm(teams, 100)


@pytest.mark.prove
def test_nothing_that_is_sent_makes_anything_but_an_answer_many_times(teams: Teams) -> None:
    storm(teams, 5_000)


def test_every_dialog_of_a_relay_can_be_pressed_through_to_its_end(teams: Teams) -> None:
    jo = teams.member(teams.story.champion("jo", "health"), "U2")
    jo.relays()
    jo.fills(
        words="My brother hates waiting after four.", rendering="own_words", voice="young_person"
    )
    jo.fills(agreement="yes", age_band="under_13", voices="1", back="phrase")
    jo.submits()
    assert jo.dialog is not None
    titles = [e["title"] for e in every(card_of(jo.dialog)) if e["type"].startswith("Action.")]
    assert titles, "the step for a child under 13 has its buttons"
    assert "My brother" in str(jo.dialog), "and carries the words"
