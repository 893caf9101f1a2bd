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
