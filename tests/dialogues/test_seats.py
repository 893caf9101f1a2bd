"""Seats, not people: what is open goes with the seat, and whoever leaves loses it at once."""

from __future__ import annotations

import pytest

from handlers import permissions, views
from handlers.messages import Actor
from handlers.permissions import NotAllowedError
from storage import audit, people, return_addresses
from storage.models import Audit
from tests.dialogues.test_loop import answered, issue
from tests.story import Story, read

WORDS = "the bus station at night, they wait at the far bays for the last bus"


def seat_of(story: Story, actor: Actor, role: str) -> str:
    with story.database.reading() as session:
        return next(
            s.id
            for s in people.seats_of(session, actor.person, actor.partnership)
            if s.role == role
        )


def holder(story: Story, seat: str) -> str | None:
    with story.database.reading() as session:
        return people.holder_of(session, seat)


def as_now(story: Story, person: str, agency: str = "youth_justice") -> Actor:
    """Somebody with the seats that they hold at this moment."""
    with story.database.reading() as session:
        roles = frozenset(s.role for s in people.seats_of(session, person, "northport"))
    return Actor(person, "northport", roles, agency)


def relays(story: Story) -> list[Actor]:
    champions = [
        story.champion("Col", "voluntary_sector"),
        story.champion("Kit", "youth_justice"),
        story.champion("Wen", "housing"),
    ]
    for champion, voices in zip(champions, ("5", "1", "2"), strict=True):
        said = story.does(
            champion,
            "relay_send",
            words=WORDS,
            rendering="paraphrase",
            voice="young_person",
            agreement="yes",
            age_band="mix",
            voices=voices,
            agreed_to="theme",
            back="i_tell",
        )
        assert said.name == "relay_receipt"
    return champions


def hand_over(story: Story, seat: str, email: str, name: str = "") -> str:
    coordinator = story.person("coordinator")
    form = story.does(coordinator, "seat_hand_over", seat=seat)
    return story.presses(coordinator, form, "Hand over", email=email, name=name).name


def returns(story: Story, actor: Actor) -> list[dict[str, str]]:
    with story.database.writing() as session:
        champion = views.home(session, actor, now=story.now)["champion"]
    return champion["returns"] if champion else []


def test_an_answer_goes_to_whoever_has_the_champions_seat_now(story: Story) -> None:
    kit = relays(story)[1]
    seat = seat_of(story, kit, "champion")
    assert hand_over(story, seat, "nia@yjs.example", "Nia Rowe") == "handed_over"
    nia = as_now(story, holder(story, seat) or "")
    answered(story, issue(story)[0])
    story.later(days=1)
    assert "seat_handed_over" in story.thread(nia)
    assert "answer_to_champion" in story.thread(nia)
    assert "answer_to_champion" not in story.thread(kit)
    (back,) = returns(story, nia)
    assert story.does(kit, "told", return_id=back["return_id"]).name == "gone"
    assert story.does(nia, "told", return_id=back["return_id"]).name == "told"


def test_neither_the_old_nor_the_next_holder_can_open_what_was_typed(story: Story) -> None:
    kit = relays(story)[1]
    assert WORDS in read(story.does(kit, "my_words"))
    seat = seat_of(story, kit, "champion")
    hand_over(story, seat, "nia@yjs.example", "Nia Rowe")
    nia = as_now(story, holder(story, seat) or "")
    for who in (as_now(story, kit.person), nia):
        assert WORDS not in read(story.does(who, "my_words"))
    with pytest.raises(NotAllowedError):
        story.does(as_now(story, kit.person), "relay")


def test_what_somebody_said_for_themselves_stays_theirs(story: Story) -> None:
    kit = relays(story)[1]
    story.does(kit, "reflect", words="the youth club is warm and somebody is always there")
    hand_over(story, seat_of(story, kit, "champion"), "nia@yjs.example", "Nia Rowe")
    assert "the youth club is warm" in read(story.does(as_now(story, kit.person), "my_words"))


def test_an_answer_waits_in_an_empty_seat_for_the_next_holder(story: Story) -> None:
    kit = relays(story)[1]
    seat = seat_of(story, kit, "champion")
    coordinator = story.person("coordinator")
    assert story.does(coordinator, "seat_empty", seat=seat).name == "emptied"
    answered(story, issue(story)[0])
    story.later(days=1)
    assert "answer_to_champion" not in story.thread(kit)
    assert story.does(coordinator, "seat_remove", seat=seat).name == "seat_needed"
    hand_over(story, seat, "nia@yjs.example", "Nia Rowe")
    nia = as_now(story, holder(story, seat) or "")
    assert len(returns(story, nia)) == 1


def test_whoever_has_left_cannot_come_in_and_hears_nothing_more(story: Story) -> None:
    kit = relays(story)[1]
    seat = seat_of(story, kit, "champion")
    coordinator = story.person("coordinator")
    asked = story.does(coordinator, "person_end", person=kit.person)
    assert "This cannot be undone" in read(asked)
    assert holder(story, seat) == kit.person, "asking alone ends nothing"
    assert story.presses(coordinator, asked, "End their access").name == "ended"
    assert holder(story, seat) is None
    with story.database.reading() as session:
        assert people.seats_of(session, kit.person, "northport") == []
        assert b"Kit" not in str(people.seats_in(session, "northport")).encode()
    before = story.thread(kit)
    answered(story, issue(story)[0])
    story.later(days=1)
    assert story.thread(kit) == before


