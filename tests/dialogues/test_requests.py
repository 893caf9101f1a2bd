"""What people ask about themselves: a complaint and its 30 days, and the officer's pack and its month."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from handlers import views
from handlers.messages import Actor, Form
from handlers.permissions import NotAllowedError
from handlers.privacy.requests import months_after
from storage import Erased, decisions, people, requests
from storage.models import Audit, Request
from tests.dialogues.test_contributing import relay
from tests.dialogues.test_my_data import WORDS, known
from tests.story import Story, read

PLAINT = "My reflection from March was read out in a team meeting, with my name beside it."
REPLY = "It was, and it should not have been. The team was told, and it will not happen again."


def complained(story: Story, by: Actor, **typed: str) -> str:
    form = story.does(by, "complain_send", words=PLAINT, **({"about": "anything"} | typed))
    assert form.name == "complaint_kept", read(form)
    return only(story).id


def only(story: Story) -> Request:
    with story.database.reading() as session:
        return session.scalars(select(Request)).one()


def page(story: Story, name: str) -> str:
    actor = story.person(name)
    with story.database.reading() as session:
        return "\n".join(read(form) for form in views.privacy(session, actor, now=story.now))


def test_a_complaint_goes_from_my_data_to_its_answer_with_a_clock_that_everybody_sees(
    story: Story,
) -> None:
    ana, officer = story.person("ana"), story.person("privacy_officer")
    form = story.presses(ana, story.does(ana, "my_data"), "Complain")
    kept = story.presses(ana, form, "Send the complaint", words=PLAINT)
    assert "answers by Wednesday 7 October" in read(kept)
    id = only(story).id
    story.later(minutes=5)
    told = read(story.notice(officer, "request_came"))
    assert "due on Wednesday 7 October" in told
    assert "team meeting" not in told
    assert "30 days left" in page(story, "privacy_officer")
    assert "team meeting" not in page(story, "privacy_officer")
    opened = story.does(officer, "complaint_read", choice=id)
    assert PLAINT in read(opened)
    assert "write something" in read(story.presses(officer, opened, "Send the answer"))
    assert story.does(officer, "request_close", choice=id).name == "not_yet"
    story.presses(officer, opened, "Send the answer", answer=REPLY)
    story.later(minutes=5)
    notice = story.notice(ana, "complaint_answered")
    assert REPLY not in read(notice)
    seen = story.presses(ana, notice, "Read the answer")
    assert REPLY in read(seen)
    story.presses(ana, seen, "This settles it")
    assert only(story).state == "closed"
    assert "complaint" not in page(story, "privacy_officer").split("Write down")[0].lower()


def test_its_words_are_sealed_and_stand_in_no_record(story: Story) -> None:
    id = complained(story, story.person("ana"))
    officer = story.person("privacy_officer")
    story.does(officer, "complaint_read", choice=id)
    story.does(officer, "complaint_answer", request=id, answer=REPLY)
    held = story.everything()
    assert b"team meeting" not in held
    assert b"should not have been" not in held
    with story.database.reading() as session:
        rows = session.scalars(select(Audit).where(Audit.about == id)).all()
    assert [row.action for row in rows] == [
        "complaint.made",
        "complaint.read",
        "complaint.answered",
    ]


def test_a_reminder_comes_a_week_before_and_the_scrutineer_hears_when_it_is_late(
    story: Story,
) -> None:
    complained(story, story.person("ana"))
    officer, watcher = story.person("privacy_officer"), story.person("scrutineer")
    story.later(days=22)
    story.clock("tick_keeping")
    story.later(minutes=5)
    assert "request_due" not in story.thread(officer)
    story.later(days=1)
    for _ in range(2):
        story.clock("tick_keeping")
        story.later(hours=1)
    assert story.thread(officer).count("request_due") == 1
    assert "request_late" not in story.thread(watcher)
    story.later(days=8)
    assert "1 day late" in page(story, "privacy_officer")
    story.clock("tick_keeping")
    story.later(hours=1)
    for one in (officer, watcher):
        assert "isn't answered" in read(story.notice(one, "request_late"))


def test_what_is_about_the_officer_goes_to_somebody_else(story: Story) -> None:
    id = complained(story, story.person("ana"), about="officer")
    assert only(story).reader == "scrutineer"
    assert story.does(story.person("privacy_officer"), "complaint_read", choice=id).name == "gone"
    assert PLAINT in read(story.does(story.person("scrutineer"), "complaint_read", choice=id))


def test_nobody_looks_after_their_own_and_nobody_else_reads_it(story: Story) -> None:
    officer = story.person("privacy_officer")
    id = complained(story, officer)
    assert only(story).reader == "scrutineer"
    assert story.does(officer, "complaint_read", choice=id).name == "gone"
    for name in ("chair", "ana"):
        try:
            shown = story.does(story.person(name), "complaint_read", choice=id)
        except NotAllowedError:
            continue
        assert shown.name == "gone"
    assert story.does(story.person("ana"), "complaint_see", choice=id).name == "gone"
    next_door = story.person("privacy_officer", side="wolds")
    assert story.does(next_door, "complaint_read", choice=id).name == "gone"


def test_danger_in_a_complaint_is_met_before_anything_is_kept(story: Story) -> None:
    form = story.does(
        story.person("ana"),
        "complain_send",
        words="a girl told me today a man waits for her outside every night",
        about="anything",
    )
    assert form.tone == "sign"
    with story.database.reading() as session:
        assert session.scalars(select(Request)).all() == []


def asked(story: Story, actor: Actor, **typed: str) -> Form:
    with story.database.reading() as session:
        email = people.known(session, actor.person).email
    fields = {"what": "access", "email": email, "reference": "SAR-3", "choice": "record"}
    fields |= {"day": (story.now - timedelta(days=3)).date().isoformat()} | typed
    return story.does(story.person("privacy_officer"), "request_record", **fields)


def test_the_officer_hands_over_everything_held_without_what_is_others(story: Story) -> None:
    actor, officer = known(story), story.person("privacy_officer")
    relayed = "A young person said the park is no good since the lamps went."
    assert relay(story, actor, relayed).name == "relay_receipt"
    named = "Mrs Tarrant at the youth club always has time for them."
    check = story.does(actor, "reflect", words=named)
    assert "Tarrant" in read(story.presses(actor, check, "Send with", **{"detail.1": "keep"}))
    assert "due on Sunday 4 October" in read(asked(story, actor))
    id = only(story).id
    pack = story.does(officer, "access_pack", choice=id)
    said = read(pack)
    for own in ("Wilhelmina Quarterbrook", "w@example.org", "U42", WORDS, "youth club"):
        assert own in said, own
    assert relayed not in said
    assert "Tarrant" not in said
    file = story.presses(officer, pack, "Take it as a file")
    found = json.loads(file.parts[0].body)  # type: ignore[union-attr]
    assert found["reference"] == "SAR-3"
    assert WORDS in {one["words"] for one in found["words"]}
    assert relayed not in json.dumps(found)
    with story.database.reading() as session:
        made = session.scalars(select(Audit).where(Audit.action == "access.pack")).all()
    assert [(row.about, row.reason) for row in made] == [(id, "SAR-3")] * 2
    assert story.presses(officer, pack, "It was handed over").name == "request_closed"
    assert story.does(officer, "access_pack", choice=id).name == "gone"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "nobody@example.org"}, "Nobody with that address"),
        ({"email": ""}, "Nobody with that address"),
        ({"day": "2026-09-08"}, "a day of the past year"),
        ({"day": "soon"}, "a day of the past year"),
        ({"reference": ""}, "reference of the file"),
        ({"what": "anything"}, "choose one"),
    ],
)
def test_a_request_that_cannot_be_so_is_refused(
    story: Story, typed: dict[str, str], said: str
) -> None:
    assert said in read(asked(story, known(story), **typed))


@pytest.mark.parametrize(
    ("came", "due"),
    [("2026-01-31", "2026-02-28"), ("2026-12-09", "2027-01-09"), ("2027-08-31", "2027-09-30")],
)
def test_a_month_ends_on_the_same_day_or_on_the_last(came: str, due: str) -> None:
    assert months_after(date.fromisoformat(came)) == date.fromisoformat(due)


def test_a_request_may_take_two_months_longer_once_and_its_person_is_told_why(story: Story) -> None:
    actor, officer = known(story), story.person("privacy_officer")
    asked(story, actor)
    assert "It takes longer" in page(story, "privacy_officer")
    id = only(story).id
    story.later(days=24)
    story.clock("tick_keeping")
    story.later(hours=1)
    assert story.thread(officer).count("request_due") == 1
    form = story.does(officer, "request_longer", choice=id)
    wrong = story.presses(officer, form, "Set the new date", months="3", why="busy")
    assert read(wrong).count("choose one") == 2
    assert only(story).extended_on is None
    done = story.presses(officer, form, "Set the new date", months="2", why="complex")
    assert "due on Friday 4 December" in read(done)
    story.later(minutes=5)
    told = read(story.notice(actor, "request_longer"))
    assert "because your request is complex: it comes by Friday 4 December" in told
    assert "Information Commissioner" in told
    shown = page(story, "privacy_officer")
    assert "Given longer on" in shown
    assert "It takes longer" not in shown
    assert story.does(officer, "request_longer", choice=id).name == "no_longer"
    story.later(days=58)
    story.clock("tick_keeping")
    story.later(hours=1)
    assert story.thread(officer).count("request_due") == 2, "the new day has a reminder of its own"
    with story.database.reading() as session:
        rows = session.scalars(select(Audit).where(Audit.about == id)).all()
    assert [row.action for row in rows] == ["access.recorded", "access.longer"]


def test_no_request_gets_longer_once_its_month_is_over_nor_does_a_complaint(story: Story) -> None:
    actor, officer = known(story), story.person("privacy_officer")
    id = complained(story, actor)
    assert story.does(officer, "request_longer", choice=id).name == "gone"
    asked(story, actor)
    with story.database.reading() as session:
        [id] = [r.id for r in session.scalars(select(Request)) if r.kind == "access"]
    story.later(days=28)
    late = story.does(officer, "request_longer", choice=id, months="1", why="many")
    assert late.name == "no_longer"


def test_a_closed_complaint_goes_with_its_words_after_a_year_and_with_its_author(
    story: Story,
) -> None:
    actor, officer = known(story), story.person("privacy_officer")
    id = complained(story, actor)
    story.does(officer, "complaint_answer", request=id, answer=REPLY)
    story.does(officer, "request_close", choice=id)
    kept = only(story)
    story.now += timedelta(weeks=52, days=1)
    story.clock("tick_keeping")
    with story.database.reading() as session:
        assert session.scalars(select(Request)).all() == []
        with pytest.raises(Erased):
            requests.words(session, kept)


def test_erasing_a_person_takes_their_complaints(story: Story) -> None:
    actor, officer = known(story), story.person("privacy_officer")
    complained(story, actor)
    story.does(officer, "erase_ask", choice="ask", email="w@example.org", reference="DSR-4")
    with story.database.reading() as session:
        [row] = decisions.waiting(session, "northport")
    assert (
        story.does(story.person("chair"), "decision_agree", choice=row.id).name == "person_erased"
    )
    with story.database.reading() as session:
        assert session.scalars(select(Request)).all() == []
