"""New themes are proposed from what many texts share, named by their own phrases, never made up."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from digests import emergent

VAPES = [
    f"Free vapes {where}, and the flavour is always mango."
    for where in (
        "at the gate",
        "by the shop",
        "in the park",
        "near the rank",
        "outside school",
        "again",
    )
]
DOGS = [
    f"Another litter of puppies {where}, cash and no questions."
    for where in (
        "in the barn",
        "at the site",
        "down the lane",
        "by the farm",
        "on the green",
        "again",
    )
]


def test_two_things_that_many_say_are_two_groups_named_by_their_own_words() -> None:
    found = emergent.find(VAPES + DOGS, groups=2)
    assert sorted(len(one.members) for one in found) == [6, 6]
    names = " / ".join(one.name for one in found)
    assert "vapes" in names or "mango" in names
    assert "puppies" in names or "litter" in names


def test_the_same_texts_make_the_same_groups() -> None:
    assert emergent.find(VAPES + DOGS) == emergent.find(VAPES + DOGS)


COMMON = [
    "I asked, and half of it came back.",
    "Back then she asked me; half my day.",
    "He asked. It took half of June and came back.",
    "They asked us to come back at half past.",
    "Half of them asked whether it would come back.",
    "You asked for it back by half seven.",
]


def test_what_only_common_words_would_name_is_held_back() -> None:
    assert [one.name for one in emergent.find(COMMON + VAPES, groups=2)] == [
        one.name for one in emergent.find(COMMON + VAPES, groups=2) if "vapes" in one.name
    ]
    assert all("asked" not in one.name for one in emergent.find(COMMON + DOGS, groups=2))


def test_a_replaced_detail_names_nothing() -> None:
    card = [f"[young person] keeps the card from [person {n}] in a shoe" for n in range(6)]
    names = " ".join(one.name for one in emergent.find(card + VAPES, groups=2))
    assert "person" not in names


def test_a_group_holds_only_what_its_name_says() -> None:
    for one in emergent.find(VAPES + DOGS + ["Nothing to do with it.", "Nor this one."]):
        for n in one.members:
            text = (VAPES + DOGS + ["", ""])[n].lower()
            assert any(phrase in text for phrase in one.phrases)


def test_what_few_say_makes_no_group() -> None:
    assert emergent.find(VAPES[:4] + DOGS[:4]) == ()
    assert emergent.find([]) == ()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=30))
def test_any_texts_make_groups_of_five_or_more_that_do_not_overlap(texts: list[str]) -> None:
    found = emergent.find(texts)
    members = [n for one in found for n in one.members]
    assert len(members) == len(set(members))
    assert all(0 <= n < len(texts) for n in members)
    for one in found:
        assert len(one.members) >= emergent.FEWEST
        assert one.phrases
        for phrase in one.phrases:
            assert sum(phrase in texts[n].lower().replace("’", "'") for n in one.members) >= 3
