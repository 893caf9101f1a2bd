"""Scenario 13: three words on a tear-off, any champion, never what was said, and no guessing at speed."""

from __future__ import annotations

import pytest

from handlers.contributions import phrase as phrases
from handlers.messages import Actor, Field
from storage.models import ReceiptPhrase
from tests.dialogues.test_contributing import PLAIN, relay
from tests.dialogues.test_loop import SAID, answered, issue
from tests.dialogues.test_seats import as_now, hand_over, holder, returns, seat_of
from tests.story import Story, read

CHAMPIONS = (
    ("Kit", "youth_justice", "2"),
    ("Col", "voluntary_sector", "5"),
    ("Wen", "housing", "2"),
)


def relayed(story: Story) -> tuple[list[Actor], str]:
    """Three champions carry the same theme; Lou has Kit's three words."""
    found, words = [], ""
    for name, agency, voices in CHAMPIONS:
        champion = story.champion(name, agency)
        back = "phrase" if name == "Kit" else "i_tell"
        said = relay(story, champion, SAID[0], voices=voices, age_band="mix", back=back)
        words = words or said.state.get("phrase", "")
        found.append(champion)
    return found, words


def test_the_words_are_shown_once_and_kept_nowhere(story: Story) -> None:
    kit = story.champion("Kit", "youth_justice")
    receipt = relay(story, kit, back="phrase")
    words = receipt.state["phrase"]
    assert words in read(receipt)
    assert words.encode() not in story.everything()
    assert not any(part.encode() in _phrase_row(story) for part in words.split())
    assert words not in read(story.does(kit, "my_words"))


def _phrase_row(story: Story) -> bytes:
    with story.database.reading() as session:
        rows = session.query(ReceiptPhrase).all()
        return " ".join(row.fingerprint for row in rows).encode()


def test_another_champion_reads_out_the_answer_and_the_return_is_told(story: Story) -> None:
    champions, words = relayed(story)
    kit, _, wen = champions
    answered(story, issue(story)[0])
    story.later(days=1)
    assert len(returns(story, kit)) == 1
    found = story.does(wen, "phrase_enter", phrase=words)
    assert found.name == "phrase_found"
    assert "We have to wait a bit" in read(found)
    assert SAID[0] not in read(found)
    assert "Kit" not in read(found)
    assert len(returns(story, kit)) == 1, "looking is not telling"
    assert story.presses(wen, found, "I've told them").name == "told"
    assert returns(story, kit) == []
    assert len(returns(story, wen)) == 1, "Wen's own return is still Wen's to carry"


def test_words_are_taken_back_and_said_afresh_with_a_new_agreement(story: Story) -> None:
    kit, wen = story.champion("Kit", "youth_justice"), story.champion("Wen", "housing")
    old = relay(story, kit, back="phrase").state["phrase"]
    found = story.does(wen, "phrase_enter", phrase=old)
    form = story.presses(wen, found, "Take it back and say it afresh")
    assert form.name == "relay"
    assert "afresh" in read(form)
    assert PLAIN not in read(form)
    values = {part.name: part.value for part in form.parts if isinstance(part, Field)}
    assert values["words"] == ""
    assert values["agreement"] == "", "the old yes was for the old words"
    assert values["back"] == "phrase"
    assert story.does(kit, "my_words").title == "Nothing of yours is kept"
    answers = {"voice": "young_person", "agreement": "yes", "age_band": "13_to_15", "voices": "1"}
    receipt = story.presses(wen, form, "Check and pass on", words="only the last bus", **answers)
    assert receipt.name == "relay_receipt"
    new = receipt.state["phrase"]
    assert new != old
    assert story.does(kit, "phrase_enter", phrase=old).name == "receipt_phrase"
    assert story.does(kit, "phrase_enter", phrase=new).name == "phrase_found_waiting"


def test_danger_said_afresh_is_still_looked_for_first(story: Story) -> None:
    kit = story.champion("Kit", "youth_justice")
    old = relay(story, kit, back="phrase").state["phrase"]
    form = story.presses(
        kit, story.does(kit, "phrase_enter", phrase=old), "Take it back and say it afresh"
    )
    answers = {"voice": "young_person", "agreement": "yes", "age_band": "13_to_15", "voices": "1"}
    words = "a year 7 told me today her dad's friend waits for her"
    said = story.presses(kit, form, "Check and pass on", words=words, **answers)
    assert said.name.startswith("danger_signpost")


