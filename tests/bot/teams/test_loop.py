"""Once round the loop in Teams, as its people do it: cards, dialogs and words through the real runner."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.outbox.looking import deliver_in
from bot.teams.surfaces import message
from bot.teams.who import placed
from handlers import notices, place
from handlers.messages import Actor
from storage import addresses, people, posting, sign_in
from storage.models import Outbox
from tests.bot.teams.member import CHANNEL, COUNCIL, SERVICE, Json, Member, Teams
from tests.bot.teams.validate import card_of, every, reads
from tests.dialogues.test_loop import ANSWER, SAID, issue, speak
from tests.story import Story

CHANNEL_ITSELF = CHANNEL.partition(";")[0]  # and not the thread of replies in which somebody spoke
WORDS = "We see it early and there is nowhere to take it until somebody is arrested."


@pytest.fixture
def teams(both: Story) -> Teams:
    return Teams(both)


def posts(teams: Teams, member: Member, actor: Actor, kind: str) -> Json:
    """The outbox's message of this kind, as the sender would post it."""
    shown = message(teams.story.notice(actor, kind), partnership=actor.partnership)
    teams.there.post(member.chat, shown)
    return shown


def test_a_question_is_answered_in_a_dialog_and_its_card_settles_without_a_word_of_it(
    teams: Teams,
) -> None:
    sam = teams.story.person("sam")
    member = teams.member(sam, "U1")
    teams.story.clock("tick_ask")
    teams.story.later(hours=2)
    asked = posts(teams, member, sam, "prompt")
    assert asked["summary"] == "heardback: a short question"
    member.presses("Answer now", on=asked)
    member.fills(words=WORDS, prevention_level="secondary", stance="worry")
    member.submits("Check and send")
    assert member.dialog is not None
    assert "This is what was kept" in reads(member.dialog)
    assert WORDS in reads(member.dialog)
    (card,) = member.cards()
    assert "Done." in reads(card)
    assert WORDS not in str(member.cards())
    assert not [e for e in every(card_of(card)) if e["type"].startswith("Action.S")]


@pytest.mark.parametrize("label", ["Not now", "Nothing to add", "Too much right now"])
def test_one_press_lets_a_question_go_and_the_card_says_so_in_place(
    teams: Teams, label: str
) -> None:
    sam = teams.story.person("sam")
    member = teams.member(sam, "U1")
    teams.story.clock("tick_ask")
    teams.story.later(hours=2)
    asked = posts(teams, member, sam, "prompt")
    answer = member.presses(label, on=asked)
    (card,) = member.cards()
    assert card_of(answer) == card_of(card)
    assert "Answer now" not in reads(card)


def test_away_opens_from_the_question_itself(teams: Teams) -> None:
    sam = teams.story.person("sam")
    member = teams.member(sam, "U1")
    teams.story.clock("tick_ask")
    teams.story.later(hours=2)
    member.presses("I’m away", on=posts(teams, member, sam, "prompt"))
    member.fills(until="2026-10-01")
    member.submits()
    assert member.dialog is not None
    assert "Thursday 1 October" in reads(member.dialog)


def test_an_empty_answer_says_so_beside_the_box_and_keeps_what_was_chosen(teams: Teams) -> None:
    member = teams.member(teams.story.person("sam"), "U1")
    member.says("reflect")
    member.presses("Reflect (2 min)")
    member.fills(words="   ", stance="worry")
    member.submits()
    assert member.dialog is not None
    assert "Write a few words first" in reads(member.dialog)
    assert member.typed["stance"] == "worry"
    member.fills(words=WORDS)
    member.submits()
    assert "This is what was kept" in reads(member.dialog)


