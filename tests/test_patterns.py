"""No regular expression of ours grows faster than what it reads, whoever wrote that."""

from __future__ import annotations

import ast
import re

import pytest

from tests.patterns import PROJECT, Used, calls, everything, growth, sources, took, worst

LONG = 6_000  # characters: twice what any box takes
SUSPECT = 0.005  # seconds of processor time; what takes less is not looked at a second time
GENEROUS = 1.6  # the exponent here: between what grows with its text and what grows by the square
STRICT = 1.2  # the exponent that is measured with ./dev prove

# The only places that put a pattern together while running, and of what.
MADE_OF_OURS = {
    "handlers/own_texts/checks.py": "rules in that room's file",
    "bot/readers.py": "names of columns that stand in that file",
    "digests/codebook.py": "the two kinds of header",
    "digests/danger/cues.py": "lists in cues.toml",
    "digests/protect/lists.py": "names in cues.toml, escaped",
}


def grows(used: Used) -> bool:
    """Whether what takes it longest takes it far more than twice as long at twice the length."""
    (one,) = worst(used, length=LONG, pairs=False, how_many=1)
    if took(used, one, LONG, runs=2) < SUSPECT:
        return False
    return growth(used, one, lengths=(LONG // 2, 2 * LONG), runs=3) > GENEROUS


def power(used: Used) -> float:
    """The greatest exponent among the ways that take longest, every two pieces of it together."""
    found = 0.0
    for one in worst(used, length=1_500, pairs=True, how_many=5):
        seen = growth(used, one, lengths=(4_000, 16_000), runs=5)
        if seen > STRICT:
            seen = min(seen, growth(used, one, lengths=(4_000, 32_000), runs=9))
        found = max(found, seen)
    return found


def test_no_pattern_grows_faster_than_what_it_reads() -> None:
    looked_at = everything()
    assert len(looked_at) > 300, "some were not found"
    assert [(one.where, one.pattern.pattern[:80]) for one in looked_at if grows(one)] == []


@pytest.mark.prove
def test_no_pattern_grows_faster_than_the_power_of_one_and_a_fifth() -> None:
    """The best of many runs, in processor time."""
    found = {
        f"{used.where} {used.pattern.pattern[:60]}": round(power(used), 2) for used in everything()
    }
    print(f"{len(found)} patterns; the greatest exponent is {max(found.values())}")
    assert {name: seen for name, seen in found.items() if seen >= STRICT} == {}


@pytest.mark.parametrize("slow", [r"\w+@", r"(?:a|b)*c$", r"<[^>]*>"])
def test_a_slow_pattern_is_found(slow: str) -> None:
    assert grows(Used("planted", re.compile(slow)))
    assert not grows(Used("planted", re.compile(r"[a-z]{1,20} [0-9]")))


def test_no_pattern_is_made_of_what_somebody_typed() -> None:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    bodies: dict[str, list[range]] = {}
    for file, tree in sources():
        bodies[str(file.relative_to(PROJECT))] = [
            range(node.lineno, (node.end_lineno or node.lineno) + 1)
            for node in ast.walk(tree)
            if isinstance(node, functions)
        ]
    inside = set()
    for place, _, node in calls():
        name, _, line = place.rpartition(":")
        if not isinstance(node, ast.Constant) and any(int(line) in body for body in bodies[name]):
            inside.add(name)
    assert inside == MADE_OF_OURS.keys()
