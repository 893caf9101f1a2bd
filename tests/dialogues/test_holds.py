"""Legal holds and erasures: two people decide, nothing that is named is deleted, and all are told the truth."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from handlers import views
from handlers.messages import Field, Form
from handlers.permissions import NotAllowedError
from storage import (
    Database,
    Erased,
    SealingError,
    audit,
    backup,
    contributions,
    decisions,
    people,
    restoring,
)
from storage.models import Audit, Contribution, CountingTag, Decision, Notice, Person, ReturnAddress
from tests.story import Story, read

WORDS = "The late bus goes before homework club ends, and that is when they wait alone."


def said(story: Story, name: str, words: str = WORDS) -> str:
    """Somebody says something; returns the id of what was kept."""
    before = set(ids(story))
    story.does(story.person(name), "reflect", words=words)
    [new] = set(ids(story)) - before
    return new


def ids(story: Story) -> list[str]:
    with story.database.reading() as session:
        return list(session.scalars(select(Contribution.id)))


def asked(story: Story, **scope: str) -> str:
    """The privacy officer asks for a hold; returns its id."""
    review = (story.now + timedelta(days=90)).date().isoformat()
    typed = {"reference": "LEGAL-17", "review": review} | scope
    form = story.does(story.person("privacy_officer"), "hold_ask", choice="ask", **typed)
    assert form.name == "decision_asked", errors(form)
    with story.database.reading() as session:
        return decisions.waiting(session, "northport")[-1].id


def errors(form: Form) -> list[str]:
    return [part.error for part in form.parts if isinstance(part, Field) and part.error]


def held(story: Story, **scope: str) -> str:
    id = asked(story, **scope)
    form = story.does(story.person("chair"), "decision_agree", choice=id)
    assert form.name == "hold_stands", read(form)
    return id


def today(story: Story) -> str:
    return story.now.date().isoformat()


def ended(story: Story, hold: str) -> None:
    story.does(story.person("privacy_officer"), "hold_lift", choice=hold)
    with story.database.reading() as session:
        [lift] = decisions.waiting(session, "northport")
    assert story.does(story.person("chair"), "decision_agree", choice=lift.id).name == "hold_ended"


def test_a_hold_stands_only_when_a_second_person_agrees(story: Story) -> None:
    id = asked(story, **{"from": today(story)})
    officer = story.person("privacy_officer")
    assert story.does(officer, "decision_agree", choice=id).name == "needs_another"
    with story.database.reading() as session:
        assert decisions.holds(session, "northport") == []
    assert story.does(story.person("scrutineer"), "decision_agree", choice=id).name == "hold_stands"
    assert story.does(story.person("chair"), "decision_agree", choice=id).name == "gone"
    with story.database.reading() as session:
        assert [row.id for row in decisions.holds(session, "northport")] == [id]
        steps = session.scalars(select(Audit.action).where(Audit.about == id)).all()
        assert steps == ["privacy.hold_asked", "privacy.hold_agreed"]
        assert audit.verify(session).whole


def test_the_second_person_hears_that_something_waits_and_not_what(story: Story) -> None:
    asked(story, theme="safe_places")
    story.later(days=1)
    notice = story.notice(story.person("chair"), "decision_waits")
    assert "LEGAL-17" not in read(notice)
    assert "decision_waits" not in story.thread(story.person("privacy_officer"))


def test_nobody_else_may_ask_or_agree(story: Story) -> None:
    id = asked(story, theme="safe_places")
    for role in ("coordinator", "theme_editor", "administrator", "safeguarding_lead", "ana"):
        actor = story.person(role)
        for kind in ("hold_ask", "erase_ask", "decision_agree", "decision_refuse", "hold_lift"):
            with pytest.raises(NotAllowedError):
                story.does(actor, kind, choice=id)
    with pytest.raises(NotAllowedError):
        story.does(story.person("chair"), "hold_ask", choice="ask")


def test_another_partnerships_officer_cannot_decide(story: Story) -> None:
    id = asked(story, theme="safe_places")
    other = story.person("privacy_officer", side="wolds")
    assert story.does(other, "decision_agree", choice=id).name == "gone"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, "Say what it covers"),
        ({"theme": "no_such_theme"}, "no such theme"),
        ({"theme": "safe_places", "reference": ""}, "reference of the file"),
        ({"theme": "safe_places", "reference": "x" * 61}, "60 letters"),
        ({"theme": "safe_places", "review": ""}, "at the latest"),
        ({"theme": "safe_places", "review": "2020-01-01"}, "at the latest"),
        ({"theme": "safe_places", "review": "2099-01-01"}, "at the latest"),
        ({"from": "yesterday"}, "Please give a day"),
        ({"from": "2026-09-08", "until": "2026-09-07"}, "before the first"),
        ({"email": "nobody@example.org"}, "Nobody with that address"),
    ],
)
def test_a_hold_that_cannot_be_is_refused_beside_its_field(
    story: Story, typed: dict[str, str], wrong: str
) -> None:
    officer = story.person("privacy_officer")
    full = {"reference": "R", "review": "2026-12-01"} | typed
    form = story.does(officer, "hold_ask", choice="ask", **full)
    assert any(wrong in error for error in errors(form)), errors(form)
    with story.database.reading() as session:
        assert session.scalars(select(Decision)).all() == []


def test_words_taken_back_under_a_hold_leave_everything_and_go_when_it_ends(story: Story) -> None:
    id, other = said(story, "ana"), said(story, "ben")
    hold = held(story, **{"from": today(story)})
    form = story.does(story.person("ana"), "withdraw", contribution=id)
    assert "a legal hold says that they must be kept" in read(form)
    assert "I've deleted" not in read(form)
    with story.database.reading() as session:
        row = session.get_one(Contribution, id)
        sealed = row.sealed_words
        assert contributions.words(session, row) == WORDS
        assert session.get(CountingTag, id) is None
        assert id not in [one.id for one in contributions.waiting(session, "northport")]
    mine = story.does(story.person("ana"), "my_words")
    assert "kept only because of a legal hold" in read(mine)
    assert WORDS not in read(mine)
    assert [button.kind for button in mine.buttons] == ["my_data"]
    changed = story.does(story.person("ben"), "change_send", contribution=other, words="Other.")
    assert "must be kept as they are" in read(changed)
    ended(story, hold)
    assert ids(story) == [other]
    with story.database.reading() as session, pytest.raises((Erased, SealingError)):
        session.open("words", "northport", id, sealed)


def test_what_a_hold_does_not_name_is_deleted_as_always(story: Story) -> None:
    id = said(story, "ana")
    held(story, until=(story.now - timedelta(days=1)).date().isoformat())
    form = story.does(story.person("ana"), "withdraw", contribution=id)
    assert "I've deleted your words" in read(form)
    assert ids(story) == []


def test_a_hold_on_a_person_keeps_theirs_alone(story: Story) -> None:
    with story.database.writing() as session:
        people.enrol(session, name="ana", email="ana@example.org", id="")
    ana = story.person("ana")
    with story.database.writing() as session:
        known = people.by_email(session, "ana@example.org")
        assert known is not None
        for seat in people.seats_of(session, ana.person, "northport"):
            seat.person_id = known
    story.actors["ana", "northport"] = type(ana)(known, "northport", ana.roles, ana.agency)
    hers, his = said(story, "ana"), said(story, "ben")
    held(story, email="ana@example.org")
    story.does(story.person("ana"), "withdraw", contribution=hers)
    story.does(story.person("ben"), "withdraw", contribution=his)
    assert ids(story) == [hers]
    officer = story.person("privacy_officer")
    form = story.does(officer, "erase_ask", choice="ask", email="ana@example.org", reference="R")
    assert "A legal hold names this person" in errors(form)[0]


def test_the_clock_deletes_nothing_under_a_hold_and_catches_up_afterwards(story: Story) -> None:
    id = said(story, "ana")
    hold = held(story, **{"from": today(story)})
    for _ in range(10):
        story.later(days=30)
        story.clock("tick_keeping")
    assert ids(story) == [id]
    assert "hold_review" in story.thread(story.person("privacy_officer"))
    ended(story, hold)
    for _ in range(3):
        story.later(days=30)
        story.clock("tick_keeping")
    assert ids(story) == []


def test_a_review_moves_the_day_and_is_in_the_record(story: Story) -> None:
    hold = held(story, **{"from": today(story)})
    story.later(days=80)
    form = story.does(story.person("privacy_officer"), "hold_review", choice=hold)
    assert form.name == "hold_reviewed"
    with story.database.reading() as session:
        [row] = decisions.holds(session, "northport")
        assert row.review_on is not None
        assert row.review_on > (story.now + timedelta(days=180)).date()
        actions = session.scalars(select(Audit.action).where(Audit.about == hold)).all()
        assert actions[-1] == "privacy.hold_reviewed"


def erasable(story: Story) -> str:
    """Somebody with a name, an address, words and a champion's seat; returns their id."""
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
    roles = frozenset({"practitioner", "champion"})
    story.actors["w", "northport"] = type(story.person("ana"))(id, "northport", roles, "housing")
    return id


