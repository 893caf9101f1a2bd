"""The first coder: few labels, each with its phrase; the same from the same; nothing from nothing."""

from __future__ import annotations

from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests import codebook
from digests.codebook import Codebook
from digests.themes import Coder, train

BOOK = codebook.read(
    resources.files("handlers").joinpath("starter", "codebook.toml").read_text("utf-8")
)
CODER = train(BOOK)

INVENTED = [
    ("The youth club is warm and it is open till nine.", "safe_places"),
    ("He owes them for the trainers and now he has to pay it back by carrying.", "peer_pressure_debt"),
    ("Three meetings about one boy, the same panel each time.", "meetings_load"),
    ("She turned eighteen on Friday and everything stopped.", "turning_18"),
    ("They hang about at the bus station by the last bus.", "transport_hubs"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "theme"), INVENTED)
def test_plain_talk_about_a_theme_gets_that_theme_first(words: str, theme: str) -> None:
    assert CODER.read(words)[0].theme == theme


@pytest.mark.parametrize("words", ["", "   ", "…", "🙂", "1234 5678", "Ünï ¿?"])
def test_words_that_say_nothing_are_none_of_these(words: str) -> None:
    assert CODER.read(words) == ()


def test_the_codebook_s_own_examples_are_nearly_all_read_as_meant() -> None:
    meant = [(text, theme.id) for theme in BOOK.themes for text in theme.examples]
    read = CODER.read_many([text for text, _ in meant])
    right = sum(
        id in {label.theme for label in labels} for labels, (_, id) in zip(read, meant, strict=True)
    )
    assert right / len(meant) > 0.95


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gets_at_most_three_labels_whose_phrases_lie_inside_it(words: str) -> None:
    labels = CODER.read(words)
    assert len(labels) <= 3
    assert len({label.theme for label in labels}) == len(labels)
    assert [label.score for label in labels] == sorted((x.score for x in labels), reverse=True)
    for label in labels:
        assert 0 <= label.start < label.end <= len(words)
        assert 0 < label.score <= 1
        assert BOOK.theme(label.theme)


def test_the_phrase_shown_is_the_cue_as_the_person_typed_it() -> None:
    words = "😀 Nobody uses it — the YOUTH CLUB’s shut, there’s no drop-in either."
    label = next(x for x in CODER.read(words) if x.theme == "safe_places")
    assert words[label.start : label.end].lower() in {"youth club", "drop-in"} or (
        words[label.start : label.end] == "YOUTH CLUB’s"
    )


def test_many_at_once_are_read_as_each_alone() -> None:
    texts = [words for words, _ in INVENTED] + [""]
    assert CODER.read_many(texts) == [CODER.read(text) for text in texts]
    assert CODER.read_many([]) == []


def test_the_same_codebook_and_codings_make_the_same_coder() -> None:
    coded = [("The ferry café lets them sit in.", ("safe_places",)), ("Lunch was soup.", ())]
    one, other = train(BOOK, coded), train(BOOK, reversed(coded))
    assert one.version == other.version
    texts = [words for words, _ in INVENTED]
    assert one.read_many(texts) == other.read_many(texts)
    assert one.version != CODER.version


def test_what_people_coded_is_learnt_and_forgotten_with_the_words() -> None:
    coded = [
        (f"The quokka in the {room} was mentioned.", ("meetings_load",))
        for room in ("hall", "kitchen", "porch", "cellar", "attic")
    ]
    words = "Somebody mentioned a quokka."
    assert "meetings_load" in {label.theme for label in train(BOOK, coded).read(words)}
    without = train(BOOK, [])
    assert "meetings_load" not in {label.theme for label in without.read(words)}
    assert without.version == CODER.version


def test_a_retired_theme_in_old_codings_is_passed_over() -> None:
    coder: Coder = train(BOOK, [("Old words about an old theme.", ("retired_theme",))])
    assert all(label.theme != "retired_theme" for label in coder.read("Old words, old theme."))


def test_a_codebook_with_two_small_themes_still_makes_a_coder() -> None:
    coder = train(_small())
    assert coder.read("It was so warm in there")[0].theme == "warm_rooms"
    assert coder.read("The dog was barking again")[0].theme == "dogs"


def _small() -> Codebook:
    return codebook.read(
        """
        [codebook]
        version = 1
        [[groups]]
        id = "all"
        name = "All"
        plain = "All of it."
        [[themes]]
        id = "warm_rooms"
        group = "all"
        name = "Warm rooms"
        plain = "Somewhere warm to sit."
        cues = ["warm"]
        [[themes]]
        id = "dogs"
        group = "all"
        name = "Dogs"
        plain = "A dog and its walks."
        cues = ["dog", "barking"]
        """
    )
