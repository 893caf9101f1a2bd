"""Messages with planted details: what was planted is gone from what is kept, whoever it was about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.words.planted import Planted, messages
from benchmarks.words.protect import PUMPS, Score, growth, known, score
from digests.protect import find, replace, tagger

HARD = frozenset({"POSTCODE", "NHS_NUMBER", "NI_NUMBER", "PHONE", "EMAIL", "URL"})


def planted(number: int) -> Iterator[Planted]:
    yield from messages(number, listed=known())
    yield from messages(number, listed=known(), written="second", seed=7)


def scored(sample: list[Planted]) -> Score:
    return score((message.text, message.spans) for message in sample)


def holds(sample: list[Planted]) -> None:
    """No number survives, no found stretch survives, and protecting again changes nothing."""
    for message in sample:
        details = find(message.text)
        clean = replace(message.text, details)
        assert find(clean) == (), clean
        assert all(message.text[d.start : d.end] == d.text for d in details)
        for start, end, kind in message.spans:
            if kind in HARD:
                assert message.text[start:end] not in clean


def test_planted_details_are_gone_from_what_is_kept() -> None:
    sample = list(planted(150))
    holds(sample)
    found = scored(sample)
    assert found.recall > 0.95
    assert found.precision > 0.95
    assert found.whole > 0.93


def test_the_same_text_gives_the_same_answer() -> None:
    words = "Spoke with Yntherisk at the gate about Ollbrackwick."
    tagger.weights.cache_clear()
    first = find(words)
    tagger.weights.cache_clear()
    assert first
    assert find(words) == first


@pytest.mark.prove
def test_ten_thousand_planted_messages() -> None:
    sample = list(planted(5_000))
    holds(sample)
    found = scored(sample)
    assert found.recall > 0.95
    assert found.precision > 0.95
    assert found.whole > 0.93


@pytest.mark.prove
@pytest.mark.parametrize("pump", PUMPS)
def test_the_whole_search_takes_time_in_proportion_to_a_pumped_text(pump: str) -> None:
    """Four times the text takes at most 1.3 as an exponent: 1.0 is in proportion, 2.0 is quadratic."""
    assert min(growth(pump) for _ in range(2)) < 1.3
