"""Neighbours: both sides agree, each clears alone at ten, and who serves both is asked once and counted once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from handlers import neighbours as neighbour_desk
from handlers import permissions, views
from handlers.messages import Actor, Field, Form, Text
from handlers.permissions import NotAllowedError
from storage import contributions, neighbours, signing
from tests.dialogues.test_loop import SAID
from tests.story import AGENCIES, Story, read

SIDES = ("northport", "wolds")


def chair(story: Story, side: str) -> Actor:
    return story.person("chair", side=side)


def desk(story: Story, actor: Actor) -> list[Form]:
    with story.database.reading() as session:
        return neighbour_desk.desk(session, actor, now=story.now)


def agree(story: Story, side: str, other: str) -> Form:
    return story.does(chair(story, side), "neighbour_agree", choice=other)


def agreed(story: Story) -> None:
    for side, other in (SIDES, SIDES[::-1]):
        assert agree(story, side, other).name == "neighbour_agreed"


def speak(story: Story, side: str, number: int, named: str = "speaker") -> None:
    for n in range(number):
        who = story.person(f"{side} {named} {n}", side=side, agency=AGENCIES[n % len(AGENCIES)])
        assert story.does(who, "reflect", words=SAID[n % len(SAID)]).name == "receipt"


def issue(story: Story, side: str) -> None:
    editor = story.person("theme_editor", side=side)
    approver = story.person("approver", side=side)
    story.clock("tick_draft", side)
    with story.database.reading() as session:
        lines = views.lines(session, editor)["lines"]
    for line in lines:
        story.does(editor, "line_ready", line_id=line["line_id"])
        story.does(approver, "line_sign", line_id=line["line_id"])
    story.does(approver, "issue")


def patterns(story: Story, side: str) -> list[tuple[str, str]]:
    with story.database.reading() as session:
        found = neighbour_desk.patterns(session, side, story.now.date())
    return [(one.title, one.neighbour) for one in found]


def test_a_theme_that_both_released_alone_is_a_pattern_in_both_digests(both: Story) -> None:
    agreed(both)
    for side in SIDES:
        speak(both, side, 16)
    for side in SIDES:
        issue(both, side)
    (here,), (there,) = patterns(both, "northport"), patterns(both, "wolds")
    assert here[0] == there[0]
    assert (here[1], there[1]) == ("Wolds", "Northport")
    both.later(days=21)
    speak(both, "northport", 16)
    issue(both, "northport")
    with both.database.reading() as session:
        page = views.digest(session, chair(both, "northport"))
    assert page is not None
    assert [one.neighbour for one in page.shared] == ["Wolds"]
    joint = desk(both, both.person("strategic_member"))[0]
    assert "You released this, and so did Wolds" in read(joint)
    assert not any(words in read(joint) for words in SAID)


def test_one_side_alone_shares_nothing(both: Story) -> None:
    agree(both, "northport", "wolds")
    for side in SIDES:
        speak(both, side, 16)
        issue(both, side)
    assert patterns(both, "northport") == patterns(both, "wolds") == []
    assert "has not agreed yet" in read(desk(both, chair(both, "northport"))[0])
    asked = desk(both, chair(both, "wolds"))[0]
    assert "has agreed already" in read(asked)


def test_what_was_issued_before_both_agreed_is_never_shared(both: Story) -> None:
    for side in SIDES:
        speak(both, side, 16)
        issue(both, side)
    agreed(both)
    assert patterns(both, "northport") == []


def test_eight_people_are_a_line_of_their_own_group_and_nothing_to_a_neighbour(
    both: Story,
) -> None:
    agreed(both)
    speak(both, "northport", 8)
    speak(both, "wolds", 16)
    for side in SIDES:
        issue(both, side)
    with both.database.reading() as session:
        page = views.digest(session, chair(both, "northport"))
    assert page is not None
    assert len(page.lines) == 1
    assert patterns(both, "wolds") == []
    assert "Released in Northport" not in read(desk(both, chair(both, "wolds"))[0])


def test_either_side_ends_it_alone_and_at_once(both: Story) -> None:
    agreed(both)
    for side in SIDES:
        speak(both, side, 16)
        issue(both, side)
    assert patterns(both, "wolds")
    form = desk(both, chair(both, "northport"))[0]
    assert both.presses(chair(both, "northport"), form, "End it").name == "neighbour_ended"
    assert patterns(both, "northport") == patterns(both, "wolds") == []
    agree(both, "northport", "wolds")
    assert patterns(both, "wolds") == []  # only what is issued from then on


def test_the_same_people_never_stand_behind_both_sides(both: Story) -> None:
    agreed(both)
    for n in range(16):
        for side in SIDES:
            who = both.person(f"serves both {n}", side=side, agency=AGENCIES[n % 5])
            seat_of_the_same(both, n)
            both.does(who, "reflect", words=SAID[n % len(SAID)])
    for side in SIDES:
        issue(both, side)
        with both.database.reading() as session:
            page = views.digest(session, chair(both, side))
        assert page is not None
        assert len(page.lines) == 1
    assert patterns(both, "northport") == patterns(both, "wolds") == []


def seat_of_the_same(story: Story, n: int) -> None:
    """The two of that number are one person, seated in both."""
    from storage import people

    id = story.person(f"serves both {n}", side="northport", agency=AGENCIES[n % 5]).person
    with story.database.writing() as session:
        people.seat(
            session,
            partnership="wolds",
            person=id,
            role="practitioner",
            agency=AGENCIES[n % 5],
            on=story.now.date(),
        )
    roles = frozenset({permissions.PRACTITIONER})
    story.actors[f"serves both {n}", "wolds"] = Actor(id, "wolds", roles, AGENCIES[n % 5])


def test_a_relay_counts_for_a_neighbour_only_with_agreement_to_it(both: Story) -> None:
    agreed(both)
    where = ("voluntary_sector", "youth_justice", "housing", "education")
    for side, agreement in (("northport", "theme"), ("wolds", "theme,neighbour")):
        for n, agency in enumerate(where):
            champion = both.champion(f"{side} champion {n}", agency, side)
            said = both.does(
                champion,
                "relay_send",
                words=SAID[n],
                rendering="paraphrase",
                voice="young_person",
                agreement="yes",
                age_band="mix",
                voices="5",
                agreed_to=agreement,
                back="i_tell",
            )
            assert said.name == "relay_receipt", read(said)
        issue(both, side)
    with both.database.reading() as session:
        (ours,) = neighbours.active(session, "northport")
        since = both.now.date() - timedelta(weeks=12)
        assert neighbours.shared(session, ours.id, since) == []
        assert len(neighbours.came(session, ours, since)) == 1


def test_who_serves_both_is_asked_once(both: Story) -> None:
    seat_of_the_same(both, 1)
    here = both.actors["serves both 1", "northport"]
    there = both.actors["serves both 1", "wolds"]
    for side in SIDES:
        both.clock("tick_ask", side)
    both.later(hours=4)
    assert (both.thread(here) + both.thread(there)).count("prompt") == 1
    both.does(here, "away_set", until="2026-10-30")
    both.later(weeks=2)
    for side in SIDES:
        both.clock("tick_ask", side)
    both.later(hours=4)
    assert "prompt" in both.thread(there)


def test_nobody_is_asked_twice_in_one_week_whichever_partnership_asks(both: Story) -> None:
    seat_of_the_same(both, 1)
    here = both.actors["serves both 1", "northport"]
    there = both.actors["serves both 1", "wolds"]
    both.clock("tick_ask", "northport")
    both.later(hours=4)
    assert "prompt" in both.thread(here)
    both.does(here, "away_set", until="2026-10-30")
    both.later(days=2)
    both.clock("tick_ask", "wolds")
    both.later(days=1)
    assert "prompt" not in both.thread(there)
    both.later(days=6)
    both.clock("tick_ask", "wolds")
    both.later(days=1)
    assert "prompt" in both.thread(there)


def test_who_serves_both_chooses_for_whom_an_answer_is(both: Story) -> None:
    seat_of_the_same(both, 1)
    here = both.actors["serves both 1", "northport"]
    form = both.does(here, "something_else")
    (whose,) = [p for p in form.parts if isinstance(p, Field) and p.name == "whose"]
    assert [choice.value for choice in whose.choices] == ["northport", "wolds"]
    kept = both.presses(here, form, "Check and send", words=SAID[0], whose="northport,wolds")
    assert "It went to Northport and Wolds." in read(kept)
    assert [waiting(both, side) for side in SIDES] == [1, 1]
    form = both.does(here, "something_else")
    both.presses(here, form, "Check and send", words=SAID[1], whose="wolds")
    assert [waiting(both, side) for side in SIDES] == [1, 2]
    form = both.does(here, "something_else")
    both.presses(here, form, "Check and send", words=SAID[2])
    assert [waiting(both, side) for side in SIDES] == [2, 2]
    alone = both.does(both.person("serves one"), "something_else")
    assert not any(isinstance(p, Field) and p.name == "whose" for p in alone.parts)


def test_a_receipt_for_two_partnerships_promises_for_each_and_reaches_both_copies(
    both: Story,
) -> None:
    seat_of_the_same(both, 1)
    here = both.actors["serves both 1", "northport"]
    said = {"words": SAID[0], "whose": "northport,wolds"}
    kept = both.does(here, "reflect", key="for both", **said)
    promised = [part.heading for part in kept.parts if isinstance(part, Text) and part.heading]
    assert promised == ["Northport", "Wolds"]
    assert "Northport strategic group" in read(kept)
    assert "Wolds strategic group" in read(kept)
    assert both.does(here, "reflect", key="for both", **said) == kept
    form = both.presses(here, kept, "Change")
    changed = both.presses(here, form, "Check", words=SAID[1])
    assert SAID[1] in read(changed)
    with both.database.reading() as session:
        for side in SIDES:
            [row] = contributions.waiting(session, side)
            assert contributions.words(session, row) == SAID[1]
    assert both.presses(here, kept, "Take").name == "withdrawn"
    assert [waiting(both, side) for side in SIDES] == [0, 0]
    assert both.presses(here, kept, "Take").name == "withdrawn"


def test_a_receipt_for_the_other_partnership_can_be_taken_back_here(both: Story) -> None:
    seat_of_the_same(both, 1)
    here = both.actors["serves both 1", "northport"]
    kept = both.does(here, "reflect", words=SAID[0], whose="wolds")
    assert "Northport strategic group" not in read(kept)
    stranger = both.person("serves one")
    assert both.presses(stranger, kept, "Take").name == "withdrawn"
    assert waiting(both, "wolds") == 1, "only its author takes it back"
    both.presses(here, kept, "Take")
    assert waiting(both, "wolds") == 0


def test_nobody_sends_words_to_a_partnership_they_do_not_serve(both: Story) -> None:
    who = both.person("serves one")
    assert both.does(who, "reflect", words=SAID[0], whose="wolds").name == "receipt"
    assert [waiting(both, side) for side in SIDES] == [1, 0]


def waiting(story: Story, side: str) -> int:
    with story.database.reading() as session:
        return len(contributions.waiting(session, side))


def keys(story: Story) -> dict[str, str]:
    with story.database.reading() as session:
        return {side: signing.public_key(session.keyring, side) for side in SIDES}


def elsewhere(story: Story, side: str, other: str) -> None:
    """As if the other were in another deployment: known by its key alone."""
    said = story.does(
        chair(story, side), "neighbour_agree_elsewhere", name=other, their_key=keys(story)[other]
    )
    assert said.name == "neighbour_agreed"


def sent(story: Story, side: str) -> str:
    form = desk(story, chair(story, side))[0]
    return next(p.body for p in form.parts if isinstance(p, Text) and p.body.startswith("{"))


def take_in(story: Story, side: str, text: str) -> Form:
    form = desk(story, chair(story, side))[0]
    return story.presses(chair(story, side), form, "Take it in", sent=text)


def test_between_two_deployments_a_signed_text_carries_the_themes(both: Story) -> None:
    for side, other in (SIDES, SIDES[::-1]):
        elsewhere(both, side, other)
    for side in SIDES:
        speak(both, side, 16)
        issue(both, side)
    text = sent(both, "wolds")
    assert not any(words in text for words in SAID)
    assert "20+" not in text
    assert "10–19" not in text
    assert take_in(both, "northport", text).name == "neighbour_taken"
    assert [name for _, name in patterns(both, "northport")] == ["wolds"]
    assert take_in(both, "northport", text).name == "neighbour_taken"
    assert len(patterns(both, "northport")) == 1


def test_a_text_that_is_older_than_the_last_one_is_refused_and_one_from_the_future_too(
    both: Story,
) -> None:
    for side, other in (SIDES, SIDES[::-1]):
        elsewhere(both, side, other)
    old = sent(both, "wolds")
    both.later(days=1)
    new = sent(both, "wolds")
    assert take_in(both, "northport", old).name == "neighbour_taken"
    assert take_in(both, "northport", new).name == "neighbour_taken"
    refused = take_in(both, "northport", old)
    assert refused.name == "neighbour_older"
    assert "older than the one" in read(refused)
    assert take_in(both, "northport", new).name == "neighbour_taken"
    form = desk(both, chair(both, "northport"))[0]
    both.presses(chair(both, "northport"), form, "End")
    elsewhere(both, "northport", "wolds")
    assert take_in(both, "northport", old).name == "neighbour_older", "also after a new agreement"
    both.now += timedelta(days=2)
    ahead = sent(both, "wolds")
    both.now -= timedelta(days=2)
    assert take_in(both, "northport", ahead).name == "neighbour_not_taken"


def test_a_text_that_was_changed_or_is_for_somebody_else_is_not_taken_in(both: Story) -> None:
    for side, other in (SIDES, SIDES[::-1]):
        elsewhere(both, side, other)
        speak(both, side, 16)
        issue(both, side)
    text = sent(both, "wolds")
    outer = json.loads(text)
    forged = json.dumps(outer | {"text": outer["text"].replace("2026", "2027")})
    unsigned = json.dumps(outer | {"signature": "00" * 64})
    own = sent(both, "northport")
    for wrong in ("", "hello", "{}", "[]", "3", forged, unsigned, own, text[:-10]):
        assert take_in(both, "northport", wrong).name == "neighbour_not_taken"
    assert patterns(both, "northport") == []


def test_a_key_that_is_none_or_ones_own_is_refused(both: Story) -> None:
    for key in ("", "abc", "g" * 64, keys(both)["northport"]):
        back = both.does(
            chair(both, "northport"), "neighbour_agree_elsewhere", name="Wolds", their_key=key
        )
        assert any(p.error for p in back.parts if isinstance(p, Field))


def test_only_the_chair_agrees_and_only_the_group_reads(both: Story) -> None:
    for role in ("strategic_member", "coordinator", "theme_editor"):
        with pytest.raises(NotAllowedError):
            both.does(both.person(role), "neighbour_agree", choice="wolds")
    with pytest.raises(NotAllowedError):
        desk(both, both.person("coordinator"))
    assert agree(both, "northport", "northport").name == "gone"
    assert agree(both, "northport", "nowhere").name == "gone"
