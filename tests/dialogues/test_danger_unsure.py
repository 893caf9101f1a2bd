"""An unsure or failing check, or a language nobody reads: the numbers are shown, the words stay in the form."""

from __future__ import annotations

import logging

import pytest

from digests import danger as danger_cues
from digests.danger import Danger
from handlers.messages import Contacts
from storage import codings
from tests.story import Story, read

CALM = "The late bus leaves before homework club ends, and they wait in the dark."
URDU = "میری بیٹی گھر جانے سے ڈرتی ہے"


@pytest.fixture
def unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Danger("possible", "child_disclosure", "wait in the dark", "danger", unsure=True)
    monkeypatch.setattr(danger_cues, "look", lambda words: found)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(words: str) -> None:
        raise RuntimeError(f"cannot read: {words}")

    monkeypatch.setattr(danger_cues, "look", raises)


def kept(story: Story) -> list[tuple[str, str]]:
    with story.database.engine.connect() as rows:
        return [
            (row[0], row[1])
            for row in rows.exec_driver_sql("SELECT kind, coded_with FROM contributions")
        ]


@pytest.mark.usefixtures("unsure")
def test_an_unsure_check_shows_the_numbers_first_and_asks(story: Story) -> None:
    form = story.does(story.person("Dev"), "reflect", words=CALM)
    assert form.name == "danger_unsure"
    assert isinstance(form.parts[0], Contacts)
    assert CALM in read(form)
    assert "no danger" not in read(form).lower()
    assert kept(story) == []


@pytest.mark.usefixtures("unsure")
def test_whoever_is_asked_may_set_it_aside(story: Story) -> None:
    dev = story.person("Dev")
    form = story.does(dev, "reflect", words=CALM)
    sign = story.presses(dev, form, "Set it aside")
    assert sign.name == "danger_signpost"
    assert kept(story) == []


@pytest.mark.usefixtures("unsure")
def test_whoever_is_asked_may_go_on_and_is_not_asked_twice(story: Story) -> None:
    dev = story.person("Dev")
    form = story.does(dev, "reflect", words=CALM + " Mrs Quillfeather rang 01632 960999.")
    details = story.presses(dev, form, "Nobody is in danger")
    assert details.name == "identifying_check"
    assert story.presses(dev, details, "Send with these choices").name == "receipt"
    assert kept(story) == [("reflection", "")]


@pytest.mark.usefixtures("unsure")
def test_a_relay_keeps_its_answers_while_the_champion_is_asked(story: Story) -> None:
    ana = story.champion("Ana", "education")
    fields = {
        "words": CALM,
        "rendering": "own_words",
        "voice": "young_person",
        "agreement": "yes",
        "age_band": "16_to_17",
        "voices": "1",
    }
    form = story.does(ana, "relay_send", **fields)
    assert form.name == "danger_unsure"
    assert story.presses(ana, form, "Nobody is in danger").name == "relay_receipt"
    assert [kind for kind, _ in kept(story)] == ["relay"]


@pytest.mark.usefixtures("failing")
def test_a_check_that_fails_shows_the_reminder_and_keeps_every_typed_word(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    dev = story.person("Dev")
    with caplog.at_level(logging.DEBUG):
        form = story.does(dev, "reflect", words=CALM)
    assert form.name == "danger_unavailable"
    assert isinstance(form.parts[0], Contacts)
    assert "couldn't run my usual check" in read(form)
    assert form.state["words"] == CALM
    assert "RuntimeError" in caplog.text
    assert "late bus" not in caplog.text
    assert kept(story) == []


@pytest.mark.usefixtures("failing")
def test_words_that_were_not_checked_are_not_treated_as_checked(story: Story) -> None:
    dev = story.person("Dev")
    form = story.does(dev, "reflect", words=CALM)
    assert story.presses(dev, form, "Nobody is in danger").name == "receipt"
    assert kept(story) == [("reflection", "unread:check-failed")]


@pytest.mark.usefixtures("failing")
def test_words_that_were_not_checked_can_still_be_set_aside(story: Story) -> None:
    dev = story.person("Dev")
    form = story.does(dev, "reflect", words=CALM)
    assert story.presses(dev, form, "Set it aside").name == "danger_signpost"


def test_a_language_that_nobody_here_reads_brings_the_reminder_and_is_never_coded_by_guess(
    story: Story,
) -> None:
    dev = story.person("Dev")
    form = story.does(dev, "reflect", words=URDU)
    assert form.name == "danger_unread"
    assert "can't read this language" in read(form)
    assert story.presses(dev, form, "Nobody is in danger").name == "receipt"
    assert kept(story) == [("reflection", "unread:ur")]
    story.clock("tick_draft")
    with story.database.engine.connect() as rows:
        assert rows.exec_driver_sql("SELECT count(*) FROM codings").scalar() == 0
    with story.database.writing() as session:
        assert codings.not_coded_with(session, "northport", "2/new", at_most=9) == []
        assert codings.how_many_not_coded_with(session, "northport", "2/new") == 0


@pytest.mark.usefixtures("unsure")
def test_changed_words_are_asked_about_again_and_set_aside_in_place_of_the_old(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev = story.person("Dev")
    asked = story.does(dev, "reflect", words=CALM)
    receipt = story.presses(dev, asked, "Nobody is in danger")
    id = receipt.state["contribution"]
    again = story.does(dev, "change_send", contribution=id, words=CALM + " Again.")
    assert again.name == "danger_unsure"
    assert story.presses(dev, again, "Set it aside").name == "danger_signpost"
    assert kept(story) == []
