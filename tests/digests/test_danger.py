"""Possible danger: spotted in loose spelling, quiet about practice, and first before every route."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.danger import Danger, Elsewhere, look
from digests.danger.looking import fold, matched

LIVE = (
    ("They have locked her in the shed and she's crying", "immediate_danger"),
    ("i cant face another night of this", "self_harm_suicide"),
    ("Our lass hasn't come home since Sunday", "missing_now"),
    ("he's hidden a machete in his wardrobe", "weapon"),
    ("theyre gonna jump him after school", "threat_to_others"),
    ("the tutor messages her late at night on his own phone", "adult_of_concern"),
    ("her older brothers friend made her do things", "sexual_harm"),
    ("dad punched mum and she's got a split lip", "domestic_abuse"),
    ("two lads have taken over his flat and he hides in there", "trafficking_exploitation"),
    ("A girl told me about her uncle and begged me not to say", "child_disclosure"),
    ("please can somebody ring me", "request_for_help"),
)

QUIET = (
    "The knife crime workshop was well run.",
    "We are missing two chairs and a kettle.",
    "He used to carry a blade, years ago, and now mentors others.",
    "The training on self-harm was kind and clear.",
    "This spreadsheet is killing me.",
    "Could someone help with the slides?",
    "The boxing coach is who they all trust.",
    "Nobody was hurt and the school has dealt with it.",
    "",
)


@pytest.mark.parametrize(("words", "category"), LIVE, ids=[row[1] for row in LIVE])
def test_possible_danger_is_spotted(words: str, category: str) -> None:
    found = look(words)
    assert isinstance(found, Danger)
    assert found.category == category
    assert found.cue


@pytest.mark.parametrize("words", QUIET)
def test_talk_about_practice_stays_quiet(words: str) -> None:
    assert look(words) is None


def test_what_was_not_passed_on_counts_however_long_ago() -> None:
    words = "Last year a boy told me about his uncle"
    assert matched(fold(words)) is None  # the patterns alone; the scorer may still ask
    assert isinstance(matched(fold(words + " and I haven't told anyone.")), Danger)


def test_spelling_is_loose() -> None:
    assert isinstance(look("SHE HASN’T COME HOME SINCE FRIDAY!!!"), Danger)
    assert isinstance(look("heeeelp"), Danger)


def test_a_person_writing_of_themselves_gets_the_gentler_signpost() -> None:
    found = look("i dont want to be here any more")
    assert isinstance(found, Danger)
    assert found.route == "about_self"


def test_an_adult_in_a_position_of_trust_goes_by_the_staff_route() -> None:
    found = look("Our swimming coach gives the girls lifts alone")
    assert isinstance(found, Danger)
    assert found.route == "staff"


def test_danger_that_is_now_is_immediate() -> None:
    found = look("he is outside her flat now and she is hiding in the bathroom")
    assert isinstance(found, Danger)
    assert found.level == "immediate"


def test_changed_records_belong_to_whistleblowing() -> None:
    found = look("I was told to change the dates on the form, if they knew I'd said")
    assert isinstance(found, Elsewhere)
    assert found.route == "whistleblowing"


def test_a_plate_with_a_deed_belongs_to_intelligence() -> None:
    found = look("White van QX00 AAA by the shops most nights")
    assert isinstance(found, Elsewhere)
    assert found.route == "intelligence"


def test_danger_wins_over_every_other_route() -> None:
    found = look("White van QX00 AAA by the shops, they have dragged her into the van")
    assert isinstance(found, Danger)


@given(st.text(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_looked_at(words: str) -> None:
    found = look(words)
    assert found is None or isinstance(found, Danger | Elsewhere)


def test_managing_to_get_somebody_somewhere_is_no_threat() -> None:
    assert look("They managed to get me a taxi home and to get him a chair.") is None
    assert look("He says he is going to get her after school.") is not None
