"""Stance by small rules, and tone for the review queue: coarse, total, and never a person's score."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests import stance, tone
from digests.codebook import STANCES


@pytest.mark.parametrize(
    ("words", "leaning", "said"),
    [
        ("It was a lovely, calm evening and she laughed.", "", "strength"),
        ("They are scared and still waiting.", "", "worry"),
        ("A great session, but he was tired and alone after.", "", "mixed"),
        ("Could we open the hall on Fridays?", "worry", "idea"),
        ("What if the bus stopped outside?", "", "idea"),
        ("Whose job is it to ring the family?", "worry", "question"),
        ("Genuine question, I have never been told.", "", "question"),
        ("There is a hall.", "", "unclear"),
        ("There is a hall.", "strength", "strength"),
        ("", "worry", "unclear"),
    ],
)
def test_what_is_plainly_meant_is_read_so(words: str, leaning: str, said: str) -> None:
    assert stance.read(words, leaning) == said


def test_one_good_word_does_not_turn_a_theme_that_is_usually_a_worry() -> None:
    assert stance.read("A good list of who pays.", "worry") == "worry"
    assert stance.read("Good, calm, kind people.", "worry") == "strength"


@settings(deadline=None)
@given(st.text(), st.sampled_from(["", *STANCES]))
def test_any_words_have_one_of_the_known_stances(words: str, leaning: str) -> None:
    assert stance.read(words, leaning) in {*STANCES, "unclear"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("It was terrible.", "negative"),
        ("A wonderful, happy day.", "positive"),
        ("There is a hall.", "neutral"),
        ("", "neutral"),
    ],
)
def test_tone_is_negative_neutral_or_positive(words: str, said: str) -> None:
    label, polarity = tone.read(words)
    assert label == said
    assert -1 <= polarity <= 1


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_words_have_a_tone_within_bounds(words: str) -> None:
    label, polarity = tone.read(words)
    assert label in {"negative", "neutral", "positive"}
    assert -1 <= polarity <= 1
