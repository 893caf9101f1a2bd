"""Whatever a form holds, Teams takes what we make of it, and nothing typed comes alive there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.plain_text import shown
from bot.teams.carried import Carried, Posted, pack, unpack
from bot.teams.happened import typed
from bot.teams.surfaces import choosing, dialog, message
from bot.teams.text import bold_parts, lines, marked_parts, safe
from handlers.messages import (
    Button,
    Buttons,
    Choice,
    Contact,
    Contacts,
    Field,
    Form,
    Incoming,
    Marked,
    Part,
    Text,
)
from tests.bot.teams.validate import MARKDOWN, every, live_markdown, problems

LONG = (
    "<at>Everybody</at> [press](https://x.example) **b** _i_ `c`",
    "**" * 200,
    "x" * 3_000,
    "漢" * 3_000,
    "🧵" * 1_500,
    "a b\n" * 700,
    "\ud800",
    "",
    "{{DATE(2026-11-23T10:00:00Z, SHORT)}}",
    "1. one\n- two\n# three\n> four",
    '"\\' * 700,
)
anything = st.text(max_size=200) | st.sampled_from(LONG)
ids = st.text("abcdefgh_.1234", min_size=1, max_size=20)
styles = st.sampled_from(["plain", "voice", "hint", "tell", "not_referral", "phrase", "error"])
choices = st.lists(
    st.builds(Choice, ids, anything, anything), min_size=1, max_size=12, unique_by=lambda c: c.value
).map(tuple)
buttons = st.lists(
    st.builds(Button, anything, ids, ids, st.sampled_from(["plain", "main", "quiet"]), anything),
    min_size=1,
    max_size=12,
    unique_by=lambda b: (b.kind, b.value),
).map(tuple)


@st.composite
def fields(draw: st.DrawFn) -> Field:
    kind = draw(st.sampled_from(["long_text", "short_text", "date", "one_of", "any_of", "select"]))
    offered = draw(choices) if kind in ("one_of", "any_of", "select") else ()
    value = draw(st.sampled_from([c.value for c in offered] + [""])) if offered else ""
    if kind in ("long_text", "short_text"):
        value = draw(anything)
    elif kind == "date":
        value = draw(st.dates().map(str) | st.just(""))
    return Field(draw(ids), draw(anything), kind, draw(anything), offered, value, draw(anything))


parts: st.SearchStrategy[Part] = st.one_of(
    st.builds(Text, anything, styles, anything),
    st.builds(lambda words: Marked(words, ((0, 3), (2, 9), (50, 70))), anything),
    st.builds(lambda a, b: Contacts((Contact(a, b),)), anything, anything),
    st.builds(Buttons, buttons, st.dictionaries(ids, ids, max_size=2)),
    fields(),
)
forms = st.builds(
    Form,
    st.sampled_from(["prompt", "digest_issued", "home", "receipt", "a.b"]),
    anything,
    st.lists(parts, max_size=8, unique_by=lambda p: p.name if isinstance(p, Field) else id(p)).map(
        tuple
    ),
    buttons,
    st.dictionaries(ids, anything, max_size=4),
)
slow = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink such long texts takes minutes
)


def without_boxes(form: Form) -> Form:
    kept = tuple(part for part in form.parts if not isinstance(part, Field))
    state = {name: value for name, value in form.state.items() if len(value) < 100}
    return Form(form.name, form.title, kept, form.buttons, state)


@given(forms)
@slow
def test_teams_takes_every_dialog_that_a_form_becomes(form: Form) -> None:
    posted = Posted("prompt", {"round": "r"}, "19:c", "1")
    made = dialog(form, partnership="northport", once="o" * 24, posted=posted)
    assert problems(made) == []
    assert live_markdown(made) == []


@given(forms.map(without_boxes))
@slow
def test_teams_takes_every_card_that_a_form_becomes(form: Form) -> None:
    made = message(form, partnership="northport")
    assert problems(made) == []
    assert live_markdown(made) == []


@given(st.lists(anything, min_size=1, max_size=7))
@slow
def test_whatever_is_typed_in_the_boxes_goes_back_in_one_card(texts: list[str]) -> None:
    """As much as a client lets anybody type: what `maxLength` says, in UTF-16 units."""
    boxes = tuple(Field(f"box{n}", "Your words") for n in range(len(texts)))
    send = (Button("Send", "reflect", style="main"), Button("Back", "reflect_edit"))
    made = dialog(Form("reflect", "x", boxes, send), partnership="n")
    room = {e["id"]: e["maxLength"] for e in every(made) if e["type"] == "Input.Text"}
    sent = [_client(text, room[f"in.box{n}"]) for n, text in enumerate(texts)]
    again = tuple(
        Field(f"box{n}", "Your words", value=text, error="Please say more.")
        for n, text in enumerate(sent)
    )
    back = dialog(Form("reflect", "x", again, send), partnership="n")
    assert problems(back) == []
    shown_again = {e["id"]: e.get("value", "") for e in every(back) if e["type"] == "Input.Text"}
    assert [shown_again[f"in.box{n}"] for n in range(len(sent))] == [shown(t) for t in sent]


def _client(text: str, most: int) -> str:
    """As much of it as a client's box takes."""
    while len(text.encode("utf-16-le", "surrogatepass")) // 2 > most:
        text = text[:-1]
    return text


