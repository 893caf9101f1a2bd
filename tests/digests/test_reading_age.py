"""The reading age: a known formula, rough on purpose, and never a reason to lose a short sentence."""

from __future__ import annotations

import pytest

from digests import reading_age
from handlers import wording


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("bus", 1),
        ("asked", 1),
        ("wanted", 2),
        ("table", 2),
        ("people", 2),
        ("idea", 3),
        ("area", 3),
        ("science", 2),
        ("families", 3),
        ("grown-ups", 2),
        ("can't", 1),
        ("commissioning", 4),
    ],
)
def test_syllables_are_counted_as_they_are_said(word: str, said: int) -> None:
    assert reading_age.syllables(word) == said


def test_the_age_is_the_grade_and_five_years_rounded_up() -> None:
    # 13 words, 2 sentences, 13 + 20 syllables on 28: 2.535 + 13.907 - 15.59 = 0.85, and five years
    assert reading_age.age("We put up six more lights. They are by the bus stop.") == 6
    # 11 words, 1 sentence, 27 + 20 syllables on 26: 4.29 + 21.33 - 15.59 = 10.03, and five years
    hard = "Additional provision requires considerable resources from every agency we can ask"
    assert reading_age.age(hard) == 16


def test_one_long_word_makes_no_short_sentence_hard_and_odd_text_breaks_nothing() -> None:
    assert reading_age.age("Somebody friendly will be there on Fridays.") <= 11
    assert reading_age.age("Families keeping you safe") <= 11
    assert reading_age.age("") == reading_age.age("12 ... !!! \ud800") == 0
    assert reading_age.longest_sentence("One. Two three four; five") == 3


@pytest.mark.parametrize(
    "id", [id for id in wording.ids() if "child_friendly" in id or "easy_read" in id]
)
def test_what_we_say_to_a_child_reads_at_eleven_or_under(id: str) -> None:
    names = dict.fromkeys(wording.placeholders(id), "lights by the bus stop")
    assert reading_age.age(wording.say(id, **names)) <= 11
