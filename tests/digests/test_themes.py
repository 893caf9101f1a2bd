"""The first coder: few labels, each with its phrase; the same from the same; nothing from nothing."""

from __future__ import annotations

from importlib import resources

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests import codebook
from digests.codebook import Codebook
from digests.themes import (
    Coder,
    CoderError,
    from_bytes,
    prove,
    teaches_most,
    to_bytes,
    together,
    train,
)

BOOK = codebook.read(
    resources.files("handlers").joinpath("starter", "codebook.toml").read_text("utf-8")
)


@pytest.fixture(scope="module")
def coder() -> Coder:
    """The coder of the starter codebook, made once and by whoever asks first."""
    return train(BOOK)


INVENTED = [
    ("The youth club is warm and it is open till nine.", "safe_places"),
    ("He owes them for the trainers and now he has to pay it back by carrying.", "peer_pressure_debt"),
    ("Three meetings about one boy, the same panel each time.", "meetings_load"),
    ("She turned eighteen on Friday and everything stopped.", "turning_18"),
    ("They hang about at the bus station by the last bus.", "transport_hubs"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "theme"), INVENTED)
def test_plain_talk_about_a_theme_gets_that_theme_first(
    coder: Coder, words: str, theme: str
) -> None:
    assert coder.read(words)[0].theme == theme


@pytest.mark.parametrize("words", ["", "   ", "…", "🙂", "1234 5678", "Ünï ¿?"])
def test_words_that_say_nothing_are_none_of_these(coder: Coder, words: str) -> None:
    assert coder.read(words) == ()


def test_the_codebook_s_own_examples_are_nearly_all_read_as_meant(coder: Coder) -> None:
    meant = [(text, theme.id) for theme in BOOK.themes for text in theme.examples]
    read = coder.read_many([text for text, _ in meant])
    right = sum(
        id in {label.theme for label in labels} for labels, (_, id) in zip(read, meant, strict=True)
    )
    assert right / len(meant) > 0.95


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gets_at_most_three_labels_whose_phrases_lie_inside_it(
    coder: Coder, words: str
) -> None:
    labels = coder.read(words)
    assert len(labels) <= 3
    assert len({label.theme for label in labels}) == len(labels)
    assert [label.score for label in labels] == sorted((x.score for x in labels), reverse=True)
    for label in labels:
        assert 0 <= label.start < label.end <= len(words)
        assert 0 < label.score <= 1
        assert BOOK.theme(label.theme)


def test_the_phrase_shown_is_the_cue_as_the_person_typed_it(coder: Coder) -> None:
    words = "😀 Nobody uses it — the YOUTH CLUB’s shut, there’s no drop-in either."
    label = next(x for x in coder.read(words) if x.theme == "safe_places")
    assert words[label.start : label.end].lower() in {"youth club", "drop-in"} or (
        words[label.start : label.end] == "YOUTH CLUB’s"
    )


def test_many_at_once_are_read_as_each_alone(coder: Coder) -> None:
    texts = [words for words, _ in INVENTED] + [""]
    assert coder.read_many(texts) == [coder.read(text) for text in texts]
    assert coder.read_many([]) == []


def test_the_same_codebook_and_codings_make_the_same_coder(coder: Coder) -> None:
    coded = [("The ferry café lets them sit in.", ("safe_places",)), ("Lunch was soup.", ())]
    one, other = train(BOOK, coded), train(BOOK, reversed(coded))
    assert one.version == other.version
    texts = [words for words, _ in INVENTED]
    assert one.read_many(texts) == other.read_many(texts)
    assert one.version != coder.version


def test_what_people_coded_is_learnt_and_forgotten_with_the_words(coder: Coder) -> None:
    coded = [
        (f"The quokka in the {room} was mentioned.", ("meetings_load",))
        for room in ("hall", "kitchen", "porch", "cellar", "attic")
    ]
    words = "Somebody mentioned a quokka."
    assert "meetings_load" in {label.theme for label in train(BOOK, coded).read(words)}
    without = train(BOOK, [])
    assert "meetings_load" not in {label.theme for label in without.read(words)}
    assert without.version == coder.version


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


