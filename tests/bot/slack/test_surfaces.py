"""Whatever a form holds, Slack takes what we make of it, and nothing typed comes alive there."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.plain_text import shown
from bot.slack.carried import Carried, pack, unpack
from bot.slack.surfaces import message, modal
from bot.slack.text import pieces
from handlers.messages import (
    Button,
    Choice,
    Contact,
    Contacts,
    Field,
    Form,
    Marked,
    Part,
    Text,
)
from tests.bot.slack.validate import problems

LONG = ("<!channel> & <@U1>", "**" * 200, "x" * 9_000, "🧵" * 3_000, "a " * 3_500, "\ud800", "")
anything = st.text(max_size=400) | st.integers(0, len(LONG) - 1).map(lambda n: LONG[n])
ids = st.text("abcdefgh_.1234", min_size=1, max_size=20)
styles = st.sampled_from(["plain", "voice", "hint", "tell", "not_referral", "phrase", "error"])
choices = st.lists(
    st.builds(Choice, ids, anything, anything), min_size=1, max_size=12, unique_by=lambda c: c.value
).map(tuple)


@st.composite
def fields(draw: st.DrawFn) -> Field:
    kind = draw(st.sampled_from(["long_text", "short_text", "date", "one_of", "any_of", "select"]))
    offered = draw(choices)[:10] if kind in ("one_of", "any_of", "select") else ()
    value = draw(st.sampled_from([c.value for c in offered] + [""])) if offered else ""
    if kind in ("long_text", "short_text"):
        value = draw(anything)[:3_000]
    elif kind == "date":
        value = draw(st.dates().map(str) | st.just(""))
    return Field(draw(ids), draw(anything), kind, draw(anything), offered, value, draw(anything))


parts: st.SearchStrategy[Part] = st.one_of(
    st.builds(Text, anything, styles, anything),
    st.builds(lambda words: Marked(words, ((0, 3), (2, 9), (50, 70))), anything),
    st.builds(lambda a, b: Contacts((Contact(a, b),)), anything, anything),
    fields(),
)
forms = st.builds(
    Form,
    ids,
    anything,
    st.lists(parts, max_size=12, unique_by=lambda p: p.name if isinstance(p, Field) else id(p)).map(
        tuple
    ),
    st.lists(
        st.builds(
            Button, anything, ids, ids, st.sampled_from(["plain", "main", "quiet"]), anything
        ),
        min_size=1,
        max_size=30,
        unique_by=lambda b: (b.kind, b.value),
    ).map(tuple),
    st.dictionaries(ids, anything.map(lambda text: text[:3_000]), max_size=6),
)
slow = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@given(forms)
@slow
def test_slack_takes_every_modal_that_a_form_becomes(form: Form) -> None:
    assert problems(modal(form, partnership="northport")) == []


@given(
    forms.map(
        lambda f: Form(
            f.name, f.title, tuple(p for p in f.parts if not isinstance(p, Field)), f.buttons
        )
    )
)
@slow
def test_slack_takes_every_message_that_a_form_becomes(form: Form) -> None:
    if form.title.strip() or form.parts:
        assert problems(message(form, partnership="northport")) == []


def texts(found: Any) -> list[str]:
    """Every mrkdwn text: the only place where Slack reads markup."""
    if isinstance(found, dict):
        own = [found["text"]] if found.get("type") == "mrkdwn" else []
        assert not own or found["verbatim"] is True
        return own + [text for value in found.values() for text in texts(value)]
    return [text for value in found for text in texts(value)] if isinstance(found, list) else []


@given(forms)
@slow
def test_no_text_becomes_a_mention_a_link_or_a_broadcast(form: Form) -> None:
    shown = texts(modal(form, partnership="northport"))
    assert not any("<" in text or ">" in text for text in shown)
    assert not any(c in text for text in shown for c in "\u202e\u2066\x00")


@given(st.dictionaries(ids, st.text(max_size=3_000), max_size=5))
@slow
def test_what_a_modal_carries_comes_back_whole(state: dict[str, str]) -> None:
    clean = {name: value.encode("utf-8", "ignore").decode() for name, value in state.items()}
    packed, spilled = pack(Carried("wolds", clean, ("reflect", "")))
    back = unpack(packed)
    assert len(packed) <= 3_000
    assert back is not None
    assert (back.partnership, {**back.state, **spilled}, back.submit) == (
        "wolds",
        clean,
        ("reflect", ""),
    )


def test_words_too_long_to_carry_are_shown_in_a_box_and_not_lost() -> None:
    words = "".join(chr(0x4E00 + n * 7 % 20_000) for n in range(3_000))
    form = Form("identifying_check", "Check", (Field("detail.1", "One"),), (), {"words": words})
    view = modal(
        Form(form.name, form.title, form.parts, (Button("Send", "send"),), form.state),
        partnership="n",
    )
    boxes = {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}
    assert boxes["words"]["initial_value"] == words


@given(st.text(max_size=9_000))
@slow
def test_long_text_is_cut_in_pieces_and_nothing_is_left_out(text: str) -> None:
    whole = "".join(pieces(text))
    assert "".join(whole.split()) == "".join(shown(text).split())


def test_anything_else_in_the_metadata_is_refused() -> None:
    for wrong in ("", "[]", "null", "z", "zzzz", json.dumps(["a", {"b": 1}, "", ""]), "[" * 5_000):
        assert unpack(wrong) is None
