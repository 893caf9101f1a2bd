"""What practitioners and champions meet: the checks in their order, receipts, taking words back."""

from __future__ import annotations

import pytest

from handlers import permissions
from handlers.contributions.checks import kept_words
from handlers.permissions import NotAllowedError
from tests.story import Story, read

PLAIN = "the late bus goes before homework club ends and that is when they wait alone"


def relay(story: Story, champion, words: str = PLAIN, **fields: str):  # type: ignore[no-untyped-def]
    typed = {
        "words": words,
        "rendering": "own_words",
        "voice": "young_person",
        "agreement": "yes",
        "age_band": "13_to_15",
        "voices": "1",
        "agreed_to": "theme",
        "back": "i_tell",
    }
    return story.does(champion, "relay_send", **(typed | fields))


def test_a_reflection_is_kept_and_shown_once_in_its_receipt(story: Story) -> None:
    bea = story.person("Bea")
    receipt = story.does(bea, "reflect", words=PLAIN)
    assert receipt.name == "receipt"
    assert PLAIN in read(receipt)
    assert "not a referral" in read(receipt)


def test_details_are_shown_before_anything_is_kept(story: Story) -> None:
    bea = story.person("Bea")
    check = story.does(
        bea, "reflect", words="Mrs Hale at 14 Marlow Street rang me twice about the bus."
    )
    assert check.name == "identifying_check"
    assert "Your words" not in read(story.does(bea, "my_words"))
    receipt = story.presses(bea, check, "Send with")
    assert receipt.name == "receipt"
    assert "Hale" not in read(receipt)
    assert "Marlow" not in read(receipt)


def test_an_author_may_keep_a_detail_and_that_is_logged(story: Story) -> None:
    bea = story.person("Bea")
    check = story.does(bea, "reflect", words="Mrs Hale rang me twice about the bus.")
    receipt = story.presses(bea, check, "Send with", **{"detail.1": "keep"})
    assert "Hale" in read(receipt)
    with story.database.engine.connect() as rows:
        assert rows.exec_driver_sql("SELECT count(*) FROM kept_details").scalar() == 1


def test_why_a_detail_was_kept_is_seen_by_whoever_writes_the_line(story: Story) -> None:
    bea = story.person("Bea")
    check = story.does(bea, "reflect", words="Mrs Hale rang me twice about the bus.")
    story.presses(bea, check, "Send with", **{"detail.1": "keep:public"})
    with story.database.engine.connect() as rows:
        kept = rows.exec_driver_sql("SELECT detail_kind FROM kept_details").scalar()
    assert kept == "name:public"
    assert kept_words(kept) == "person because everybody may know it"
    assert kept_words("name:<b>") == "person"


def test_changed_words_take_their_kept_details_with_them(story: Story) -> None:
    bea = story.person("Bea")
    check = story.does(bea, "reflect", words="Mrs Hale rang me twice about the bus.")
    receipt = story.presses(bea, check, "Send with", **{"detail.1": "keep:no_one"})
    change = story.presses(bea, receipt, "Change")
    story.presses(bea, change, "Check and change", words="Somebody rang me twice about the bus.")
    with story.database.engine.connect() as rows:
        assert rows.exec_driver_sql("SELECT count(*) FROM kept_details").scalar() == 0


def test_thrown_away_words_are_nowhere(story: Story) -> None:
    bea = story.person("Bea")
    check = story.does(bea, "reflect", words="Mrs Hale saw a zebrafinch.")
    story.presses(bea, check, "Don’t send")
    assert b"zebrafinch" not in story.everything()
    assert story.does(bea, "my_words").title == "Nothing of yours is kept"


@pytest.mark.parametrize("words", ["", "   ", "x " * 600, "y" * 50_000])
def test_what_cannot_be_taken_stays_in_the_box_with_a_reason(story: Story, words: str) -> None:
    form = story.does(story.person("Bea"), "reflect", words=words)
    box = next(part for part in form.parts if getattr(part, "name", "") == "words")
    assert form.name == "reflect"
    assert box.error  # type: ignore[union-attr]
    assert box.value == words  # type: ignore[union-attr]


