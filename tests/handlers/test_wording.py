"""The bot's sentences: found by id, filled in one pass, never sent half-filled."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import wording
from handlers.wording import buttons, ids, placeholders, say

SAFETY_SET = ["fixed_line", "other_routes", "purpose_panel", "relay_agreement", "relay_said_no"]


def test_every_sentence_can_be_filled_from_its_own_placeholders() -> None:
    for id in ids():
        said = say(id, **dict.fromkeys(placeholders(id), "something"))
        assert "{" not in said, id
        assert "}" not in said, id


def test_no_sentence_keeps_marks_that_only_the_source_document_needs() -> None:
    for id in ids():
        text = say(id, **{name: name for name in placeholders(id)})
        assert text.strip() == text, id
        assert text, id
        assert "[" not in text, id
        assert not text.startswith(">"), id
        assert "*" not in re.sub(r"\*\*[^*]+\*\*", "", text), f"{id}: only **bold** is allowed"


def test_an_id_that_nobody_wrote_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="no_such_sentence"):
        say("no_such_sentence")
    with pytest.raises(KeyError, match="no_such_sentence"):
        buttons("no_such_sentence")
    with pytest.raises(KeyError, match="no_such_sentence"):
        placeholders("no_such_sentence")


def test_a_missing_value_is_refused_by_name_of_sentence_and_value() -> None:
    with pytest.raises(KeyError, match=r"away_confirmed.*date"):
        say("away_confirmed")


def test_a_value_that_the_sentence_has_no_place_for_changes_nothing() -> None:
    assert say("edit_confirmed", date="1 May") == say("edit_confirmed")


@settings(deadline=None)
@given(words=st.text())
def test_words_somebody_typed_go_in_exactly_as_typed(words: str) -> None:
    said = say(
        "receipt",
        text_as_kept=words,
        date="1 May",
        group_name="the group",
        answer_by_date="2 June",
        digest_date="8 May",
    )
    assert f"'{words}'" in said


@pytest.mark.parametrize(
    "words", ["{date}", "{0.__class__}", "{text_as_kept}", "}{", "{{date}}", r"\1 \g<0>", "%s"]
)
def test_braces_in_typed_words_are_not_placeholders(words: str) -> None:
    said = say("away_confirmed", date=words)
    assert f"away until {words}." in said


def test_an_empty_value_leaves_no_gap() -> None:
    assert say("withdraw_confirmed", published_note="").endswith("written after today.")
    asked = say("prompt", question_1="A?", question_2="", minutes="1", who_reads="b", what_for="c")
    assert asked.splitlines()[1].startswith("About 1.")


def test_no_button_label_waits_for_a_value() -> None:
    assert not any("{" in label for id in ids() for label in buttons(id))


def test_button_labels_stand_in_the_order_in_which_they_are_shown() -> None:
    assert buttons("relay_voices") == ("One", "2 to 4", "5 to 9", "10 to 19", "20 or more")
    assert buttons("relay_quote")[0] == "Yes, as they are"
    assert buttons("welcome") == ()


def test_a_language_that_was_not_added_falls_back_to_english() -> None:
    assert say("edit_confirmed", language="cy") == say("edit_confirmed")
    assert buttons("relay_voices", "cy") == buttons("relay_voices")
    assert ids("cy") == ()


def test_the_sentences_that_must_be_reviewed_first_are_all_here() -> None:
    for id in SAFETY_SET:
        assert id in ids()
    assert "999" in say("fixed_line", **dict.fromkeys(placeholders("fixed_line"), "x"))


def test_every_answer_has_what_the_contributor_reads() -> None:
    for answer in ("act", "hold", "discuss", "not_now", "not_ours", "changed", "partly"):
        assert f"answer_{answer}" in ids()
        assert placeholders(f"answer_{answer}")


def test_placeholders_are_named_once_and_in_order() -> None:
    assert placeholders("answer_not_ours") == ("receiver", "date")
    assert placeholders("prompt")[:2] == ("question_1", "question_2")
    doubled = placeholders("set_aside_rota_gap")
    assert len(set(doubled)) == len(doubled)


def test_no_brace_in_the_file_is_anything_but_a_placeholder() -> None:
    for source in wording.sources():
        for table in tomllib.loads(source).values():
            for id, text in table.items():
                if isinstance(text, str):
                    left = re.sub(r"\{[a-z][a-z0-9_]*\}", "", text)
                    assert not re.search(r"[{}]", left), id


def test_a_sentence_in_two_files_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'edit_confirmed' stands in two"):
        wording._read(*wording.sources(), '[en]\nedit_confirmed = "Changed."')
    with pytest.raises(ValueError, match="'relay_agreement' stands in two"):
        wording._read(*wording.sources(), '[en.buttons]\nrelay_agreement = ["Yes"]')


PARTIAL = """
[cy]
edit_confirmed = "Wedi'i newid. Mae'r fersiwn gynharach wedi mynd."
away_confirmed = "Rydych chi i ffwrdd tan {date}."
[cy.buttons]
relay_agreement = ["Do", "Ddim eto", "Na"]
"""


def test_a_partial_language_says_what_it_has_and_the_rest_in_english(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = wording._read(*wording.sources(), PARTIAL)
    monkeypatch.setattr(wording, "_wording", lambda: made)
    assert say("edit_confirmed", language="cy").startswith("Wedi")
    assert say("away_confirmed", language="cy", date="4 Ionawr").endswith("4 Ionawr.")
    assert say("waited_long_let_go", language="cy") == say("waited_long_let_go")
    assert buttons("relay_agreement", "cy") == ("Do", "Ddim eto", "Na")
    assert buttons("relay_voices", "cy") == buttons("relay_voices")
    assert wording.faults(*wording.sources(), PARTIAL) == ()


def test_the_languages_in_the_file_ask_for_the_same_values_as_english() -> None:
    assert wording.faults(*wording.sources()) == ()


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ('[cy]\nno_such_sentence = "Helo"', "'no_such_sentence' is no sentence"),
        ('[cy]\naway_confirmed = "I ffwrdd."', "'away_confirmed' must ask for the same"),
        ('[cy]\nedit_confirmed = "{date}"', "'edit_confirmed' must ask for the same"),
        ('[cy.buttons]\nrelay_agreement = ["Do"]', "'relay_agreement' needs as many"),
    ],
)
def test_a_planted_fault_in_another_language_is_found(planted: str, fault: str) -> None:
    [found] = wording.faults(*wording.sources(), planted)
    assert found.startswith("cy: ")
    assert fault in found
