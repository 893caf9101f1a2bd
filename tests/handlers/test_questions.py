"""The reviewed question forms: what each may be asked from, and what none of them is."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from digests.codebook import read
from handlers import questions

CODEBOOK = read(
    resources.files("handlers").joinpath("starter/codebook.toml").read_text(encoding="utf-8")
)
GROUPS = frozenset(group.id for group in CODEBOOK.groups)


@pytest.mark.parametrize("form", questions.forms(), ids=lambda form: form.text[:30])
def test_every_form_is_an_open_question_with_a_known_ground(form: questions.QuestionForm) -> None:
    assert form.when
    assert form.when <= questions.GROUNDS
    assert form.groups <= GROUPS
    assert form.text.endswith("?")
    assert len(form.text.split()) <= 25
    assert not re.search(r"\d|per cent|score|rate|how many", form.text)


def test_no_form_is_there_twice() -> None:
    texts = [form.text for form in questions.forms()]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("side", ["strength", "worry"])
@pytest.mark.parametrize("group", [*sorted(GROUPS), "a_group_of_their_own"])
def test_every_line_has_more_than_one_question_to_choose_from(group: str, side: str) -> None:
    assert len(questions.may_be_asked({side}, group)) > 1


def test_what_changed_is_asked_about_before_what_the_theme_always_asks() -> None:
    allowed = questions.may_be_asked({"worry", "louder", "practitioners_only"}, "transitions")
    grounds = [next(f.when for f in questions.forms() if f.text == text) for text in allowed]
    assert "louder" in grounds[0]
    assert grounds.index({"practitioners_only"}) < grounds.index({"worry"})


def test_a_strength_is_never_asked_about_as_a_worry() -> None:
    allowed = questions.may_be_asked({"strength", "voices_only", "quieter", "first"}, "keeps_safe")
    assert "What would it take for us to notice this before someone has to tell us?" not in allowed
    assert allowed