def test_a_lone_surrogate_is_left_out_and_the_rest_is_kept(story: Story) -> None:
    receipt = story.does(story.person("Bea"), "reflect", words="the late bus \ud800 again")
    assert receipt.name == "receipt"


def test_words_can_be_changed_and_the_old_ones_are_gone(story: Story) -> None:
    bea = story.person("Bea")
    receipt = story.does(bea, "reflect", words="the wrong words altogether")
    form = story.presses(bea, receipt, "Change my words")
    done = story.presses(bea, form, "Check and change", words="the better words")
    assert done.name == "edit_confirmed"
    mine = read(story.does(bea, "my_words"))
    assert "the better words" in mine
    assert "the wrong words" not in mine


def test_withdrawing_twice_gives_the_same_calm_message(story: Story) -> None:
    bea = story.person("Bea")
    receipt = story.does(bea, "reflect", words=PLAIN)
    first = story.presses(bea, receipt, "Take them back")
    second = story.presses(bea, receipt, "Take them back")
    assert read(first) == read(second)
    assert story.does(bea, "my_words").title == "Nothing of yours is kept"


def test_nobody_can_change_or_take_back_somebody_elses_words(story: Story) -> None:
    receipt = story.does(story.person("Bea"), "reflect", words=PLAIN)
    dev = story.person("Dev")
    assert story.presses(dev, receipt, "Change my words").name == "gone"
    story.presses(dev, receipt, "Take them back")
    assert PLAIN in read(story.does(story.person("Bea"), "my_words"))


def test_the_same_key_twice_keeps_once_and_answers_the_same(story: Story) -> None:
    bea = story.person("Bea")
    first = story.does(bea, "reflect", key="k1", words=PLAIN)
    second = story.does(bea, "reflect", key="k1", words=PLAIN)
    assert read(first) == read(second)
    assert read(story.does(bea, "my_words")).count(PLAIN) == 1


def test_a_relay_needs_a_champions_seat(story: Story) -> None:
    with pytest.raises(NotAllowedError):
        relay(story, story.person("Bea"))


def test_a_relay_that_was_refused_is_not_kept(story: Story) -> None:
    kit = story.champion("Kit", "health")
    answer = relay(story, kit, "a quokkasentence that was refused", agreement="no")
    assert answer.name == "relay_said_no"
    assert b"quokkasentence" not in story.everything()


def test_not_asked_yet_keeps_nothing_but_an_observation(story: Story) -> None:
    kit = story.champion("Kit", "health")
    assert relay(story, kit, agreement="not_asked").name == "relay_not_asked"
    assert relay(story, kit, agreement="not_asked", rendering="observation").name == "relay_receipt"


@pytest.mark.parametrize("band", ["under_13", "not_sure"])
def test_under_13_needs_a_parents_yes_or_keeps_only_what_was_noticed(
    story: Story, band: str
) -> None:
    kit = story.champion("Kit", "health")
    step = relay(story, kit, age_band=band, agreed_to="theme,quote")
    assert step.name == "under_13"
    assert story.presses(kit, step, "No: keep nothing").name == "relay_nothing"
    assert story.presses(kit, step, "Yes, it has").name == "relay_receipt"
    assert story.presses(kit, step, "No: keep it as something").name == "relay_receipt"
    with story.database.engine.connect() as rows:
        kept = rows.exec_driver_sql("SELECT rendering, agreed_to FROM contributions").all()
    assert ("observation", "theme") in {tuple(row) for row in kept}


def test_a_forged_state_cannot_skip_the_under_13_step(story: Story) -> None:
    kit = story.champion("Kit", "health")
    forged = story.does(
        kit,
        "relay_checked",
        words=PLAIN,
        rendering="own_words",
        voice="young_person",
        agreement="yes",
        age_band="under_13",
        voices="1",
    )
    assert forged.name == "under_13"


