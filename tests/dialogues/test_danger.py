"""Danger typed by mistake: the signpost at once, set aside, opened with a reason, handed off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers import views
from handlers.messages import Contact, Contacts, Form
from handlers.permissions import NotAllowedError
from storage import partnerships
from tests.story import Story, read

LIVE = "a girl told me today a man waits for her outside every night, haven't told anyone yet"


def typed(story: Story) -> Form:
    return story.does(story.person("Dev", agency="education"), "reflect", words=LIVE)


def test_the_signpost_comes_in_the_same_reply_with_the_numbers_first(story: Story) -> None:
    sign = typed(story)
    assert sign.name.startswith("danger_signpost")
    assert isinstance(sign.parts[0], Contacts)
    assert "01632 960 100" in read(sign)
    assert "Next read: **Monday 7 September, 10:30**" not in read(sign)
    assert "this is not a referral" in read(sign).lower()
    assert LIVE.encode() not in story.everything()


def test_the_signpost_shows_the_writers_own_agencys_contact_beside_the_front_door(
    story: Story,
) -> None:
    with story.database.writing() as session:
        row = partnerships.get(session, "northport")
        named = {
            "education": "Designated safeguarding lead, 01632 960 140",
            "health": "the named nurse",
        }
        row.settings = {**row.settings, "agency_contacts": named}

    def shown(form: Form) -> list[Contact]:
        assert isinstance(form.parts[0], Contacts)
        return [one for one in form.parts[0].rows if one.label == "In your agency"]

    sign = typed(story)
    numbers = [one.number for one in sign.parts[0].rows]  # type: ignore[union-attr]
    assert numbers.index("01632 960 100") < numbers.index("01632 960 140")
    [own] = shown(sign)
    assert own.hours == "Designated safeguarding lead"
    [own] = shown(story.does(story.person("Nia", agency="health"), "reflect", words=LIVE))
    assert (own.number, own.hours) == ("", "the named nurse")
    assert shown(story.does(story.person("Kit", agency="housing"), "reflect", words=LIVE)) == []
    staff = "Our swimming coach gives the girls lifts alone"
    about_staff = story.does(story.person("Dev", agency="education"), "reflect", words=staff)
    assert about_staff.name == "danger_signpost_staff"
    assert shown(about_staff) == []


def test_the_leads_notice_has_no_words_and_the_neighbours_lead_gets_none(story: Story) -> None:
    typed(story)
    story.later(hours=1)
    lead = story.person("safeguarding_lead")
    notice = read(story.notice(lead, "set_aside_notice_to_lead"))
    assert "girl" not in notice
    assert "Dev" not in notice
    assert story.thread(story.person("safeguarding_lead", side="wolds")) == []


def item(story: Story) -> str:
    return typed(story).state["item"]


def test_opening_needs_a_reason_and_the_deputy_is_told_afterwards(story: Story) -> None:
    id = item(story)
    lead, deputy = story.person("safeguarding_lead"), story.person("deputy_lead")
    assert "Please say why" in read(story.does(lead, "aside_open", item=id))
    assert LIVE in read(story.does(lead, "aside_open", item=id, reason="planned"))
    story.later(minutes=1)
    assert "The reason given: planned reading." in read(
        story.notice(deputy, "set_aside_opened_to_deputy")
    )
    with story.database.engine.connect() as rows:
        assert rows.exec_driver_sql("SELECT action, reason FROM audit").all() == [
            ("aside.open", "planned")
        ]


def test_it_closes_only_with_a_confirmed_hand_off_and_is_deleted_72_hours_later(
    story: Story,
) -> None:
    id = item(story)
    lead = story.person("safeguarding_lead")
    story.does(lead, "aside_open", item=id, reason="planned")
    handed = {"item": id, "receiver": "Front door", "reference": "FD 12"}
    assert story.does(lead, "aside_hand_off", **handed).name == "aside_opened"
    assert story.does(lead, "aside_hand_off", confirmed="yes", **handed).name == "handed_off"
    story.later(hours=71)
    story.clock("tick_aside")
    assert _shelved(story) == 1
    story.later(hours=2)
    story.clock("tick_aside")
    assert _shelved(story) == 0
    assert "set_aside_outcome_to_contributor" in story.thread(story.person("Dev"))


def _shelved(story: Story) -> int:
    with story.database.engine.connect() as rows:
        return rows.exec_driver_sql("SELECT count(*) FROM set_aside").scalar() or 0


def test_not_live_gives_the_words_back_to_their_author_alone(story: Story) -> None:
    id = item(story)
    lead, dev = story.person("safeguarding_lead"), story.person("Dev")
    story.does(lead, "aside_open", item=id, reason="planned")
    story.does(lead, "aside_not_live", item=id)
    story.later(hours=1)
    notice = story.notice(dev, "set_aside_not_live_to_contributor")
    assert LIVE in read(story.presses(dev, notice, "Open it"))
    assert story.presses(story.person("Bea"), notice, "Open it").name == "gone"


def test_what_is_about_the_lead_goes_to_the_second_lead_and_the_first_cannot_find_it(
    story: Story,
) -> None:
    sign = typed(story)
    dev, id = story.person("Dev"), sign.state["item"]
    story.presses(dev, sign, "It is about someone")
    story.later(hours=1)
    lead, second = story.person("safeguarding_lead"), story.person("second_lead")
    assert story.does(lead, "aside_open", item=id, reason="planned").name == "gone"
    assert "set_aside_notice_to_lead" not in story.thread(lead)
    assert "set_aside_notice_to_lead" in story.thread(second)
    assert LIVE in read(story.does(second, "aside_open", item=id, reason="planned"))


def test_an_item_nobody_opened_in_time_raises_an_alarm(story: Story) -> None:
    typed(story)
    story.later(days=2)
    story.clock("tick_aside")
    story.later(minutes=1)
    for reader in ("safeguarding_lead", "deputy_lead"):
        assert "set_aside_unread_alarm" in story.thread(story.person(reader))
    with story.database.reading() as session:
        (waiting,) = views.aside(session, story.person("safeguarding_lead"))["items"]
    assert "was to be read on" in waiting["said"]
    assert "Read next" not in waiting["said"]


def test_set_aside_words_are_in_no_theme_and_nobody_else_may_open_them(story: Story) -> None:
    id = item(story)
    with story.database.engine.connect() as rows:
        assert rows.exec_driver_sql("SELECT count(*) FROM contributions").scalar() == 0
    for role in ("administrator", "coordinator", "theme_editor", "chair", "privacy_officer"):
        with pytest.raises(NotAllowedError):
            story.does(story.person(role), "aside_open", item=id, reason="planned")
    neighbour = story.person("safeguarding_lead", side="wolds")
    assert story.does(neighbour, "aside_open", item=id, reason="planned").name == "gone"


def test_the_time_that_is_named_is_one_at_which_somebody_reads(story: Story) -> None:
    story.now += timedelta(days=4, hours=9)  # Friday at six in the evening
    assert "Monday 14 September, 09:30" in read(typed(story))


def test_an_incomplete_hand_off_says_what_is_missing_and_keeps_what_was_typed(story: Story) -> None:
    id = item(story)
    lead = story.person("safeguarding_lead")
    story.does(lead, "aside_open", item=id, reason="planned")
    form = story.does(lead, "aside_hand_off", item=id, receiver="Front door")
    assert "Front door" in read(form)
    assert "Write down their reference." in read(form)
    assert "Say who has it." not in read(form)
