"""A codebook is read whole or refused with a sentence that its editor can act on."""

from __future__ import annotations

from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.codebook import Codebook, CodebookError, read

STARTER = resources.files("handlers").joinpath("starter", "codebook.toml").read_text("utf-8")

SMALL = """
[codebook]
version = 3

[[groups]]
id = "keeps_safe"
name = "What keeps us safe"
plain = "What protects."

[[themes]]
id = "warm_rooms"
group = "keeps_safe"
name = "Warm rooms"
plain = "Somewhere warm to sit."
cues = ["warm"]
"""


@pytest.fixture(scope="module")
def starter() -> Codebook:
    return read(STARTER)


def test_the_starter_codebook_reads_whole(starter: Codebook) -> None:
    assert starter.version == 1
    assert len(starter.groups) == 8
    assert len(starter.themes) == 33
    assert all(len(theme.examples) == 12 and theme.cues for theme in starter.themes)


def test_every_starter_theme_has_exactly_one_group_with_a_plain_sentence(starter: Codebook) -> None:
    for theme in starter.themes:
        assert starter.group_of(theme.id).id == theme.group
        assert starter.group_of(theme.id).plain.endswith(".")


def test_a_theme_is_found_by_its_id_and_an_unknown_id_is_not(starter: Codebook) -> None:
    theme = starter.theme("safe_places")
    assert theme.stance == "strength"
    assert theme.prevention_level == "primary"
    with pytest.raises(KeyError):
        starter.theme("no_such_theme")
    with pytest.raises(KeyError):
        starter.group_of("no_such_theme")


def test_a_small_home_grown_codebook_needs_no_examples_and_no_lens() -> None:
    book = read(SMALL)
    assert book.version == 3
    assert book.theme("warm_rooms").examples == ()
    assert book.theme("warm_rooms").network_level == "unclear"
    assert book.theme("warm_rooms").stance == "mixed"
    assert book.group("keeps_safe").name == "What keeps us safe"


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ('group = "keeps_safe"', 'group = "gone"', r"'warm_rooms' at line 10 .*'gone'"),
        ("version = 3", "", "needs a version"),
        ("version = 3", "version = true", "needs a version"),
        ('id = "warm_rooms"', "", "theme at line 10 needs an id"),
        ('id = "warm_rooms"', 'id = "Warm Rooms"', "theme at line 10 needs an id"),
        ('name = "Warm rooms"', "", "'warm_rooms' at line 10 has no 'name'"),
        ('plain = "Somewhere warm to sit."', "", "no examples and no description"),
        ('plain = "Somewhere warm to sit."', 'belongs = "Sofas."', "has no 'plain'"),
        ('cues = ["warm"]', 'cues = "warm"', "'cues' must be a list"),
        ('cues = ["warm"]', 'cues = [" "]', "'cues' must be a list"),
        ('cues = ["warm"]', 'stance = "angry"', "stance 'angry'"),
        ('cues = ["warm"]', "lens = 3", "'lens' must be a table"),
        ('cues = ["warm"]', 'lens = { network_level = "moon" }', "network_level 'moon'"),
        ("[[themes]]", "[[topics]]", r"no \[\[themes\]\]"),
        ("[codebook]", "[codebook", "not valid TOML.*line 2"),
    ],
)
def test_a_mistake_is_named_with_its_theme_and_line(was: str, becomes: str, sentence: str) -> None:
    assert was in SMALL
    with pytest.raises(CodebookError, match=sentence):
        read(SMALL.replace(was, becomes, 1))


def test_an_id_used_twice_is_refused_where_it_comes_again() -> None:
    again = SMALL[SMALL.index("[[themes]]") :]
    with pytest.raises(CodebookError, match=r"'warm_rooms' at line 16 has an id .*already used"):
        read(SMALL + again)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_either_a_codebook_or_refused_in_words(text: str) -> None:
    with pytest.raises(CodebookError, match=r"\."):
        read(text)