@given(st.dictionaries(ids, st.sampled_from(LONG[2:6]), max_size=2))
@slow
def test_what_a_dialog_carries_comes_back_whole(state: dict[str, str]) -> None:
    """In the button, or in a box of its own where that would be too much; never nowhere."""
    send = tuple(Button(f"Send {n}", "send", str(n)) for n in range(3))
    made = dialog(Form("identifying_check", "Check", (), send, state), partnership="wolds")
    assert problems(made) == []
    data = next(e["data"] for e in every(made) if e["type"] == "Action.Submit")
    filled = {e["id"]: e["value"] for e in every(made) if e["type"] == "Input.Text"}
    carried = unpack(data)
    assert carried is not None
    assert {**carried.state, **typed({**data, **filled}, carried.boxes)} == state


def test_of_a_page_too_long_for_a_card_boxes_and_buttons_stay_and_it_says_where_the_rest_is() -> (
    None
):
    words = tuple(Text("漢" * 3_000, "voice") for _ in range(8))
    keep = tuple(Button(f"Take back {n}", "withdraw", str(n)) for n in range(16))
    made = dialog(Form("my_words", "Your words", (*words, Field("x", "X")), keep), partnership="n")
    assert problems(made) == []
    pressed = [e for e in every(made) if e["type"] == "Action.Submit"]
    assert len(pressed) == 16
    assert "The web chat has all of it" in json.dumps(made)


def test_somebody_with_two_partnerships_chooses_and_what_was_asked_goes_along() -> None:
    event = Incoming("relay", {"words": "There is nowhere warm after four."})
    made = choosing(event, [("northport", "Northport"), ("wolds", "Wolds")], once="o")
    assert problems(made) == []
    second = [e["data"] for e in every(made) if e["type"] == "Action.Submit"][1]
    carried = unpack(second)
    assert carried is not None
    assert (carried.partnership, carried.kind) == ("wolds", "relay")
    assert carried.state["words"] == "There is nowhere warm after four."


@given(st.text(max_size=2_000))
@slow
def test_a_text_in_runs_is_the_same_text(text: str) -> None:
    runs = [run["text"] for line in lines(iter([(text, False)]), {}, {}) for run in line]
    assert "".join("".join(runs).split()) == ("".join(shown(text).split()) or "…")
    assert not any("{{" in run for run in runs)


@given(st.text("*_[]()<>`#-+1. a\n~|\\{}@", max_size=60))
@slow
def test_no_line_of_a_heading_is_read_as_markdown(text: str) -> None:
    made = safe(text, 400)
    assert not MARKDOWN.search(made)
    assert "{{" not in made
    assert made[0] not in "-+#>"
    assert not made[0].isdigit() or not made.lstrip("0123456789").startswith((".", ")"))


def test_marked_details_are_highlighted_and_their_neighbours_are_not() -> None:
    made = lines(marked_parts("Mrs Hale at\nCliffe", ((4, 8), (12, 18))), {}, {"highlight": True})
    assert [[(r["text"], "highlight" in r) for r in line] for line in made] == [
        [("Mrs ", False), ("Hale", True), (" at", False)],
        [("Cliffe", True)],
    ]
    assert list(bold_parts("a **b** c")) == [("a ", False), ("b", True), (" c", False)]


@pytest.mark.parametrize(
    "wrong",
    [
        *(None, "", [], {}, {"heardback": 3}, {"heardback": {}}, {"heardback": {"kind": 1}}),
        *({"heardback": {"kind": "a", "boxes": "x"}}, {"heardback": {"kind": "a", "choice": []}}),
    ],
)
def test_anything_else_in_a_button_is_refused(wrong: Any) -> None:
    assert unpack(wrong) is None


def test_a_button_comes_back_as_it_went_out() -> None:
    posted = Posted("prompt", {"round": "r1"}, "19:abc", "17")
    sent = Carried("reflect", "x", "wolds", {"round": "r1"}, ("words",), "once", posted)
    assert unpack(json.loads(json.dumps(pack(sent)))) == sent
