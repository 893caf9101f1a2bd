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
        ("Could we open the hall on Fridays?", "worry", "idea"),
        ("What if the bus stopped outside?", "", "idea"),
        ("Whose job is it to ring the family?", "worry", "question"),
        ("Genuine question, I have never been told.", "", "question"),
        ("", "worry", "unclear"),
    ],
)
def test_what_is_plainly_meant_is_read_so(words: str, leaning: str, said: str) -> None:
    assert stance.read(words, leaning) == said


def test_many_are_read_as_each_alone() -> None:
    texts = ["It was a lovely, calm evening.", "", "Whose job is it?", "😀"]
    assert stance.read_many(texts) == [stance.read(text) for text in texts]
    assert stance.read_many([]) == []


def test_where_words_do_not_say_the_usual_stance_of_the_theme_decides() -> None:
    assert stance.read("1 2 3", "worry") == "unclear"
    assert stance.read("Hm.", "idea") in {*STANCES, "unclear"}


@settings(deadline=None)
@given(st.text(), st.sampled_from(["", *STANCES]))
def test_any_words_have_one_of_the_known_stances(words: str, leaning: str) -> None:
    assert stance.read(words, leaning) in {*STANCES, "unclear"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("It was terrible, they were rude and nobody listened.", "negative"),
        ("Excellent, friendly and very helpful.", "positive"),
        ("That isn't a bad idea.", "neutral"),
        ("It is still not working.", "negative"),
        ("…", "neutral"),
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


def test_tone_is_what_textblob_says_with_our_analyzer() -> None:
    from textblob import TextBlob

    texts = ["Not working, and nobody rang back.", "Lovely staff, thank you.", "", "😀 ok"]
    found = [TextBlob(text, analyzer=tone.analyzer()).sentiment for text in texts]
    assert found == tone.read_many(texts) == [tone.read(text) for text in texts]
