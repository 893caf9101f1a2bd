"""What a word is said beside, by all or by two parts of the agencies, and never by a few."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.words.meanings import roster, town
from digests import meanings
from digests.meanings import Meaning, Said
from digests.release import Roster


def rule_holds(said: Iterable[Said], k: int = 5) -> bool:
    """The practitioners' rule written a second time, plainly, from the design."""
    rows = list(said)
    everyone = {one.person for one in rows}
    agencies = {one.agency for one in rows}
    without = [everyone - {o.person for o in rows if o.agency == agency} for agency in agencies]
    return len(everyone) >= k and len(agencies) >= 2 and all(len(rest) >= k for rest in without)


def near(one: Said, word: str, phrase: str) -> bool:
    """Whether a phrase stands in a sentence with the word."""
    return any(word in sentence and phrase in sentence for sentence in one.words.lower().split("."))


def shown(found: Iterable[Meaning]) -> str:
    """All that is said of them to anybody."""
    return repr(
        [(m.word, [[(b.name, b.phrases) for b in part] for part in m.parts]) for m in found]
    )


@st.composite
def towns(draw: st.DrawFn) -> list[Said]:
    """Towns with large and small agencies, people in two of them, and people who speak often."""
    sizes = draw(st.lists(st.sampled_from((1, 2, 5, 9, 13)), min_size=2, max_size=8))
    said, _ = town(
        random.Random(draw(st.integers(0, 10_000))),
        max(sizes),
        draw(st.sampled_from((0.5, 0.9, 1.0))),
        divided=draw(st.booleans()),
    )
    kept = []
    for one in said:
        at = int(one.agency.split()[1])
        if at < len(sizes) and int(one.person[1:]) // 8 < sizes[at]:
            kept.append(one)
    for n in draw(st.lists(st.integers(0, len(kept) - 1), max_size=6)):
        kept.append(replace(kept[n], contribution=f"again {len(kept)}", agency="agency 0"))
    return kept


@given(towns(), st.integers(5, 7), st.booleans())
@settings(max_examples=40, deadline=None)
def test_whatever_is_said_of_a_word_was_written_by_enough_in_enough_agencies_of_each_part(
    said: list[Said], k: int, known: bool
) -> None:
    by_id = {one.contribution: one for one in said}
    everybody = roster(said) if known else Roster()
    for meaning in meanings.find(said, k=k, roster=everybody):
        for part in meaning.parts:
            assert part
            for beside in part:
                behind = [by_id[id] for id in beside.contributions]
                assert rule_holds(behind, k)
                for phrase in beside.phrases:
                    assert rule_holds([o for o in behind if near(o, "safe", phrase)], k)
        agencies = [
            {everybody.block(by_id[id].agency) for beside in part for id in beside.contributions}
            for part in meaning.parts
        ]
        assert len(agencies) == 1 or not agencies[0] & agencies[1]


def test_two_ways_to_say_a_word_are_found_without_naming_anybody_and_an_even_town_has_one() -> None:
    found, halves = 0, 0
    for n in range(12):
        said, half = town(random.Random(n), 8, 0.9, divided=True)
        for meaning in meanings.find(said, k=5, roster=roster(said)):
            assert meaning.word == "safe"
            assert meaning.differs
            assert "agency" not in shown([meaning])
            agency = {one.contribution: one.agency for one in said}
            part = {agency[id] for beside in meaning.parts[0] for id in beside.contributions}
            found, halves = found + 1, halves + (part <= half or not part & half)
        even, _ = town(random.Random(n), 8, 0.9, divided=False)
        assert not any(meaning.differs for meaning in meanings.find(even, k=5))
    assert found >= 9
    assert halves >= found - 2


def test_what_one_agency_alone_says_is_no_part() -> None:
    said, half = town(random.Random(3), 8, 1.0, divided=True)
    one = sorted(half)[0]
    alone = [o for o in said if o.agency not in half or o.agency == one]
    assert not any(meaning.differs for meaning in meanings.find(alone, k=5))


def test_a_word_has_one_meaning_where_all_say_it_beside_the_same_and_speak_of_much_besides() -> (
    None
):
    safe = [
        Said(f"s{n}", "Safe is when he is home by ten.", "", f"p{n}", f"a{n % 4}")
        for n in range(16)
    ]
    besides = [
        Said(f"b{n}", f"The {what} was late again.", "", f"p{n % 16}", f"a{n % 4}")
        for n in range(40)
        for what in (("panel", "referral", "bus", "form")[n % 4],)
    ]
    (found,) = meanings.find(safe + besides, k=5)
    assert (found.word, found.differs) == ("safe", False)
    assert [(one.name, one.phrases) for one in found.parts[0]] == [("home and family", ("home",))]


@pytest.mark.parametrize("asked", ["A young person here is safe when ...", ""])
def test_an_answer_to_a_question_about_a_word_is_about_it_without_saying_it(asked: str) -> None:
    answers = [
        Said(f"s{n}", "He is home. He sleeps.", asked, f"p{n}", f"a{n % 4}") for n in range(16)
    ]
    talk = [Said(f"t{n}", "The panel met.", "", f"q{n}", f"a{n % 4}") for n in range(16)]
    assert [one.word for one in meanings.find(answers + talk, k=5)] == (["safe"] if asked else [])


def test_neither_the_order_of_words_nor_the_tags_of_people_decide_what_is_found() -> None:
    said, _ = town(random.Random(5), 8, 0.9, divided=True)
    other = [
        replace(one, person=f"x{one.person}", contribution=f"y{one.contribution}")
        for one in random.Random(1).sample(said, len(said))
    ]
    assert shown(meanings.find(said, k=5)) == shown(meanings.find(other, k=5)) != "[]"


def test_what_was_replaced_is_said_beside_nothing_and_no_bar_is_lower_than_five() -> None:
    said = [Said(f"s{n}", "Safe at [school].", "", f"p{n}", f"a{n % 4}") for n in range(16)]
    assert meanings.find(said, k=5) == ()
    with pytest.raises(ValueError, match="never lowered"):
        meanings.find(said, k=4)
