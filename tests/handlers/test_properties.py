"""What holds for every handler: all or nothing, once for one key, for nobody else, and never below a rule."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.outbox import perform
from handlers import permissions, router, views
from handlers.messages import Actor, Form, Incoming, Outgoing, Reply
from handlers.permissions import CLOCK, ROLES, TABLE, NotAllowedError
from handlers.surfaces import message
from storage import Database, Session, contributions, counting, releases, return_addresses
from storage.models import KeyRows, Line, Rows
from tests import databases
from tests.dialogues.test_contributing import relay
from tests.dialogues.test_loop import ANSWER, SAID, _proposal, issue, speak
from tests.story import Story, read

AGENCIES = ("housing", "health", "education", "police")


def contents(database: Database) -> dict[str, int]:
    """How many rows each table has, in both databases."""
    found = {}
    for engine, models in ((database.engine, Rows), (database.key_engine, KeyRows)):
        with engine.connect() as rows:
            for table in models.metadata.sorted_tables:
                found[table.name] = len(rows.execute(table.select()).all())
    return found


# All or nothing


def breaks_half_way(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Does one of everything that a handler can do, and then raises, unless it is told not to."""
    kept = contributions.Kept(kind="reflection", voice="practitioner")
    id = contributions.keep(
        session, partnership=actor.partnership, words="half", kept=kept, on=now.date()
    )
    counting.tag(
        session,
        partnership=actor.partnership,
        contribution=id,
        person=actor.person,
        agency="health",
        voices=1,
    )
    address = return_addresses.Address(actor.person)
    return_addresses.keep(session, partnership=actor.partnership, contribution=id, address=address)
    earlier = event.fields.get("earlier", "")
    row = contributions.get(session, actor.partnership, earlier)
    if row is not None:
        contributions.forget(session, row)
        return_addresses.forget(session, earlier)
    if not event.fields.get("whole"):
        raise RuntimeError("half-way")
    later = (Outgoing("nudge", actor.person, "once", now),)
    return Reply(message("kept", "Kept"), later=later, outcome={"receipt": id})


def test_a_handler_that_raises_leaves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story(database)
    bea = story.person("Bea")
    receipt = story.does(bea, "reflect", words="the late bus")
    before = contents(database)
    monkeypatch.setitem(router.KINDS, "reflect", ("reflect", breaks_half_way))
    event = Incoming("reflect", {"earlier": receipt.state["contribution"]})
    for _ in range(2):
        with pytest.raises(RuntimeError, match="half-way"):
            perform(database, "key", bea, event, now=story.now)
        assert contents(database) == before
    assert "the late bus" in read(story.does(bea, "my_words")), "what it deleted is still there"
    event = Incoming("reflect", {**event.fields, "whole": "yes"})
    perform(database, "key", bea, event, now=story.now)
    after = contents(database)
    assert after["done"] == before["done"] + 1, "the key was not used up by what failed"
    assert after["contributions"] == before["contributions"]
    assert after["outbox"] == before["outbox"] + 1


# Once for one key


def twice(story: Story, actor: Actor, kind: str, **fields: str) -> Form:
    """The same key twice: the same answer, and nothing more in any table."""
    story.step += 1
    first = story.does(actor, kind, key=f"twice:{story.step}", **fields)
    after = contents(story.database)
    second = story.does(actor, kind, key=f"twice:{story.step - 1}", **fields)
    assert contents(story.database) == after, kind
    assert read(second) == read(first), kind
    return first


def test_the_same_key_twice_happens_once_and_answers_the_same(story: Story) -> None:
    bea, kit = story.person("Bea"), story.champion("Kit", "youth_justice")
    member, chair = story.person("strategic_member"), story.person("chair")
    speak(story, 8)
    line = issue(story)[0]
    mine = twice(story, bea, "reflect", words="the late bus").state["contribution"]
    twice(story, bea, "change_send", contribution=mine, words="the very late bus")
    twice(story, bea, "withdraw", contribution=mine)
    carried = relay(story, kit, back="phrase").state
    twice(story, kit, "phrase_enter", phrase="")
    twice(story, kit, "phrase_afresh", phrase=carried["phrase"])
    twice(story, bea, "away_set", until="2026-10-01")
    twice(story, bea, "back")
    twice(story, bea, "pace", interval="4")
    twice(story, bea, "not_now")
    twice(story, bea, "nothing_to_add")
    twice(story, bea, "too_much")
    twice(story, bea, "stop_set", choice="answers")
    twice(story, story.person("Dev"), "stop_set", choice="take_back")
    twice(story, member, "answer_propose", line_id=line, **ANSWER)
    confirm = _proposal(story).buttons[0]
    twice(story, chair, "answer_confirm", choice=confirm.value)
    twice(story, member, "pause_set", until="2026-10-01")
    twice(story, member, "pause_end")


# For nobody else