def test_details_are_shown_in_the_same_dialog_and_replaced_before_anything_is_kept(
    teams: Teams,
) -> None:
    member = teams.member(teams.story.person("sam"), "U1")
    typed = "Call Mrs Hale on 01632 960 123 about the school transfer, it takes months."
    member.says("reflect")
    member.presses("Reflect")
    member.fills(words=typed)
    member.submits()
    assert member.dialog is not None
    marked = [e["text"] for e in every(card_of(member.dialog)) if e.get("highlight")]
    assert "01632 960 123" in marked
    member.submits("Edit my words")
    assert member.typed["words"] == typed
    member.submits()
    member.submits("Send")
    assert "This is what was kept" in reads(member.dialog)
    assert "01632 960 123" not in reads(member.dialog)


def test_words_about_present_danger_open_the_signpost_in_the_same_dialog(teams: Teams) -> None:
    member = teams.member(teams.story.person("sam"), "U1")
    member.says("reflect")
    member.presses("Reflect")
    member.fills(words="He told me his stepdad hits him and he is scared to go home tonight.")
    member.submits()
    assert member.dialog is not None
    assert "999" in reads(member.dialog)
    assert not [e for e in every(card_of(member.dialog)) if e.get("style") == "positive"]
    member.submits("I have passed this on")
    assert member.dialog["task"]["type"] == "continue"


def test_a_voice_is_passed_on_from_a_message_with_its_words_already_in_the_box(
    teams: Teams,
) -> None:
    jo = teams.member(teams.story.champion("jo", "health"), "U2")
    jo.relays(
        '<p><at id="0">Sam</at> said there is <a href="https://x.example">nowhere</a> warm after four</p>'
    )
    assert jo.typed["words"] == "Sam said there is nowhere warm after four"
    jo.fills(
        words="There is nowhere warm after four",
        rendering="paraphrase",
        voice="young_person",
        agreement="yes",
        age_band="13_to_15",
        voices="1",
        back="phrase",
    )
    jo.submits()
    assert jo.dialog is not None
    large = [e["text"] for e in every(card_of(jo.dialog)) if e.get("size") == "ExtraLarge"]
    assert any(len(words.split()) == 3 for words in large), large
    titles = [e["title"] for e in every(card_of(jo.dialog)) if e["type"].startswith("Action.")]
    assert titles == ["Take it back"], "what only a page can print is not offered here"


def test_a_voice_is_passed_on_from_where_one_writes_and_what_is_missing_is_said(
    teams: Teams,
) -> None:
    jo = teams.member(teams.story.champion("jo", "health"), "U2")
    jo.relays()
    assert jo.typed["words"] == ""
    jo.fills(words="There is nowhere warm to be after four.")
    jo.submits()
    assert jo.dialog is not None
    assert jo.typed["words"] == "There is nowhere warm to be after four."
    assert jo.dialog["task"]["value"]["title"]


def test_a_practitioner_is_told_kindly_that_relaying_needs_another_seat(teams: Teams) -> None:
    sam = teams.member(teams.story.person("sam"), "U1")
    sam.relays()
    assert sam.dialog is not None
    assert "another seat" in reads(sam.dialog)


def test_plain_words_do_what_they_say(teams: Teams) -> None:
    sam = teams.member(teams.story.person("sam"), "U1")
    sam.says("away until 3 Jan")
    assert "Sunday 3 January" in reads(sam.latest())
    answer = sam.presses("I’m back")
    assert "Welcome back" in reads(answer)
    sam.says("What happened?")
    assert "What happened" in reads(sam.latest())
    sam.says("help")
    assert "away until 3 Jan" in reads(sam.latest())
    sam.says("stop")
    sam.presses("Stop")
    sam.submits("Yes, only the answers")
    assert sam.dialog is not None
    assert "No more questions" in reads(sam.dialog)


def test_my_words_are_seen_changed_and_taken_back_in_dialogs_only(teams: Teams) -> None:
    sam = teams.member(teams.story.person("sam"), "U1")
    sam.says("reflect")
    sam.presses("Reflect")
    sam.fills(words=WORDS)
    sam.submits()
    sam.submits("Change my words")
    sam.fills(words="Somebody should be told sooner, before any of us is frightened.")
    sam.submits()
    assert sam.dialog is not None
    assert "told sooner" in reads(sam.dialog)
    sam.says("my words")
    sam.presses("See, change")
    assert WORDS not in reads(sam.dialog)
    sam.submits("Take back")
    assert "Taken back" in reads(sam.dialog)
    assert "told sooner" not in str(sam.cards())