def test_taking_back_a_published_relay_says_what_stays_and_what_goes(story: Story) -> None:
    champions, words = relayed(story)
    issue(story)
    found = story.does(champions[2], "phrase_enter", phrase=words)
    assert found.name == "phrase_found_waiting"
    done = story.presses(champions[2], found, "Take it back")
    assert "It's gone" in read(done)
    assert "was already shared" in read(done)


def test_a_handed_over_seat_gets_the_answer_and_the_phrase_still_works(story: Story) -> None:
    champions, words = relayed(story)
    kit, _, wen = champions
    seat = seat_of(story, kit, "champion")
    hand_over(story, seat, "nia@example.org", name="Nia")
    nia = as_now(story, holder(story, seat) or "")
    answered(story, issue(story)[0])
    story.later(days=1)
    assert returns(story, kit) == []
    assert len(returns(story, nia)) == 1
    found = story.does(wen, "phrase_enter", phrase=words)
    assert story.presses(wen, found, "I've told them").name == "told"
    assert returns(story, nia) == []
    again = story.does(nia, "phrase_enter", phrase=words)
    assert story.presses(nia, again, "Take it back").name == "phrase_withdrawn"


@pytest.mark.parametrize(
    "step", ["phrase_enter", "phrase_withdraw", "phrase_afresh", "phrase_told"]
)
def test_no_step_that_takes_a_phrase_can_be_used_to_guess(story: Story, step: str) -> None:
    kit, wen = story.champion("Kit", "youth_justice"), story.champion("Wen", "housing")
    words = relay(story, kit, back="phrase").state["phrase"]
    said = [read(story.does(wen, step, phrase=f"not these {n}")) for n in range(phrases.TRIES)]
    assert len({line.replace(f"not these {n}", "") for n, line in enumerate(said)}) == 1
    refused = story.does(wen, step, phrase=words)
    assert "tomorrow" in read(refused)
    assert story.does(kit, "phrase_enter", phrase=words).name == "phrase_found_waiting"
    story.later(days=1)
    assert story.does(wen, "phrase_enter", phrase=words).name == "phrase_found_waiting"


def test_gone_words_and_words_that_never_were_get_the_same_answer(story: Story) -> None:
    kit = story.champion("Kit", "youth_justice")
    words = relay(story, kit, back="phrase").state["phrase"]
    story.does(kit, "phrase_withdraw", phrase=words)
    gone = read(story.does(kit, "phrase_enter", phrase=words)).replace(words, "")
    never = read(story.does(kit, "phrase_enter", phrase="no such words")).replace(
        "no such words", ""
    )
    assert gone == never


def test_the_neighbours_champions_find_nothing_with_it(story: Story) -> None:
    words = relay(story, story.champion("Kit", "youth_justice"), back="phrase").state["phrase"]
    eli = story.champion("Eli", "parks", side="wolds")
    assert story.does(eli, "phrase_enter", phrase=words).name == "receipt_phrase"


@pytest.mark.parametrize("between", ["  ", "-", ", ", ". ", "\n"])
def test_how_the_words_are_put_apart_does_not_matter(story: Story, between: str) -> None:
    kit = story.champion("Kit", "youth_justice")
    words = relay(story, kit, back="phrase").state["phrase"]
    typed = between.join(words.title().split())
    assert story.does(kit, "phrase_enter", phrase=f" {typed} ").name == "phrase_found_waiting"


@pytest.mark.parametrize("typed", ["", " ", "\ud800", "x" * 50_000, "{word_1}", "'; DROP TABLE"])
def test_what_is_no_phrase_gets_the_usual_answer_and_stays_in_the_box(
    story: Story, typed: str
) -> None:
    form = story.does(story.champion("Kit", "youth_justice"), "phrase_enter", phrase=typed)
    assert form.name == "receipt_phrase"
    [box] = [part for part in form.parts if isinstance(part, Field)]
    assert box.error
    assert box.value == typed.encode("utf-8", "ignore").decode()  # half a character is no text
