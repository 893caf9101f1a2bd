"""A slice of the attack: nothing promised is broken by ours, and the attacks do break what they are meant to."""

from __future__ import annotations

import pytest

from benchmarks.release.attacks import ATTACKS
from benchmarks.release.run import NEVER, Outcome, attack, outcomes

SLICE = (1, 4, 7, 11, 14)


@pytest.fixture(scope="module")
def found() -> list[Outcome]:
    return [attack(seed) for seed in SLICE]


def test_a_year_in_five_partnerships_isolates_nobody_by_what_is_promised(
    found: list[Outcome],
) -> None:
    assert sum(outcome.lines["ours"] for outcome in found) > 50
    for name in NEVER:
        assert [outcome.isolations["ours", name] for outcome in found] == [0] * len(SLICE), name


@pytest.mark.parametrize("name", ATTACKS)
def test_the_attack_succeeds_against_hiding_under_five(found: list[Outcome], name: str) -> None:
    assert any(outcome.isolations["hide", name] for outcome in found)


@pytest.mark.prove
def test_a_year_in_sixty_partnerships_isolates_nobody_by_what_is_promised() -> None:
    for outcome in outcomes(60):
        assert not any(outcome.isolations["ours", name] for name in NEVER)