def test_a_coder_kept_as_bytes_reads_the_same() -> None:
    coder = train(BOOK, [("The ferry café lets them sit in.", ("safe_places",))])
    again = from_bytes(to_bytes(coder))
    texts = [words for words, _ in INVENTED]
    assert again.version == coder.version
    for one, other in zip(again.read_many(texts), coder.read_many(texts), strict=True):
        assert [(x.theme, x.start, x.end) for x in one] == [
            (x.theme, x.start, x.end) for x in other
        ]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a coder", b"\x80\x04K\x01."])
def test_bytes_that_are_no_coder_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(CoderError, match="coder"):
        from_bytes(data)


def test_too_few_examples_are_too_few_to_say() -> None:
    proof = prove(BOOK, [("The quokka hall.", ("safe_places",))] * 4)
    assert proof.micro is None
    assert proof.macro is None
    assert {one.f1 for one in proof.themes} == {None}
    assert next(one.examples for one in proof.themes if one.theme == "safe_places") == 4


def test_a_theme_is_measured_from_five_examples_on_words_not_seen() -> None:
    rooms = ("hall", "kitchen", "porch", "cellar", "attic", "yard", "shed", "stairs", "roof", "den")
    coded = [(f"The quokka in the {room} was seen.", ("meetings_load",)) for room in rooms]
    coded += [(f"They ate soup in the {room} again.", ()) for room in rooms]
    coded += [(f"A lone wombat, {room}.", ("time_to_reflect",)) for room in rooms[:4]]
    by_theme = {one.theme: one for one in prove(BOOK, coded).themes}
    assert by_theme["meetings_load"].f1 is not None
    assert by_theme["meetings_load"].f1 > 0.8
    assert by_theme["time_to_reflect"].f1 is None


def test_what_is_most_doubtful_comes_first_and_what_people_coded_last() -> None:
    scores = {"sure": [0.98], "close": [0.9, 0.52], "none": [], "done": [0.5]}
    assert teaches_most(scores, ["done"]) == ["close", "none", "sure", "done"]


def test_a_codebook_that_only_names_its_themes_still_reads_plain_talk() -> None:
    book = codebook.read(
        "[codebook]\nversion = 1\n"
        '[[groups]]\nid = "all"\nname = "All"\nplain = "All."\n'
        + "".join(
            f'[[themes]]\nid = "{id}"\ngroup = "all"\nname = "{name}"\nplain = "{name}."\n'
            for id, name in (
                ("parking", "Car parking"),
                ("food", "Food and drink"),
                ("waiting", "Timeliness"),
                ("manner", "Staff manner"),
            )
        )
    )
    coder = train(book)
    assert coder.read("We sat there for two hours before anybody was ready.")[0].theme == "waiting"
    assert coder.read("My lunch was cold and the menu poor.")[0].theme == "food"


def test_meaning_and_families_together_are_close_to_a_gaussian_likeness() -> None:
    meanings = np.eye(4, 8, dtype=np.float32)
    families = np.repeat(np.eye(2, 5, dtype=np.float32), 2, axis=0)
    waves = together.vectors(meanings, families)
    both = np.concatenate([meanings, families], axis=1)
    apart = ((both[:, None] - both[None]) ** 2).sum(axis=2)
    assert np.abs(waves @ waves.T - np.exp(-apart / 2)).max() < 0.15


def test_a_few_codings_leave_the_bar_of_the_codebook_alone(coder: Coder) -> None:
    coded = [(text, (theme.id,)) for theme in BOOK.themes for text in theme.examples[:2]][:45]
    taught = train(BOOK, coded)
    assert (taught.weighing, taught.bar) == (coder.weighing, coder.bar)
