"""What a form says that it needs, it refuses without, and says so beside the field."""

from __future__ import annotations

import pytest

from handlers.messages import Field, Form
from tests.dialogues.test_loop import issue, speak
from tests.story import AGENCIES, Story

# the form: who presses its main button, what that button does, and what is named beside it
FORMS = {
    "reflect": ("practitioner", "reflect"),
    "relay": ("champion", "relay_send"),
    "receipt_phrase": ("champion", "phrase_enter"),
    "away": ("practitioner", "away_set"),
    "pause": ("strategic_member", "pause_set"),
    "group_set_up": ("chair", "group_set_up"),
    "pilot": ("coordinator", "pilot_begin"),
    "meeting": ("coordinator", "meeting_set"),
    "change": ("practitioner", "change_send"),
    "answer": ("strategic_member", "answer_propose"),
}


def wrong(form: Form) -> set[str]:
    return {part.name for part in form.parts if isinstance(part, Field) and part.error}


@pytest.mark.parametrize("name", FORMS)
def test_what_a_form_needs_it_refuses_without(story: Story, name: str) -> None:
    role, kind = FORMS[name]
    actor = story.champion("Ana", "housing") if role == "champion" else story.person(role)
    more = {}
    if name == "answer":
        speak(story, 8, AGENCIES)
        more = {"line_id": issue(story)[0]}
    if name == "change":
        more = {"contribution": story.does(actor, "reflect", words="late").state["contribution"]}
    said = story.does(actor, kind, **more)
    assert said.name == name
    assert said.needs
    assert set(said.needs) <= wrong(said)
