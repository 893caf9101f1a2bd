"""Bad input anywhere gets a sentence and breaks nothing: every kind of thing that happens, every kind of value."""

from __future__ import annotations

import re

import pytest

from handlers import permissions, router
from handlers.messages import Actor
from handlers.permissions import NotAllowedError
from tests.dialogues.test_loop import issue, speak
from tests.story import AGENCIES, Story, read

FIELDS = [
    "words",
    "answer",
    "child_words",
    "not_done",
    "owner_role",
    "receiver",
    "due_on",
    "sign",
    "button",
    "status",
    "line_id",
    "commitment",
    "until",
    "to",
    "email",
    "name",
    "agency",
    "role",
    "seat",
    "person",
    "planned",
    "uses",
    "days",
    "domain",
    "token",
    "join",
    "choice",
    "item",
    "reason",
    "reference",
    "confirmed",
    "phrase",
    "contribution",
    "contribution_id",
    "theme_id",
    "quote",
    "quote_id",
    "round",
    "link",
    "on",
    "voices",
    "voice",
    "rendering",
    "age_band",
    "agreement",
    "covers",
    "back",
    "relay_back",
    "hear_back",
    "pace",
    "hear",
    "opinion",
    "sentence",
    "question",
    "other_side",
    "provenance",
    "return_id",
    "danger_seen",
    "chosen",
    "detail.1",
    "tag_level",
    "tag_stance",
    "level",
    "stance",
]
BAD = {
    "blank": " \t\n ",
    "a lone surrogate": "\ud800",
    "a null character": "a\x00b",
    "50,000 letters": "x" * 50_000,
    "50,000 words": "word " * 10_000,
    "a day in the past": "2020-01-01",
    "no day": "2026-02-30",
    "a number": "-1",
    "another alphabet's number": "٣",
    "a placeholder": "{words} {0} %s ${x}",
    "markup": "<script>alert(1)</script> **a",
}
OF_A_LINE = ("answer", "minutes", "line", "quote")
PEOPLE = [
    kind
    for kind, (action, _) in router.KINDS.items()
    if permissions.CLOCK not in permissions.TABLE[action]
]


def test_nothing_at_all_gets_an_answer_in_words(story: Story) -> None:
    everybody = actors(story)
    for kind in PEOPLE:
        action = router.KINDS[kind][0]
        actor = next(one for one in everybody if permissions.allowed(one, action))
        for fields in ({}, dict.fromkeys(FIELDS, "")):
            said = story.does(actor, kind, **{n.replace(".", "__"): v for n, v in fields.items()})
            assert re.search(r"\w", read(said)), kind


def actors(story: Story) -> list[Actor]:
    ana = story.champion("Ana", "housing")
    table = permissions.ROLES.keys() - {permissions.PRACTITIONER, permissions.CHAMPION}
    return [ana, *(story.person(role) for role in sorted(table)), permissions.visitor("northport")]


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_whatever_is_typed_wherever_gets_an_answer_in_words(story: Story, bad: str) -> None:
    speak(story, 8, AGENCIES)
    [line, *_] = issue(story)
    everybody = actors(story)
    everywhere = dict.fromkeys(FIELDS, bad)
    for kind in PEOPLE:
        action = router.KINDS[kind][0]
        actor = next(one for one in everybody if permissions.allowed(one, action))
        within = ({**everywhere, "line_id": line},) if kind.startswith(OF_A_LINE) else ()
        for fields in (everywhere, *within):
            said = story.does(actor, kind, **{n.replace(".", "__"): v for n, v in fields.items()})
            assert re.search(r"\w", read(said)), kind


@pytest.mark.parametrize("bad", ["\ud800", "a\x00b", "x" * 50_000, "2020-01-01"])
def test_a_name_of_a_kind_or_a_field_that_nobody_knows_is_refused_or_left_alone(
    story: Story, bad: str
) -> None:
    ana = story.champion("Ana", "housing")
    with pytest.raises(NotAllowedError):
        story.does(ana, bad)
    assert (
        story.does(ana, "reflect", **{bad: bad, "words": "The late bus is gone."}).name == "receipt"
    )