def test_words_typed_into_the_chat_are_not_kept_and_the_safe_way_is_shown_once(
    teams: Teams,
) -> None:
    sam = teams.member(teams.story.person("sam"), "U1")
    sam.says("Leah from number nine was out again at two", id="1")
    sam.says("Leah from number nine was out again at two", id="1")  # Teams sends it again
    (said,) = sam.cards()
    assert "not kept" in reads(said)
    assert "Leah" not in reads(said)
    if teams.story.database.engine.dialect.name == "sqlite":  # whose files can be read
        assert b"Leah" not in teams.story.everything()
    sam.presses("Reflect", on=said)
    assert "words" in sam.typed


def test_somebody_unknown_is_shown_the_way_in_and_a_code_works_once(teams: Teams) -> None:
    sam = teams.story.person("sam")
    stranger = teams.member(None, "U7")
    stranger.says("hello")
    assert "I don't know you" in reads(stranger.latest()).replace("’", "'")
    offer = teams.story.does(sam, "use_in_chat")
    code = str(offer.parts).split("/heardback connect ")[1].split("*")[0]
    stranger.says(f"connect {code}")
    assert "This is you now" in reads(stranger.latest())
    stranger.says("home")
    assert "Your heardback: Northport" in reads(stranger.latest())
    other = teams.member(None, "U8")
    other.says(f"connect {code}")
    assert "don't open anything" in reads(other.latest())


def test_whoever_is_known_in_teams_gets_a_link_into_a_browser_there(teams: Teams) -> None:
    sam = teams.member(teams.story.person("sam"), "U1")
    sam.says("Link")
    token = re.search(r"/in/([\w-]+)", reads(sam.latest()))
    assert token
    with teams.story.database.writing() as session:
        opened = sign_in.use_link(session, token[1], now=teams.story.now)
        assert opened is not None
        assert opened.person == teams.story.person("sam").person


def test_a_dialog_sent_twice_is_one_contribution(teams: Teams) -> None:
    sam = teams.member(teams.story.person("sam"), "U1")
    sam.says("reflect")
    sam.presses("Reflect")
    sam.fills(words=WORDS)
    before = (sam.dialog, dict(sam.typed))
    first = sam.submits()
    sam.dialog, sam.typed = before
    assert reads(sam.submits()) == reads(first)
    sam.says("my words")
    sam.presses("See, change")
    assert sam.dialog is not None
    assert reads(sam.dialog).count(WORDS) == 1


def test_who_serves_two_partnerships_says_first_for_which_and_loses_no_word(teams: Teams) -> None:
    jo = teams.story.champion("jo", "health")
    with teams.story.database.writing() as session:
        for role in ("practitioner", "champion"):
            people.seat(
                session,
                partnership="wolds",
                person=jo.person,
                role=role,
                agency="health",
                on=teams.story.now.date(),
            )
    member = teams.member(jo, "U2")
    member.says("home")
    assert "Wolds" in reads(member.latest())
    member.relays("<p>there is nowhere warm after four</p>")
    member.submits("Wolds")
    assert member.typed["words"] == "there is nowhere warm after four"
    member.fills(rendering="paraphrase", voice="young_person", agreement="yes")
    member.fills(age_band="13_to_15", voices="1", back="phrase")
    member.submits()
    assert teams.story.does(jo, "my_words").title != "", "northport has none of it"


