"""Once round the loop in Slack, as its people do it: through signed requests and validated blocks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from storage import people, sign_in
from tests.bot.slack.conftest import Slack
from tests.bot.slack.workspace import Workspace, reads
from tests.story import Story


@pytest.fixture
def slack(story: Story, either: Workspace) -> Slack:
    return Slack(story, either)


WORDS = "We see it early and there is nowhere to take it until somebody is arrested."
TEN_MINUTES = timedelta(minutes=10)


def test_a_reflection_goes_in_from_the_home_and_its_receipt_is_seen_by_its_author_alone(
    slack: Slack,
) -> None:
    sam = slack.member(slack.story.person("sam"), "U1")
    slack.story.clock("tick_ask")
    home = sam.opens_home()
    assert "One question is open" in reads(home)
    sam.presses("Answer now", where=home)
    sam.fills(words=WORDS, prevention_level="secondary", stance="worry")
    sam.submits()
    assert sam.modal is not None
    assert "This is what was kept" in reads(sam.modal)
    assert WORDS in reads(sam.modal)
    assert slack.workspace.messages == {}
    assert "No question is open" in reads(sam.opens_home())


def test_an_empty_answer_says_so_beside_the_box_and_keeps_what_was_typed(slack: Slack) -> None:
    sam = slack.member(slack.story.person("sam"), "U1")
    sam.commands("reflect")
    sam.fills(words="   ")
    sam.submits()
    assert "Write a few words first" in sam.errors["words"]
    sam.fills(words=WORDS)
    sam.submits()
    assert sam.modal is not None
    assert "This is what was kept" in reads(sam.modal)


def test_details_are_shown_in_the_same_modal_and_replaced_before_anything_is_kept(
    slack: Slack,
) -> None:
    sam = slack.member(slack.story.person("sam"), "U1")
    sam.commands("reflect")
    sam.fills(words="Call Mrs Hale on 01632 960 123 about the school transfer, it takes months.")
    sam.submits()
    assert sam.modal is not None
    assert "could point to someone" in reads(sam.modal)
    sam.submits()
    assert "This is what was kept" in reads(sam.modal)
    assert "01632" not in reads(sam.modal).split("This is what was kept")[1].split("referral")[0]


def test_going_back_to_edit_gives_every_typed_word_back(slack: Slack) -> None:
    sam = slack.member(slack.story.person("sam"), "U1")
    typed = "Call Mrs Hale on 01632 960 123 about the school transfer, it takes months."
    sam.commands("reflect")
    sam.fills(words=typed)
    sam.submits()
    sam.presses("Edit my words")
    assert typed in str(sam.typed["words"])


def test_words_about_present_danger_open_the_signpost_in_the_same_modal(slack: Slack) -> None:
    sam = slack.member(slack.story.person("sam"), "U1")
    sam.commands("reflect")
    sam.fills(words="He told me his stepdad hits him and he is scared to go home tonight.")
    sam.submits()
    assert sam.modal is not None
    assert "999" in reads(sam.modal)
    assert "submit" not in sam.modal
    sam.presses("I have passed this on")
    assert sam.modal["type"] == "modal"


def test_a_voice_is_passed_on_from_a_message_with_its_words_already_in_the_box(
    slack: Slack,
) -> None:
    jo = slack.member(slack.story.champion("jo", "health"), "U2")
    jo.shortcut("<@U9> said there is <https://x.example|nowhere> warm after four")
    assert "nowhere warm after four" in str(jo.typed["words"])
    jo.fills(
        rendering="paraphrase",
        voice="young_person",
        agreement="yes",
        age_band="13_to_15",
        voices="1",
        back="phrase",
    )
    jo.submits()
    assert jo.modal is not None
    headers = [b["text"]["text"] for b in jo.modal["blocks"] if b["type"] == "header"]
    assert any(len(words.split()) == 3 for words in headers), headers


def test_what_is_missing_in_a_relay_is_said_beside_each_question(slack: Slack) -> None:
    jo = slack.member(slack.story.champion("jo", "health"), "U2")
    jo.commands("relay")
    jo.fills(words="There is nowhere warm to be after four.")
    jo.submits()
    assert set(jo.errors) == {"voice", "agreement", "age_band"}


def test_a_practitioner_is_told_kindly_that_relaying_needs_another_seat(slack: Slack) -> None:
    sam = slack.member(slack.story.person("sam"), "U1")
    sam.shortcut()
    assert sam.modal is not None
    assert "another seat" in reads(sam.modal)


def test_away_until_a_day_is_one_command(slack: Slack) -> None:
    sam = slack.member(slack.story.person("sam"), "U1")
    sam.commands("away until 3 Jan")
    assert sam.modal is not None
    assert "Sunday 3 January" in reads(sam.modal)
    sam.presses("I’m back")
    assert "Welcome back" in reads(sam.modal)


def test_stop_asks_first_whether_to_still_hear_back(slack: Slack) -> None:
    sam = slack.member(slack.story.person("sam"), "U1")
    sam.commands("stop")
    sam.presses("Yes, only the answers")
    assert sam.modal is not None
    assert sam.modal["blocks"]


def test_my_words_are_seen_changed_and_taken_back_in_modals(slack: Slack) -> None:
    sam = slack.member(slack.story.person("sam"), "U1")
    sam.commands("reflect")
    sam.fills(words=WORDS)
    sam.submits()
    sam.presses("Change my words")
    sam.fills(words="Somebody should be told sooner, before any of us is frightened.")
    sam.submits()
    assert sam.modal is not None
    assert "told sooner" in reads(sam.modal)
    sam.commands("my words")
    assert WORDS not in reads(sam.modal)
    sam.presses("Take back")
    assert "Taken back" in reads(sam.modal)
    sam.commands("my words")
    assert "Nothing of yours is kept" in reads(sam.modal)


def test_words_typed_into_the_chat_are_not_kept_and_the_safe_way_is_shown_once(
    slack: Slack,
) -> None:
    sam = slack.member(slack.story.person("sam"), "U1")
    sam.writes("Leah from number nine was out again at two")
    sam.writes("Leah from number nine was out again at two")  # Slack sends it again
    (said,) = slack.workspace.messages[slack.workspace.dm(sam.user)]
    assert "not kept" in reads(said)
    assert "Leah" not in reads(said)
    assert b"Leah" not in slack.story.everything()
    sam.presses("Reflect", where=said)
    assert sam.modal is not None
    assert "words" in sam.typed


def test_somebody_unknown_is_shown_the_way_in_and_a_code_works_once(slack: Slack) -> None:
    sam = slack.story.person("sam")
    stranger = slack.member(None, "U7")
    assert "I don’t know you" in reads(stranger.opens_home()).replace("'", "’")
    offer = slack.story.does(sam, "use_in_chat")
    code = str(offer.parts).split("/heardback connect ")[1].split("*")[0]
    assert "This is you now" in stranger.commands(f"connect {code}")["text"]
    assert "Your heardback: Northport" in reads(stranger.opens_home())
    other = slack.member(None, "U8")
    assert "don't open anything" in other.commands(f"connect {code}")["text"]


def test_whoever_is_known_in_slack_gets_a_link_into_a_browser_there_and_no_stranger_does(
    slack: Slack,
) -> None:
    sam = slack.story.person("sam")
    member = slack.member(sam, "U1")
    said = member.commands("link")["text"]
    token = re.search(r"Northport: https://northport\.example/in/([\w-]+)", said)
    assert token
    with slack.story.database.writing() as session:
        assert sign_in.use_link(session, token[1], now=slack.story.now + TEN_MINUTES) is None
        opened = sign_in.use_link(session, token[1], now=slack.story.now)
        assert opened is not None
        assert opened.person == sam.person
        found = sign_in.who(session, opened.token, now=slack.story.now)
        assert found is not None
        assert (found.own_only, found.fresh) == (False, True)
    assert "I don't know you" in slack.member(None, "U7").commands("link")["text"]
    said_after = [member.commands("link")["text"] for _ in range(5)]
    assert "/in/" in said_after[-2]
    assert "asked too often" in said_after[-1]


def test_a_press_that_comes_too_late_leaves_a_fresh_button(slack: Slack) -> None:
    sam = slack.member(slack.story.person("sam"), "U1")
    sam.writes("hello")
    said = sam.latest()
    sam.presses("Reflect", where=said, wait=4)
    assert sam.modal is None
    assert slack.workspace.refused == ["expired_trigger_id"]
    slack.workspace.refused.clear()
    fresh = slack.workspace.ephemeral[-1]
    sam.presses("Reflect", where={**fresh, "ts": "1.5"})
    assert sam.modal is not None


def test_the_same_submission_twice_is_one_contribution(slack: Slack) -> None:
    sam = slack.member(slack.story.person("sam"), "U1")
    sam.commands("reflect")
    sam.fills(words=WORDS)
    before = (sam.modal, dict(sam.typed))
    sam.submits()
    sam.modal, sam.typed = before
    sam.submits()
    sam.commands("my words")
    assert sam.modal is not None
    assert reads(sam.modal).count(WORDS) == 1


def test_help_and_anything_else_say_what_can_be_said(slack: Slack) -> None:
    sam = slack.member(slack.story.person("sam"), "U1")
    assert "away until 3 Jan" in reads(sam.commands("what is the meaning of this"))
    sam.commands("help")
    assert sam.modal is not None
    assert "what happened" in reads(sam.modal)


def test_who_serves_two_partnerships_says_first_for_which_and_loses_no_word(slack: Slack) -> None:
    jo = slack.story.champion("jo", "health")
    with slack.story.database.writing() as session:
        for role in ("practitioner", "champion"):
            people.seat(
                session,
                partnership="wolds",
                person=jo.person,
                role=role,
                agency="health",
                on=slack.story.now.date(),
            )
    member = slack.member(jo, "U2")
    assert "Your heardback: Wolds" in reads(member.opens_home())
    member.shortcut("there is nowhere warm after four")
    member.presses("Wolds")
    assert member.modal is not None
    assert member.modal["callback_id"] == "relay"
    assert "nowhere warm after four" in str(member.typed["words"])
    assert '"wolds"' in member.modal["private_metadata"]


def test_a_status_of_leave_with_an_end_is_leave_and_one_without_is_not(slack: Slack) -> None:
    sam = slack.story.person("sam")
    member = slack.member(sam, "U1")
    back = slack.story.now + timedelta(days=4)

    def away() -> str:
        with slack.story.database.reading() as session:
            return people.away_or_stopped(session, sam.person, "northport", slack.story.now.date())

    def puts_up(text: str, ends: int) -> None:
        profile = {"status_text": text, "status_emoji": "", "status_expiration": ends}
        user = {"id": member.user, "profile": profile}
        member.event({"type": "user_change", "user": user})

    puts_up("On annual leave", 0)
    puts_up("In a meeting", int(back.timestamp()))
    assert away() == ""
    puts_up("On annual leave", int(back.timestamp()))
    assert away() == "away"