def test_no_handler_runs_for_an_actor_whom_the_table_does_not_allow(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every kind by every role, by the clock, and by somebody with no seat at all."""
    ran: list[str] = []

    def spy(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
        if actor.person == "somebody":  # a demo of the browser tests may tick beside us
            ran.append(event.kind)
        return Reply(message("ran", "Ran"))

    for kind, (action, _) in router.KINDS.items():
        monkeypatch.setitem(router.KINDS, kind, (action, spy))
    refused = allowed = 0
    for kind, (action, _) in router.KINDS.items():
        assert action in TABLE, f"{kind} asks for something that is not in the table"
        for roles in (*(frozenset({role}) for role in (*ROLES, CLOCK)), frozenset[str]()):
            ran.clear()
            actor = Actor("somebody", "northport", roles)
            if roles & TABLE[action]:
                perform(story.database, f"{kind}:{roles}", actor, Incoming(kind), now=story.now)
                assert ran == [kind]
                allowed += 1
            else:
                with pytest.raises(NotAllowedError):
                    perform(story.database, f"{kind}:{roles}", actor, Incoming(kind), now=story.now)
                assert ran == []
                refused += 1
    assert refused > allowed > len(router.KINDS)


def test_what_nobody_has_written_down_is_refused_to_everybody(story: Story) -> None:
    everything = Actor("somebody", "northport", frozenset({*ROLES, CLOCK}))
    with pytest.raises(NotAllowedError):
        perform(story.database, "k", everything, Incoming("no_such_kind"), now=story.now)
    assert not permissions.allowed(everything, "no.such.action")


# Never below a rule


@contextmanager
def fresh_story() -> Iterator[Story]:
    with tempfile.TemporaryDirectory() as folder:
        database = databases.sqlite(Path(folder))
        try:
            yield Story(database)
        finally:
            database.close()


Speaker = tuple[int, int]  # agency, and voices of a relay or 0 for a reflection
ROSTERS = st.lists(
    st.tuples(st.integers(0, len(AGENCIES) - 1), st.sampled_from((0, 0, 0, 1, 2, 5))),
    max_size=11,
)


def told(story: Story, roster: list[Speaker]) -> dict[str, tuple[str, str, int]]:
    """Everybody says the same thing, through the real handlers: (person, agency, voices) by id."""
    spoken = {}
    for number, (agency, voices) in enumerate(roster):
        at = AGENCIES[agency]
        if voices:
            actor = story.champion(f"champion {number}", at)
            form = relay(story, actor, SAID[number % 8], voices=str(voices), age_band="mix")
        else:
            actor = story.person(f"speaker {number}", agency=at)
            form = story.does(actor, "reflect", words=SAID[number % 8])
        spoken[form.state["contribution"]] = (actor.person, at, voices)
    return spoken


def drafted(story: Story) -> list[tuple[Line, list[str]]]:
    story.clock("tick_draft")
    with story.database.reading() as session:
        made = releases.draft(session, "northport")
        lines = releases.lines_of(session, made.id) if made is not None else []
        return [(line, list(releases.behind(session, line.id))) for line in lines]


def clears_practitioners(who: list[tuple[str, str, int]]) -> bool:
    """DESIGN 3.6, counted afresh: five people, two agencies, five left without the largest."""
    agencies = Counter(agency for _, agency, _ in who)
    people = len({person for person, _, _ in who})
    return people >= 5 and len(agencies) >= 2 and people - max(agencies.values()) >= 5


def clears_relayed(who: list[tuple[str, str, int]]) -> bool:
    """Five voices, three champions, two agencies; three and two left without who relayed most."""
    voices = Counter[str]()
    for person, _, number in who:
        voices[person] += number
    most = max(voices.values(), default=0)
    total = sum(voices.values())
    agencies = {agency for _, agency, _ in who}
    enough = total >= 5 and len(voices) >= 3 and len(agencies) >= 2
    return enough and total - most >= 3 and len(voices) - 1 >= 2


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(roster=ROSTERS)
@example(roster=[(n % 4, 0) for n in range(7)])
@example(roster=[(n % 4, 0) for n in range(6)])
@example(roster=[(0, 5), (1, 1), (2, 2)])
@example(roster=[(0, 5), (0, 5), (0, 5)])
def test_nothing_below_either_rule_is_ever_drafted(roster: list[Speaker]) -> None:
    with fresh_story() as story:
        spoken = told(story, roster)
        lines = drafted(story)
        for line, behind in lines:
            who = [spoken[id] for id in behind]
            own, carried = [w for w in who if not w[2]], [w for w in who if w[2]]
            assert bool(line.practitioners_band) == bool(own)
            assert bool(line.voices_band) == bool(carried)
            assert not own or clears_practitioners(own)
            assert not carried or clears_relayed(carried)
        used = [id for _, behind in lines for id in behind]
        assert len(used) == len(set(used)), "a contribution is consumed once"
        if not clears_practitioners([w for w in spoken.values() if not w[2]]) and not (
            clears_relayed([w for w in spoken.values() if w[2]])
        ):
            assert lines == []


def test_the_order_in_which_people_speak_does_not_matter() -> None:
    seen = set()
    for order in list(permutations(range(8)))[:: 40320 // 4]:
        with fresh_story() as story:
            for n in order:
                who = story.person(f"speaker {n}", agency=AGENCIES[n % 4])
                story.does(who, "reflect", words=SAID[n])
            lines = drafted(story)
            assert lines
            with story.database.reading() as session:
                page = views.lines(session, story.person("theme_editor"))
            shown = tuple((one["title"], one["sentence"], one["meta"]) for one in page["lines"])
            words = tuple(sorted(code["words"] for code in page["open"]["codes"]))
            seen.add((shown, words, tuple(len(behind) for _, behind in lines)))
    assert len(seen) == 1
