"""How a first contact came: a tag by one's own choice, shown only where enough of those who were heard say so."""

from __future__ import annotations

from collections.abc import Sequence

from digests import digest, render
from handlers.messages import Actor, Field, Form
from storage import contributions, ledger, releases
from tests.dialogues.test_contributing import relay
from tests.dialogues.test_loop import SAID, issue
from tests.story import AGENCIES, MONDAY, Story

BUS = "the bus station at night, they wait at the far bays for the last bus"
JUSTICE = "Enough of those behind what was shown say that a first contact was already a police or court matter."


def speak(story: Story, people: Sequence[str], came: Sequence[str]) -> list[Actor]:
    """Each of them says something of the same theme, with their tag."""
    found = []
    for n, (name, tag) in enumerate(zip(people, came, strict=True)):
        who = story.person(name, agency=AGENCIES[n % len(AGENCIES)])
        story.does(who, "reflect", words=SAID[n % len(SAID)], first_contact=tag)
        found.append(who)
    return found


def newest(story: Story) -> digest.Digest:
    with story.database.reading() as session:
        return digest.from_json(releases.issued(session, "northport")[0].frozen)


def entries(story: Story) -> list[ledger.Issued]:
    with story.database.reading() as session:
        return ledger.since(session, "northport", MONDAY.date().replace(year=2020))


def offers(form: Form) -> bool:
    return any(isinstance(part, Field) and part.name == "first_contact" for part in form.parts)


def test_a_person_may_say_how_a_first_contact_came_and_a_tag_is_one_of_ours_or_nothing(
    story: Story,
) -> None:
    bea, kit = story.person("Bea"), story.champion("Kit", "youth_justice")
    form = story.does(bea, "something_else")
    assert offers(form)
    assert offers(story.does(kit, "relay"))
    for tag, kept in (("justice", "justice"), ("help", "help"), ("", ""), ("Bea Smith", "")):
        receipt = story.presses(bea, form, "Check and send", words=BUS, first_contact=tag)
        with story.database.reading() as session:
            row = contributions.get(session, "northport", receipt.state["contribution"])
        assert row is not None
        assert row.first_contact == kept


def test_what_enough_people_say_of_a_first_contact_is_a_question_in_the_annex_once(
    both: Story,
) -> None:
    people = [f"speaker {n}" for n in range(8)]
    speak(both, people, ["justice"] * 8)
    assert issue(both)
    page = newest(both)
    assert page.first_contact == ("justice",)
    for shown in (render.digest_body(page, answer_url=str), render.digest_text(page)):
        assert JUSTICE in " ".join(shown.split())
        assert "What could have come first?" in shown
    assert {one.level for one in entries(both)} == {"theme", "side"}
    both.later(days=21)
    speak(both, people, [""] * 8)
    assert issue(both)
    assert newest(both).first_contact == (), "its window ended when it was shown"


def test_too_few_are_not_shown_and_their_window_stays_open(story: Story) -> None:
    first, second = ([f"{week} {n}" for n in range(9)] for week in ("first", "second"))
    speak(story, first, ["justice", ""] * 4 + ["justice"])
    assert issue(story)
    shown = newest(story).first_contact
    story.later(days=21)
    speak(story, second, ["", "justice"] * 4 + [""])
    assert issue(story)
    assert (shown, newest(story).first_contact) == ((), ("justice",))


def test_all_but_one_of_a_line_are_never_told_apart_by_a_tag(story: Story) -> None:
    speak(story, [f"speaker {n}" for n in range(9)], ["justice"] * 8 + ["help"])
    assert issue(story)
    assert newest(story).first_contact == ()
    assert len(entries(story)) == 1


def test_a_withdrawn_tag_leaves_nothing_in_the_ledger_that_leads_to_anybody(story: Story) -> None:
    people = speak(story, [f"speaker {n}" for n in range(8)], ["justice"] * 8)
    assert issue(story)
    with story.database.reading() as session:
        tag = session.keyring.tag("counting", "northport", people[0].person)
    assert all(tag in one.units for one in entries(story))
    form = story.does(people[0], "my_words")
    story.presses(people[0], form, "Take")
    assert not any(tag in one.units for one in entries(story))
    assert [len(one.units) for one in entries(story)] == [8, 8]


def test_carried_voices_clear_by_their_own_rule(story: Story) -> None:
    for n, voices in enumerate(("2", "2", "2", "2")):
        champion = story.champion(f"champion {n}", AGENCIES[n])
        said = relay(story, champion, BUS, voices=voices, age_band="mix", first_contact="help")
        assert said.name == "relay_receipt"
    assert issue(story)
    assert newest(story).first_contact == ("help",)