def test_each_change_of_a_seat_stands_in_the_record_without_a_name(story: Story) -> None:
    kit = relays(story)[1]
    seat = seat_of(story, kit, "champion")
    hand_over(story, seat, "nia@yjs.example", "Nia Rowe")
    story.does(story.person("coordinator"), "seat_empty", seat=seat)
    with story.database.reading() as session:
        assert audit.verify(session).whole
        rows = session.query(Audit).order_by(Audit.sequence).all()
        found = [(row.action, row.about) for row in rows if row.action.startswith("seat")]
        assert found == [("seat.hand_over", seat), ("seat.empty", seat)]
        assert "Nia" not in str([vars(row) for row in rows])


@pytest.mark.parametrize(
    ("role", "email", "sentence"),
    [
        ("approver", "editor@health.example", "may not be both"),
        ("champion", "kit@yjs.example", "has the seat already"),
        ("champion", "no address", "work e-mail address"),
        ("champion", "new@yjs.example", "give a name"),
    ],
)
def test_a_seat_that_cannot_be_handed_over_says_why_and_moves_nothing(
    story: Story, role: str, email: str, sentence: str
) -> None:
    with story.database.writing() as session:
        editor = people.enrol(session, name="Ed", email="editor@health.example")
        kit = people.enrol(session, name="Kit", email="kit@yjs.example")
        for person, held in ((editor, "theme_editor"), (kit, "champion")):
            people.seat(
                session,
                partnership="northport",
                person=person,
                role=held,
                agency="health",
                on=story.now.date(),
            )
    who = as_now(story, kit) if role == "champion" else story.person("approver")
    seat = seat_of(story, who, role)
    coordinator = story.person("coordinator")
    form = story.does(coordinator, "seat_hand_over", seat=seat)
    again = story.presses(coordinator, form, "Hand over", email=email)
    assert sentence in read(again)
    assert email in read(again)
    assert holder(story, seat) == who.person


def test_the_last_coordinator_cannot_be_taken_away(story: Story) -> None:
    coordinator = story.person("coordinator")
    seat = seat_of(story, coordinator, "coordinator")
    assert story.does(coordinator, "seat_empty", seat=seat).name == "last_coordinator"
    ended = story.does(coordinator, "person_end", person=coordinator.person, choice="end")
    assert ended.name == "last_coordinator"
    assert holder(story, seat) == coordinator.person


def test_nobody_changes_a_seat_of_the_neighbours_or_without_the_coordinators_seat(
    story: Story,
) -> None:
    seat = seat_of(story, story.person("chair"), "chair")
    beside = story.person("coordinator", side="wolds")
    for kind in ("seat_hand_over", "seat_empty", "seat_remove"):
        assert story.does(beside, kind, seat=seat).name == "gone"
    assert story.does(beside, "person_end", person="no-chair", choice="end").name == "gone"
    for role in ("administrator", "theme_editor", "chair", "practitioner"):
        with pytest.raises(NotAllowedError):
            story.does(story.person(role, role), "seat_empty", seat=seat)
    assert holder(story, seat)


def test_somebody_new_is_invited_once_and_somebody_known_is_only_seated(story: Story) -> None:
    coordinator = story.person("coordinator")
    form = story.does(coordinator, "invite")
    typed = {"name": "Nia Rowe", "email": "nia@yjs.example", "agency": "Youth justice"}
    invited = story.presses(coordinator, form, "Invite", **typed, role="practitioner")
    assert "on its way" in read(invited)
    form = story.does(coordinator, "invite")
    again = story.presses(coordinator, form, "Invite", **typed, role="champion")
    assert "on its way" not in read(again)
    with story.database.reading() as session:
        person = people.by_email(session, "nia@yjs.example") or ""
        held = {(s.role, s.agency) for s in people.seats_of(session, person, "northport")}
    assert held == {("practitioner", "youth_justice"), ("champion", "youth_justice")}


def test_a_join_link_is_shown_once_and_can_be_ended(story: Story) -> None:
    coordinator = story.person("coordinator")
    form = story.does(coordinator, "join_link_make")
    wrong = story.presses(coordinator, form, "Make", agency="", uses="0", days="many")
    assert read(wrong).count("Please give") == 3
    made = story.presses(coordinator, wrong, "Make", agency="Parks", uses="3", days="7")
    assert "/join/" in read(made)
    assert permissions.allowed(coordinator, "desk.people")


def test_a_relay_is_owned_by_the_seat_after_it_was_handed_over(story: Story) -> None:
    kit = relays(story)[1]
    seat = seat_of(story, kit, "champion")
    with story.database.reading() as session:
        before = return_addresses.carried_by(session, "northport", seat)
    hand_over(story, seat, "nia@yjs.example", "Nia Rowe")
    with story.database.reading() as session:
        assert return_addresses.carried_by(session, "northport", seat) == before
        (id,) = before
        address = return_addresses.of(session, id)
        assert address is not None
        assert address.person == people.holder_of(session, seat)
        assert return_addresses.owned_by(session, "northport", kit.person) == []