def test_a_person_is_erased_by_two_with_words_name_and_every_way_to_reach_them(
    story: Story,
) -> None:
    person = erasable(story)
    mine, others = said(story, "w"), said(story, "ben")
    officer, chair = story.person("privacy_officer"), story.person("chair")
    form = story.does(officer, "erase_ask", choice="ask", email="w@example.org", reference="DSR-4")
    assert form.name == "decision_asked", errors(form)
    with story.database.reading() as session:
        [row] = decisions.waiting(session, "northport")
        sealed = session.get_one(Contribution, mine).sealed_words
        name = session.get_one(Person, person).sealed_name
        page = "".join(read(one) for one in views.privacy(session, chair, now=story.now))
    assert "Wilhelmina Quarterbrook" in page
    assert story.does(officer, "decision_agree", choice=row.id).name == "needs_another"
    assert story.does(chair, "decision_agree", choice=row.id).name == "person_erased"
    assert ids(story) == [others]
    with story.database.reading() as session:
        assert session.get(Person, person) is None
        assert session.query(ReturnAddress).count() == 1
        assert session.query(Notice).filter(Notice.person_id == person).count() == 0
        assert people.by_email(session, "w@example.org") is None
        for key_class, record, text in (("words", mine, sealed), ("people", person, name)):
            with pytest.raises(Erased):
                session.open(key_class, "northport", record, text)
    story.database.empty_logs()
    assert b"Quarterbrook" not in story.everything()


