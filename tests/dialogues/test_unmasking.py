"""Who said something that was not set aside: three people, none of whom can do it alone, and the writer is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers import views
from handlers.permissions import NotAllowedError
from storage import decisions
from storage.models import Audit, Contribution
from tests.dialogues.test_contributing import relay
from tests.story import Story, read

WORDS = "The late bus goes before homework club ends, and that is when they wait alone."


def said(story: Story, name: str = "ana") -> str:
    story.does(story.person(name), "reflect", words=WORDS)
    with story.database.reading() as session:
        return session.scalars(select(Contribution.id)).one()


def asked(story: Story, id: str, reason: str = "safe_now") -> str:
    editor = story.person("theme_editor")
    form = story.does(editor, "unmask_ask", contribution_id=id)
    assert "You never learn it" in read(form)
    assert "choose one" in read(story.presses(editor, form, "Ask the privacy officer"))
    sent = story.presses(editor, form, "Ask the privacy officer", reason=reason)
    assert sent.name == "unmask_asked"
    with story.database.reading() as session:
        rows = decisions.waiting(session, "northport")
        return next(row.id for row in rows if row.subject == id)


def granted(story: Story, tell: str = "tell") -> str:
    id = asked(story, said(story))
    officer = story.person("privacy_officer")
    assert story.does(officer, "unmask_grant", choice=id, tell=tell).name == "unmask_granted"
    story.later(hours=1)
    return id


def test_the_lead_alone_sees_who_it_was_once_two_others_agreed(story: Story) -> None:
    id = granted(story)
    lead = story.person("safeguarding_lead")
    seen = story.presses(lead, story.notice(lead, "unmask_granted"), "See it")
    assert "ana (Housing) said it" in read(seen)
    assert WORDS in read(seen)
    for name in ("deputy_lead", "scrutineer"):
        alert = read(story.notice(story.person(name), "unmask_alert"))
        assert "to make sure that somebody is safe now" in alert
        assert "ana" not in alert
    story.later(days=1)
    assert "may see for a week" in read(story.notice(story.person("ana"), "unmask_to_contributor"))
    with story.database.reading() as session:
        rows = session.scalars(select(Audit).where(Audit.about == id).order_by(Audit.sequence))
        found = [(row.actor, row.action, row.reason) for row in rows]
    assert found == [
        ("no-theme_editor", "unmask.asked", "safe_now"),
        ("no-privacy_officer", "unmask.granted", "safe_now tell"),
        ("no-safeguarding_lead", "unmask.seen", "safe_now"),
    ]


def test_nobody_sees_it_before_the_second_person_or_after_a_week(story: Story) -> None:
    id = asked(story, said(story))
    lead = story.person("safeguarding_lead")
    assert story.does(lead, "unmask_see", choice=id).name == "gone"
    story.does(story.person("privacy_officer"), "unmask_grant", choice=id, tell="harm")
    assert story.does(lead, "unmask_see", choice=id).name == "unmask_seen"
    story.now += timedelta(days=8)
    assert story.does(lead, "unmask_see", choice=id).name == "gone"
    assert "unmask_to_contributor" not in story.thread(story.person("ana"))


def test_who_grants_reads_no_words_and_nobody_grants_what_they_asked_or_wrote(
    story: Story,
) -> None:
    id = asked(story, said(story, "privacy_officer_too"))
    officer = story.person("privacy_officer")
    with story.database.reading() as session:
        desk = "\n".join(read(one) for one in views.privacy(session, officer, now=story.now))
    assert "asks that the safeguarding lead" in desk
    assert WORDS not in desk
    assert "choose one" in read(story.does(officer, "unmask_grant", choice=id))
    for name in ("chair", "scrutineer", "safeguarding_lead", "theme_editor", "administrator"):
        with pytest.raises(NotAllowedError):
            story.does(story.person(name), "unmask_grant", choice=id, tell="tell")
    assert story.does(story.person("chair"), "decision_agree", choice=id).name == "gone"
    both = story.person("both", "privacy_officer", "practitioner")
    story.does(both, "reflect", words=f"{WORDS} Again.")
    with story.database.reading() as session:
        found = session.scalars(select(Contribution.id)).all()
    [own] = set(found) - {_subject(story, id)}
    second = asked(story, own)
    assert story.does(both, "unmask_grant", choice=second, tell="tell").name == "needs_another"
    next_door = story.person("privacy_officer", side="wolds")
    assert story.does(next_door, "unmask_grant", choice=id, tell="tell").name == "gone"


def _subject(story: Story, id: str) -> str:
    with story.database.reading() as session:
        row = decisions.get(session, "northport", id)
        assert row is not None
        return row.subject


def test_of_a_relay_only_the_champion_is_known(story: Story) -> None:
    relay(story, story.champion("Fay", "housing"))
    with story.database.reading() as session:
        own = session.scalars(select(Contribution.id)).one()
    id = asked(story, own, reason="law")
    story.does(story.person("privacy_officer"), "unmask_grant", choice=id, tell="harm")
    seen = read(story.does(story.person("safeguarding_lead"), "unmask_see", choice=id))
    assert "Fay (Housing) wrote it down for somebody else" in seen


def test_whoever_asked_never_sees_it_whatever_other_seat_they_hold(story: Story) -> None:
    id = granted(story)
    both = replace(
        story.person("theme_editor"), roles=frozenset({"theme_editor", "safeguarding_lead"})
    )
    assert story.does(both, "unmask_see", choice=id).name == "needs_another"


def test_what_was_taken_back_can_be_traced_to_nobody(story: Story) -> None:
    own = said(story)
    id = asked(story, own)
    story.does(story.person("ana"), "withdraw", contribution=own)
    story.does(story.person("privacy_officer"), "unmask_grant", choice=id, tell="harm")
    assert story.does(story.person("safeguarding_lead"), "unmask_see", choice=id).name == "gone"
    assert (
        story.does(story.person("theme_editor"), "unmask_ask", contribution_id=own).name == "gone"
    )
