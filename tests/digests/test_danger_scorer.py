"""The scorer beside the patterns: new ways of saying it, quiet practice talk, linear time, pinned weights."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.danger import Danger, Elsewhere, look
from digests.danger.looking import fold, matched
from digests.danger.scorer import score, weights

# Neither a pattern's example nor a line of the templates; what the patterns alone would miss.
NEW_WAYS = (
    "the fella she lives with throttled her on Saturday night and she goes back there at five",
    "my little cousin says her stepdad gets in the bath with her and she hates it",
    "hes necked a load of his nans tablets and hes gone all sleepy",
    "Nobody has clapped eyes on the baby since August and the mother will not open up",
    "One of the lads pays off what he owes by taking parcels to Grimsby for grown men",
    "i keep thinking my kids would manage better if i was dead",
)
ORDINARY = (
    "The late bus leaves before homework club ends.",
    "Supervision was kind this week and the biscuits helped.",
    "Young people want to know what happens after they speak up.",
    "Nothing to improve, the nurse was lovely.",
    "Our knife crime session for parents is on Thursday, places left.",
    "They managed to get me a taxi home and to get him a chair.",
)


@pytest.mark.parametrize("words", NEW_WAYS)
def test_danger_in_words_that_no_pattern_knows_is_heard(words: str) -> None:
    found = look(words)
    assert isinstance(found, Danger)
    assert found.cue


def test_most_of_the_new_ways_are_the_scorers_own_finding() -> None:
    assert sum(matched(fold(words)) is None for words in NEW_WAYS) >= 3


@pytest.mark.parametrize("words", ORDINARY)
def test_ordinary_words_stay_quiet(words: str) -> None:
    assert look(words) is None


@pytest.mark.parametrize(
    "words", ["Ok", "I don’t know!", "I have no idea.", "Sometimes", "There's nothing"]
)
def test_an_answer_that_says_nothing_is_not_asked_about(words: str) -> None:
    assert look(words) is None
    assert look(f"{words} he has a knife and he is outside my door") is not None


def test_a_long_text_is_as_worrying_as_its_most_worrying_passage() -> None:
    calm = "The bus was late and the room was cold. " * 30
    live = "he is beating her in the flat next door right now and the baby is screaming. "
    found = look(calm + live + calm)
    assert isinstance(found, Danger)
    assert found.level == "immediate"


def test_unsure_is_said_to_be_unsure_and_never_for_what_a_pattern_found() -> None:
    found = look("Our lass hasn't come home since Sunday")
    assert isinstance(found, Danger)
    assert not found.unsure


def test_a_worker_too_close_to_a_child_goes_by_the_staff_route() -> None:
    found = look("one of the care staff slapped a resident and it was hushed up by his mates")
    assert isinstance(found, Danger)
    assert found.route == "staff"


def test_falsified_visits_belong_to_whistleblowing_however_they_are_put() -> None:
    found = look("we were leaned on to sign for home visits that nobody ever made")
    assert isinstance(found, Elsewhere)
    assert found.route == "whistleblowing"


@pytest.mark.parametrize("piece", ["a", "he ", "told me ", "x. ", "hit the boy ", "\u0301", "9"])
def test_each_passage_is_read_once_however_long_the_text_is_pumped(piece: str) -> None:
    """Work grows with the text: the passages hold at most twice its words, each within the window."""
    from digests.danger.ideas import sentences
    from digests.danger.scorer import WINDOW, _passages

    spoken = sentences(fold((piece * 3_000)[:3_000]))
    pieces = _passages(spoken)
    assert all(sum(map(len, piece)) <= WINDOW for piece in pieces)
    assert sum(len(s) for p in pieces for s in p) <= 2 * sum(map(len, spoken)) + WINDOW


@given(st.text(max_size=300))
@settings(max_examples=80, deadline=None)
def test_the_same_words_always_sound_the_same(words: str) -> None:
    assert score(fold(words)) == score(fold(words))


def test_the_weights_were_made_from_the_lines_and_ideas_that_are_here() -> None:
    # Read here, because it brings a learning library that no other test needs.
    from benchmarks.words.danger_making import made_from

    assert weights().made_from == made_from(), "run: python -m benchmarks.words.danger_making"


def test_the_danger_check_reads_its_weights_only_at_the_first_look() -> None:
    """Nothing heavy is imported with the package, and no learning library ever."""
    code = (
        "import sys, digests.danger, digests.language; from digests.danger.scorer import weights; "
        "print(weights.cache_info().currsize, 'sklearn' in sys.modules, 'py3langid' in sys.modules);"
        "digests.danger.look('x'); print('sklearn' in sys.modules, 'numpy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n")[:2] == ["0 False False", "False False"]


def test_no_blind_line_is_among_the_lines_that_the_scorer_learned_from() -> None:
    here = Path(__file__).parents[2] / "benchmarks" / "words"
    learned = "\n".join(p.read_text("utf-8") for p in (here / "danger_lines").glob("*.txt"))
    blind = [json.loads(row) for row in (here / "danger_blind.jsonl").read_text().splitlines()]
    assert len(blind) > 300
    assert not [row["text"] for row in blind if row["text"] in learned]