def test_a_digest_in_the_groups_channel_is_answered_there_and_shows_it(teams: Teams) -> None:
    story = teams.story
    speak(story, 8)
    issue(story)
    member = teams.member(story.person("strategic_member"), "U3")
    member.says("<at>heardback</at> digest", here=CHANNEL)
    (shown,) = teams.there.of(CHANNEL)
    member.presses("Hold", on=shown, here=CHANNEL)
    assert member.typed["button"] == "hold"
    assert teams.there.of(CHANNEL) == [shown], "opening an answer changes nothing"
    member.submits()
    assert member.dialog is not None
    assert "young person" in reads(member.dialog), "what is missing is said in the dialog"
    member.fills(**{name: ANSWER[name] for name in ("answer", "child_words", "due_on")})
    member.submits()
    (after,) = teams.there.of(CHANNEL)
    assert "An answer is proposed" in reads(after)
    assert reads(after).count("Not ours") == reads(shown).count("Not ours") - 1
    assert ANSWER["answer"] not in reads(after)


def sent_to_the_channel(teams: Teams) -> list[Json]:
    """What the outbox has for the group's channel two hours later, as the sender would post it."""
    database, now = teams.story.database, teams.story.now + timedelta(hours=2)
    with database.writing() as session:
        deliver_in(session, now=now, platforms=("teams",))
    with database.reading() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == "digest_in_channel")).all()
        found = []
        for row in [row for row in rows if row.state == "ready"]:
            there = posting.address_of(session, row)
            assert (there.account, placed(there)) == (COUNCIL.account, (SERVICE, CHANNEL_ITSELF))
            form = notices.render(session, place.of(session, "northport"), row.kind, row.about)
            assert form is not None
            found.append(message(form, partnership="northport"))
        return found


def test_each_digest_is_posted_in_the_groups_channel_once_its_chair_says_so(teams: Teams) -> None:
    story = teams.story
    chair = teams.member(story.person("chair"), "U4")
    chair.says("<at>heardback</at> digest here", here=CHANNEL, id="1")
    chair.says("<at>heardback</at> digest here", here=CHANNEL, id="1")  # Teams sends it again
    (said,) = teams.there.of(CHANNEL)
    assert "whoever joins later can read it too" in reads(said)
    speak(story, 8)
    issue(story)
    (posted,) = sent_to_the_channel(teams)
    assert "Not ours" in reads(posted), "its questions are answered from there"
    assert sent_to_the_channel(teams) == [posted], "and it is there once"


def test_a_channel_that_the_chair_ended_or_lost_gets_no_digest(teams: Teams) -> None:
    story = teams.story
    chair = teams.member(story.person("chair"), "U4")
    for ends in (
        lambda: chair.says("<at>heardback</at> digest stop", here=CHANNEL),
        lambda: teams.handle(chair.activity("installationUpdate", action="remove", here=CHANNEL)),
    ):
        chair.says("<at>heardback</at> digest here", here=CHANNEL)
        ends()
    speak(story, 8)
    issue(story)
    assert sent_to_the_channel(teams) == []


def test_one_that_is_on_its_way_when_the_chair_ends_it_is_dropped(teams: Teams) -> None:
    story = teams.story
    chair = teams.member(story.person("chair"), "U4")
    chair.says("<at>heardback</at> digest here", here=CHANNEL)
    speak(story, 8)
    issue(story)
    chair.says("<at>heardback</at> digest stop", here=CHANNEL)
    assert sent_to_the_channel(teams) == []


@pytest.mark.parametrize("role", ["strategic_member", "coordinator", "practitioner"])
def test_nobody_but_the_chair_has_digests_posted_in_a_channel(teams: Teams, role: str) -> None:
    one = teams.member(teams.story.person(role), "U5")
    one.says("<at>heardback</at> digest here", here=CHANNEL)
    assert "for the group's chair" in reads(teams.there.of(CHANNEL)[-1])
    speak(teams.story, 8)
    issue(teams.story)
    assert sent_to_the_channel(teams) == []


def test_what_was_never_posted_in_a_channel_is_said_when_it_is_ended(teams: Teams) -> None:
    chair = teams.member(teams.story.person("chair"), "U4")
    chair.says("<at>heardback</at> digest stop", here=CHANNEL)
    assert "No digest of your group" in reads(teams.there.of(CHANNEL)[-1])


