"""Languages: English in every hurried spelling is read, others are said to be unread, unsure is an answer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests import language

ENGLISH = (
    "hes outside rn n we r hidin",
    "YP engaged x3, gd rapport",
    "misper 14 f LAC abs x2 ?CSE ref MASH",
    "Mam is brill",
    "lads r sound tbh ngl gd laff",
    "DNA x4 no contact MGM",
    "Prompt service.",
    "help",
    "The boy said 'no quiero' and laughed.",
)
OTHERS = (
    ("Moje dziecko boi się wracać do domu", "pl"),
    ("boje sie wracac do domu po szkole", "pl"),
    ("mi hija no quiere volver a casa porque tiene miedo", "es"),
    ("Copilul meu are nevoie de ajutor acum", "ro"),
    ("hooyo waan ka baqayaa guriga", "so"),
    ("Fy mam yn flin gyda fi heddiw", "cy"),
    ("میری بیٹی گھر جانے سے ڈرتی ہے", "ur"),
    ("我女儿不想回家", "zh"),
)


@pytest.mark.parametrize("words", ENGLISH)
def test_english_is_read_however_it_is_spelled(words: str) -> None:
    assert language.of(words).read


@pytest.mark.parametrize(("words", "code"), OTHERS, ids=[code for _, code in OTHERS])
def test_another_language_is_named_and_said_to_be_unread(words: str, code: str) -> None:
    found = language.of(words)
    assert (found.code, found.read) == (code, False)


def test_what_cannot_be_told_is_not_guessed() -> None:
    assert language.of("").code == language.UNKNOWN
    assert language.of("😀😀 12").code == language.UNKNOWN
    assert not language.of("meri beti ghar jaane se darti hai").read  # Urdu in Latin letters


def test_letters_that_nobody_here_reads_are_never_taken_for_english() -> None:
    assert not language.of("Помогите").read


@given(st.text(max_size=300))
@settings(max_examples=80, deadline=None)
def test_any_text_gets_an_answer(words: str) -> None:
    found = language.of(words)
    assert found.code
    assert 0 <= found.sure <= 1.000001
