"""Steps of the acceptance stories that no other dialogue tells: who says what, and what the bot answers."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from digests import digest, render
from handlers import views
from storage import people, releases
from storage.models import Return
from tests.dialogues.test_contributing import PLAIN, relay
from tests.dialogues.test_loop import ANSWER, SAID, answered, issue, speak
from tests.dialogues.test_seats import as_now, relays
from tests.story import AGENCIES, Story, read


def home(story: Story, actor):  # type: ignore[no-untyped-def]
    with story.database.reading() as session:
        return views.home(session, actor, now=story.now)


def test_1_3_nothing_says_how_many_were_asked_or_are_away(story: Story) -> None:
    for n in range(12):
        story.person(f"seat {n}", agency=AGENCIES[n % 5])
    for n in range(3):
        story.does(story.person(f"seat {n}"), "away_set", until="2026-10-21")
    story.clock("tick_ask")
    with story.database.reading() as session:
        shown = views.desk(session, story.person("coordinator"), now=story.now)
    said = str({key: value for key, value in shown.items() if key not in ("people", "months")})
    assert "away" not in said.lower()
    assert " 9 " not in said
    assert " 12 " not in said


def test_1_5_who_comes_back_is_asked_the_next_question_and_never_two_at_once(story: Story) -> None:
    bea = story.person("Bea")
    story.does(bea, "away_set", until="2026-09-19")
    story.clock("tick_ask")
    story.later(days=13)
    story.does(bea, "back")
    story.later(days=1)
    story.clock("tick_ask")
    story.later(days=1)
    assert story.thread(bea).count("prompt") == 1


def test_2_3_a_champion_sees_exactly_what_was_kept_and_a_date(story: Story) -> None:
    col = story.champion("Col", "voluntary_sector")
    words = "most of them avoid the far bays, some said it's fine if you're in a group"
    receipt = relay(story, col, words, rendering="paraphrase", voice="group", voices="5")
    assert words in read(receipt)
    assert "you would hear by **" in read(receipt)
    assert "not a referral" in read(receipt)


def test_3_11_somebody_who_cannot_face_another_night_is_met_as_a_person(story: Story) -> None:
    nurse = story.person("Nia", agency="health")
    sign = story.does(nurse, "reflect", words="I can't face another night, I want to end my life")
    assert sign.name == "danger_signpost_about_self"
    assert "you deserve a person" in read(sign)
    assert "set aside" in read(sign)


def test_4_2_a_theme_waits_and_is_shown_when_two_more_agencies_say_it(story: Story) -> None:
    eight = ("housing",) * 4 + ("education",) * 3 + ("parks_and_leisure",)
    for n in range(20):
        story.person(f"quiet {n}", agency=AGENCIES[n % 5])
    speak(story, 8, eight)
    assert issue(story) == [], "four remain without the largest agency"
    story.later(days=21)
    for n in (0, 1):
        nurse = story.person(f"nurse {n}", agency="health")
        assert story.does(nurse, "reflect", words=SAID[n]).name == "receipt"
    [line] = issue(story)
    with story.database.reading() as session:
        row = releases.line(session, "northport", line)
        assert row is not None
        assert row.practitioners_band == "10–19"
        page = views.digest(session, story.person("strategic_member"))
    assert page is not None
    for agency in ("housing", "education", "health", "parks"):
        assert agency not in str(page).lower()


def test_6_2_a_not_now_keeps_the_date_to_look_again_and_the_words_for_a_young_person(
    story: Story,
) -> None:
    speak(story, 8)
    [line] = issue(story)
    spent = "We spent this year's money on the evening drop-in; we look again in April."
    typed = {"button": "not_now", "answer": spent, "due_on": "2027-04-05"}
    member = story.person("strategic_member")
    missing = story.does(member, "answer_propose", line_id=line, **typed)
    assert "what a young person will hear" in read(missing)
    assert spent in read(missing)
    child = "Not this year. We look again in spring."
    kept = story.does(member, "answer_propose", line_id=line, **typed, child_words=child)
    assert kept.name == "answer_proposed"
    with story.database.reading() as session:
        [waiting] = views.proposals(session, story.person("chair"))
    assert waiting["sentence"] == spent
    assert waiting["child_words"] == child


def test_12_3_words_for_a_young_person_read_at_eleven_or_under(story: Story) -> None:
    speak(story, 8)
    [line] = issue(story)
    typed = {"button": "not_now", "answer": "There is no money this year.", "due_on": "2027-04-05"}
    hard = (
        "Following consideration of the available resources, the partnership determined that additional "
        "provision cannot currently be accommodated within existing commissioning arrangements."
    )
    member = story.person("strategic_member")
    refused = story.does(member, "answer_propose", line_id=line, **typed, child_words=hard)
    said = read(refused)
    assert "bring it to 11 or under" in said
    assert "accommodated" in said
    assert hard in said, "nothing typed is lost"
    easy = "We can't do this now. There is no money left this year. We look again in spring."
    assert (
        story.does(member, "answer_propose", line_id=line, **typed, child_words=easy).name
        == "answer_proposed"
    )


def test_7_4_a_frozen_digest_stays_as_it_was_when_words_are_taken_back(story: Story) -> None:
    someone = speak(story, 8)[0]
    issue(story)
    with story.database.reading() as session:
        [before] = [(row.frozen, row.fingerprint) for row in releases.issued(session, "northport")]
    kept = story.does(someone, "my_words")
    back = next(b for b in (*kept.buttons, *_buttons(kept)) if b.kind == "withdraw")
    said = story.does(someone, "withdraw", contribution=back.value, choice=back.value)
    assert "was already shared" in read(said)
    with story.database.reading() as session:
        [after] = [(row.frozen, row.fingerprint) for row in releases.issued(session, "northport")]
    assert after == before


def _buttons(form):  # type: ignore[no-untyped-def]
    return [b for part in form.parts for b in getattr(part, "buttons", ())]


def test_7_7_who_took_words_back_gets_no_answer_about_them(story: Story) -> None:
    someone, other, *_ = speak(story, 8)
    [line] = issue(story)
    story.does(someone, "stop_set", choice="take_back")
    story.does(someone, "pace", interval="2")
    answered(story, line)
    story.later(days=1)
    assert "answer_to_practitioner" in story.thread(other)
    assert "answer_to_practitioner" not in story.thread(someone)


def test_8_4_an_answer_that_cannot_get_home_is_kept_as_such_and_names_no_seat(story: Story) -> None:
    champions = relays(story)
    [line] = issue(story)
    answered(story, line)
    story.later(days=1)
    kit = as_now(story, champions[1].person)
    [back] = home(story, kit)["champion"]["returns"]
    said = story.does(kit, "told", return_id=str(back["return_id"]), choice="cannot_reach")
    assert "did not get home" in read(said)
    assert home(story, kit)["champion"]["returns"] == []
    with story.database.reading() as session:
        states = sorted(session.scalars(select(Return.state)).all())
    assert states == ["cannot_reach", "ready", "ready"]


@pytest.mark.parametrize(("lost", "told"), [(6, True), (4, False)])
def test_8_4_the_group_reads_that_answers_did_not_get_home_only_when_several_did_not(
    story: Story, lost: int, told: bool
) -> None:
    champions = [*relays(story), *relays(story)][:3]
    [line] = issue(story)
    answered(story, line)
    story.later(days=1)
    for champion in champions:
        seated = as_now(story, champion.person)
        for back in home(story, seated)["champion"]["returns"]:
            choice, lost = ("cannot_reach" if lost else "told"), max(lost - 1, 0)
            story.does(seated, "told", return_id=str(back["return_id"]), choice=choice)
    story.later(days=7)
    issue(story)
    story.later(days=1)
    with story.database.reading() as session:
        frozen = digest.from_json(next(iter(releases.issued(session, "northport"))).frozen)
    message = read(story.notice(story.person("chair"), "digest_issued"))
    said = "Some answers have not got home"
    assert (said in frozen.not_home, said in message, said in render.digest_text(frozen)) == (
        told,
    ) * 3
    assert not any(name in frozen.not_home for name in ("champion", "housing", "6"))


def test_10_2_words_of_a_quiet_week_wait_and_no_window_closes(story: Story) -> None:
    speak(story, 4)
    assert issue(story) == []
    story.later(days=28)
    for n in range(4, 8):
        who = story.person(f"later {n}", agency=AGENCIES[n % 5])
        story.does(who, "reflect", words=SAID[n])
    assert len(issue(story)) == 1


@pytest.mark.parametrize("words", [PLAIN])
def test_13_7_a_lost_card_cannot_be_looked_up_and_its_seat_can_still_take_it_back(
    story: Story, words: str
) -> None:
    kit = story.champion("Kit", "youth_justice")
    receipt = relay(story, kit, words, back="phrase")
    phrase = receipt.state["phrase"]
    shown = read(story.does(kit, "my_words"))
    assert phrase not in shown
    button = next(b for b in receipt.buttons if b.kind == "withdraw")
    gone = story.presses(kit, receipt, button.label)
    assert gone.name == "withdrawn"
    wen = story.champion("Wen", "housing")
    assert story.does(wen, "phrase_enter", phrase=phrase).name == (
        story.does(wen, "phrase_enter", phrase="never said before").name
    )


def test_a_seat_that_was_given_up_cannot_be_told_for(story: Story) -> None:
    champions = relays(story)
    [line] = issue(story)
    story.does(story.person("strategic_member"), "answer_propose", line_id=line, **ANSWER)
    with story.database.reading() as session:
        form = views.proposals(session, story.person("chair"))[0]["form"]
    story.presses(story.person("chair"), form, "Confirm")
    story.later(days=1)
    [back] = home(story, champions[0])["champion"]["returns"]
    with story.database.writing() as session:
        for seat in people.seats_of(session, champions[0].person, "northport"):
            if seat.role == "champion":
                seat.person_id = None
    assert story.does(champions[0], "told", return_id=str(back["return_id"])).name == "gone"