def test_a_digest_in_a_members_own_chat_is_answered_from_there(teams: Teams) -> None:
    story = teams.story
    speak(story, 8)
    issue(story)
    story.later(hours=2)
    sam = story.person("strategic_member")
    member = teams.member(sam, "U3")
    shown = posts(teams, member, sam, "digest_issued")
    assert shown["summary"] == "heardback: a digest"
    member.presses("Act", on=shown)
    assert member.typed["button"] == "act"


def test_in_a_channel_nothing_of_a_persons_own_is_said(teams: Teams) -> None:
    member = teams.member(teams.story.person("sam"), "U1")
    for text in ("my words", "reflect", "home", "connect abcdefghij-klm", "Leah was out at two"):
        member.says(f"<at>heardback</at> {text}", here=CHANNEL)
    assert all("Others read here" in reads(card) for card in teams.there.of(CHANNEL))
    member.says("<at>heardback</at> digest", here=CHANNEL)
    assert "no seat that reads it" in reads(teams.there.of(CHANNEL)[-1])


def test_a_proposal_is_confirmed_with_one_press_and_told_and_asked_again_with_one(
    teams: Teams,
) -> None:
    story = teams.story
    people = speak(story, 8)
    line = issue(story)[0]
    story.does(story.person("strategic_member"), "answer_propose", line_id=line, **ANSWER)
    story.later(hours=2)
    chair = teams.member(story.person("chair"), "U4")
    proposed = posts(teams, chair, story.person("chair"), "answer_proposed")
    chair.presses("Confirm", on=proposed)
    (settled,) = chair.cards()
    assert "Confirm" not in [e.get("title") for e in every(card_of(settled))]
    assert ANSWER["answer"] in reads(settled)
    story.later(days=1)
    sam = teams.member(people[0], "U1")
    told = posts(teams, sam, people[0], "answer_to_practitioner")
    assert ANSWER["answer"] in reads(told)
    assert SAID[0] not in reads(told)
    story.later(weeks=4, days=1)
    story.clock("tick_ask_again")
    story.later(days=3)
    again = posts(teams, sam, people[0], "four_weeks_later")
    sam.presses("Yes", on=again)
    assert "Thank you" in reads(sam.latest())
    assert [e for e in every(card_of(sam.latest())) if e["type"].startswith("Action.E")] == []


def test_who_takes_the_app_out_is_written_to_elsewhere(teams: Teams) -> None:
    sam = teams.story.person("sam")
    member = teams.member(sam, "U1")

    def there() -> list[str]:
        with teams.story.database.reading() as session:
            return [address.conversation for _, address in addresses.of(session, sam.person)]

    moved = member.activity("installationUpdate", action="add")
    moved["conversation"]["id"] = "a:new"
    teams.handle(moved)
    assert there() == ["https://smba.trafficmanager.net/uk/ a:new"]
    assert "Your heardback: Northport" in reads(teams.there.of("a:new")[-1])
    teams.handle(member.activity("installationUpdate", action="remove", here=CHANNEL))
    assert len(there()) == 1
    teams.handle(member.activity("installationUpdate", action="remove"))
    assert there() == []


def test_a_channels_people_join_from_one_message_of_their_coordinator(teams: Teams) -> None:
    cora = teams.member(teams.story.person("cora", "coordinator"), "U5")
    cora.says("<at>heardback</at> invite housing", here=CHANNEL, id="1")
    cora.says("<at>heardback</at> invite housing", here=CHANNEL, id="1")  # Teams sends it again
    (asked,) = teams.there.of(CHANNEL)
    new = teams.member(None, "U6")
    new.presses(_first_button(asked), on=asked, here=CHANNEL)
    new.fills(name="Robin Marsh")
    new.submits()
    assert teams.there.of(CHANNEL) == [asked], "it stays, for everybody else"
    new.says("home")
    assert "Your heardback: Northport" in reads(new.latest())


def _first_button(shown: Json) -> str:
    return next(e["title"] for e in every(card_of(shown)) if e["type"].startswith("Action."))
