"""My data: a person sees everything held about them and takes it away, and nobody else's is in it."""

from __future__ import annotations

import json

from sqlalchemy import select

from handlers.messages import Actor
from handlers.privacy.mine import everything
from storage import addresses, contributions, leaving, people
from storage.models import Channel, Contribution, Person
from storage.orphans import SEALED
from tests.story import Story, read

WORDS = "The late bus goes before homework club ends, and that is when they wait alone."


def known(story: Story) -> Actor:
    """Somebody with a name, two addresses, a champion's seat and something said."""
    with story.database.writing() as session:
        id = people.enrol(session, name="Wilhelmina Quarterbrook", email="w@example.org")
        for role in ("practitioner", "champion"):
            people.seat(
                session,
                partnership="northport",
                person=id,
                role=role,
                agency="housing",
                on=story.now.date(),
            )
        to = addresses.Address("slack", "T1", "U42")
        addresses.keep(session, person=id, address=to, on=story.now.date())
    actor = Actor(id, "northport", frozenset({"practitioner", "champion"}), "housing")
    story.does(actor, "reflect", words=WORDS)
    return actor


def test_everything_held_about_a_person_is_in_what_they_take_away(story: Story) -> None:
    actor = known(story)
    story.does(story.person("ben"), "reflect", words="The youth club is shut on Fridays now.")
    with story.database.reading() as session:
        held = everything(session, actor)
    said = json.dumps(held, ensure_ascii=False)
    for own in ("Wilhelmina Quarterbrook", "w@example.org", "U42", "Champion", "Housing", WORDS):
        assert own in said, own
    assert "youth club" not in said
    assert json.loads(said) == held


def test_every_kind_of_sealed_record_is_shown_or_said_not_to_be() -> None:
    """A new sealed column has to be put into what a person sees, or beside what it says is not there."""
    shown = {"contributions", "return_addresses", "people", "addresses", "quotes", "requests"}
    said_not_to_be = {"set_aside", "ledger", "outbox", "live_sentences"}
    machines = {"installations", "group_channels"}
    assert {name.split(".")[0] for name in SEALED} == shown | said_not_to_be | machines


def test_the_page_names_what_is_held_and_what_is_not_and_shows_no_words(story: Story) -> None:
    form = story.does(known(story), "my_data")
    said = read(form)
    assert "Wilhelmina Quarterbrook" in said
    assert "Champion, Housing" in said
    assert "with tags from which nobody can be looked up" in said
    assert WORDS not in said
    assert [button.kind for button in form.buttons] == ["my_words", "complain"]


def test_it_is_one_press_away_from_my_words_also_when_there_are_none(story: Story) -> None:
    ana = story.person("ana")
    assert story.presses(ana, story.does(ana, "my_words"), "Everything held").name == "my_data"
    story.does(ana, "reflect", words=WORDS)
    assert story.presses(ana, story.does(ana, "my_words"), "Everything held").name == "my_data"


def test_what_was_taken_back_is_not_there_any_more(story: Story) -> None:
    actor = known(story)
    with story.database.reading() as session:
        [id] = session.scalars(select(Contribution.id))
    story.does(actor, "withdraw", contribution=id)
    with story.database.reading() as session:
        assert everything(session, actor)["words"] == []
        assert contributions.get(session, "northport", id) is None


def test_nothing_that_points_at_a_person_stands_in_the_way_of_forgetting_them(story: Story) -> None:
    actor = known(story)
    with story.database.writing() as session:
        people.preference(session, actor.person, "northport")
        session.add(Channel(person_id=actor.person, partnership_id="wolds", choice="web"))
        for seat in people.seats_of(session, actor.person, "northport"):
            people.remove_seat(session, seat)
        session.flush()
        leaving.forget(session, [actor.person])
    with story.database.reading() as session:
        assert session.get(Person, actor.person) is None
        assert session.scalars(select(Channel).where(Channel.person_id == actor.person)).all() == []