def test_any_champion_can_take_words_back_with_the_three_words(story: Story) -> None:
    kit, wen = story.champion("Kit", "health"), story.champion("Wen", "housing")
    phrase = relay(story, kit, back="phrase").state["phrase"]
    found = story.does(wen, "phrase_enter", phrase=phrase.upper().replace(" ", "-"))
    assert found.name == "phrase_found_waiting"
    assert PLAIN not in read(found)
    assert phrase.encode() not in story.everything()
    assert story.presses(wen, found, "Take it back").name == "phrase_withdrawn"
    assert story.does(wen, "phrase_enter", phrase=phrase).name == "receipt_phrase"


def test_guessing_three_words_waits_until_tomorrow(story: Story) -> None:
    kit = story.champion("Kit", "health")
    phrase = relay(story, kit, back="phrase").state["phrase"]
    for _ in range(5):
        story.does(kit, "phrase_enter", phrase="not these words")
    assert "tomorrow" in read(story.does(kit, "phrase_enter", phrase=phrase))
    story.later(days=1)
    assert story.does(kit, "phrase_enter", phrase=phrase).name == "phrase_found_waiting"


def test_a_date_in_the_past_is_refused_with_a_sentence(story: Story) -> None:
    bea = story.person("Bea")
    assert "has passed" in read(story.does(bea, "away_set", until="2026-09-01"))
    assert "Please give the day" in read(story.does(bea, "away_set", until="soon"))


def test_who_is_away_is_not_asked_and_who_stopped_is_not_either(story: Story) -> None:
    bea, dev, cora = story.person("Bea"), story.person("Dev"), story.person("Cora")
    story.does(bea, "away_set", until="2026-10-05")
    story.does(dev, "stop_set", choice="nothing")
    story.clock("tick_ask")
    story.later(hours=1)
    assert story.thread(cora) == ["prompt"]
    assert story.thread(bea) == []
    assert story.thread(dev) == []


def test_a_question_is_asked_once_and_reminded_once(story: Story) -> None:
    bea = story.person("Bea")
    story.clock("tick_ask")
    story.clock("tick_ask")
    story.later(days=4)
    story.clock("tick_nudge")
    story.clock("tick_nudge")
    story.later(hours=1)
    assert story.thread(bea) == ["prompt", "nudge"]


def test_two_silent_rounds_halve_the_pace_until_people_answer_again(story: Story) -> None:
    crowd = [story.person(name) for name in ("Ana", "Bea", "Cora", "Dev")]

    def asked(*, two_reply: bool = False) -> int:
        """Of four, how many the next round asks; two weeks later it has closed."""
        before = sum(story.thread(one).count("prompt") for one in crowd)
        story.clock("tick_ask")
        story.later(hours=1)
        after = sum(story.thread(one).count("prompt") for one in crowd)
        if two_reply:
            story.does(crowd[0], "nothing_to_add")
            story.does(crowd[1], "not_now")
        story.later(weeks=2)
        return after - before

    assert [asked() for _ in range(4)] == [4, 4, 4, 0]
    assert [asked(two_reply=True), asked(), asked()] == [4, 4, 4]


@pytest.mark.parametrize("kind", ["not_now", "nothing_to_add", "too_much"])
def test_any_reply_ends_the_reminders(story: Story, kind: str) -> None:
    bea = story.person("Bea")
    story.clock("tick_ask")
    story.later(hours=1)
    story.does(bea, kind)
    story.later(days=4)
    story.clock("tick_nudge")
    story.later(hours=1)
    assert "nudge" not in story.thread(bea)


def test_an_unknown_kind_is_refused(story: Story) -> None:
    with pytest.raises(NotAllowedError):
        story.does(story.person("Bea"), "drop_everything")


def test_no_handler_runs_for_an_actor_whom_the_table_does_not_allow(story: Story) -> None:
    from handlers.router import KINDS

    for role in permissions.ROLES:
        actor = story.person(f"only {role}", role)
        for kind, (action, _) in KINDS.items():
            if role not in permissions.TABLE[action]:
                with pytest.raises(NotAllowedError):
                    story.does(actor, kind)