def test_an_erasure_can_be_refused_and_leaves_everything(story: Story) -> None:
    person = erasable(story)
    id = said(story, "w")
    officer = story.person("privacy_officer")
    story.does(officer, "erase_ask", choice="ask", email="w@example.org", reference="DSR-4")
    with story.database.reading() as session:
        [row] = decisions.waiting(session, "northport")
    assert story.does(story.person("chair"), "decision_refuse", choice=row.id).name == (
        "decision_refused"
    )
    assert story.does(story.person("chair"), "decision_agree", choice=row.id).name == "gone"
    assert ids(story) == [id]
    with story.database.reading() as session:
        assert session.get(Person, person) is not None


def test_words_taken_back_under_a_hold_stay_so_after_an_older_backup_is_put_back(
    story: Story, tmp_path: Path
) -> None:
    hers, his = said(story, "ana"), said(story, "ben")
    held(story, **{"from": today(story)})
    rows = tmp_path / "rows.backup"
    backup.write_rows(story.database, rows, now=story.now)
    story.does(story.person("ana"), "withdraw", contribution=hers)
    keyring, keys = story.database.keyring, story.database.key_engine.url
    again = Database(f"sqlite:///{tmp_path}/again.db", str(keys), keyring, replaying=True)
    restoring.fill(again, "rows", rows)
    again.migrate()
    with again.writing() as session:
        found = restoring.make_true(session, now=story.now, dropped=lambda kind: True, why="w")
    assert found.held == 1
    with again.reading() as session:
        states = {row.id: row.state for row in session.scalars(select(Contribution))}
        assert session.get(CountingTag, hers) is None
        assert session.get(CountingTag, his) is not None
    again.close()
    assert states == {hers: "held", his: "waiting"}
