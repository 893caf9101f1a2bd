"""How pages look: every template renders, stays inert, and works without a script."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.web.pages import STATIC, TEMPLATES, Frame, marked, page, render_form, render_part, words
from handlers.messages import Button, Choice, Contact, Contacts, Field, Form, Marked, Text

FOOTER = (
    "**heardback is not a referral channel, and nobody watches it for urgent messages.** "
    "If someone is in danger call 999. Worried about a child: Northport front door, 01632 960 100."
)
FRAME = Frame(
    partnership="Northport",
    nav=(("Home", "/home"), ("Chat", "/chat"), ("Board", "/board")),
    here="/home",
    footer=FOOTER,
    csrf="csrf-sample",
    signed_in_as="Practitioner",
    demo=True,
)
HOSTILE = """<script>alert(1)</script><img src=x onerror=alert(2)>"'><b style="color:red">& ü"""
VOID = {"meta", "link", "input", "br", "img"}

OUR_SCRIPTS = ("/static/live.js", "/static/check.js", "/static/preview.js", "/static/recode.js")


class Reader(HTMLParser):
    """Reads a page as far as these tests need: tags, ids, labels, controls, headings."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.label_for: set[str] = set()
        self.unlabelled: list[dict[str, str]] = []
        self.refs: set[str] = set()
        self.controls: list[tuple[dict[str, str], bool]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.append((tag, values))
        if "id" in values:
            self.ids.append(values["id"])
        for name in ("aria-labelledby", "aria-describedby"):
            self.refs.update(values.get(name, "").split())
        if tag == "label" and "for" in values:
            self.label_for.add(values["for"])
        if tag in {"textarea", "select", "input", "progress"} and values.get("type") != "hidden":
            self.controls.append((values, "label" in self.stack))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack, f"</{tag}> closes nothing"
        assert self.stack[-1] == tag, f"</{tag}> closes <{self.stack[-1]}>"
        self.stack.pop()

    def count(self, tag: str) -> int:
        return sum(1 for name, _ in self.tags if name == tag)


def sample_form(text: str = "A lad on Marlow Street", name: str = "reflection") -> Form:
    """One of every part, with the same text in every place where somebody may have typed it."""
    choices = (Choice("a", text), Choice("b", "Not sure"))
    return Form(
        name=name,
        title=text,
        parts=(
            Text(text),
            Text(f"{text} **bold**", heading=text),
            Text(text, "voice"),
            Text(text, "voice", heading="You and others said"),
            Text(text, "hint"),
            Text(text, "tell"),
            Text(text, "not_referral"),
            Text(text, "locked", heading=text),
            Text("tern quiet harbour", "phrase"),
            Text(text, "error"),
            Marked(text, ((0, 5), (6, 9))),
            Contacts((Contact(text, "01632 960 100", "all hours"), Contact("By letter")), text),
            Field("words", text, hint=text, value=text, error=text),
            Field("short", text, "short_text", value=text),
            Field("day", text, "date", value="2026-12-09", error="Give a date."),
            Field("level", text, "one_of", choices=choices, value="a", error="Choose one."),
            Field("covers", text, "any_of", choices=choices, value="a, b", error="Choose some."),
            Field("answer", text, "one_of", choices=(Choice("hold", "Hold", text),), value="hold"),
            Field("age", text, "select", choices=choices, value="b"),
        ),
        buttons=(
            Button(text, "check", style="main"),
            Button("Too much right now", "too_much", text, "quiet", tail=text),
        ),
        state={"words": text, "round": "12"},
    )


def previewed(text: str) -> Form:
    parts = (Text(text, "hint"), Text(text, "voice", text), Text(text, "tell", text), Text(text))
    return Form("answer_preview", text, parts, state={"status": "partly", "status_label": text})


def samples(text: str) -> dict[str, dict[str, object]]:
    """Values for each template, with `text` wherever words can come from people."""
    form = render_form(sample_form(text), frame=FRAME, once="once-1")
    other = render_form(sample_form(text, "other"), frame=FRAME, once="once-2", heading=3)
    row = {"title": text, "sentence": text, "status": "partly", "status_label": text}
    loops = [row, row | {"status": "being_looked_at"}, row | {"status": "waiting"}]
    quotes = [
        {"quote_id": "q1", "title": text, "words": text, "mine": False},
        {"quote_id": "q2", "title": text, "words": "", "mine": True},
    ]
    log = [{"title": text, "date": "23 November", "why": text}]
    labels = [{"theme_id": "t1", "name": text, "phrase": text}]
    line = {"line_id": "l1", "title": text, "sentence": text, "question": text, "meta": text}
    line |= {"other_side": text}
    cell = {"day": 23, "mark": "D", "words": text, "now": True, "weekend": False}
    gap = {"day": None, "mark": "", "words": "", "now": False, "weekend": False}
    return {
        "form": {"title": text, "form_html": form},
        "chat": {
            "messages": [
                {"when": "10:05", "who": "bot", "title": text, "html": form},
                {"when": "10:06", "who": "me", "title": "", "text": text},
            ],
            "form_html": other,
            "quick": [{"label": "I’m away", "kind": "away"}, {"label": "Stop", "kind": "stop"}],
        },
        "home": {
            "today": "Monday 23 November 2026",
            "prompt": {
                "questions": [text, text],
                "minutes": "2 minutes",
                "what_for": text,
                "who_reads": text,
                "open_until": "Friday 27 November",
                "round_id": "r1",
            },
            "loops": loops,
            "champion": {
                "returns": [
                    row | {"return_id": "x1", "ready": True},
                    row | {"return_id": "x2", "ready": False},
                ]
            },
            "may_reflect": True,
            "pace": {"now": text, "chosen": "away", "choices": [{"value": "away", "label": "x"}]},
            "duties": [{"label": text, "href": "/desk", "sentence": text}],
        },
        "demo": {
            "week": 12,
            "week_date": "Monday 23 November 2026",
            "weeks": [{"number": 1, "state": "past"}, {"number": 2, "state": "now"}],
            "ready": True,
            "progress": 100,
            "progress_words": text,
            "parts": [
                {
                    "name": text,
                    "sentence": text,
                    "roles": [{"label": text, "href": "/as/1", "sentence": text}],
                }
            ],
            "over": False,
        },
        "desk": {
            "needs": [
                {
                    "title": text,
                    "sentence": text,
                    "buttons": [{"label": text, "kind": "send", "value": text}],
                }
            ],
            "slower": True,
            "months": [{"caption": "November 2026", "weeks": [[gap, cell]]}],
            "may_change": True,
            "rounds": [
                {"planned": "2026-11-24", "day": text, "state": text, "changed": True, "on": ""},
                {"planned": "2026-12-08", "day": text, "state": text, "changed": False, "on": ""},
            ],
            "people": {
                "find": text,
                "role": "champion",
                "roles": [{"value": "champion", "label": text}],
                "rows": [
                    {"id": "p1", "name": text, "agency": text, "seats": text, "href": "/desk/p1"}
                ],
                "page": 2,
                "last": 3,
                "before": "/desk?page=1",
                "after": "/desk?page=3",
            },
            "seats": [
                {
                    "title": text,
                    "sentence": text,
                    "filled": True,
                    "seats": [{"id": "s1", "name": text}],
                },
                {"title": text, "sentence": text, "filled": False, "seats": []},
            ],
            "links": [{"id": "j1", "agency": text, "sentence": text}],
        },
        "person": {
            "person": {
                "id": "p1",
                "name": text,
                "email": text,
                "seats": [
                    {"id": "s1", "title": text, "sentence": text, "own": True},
                    {"id": "s2", "title": text, "sentence": text, "own": False},
                ],
            }
        },
        "lines": {
            "lines": [
                line
                | {"number": 1, "state": "ready", "state_label": text, "current": True, "href": ""},
                line
                | {"number": 2, "state": "kept_back", "state_label": "Kept back"}
                | {"current": False, "href": "/lines/l2"},
            ],
            "open": {
                "line_id": "l1",
                "title": text,
                "note": text,
                "sentence": text,
                "other_side": text,
                "leaning": "strength",
                "questions": [{"value": "q1", "text": text}],
                "question": "q1",
                "provenance": "paraphrase",
                "checks": [{"ok": True, "sentence": text}, {"ok": False, "sentence": text}],
                "codes": [
                    {
                        "contribution_id": "c1",
                        "words": text,
                        "marked": [(text, False), (text, True)],
                        "machine": labels,
                        "labels": labels,
                        "decided": False,
                        "kept": [text],
                        "may_quote": True,
                        "quote": "",
                    }
                ],
            },
            "minutes": 12,
            "themes": [
                {"group": text, "key": "1", "themes": [one | {"key": "a"} for one in labels]}
            ],
            "quotes": quotes,
            "log": log,
            "emerging": [{"name": text, "examples": [text]}],
            "differing": [{"word": text, "sentence": text, "question": text}],
        },
        "sign": {
            "lines": [
                line | {"can_sign": True, "why_not": "", "signed": False},
                line | {"can_sign": False, "why_not": text, "signed": False},
                line | {"can_sign": False, "why_not": "", "signed": True},
            ],
            "quotes": quotes,
            "log": log,
        },
        "privacy": {"items": [form], "asks": [{"title": text, "html": ""}]},
        "my_data": {"title": text, "form_html": form},
        "aside": {
            "items": [
                {
                    "item_id": "i1",
                    "date": "23 November",
                    "said": text,
                    "form_html": form,
                }
            ]
        },
        "digest": {
            "body": Markup("<h1>We see it early.</h1>"),
            "quotes": [
                {"title": text, "words": text, "note": ""},
                {"title": text, "words": "", "note": text},
            ],
        },
        "forms": {
            "title": text,
            "lede": text,
            "none": text,
            "body": "",
            "forms": [Markup("<p>x</p>")],
        },
        "pack": {"body": Markup("<h1>What waits for us.</h1>")},
        "texts": {
            "documents": [
                {
                    "id": "codebook",
                    "title": text,
                    "lede": text,
                    "number": 2,
                    "groups": [
                        {"name": text, "entries": [{"name": text, "said": text, "href": "/t/1"}]}
                    ],
                    "retired": [{"name": text, "said": text, "href": "/t/2"}],
                    "versions": [
                        {"said": text, "why": text, "now": True, "number": 2, "href": ""},
                        {"said": text, "why": "", "now": False, "number": 1, "href": "/t/v/1"},
                    ],
                    "versions_title": text,
                    "add": "/t/new",
                    "add_label": text,
                }
            ],
            "reading": text,
            "may_read_again": True,
        },
        "text_preview": {
            "title": text,
            "form_html": Markup("<h1>What would change</h1>"),
            "seen": [Markup("<h3>A question for you</h3>")],
        },
        "digests": {
            "digests": [{"number": 34, "date": "23 November", "href": "/d/34", "sentence": text}]
        },
        "answer": {
            "title": text,
            "who": text,
            "explained": text,
            "theme": text,
            "question": text,
            "form_html": form,
            "form_id": "answer-form",
            "button": text,
            "preview_html": render_part("_preview", form=previewed(text)),
        },
        "proposals": {
            "items": [
                row | {"status": "proposed", "child_words": text, "then": text, "form_html": form}
            ]
        },
        "board": {
            "entries": [
                {
                    "said": text,
                    "status": "not_ours",
                    "status_label": text,
                    "did": text,
                    "next": text,
                }
            ],
            "children": [
                {"said": text, "by": text, "did_label": text, "did": text, "kind": kind}
                for kind in ("yes", "no", "wait")
            ],
            "poster": [{"said": text, "by": text, "did_label": text, "did": text, "kind": "yes"}],
            "updated": "23 November",
        },
        "tearoff": {
            "words": ["tern", "quiet", "harbour"],
            "answer_by": "11 December",
            "childline_number": "0800 1111",
        },
        "sign_in": {
            "message": text,
            "token": "",
            "asks": True,
            "to": text,
            "ways": [{"href": "/openid/entra", "label": text}],
        },
        "account": {
            "places": [
                {"browser": text, "here": True, "seen": text, "handle": "h1"},
                {"browser": text, "here": False, "seen": text, "handle": "h2"},
            ],
            "ways": [
                {"name": "entra", "label": text, "tied": True},
                {"name": "slack", "label": text, "tied": False},
            ],
            "may_tie": True,
            "others": [{"id": "wolds", "name": text}],
            "waiting": {
                "to": "/account/end",
                "name": "place",
                "value": text,
                "label": text,
                "told": text,
            },
            "written": [
                {"label": text, "choice": "a1", "about": text, "chat": True, "here": False},
                {"label": text, "choice": "web", "about": text, "chat": False, "here": True},
            ],
        },
        "again": {
            "to": "/account?do=everywhere&what=",
            "minutes": "15",
            "mails": True,
            "ways": [{"href": "/openid/entra?again=1", "label": text}],
        },
        "leaving": {"address": "https://login.example/authorize", "label": text},
        "join": {
            "message": text,
            "token": "t1",
            "domain": text,
            "typed": {"name": text, "email": text},
            "errors": {"name": text, "email": text},
        },
        "message": {"title": text, "sentence": text},
    }


NAMES = sorted(samples("plain"))
BARE: dict[str, dict[str, object]] = {
    "chat": {"messages": [], "form_html": None, "quick": []},
    "home": {
        "today": "Monday",
        "prompt": None,
        "loops": [],
        "champion": None,
        "may_reflect": False,
        "pace": {"now": "x", "chosen": "away", "choices": [{"value": "away", "label": "x"}]},
        "duties": [],
    },
    "demo": samples("x")["demo"] | {"ready": False, "progress": 40},
    "desk": {
        "may_change": False,
        "needs": [],
        "slower": False,
        "months": [],
        "rounds": [],
        "people": None,
        "seats": [],
        "links": [],
    },
    "lines": {"lines": [], "open": None, "quotes": [], "log": [], "emerging": [], "differing": []},
    "sign": {"lines": [], "quotes": [], "log": []},
    "aside": {"items": []},
    "again": samples("x")["again"] | {"mails": False, "ways": []},
    "privacy": {"items": [], "asks": []},
    "digests": {"digests": []},
    "proposals": {"items": []},
    "board": {"entries": [], "children": [], "poster": [], "updated": "23 November"},
    "forms": {"title": "x", "lede": "x", "none": "Nothing.", "body": "", "forms": []},
}


def assert_inert(html: str) -> None:
    reader = Reader(html)
    assert reader.stack == []
    for tag, attributes in reader.tags:
        assert tag != "style"
        assert tag != "img"
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert tag != "script" or (attributes["src"] in OUR_SCRIPTS and len(attributes) == 2)
    assert not re.search(r"<script>", html)


def test_every_template_has_a_sample() -> None:
    found = {path.stem for path in TEMPLATES.glob("*.html") if not path.stem.startswith("_")}
    assert found == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["Somewhere warm", HOSTILE])
def test_a_page_holds_no_inline_script_or_style_whatever_people_typed(name: str, text: str) -> None:
    html = page(name, frame=FRAME, once="o", **samples(text)[name])
    assert_inert(html)
    assert "<b style" not in html


@pytest.mark.parametrize(
    ("name", "values"), [*((n, samples("Warm")[n]) for n in NAMES), *BARE.items()]
)
def test_a_page_has_one_h1_its_landmarks_and_the_fixed_sentence(
    name: str, values: dict[str, object]
) -> None:
    html = page(name, frame=FRAME, **values)
    reader = Reader(html)
    assert_inert(html)
    assert '<html lang="en-GB">' in html
    assert [reader.count(tag) for tag in ("h1", "main", "footer", "title")] == [1, 1, 1, 1]
    assert ("a", {"class": "skip", "href": "#main"}) in reader.tags
    assert "<strong>heardback is not a referral channel" in html
    assert len(reader.ids) == len(set(reader.ids)), "an id stands twice"
    assert reader.refs <= set(reader.ids), "a name or hint points at nothing"


@pytest.mark.parametrize("name", NAMES)
def test_each_control_has_a_label_and_each_form_its_token(name: str) -> None:
    html = page(name, frame=FRAME, once="o", **samples("Warm")[name])
    reader = Reader(html)
    for attributes, inside_label in reader.controls:
        assert inside_label or attributes["id"] in reader.label_for
    tokens = [a for tag, a in reader.tags if tag == "input" and a.get("name") == "csrf"]
    forms = [attributes for tag, attributes in reader.tags if tag == "form"]
    looking = [form for form in forms if form.get("role") == "search"]  # changes nothing
    assert len(tokens) == len(forms) - len(looking)
    assert all(form["method"] == "post" for form in forms if form not in looking)


def test_buttons_post_to_their_kind_and_carry_their_choice() -> None:
    html = render_form(sample_form(), frame=FRAME, once="once-1")
    buttons = [a for tag, a in Reader(html).tags if tag == "button"]
    assert [(b["formaction"], b["name"]) for b in buttons] == [
        ("/do/check", "choice"),
        ("/do/too_much", "choice"),
    ]
    hidden = {a["name"]: a["value"] for _, a in Reader(html).tags if a.get("type") == "hidden"}
    assert hidden == {
        "csrf": "csrf-sample",
        "once": "once-1",
        "state.words": "A lad on Marlow Street",
        "state.round": "12",
    }


def test_what_was_typed_before_stands_in_its_fields_again() -> None:
    tags = Reader(render_form(sample_form(), frame=FRAME, once="o")).tags
    checked = [(a["name"], a["value"]) for _, a in tags if "checked" in a]
    assert checked == [("level", "a"), ("covers", "a"), ("covers", "b"), ("answer", "hold")]
    assert [a["value"] for tag, a in tags if tag == "option" and "selected" in a] == ["b"]
    assert [a["value"] for _, a in tags if a.get("type") == "date"] == ["2026-12-09"]


def test_a_missing_answer_is_said_beside_its_field_and_in_the_summary() -> None:
    form = Form("f", "Propose", (Field("why", "Why", hint="Two sentences.", error="Write one."),))
    html = render_form(form, frame=FRAME, once="o")
    reader = Reader(html)
    area = next(a for tag, a in reader.tags if tag == "textarea")
    assert area["aria-invalid"] == "true"
    assert area["aria-describedby"].split() == [f"{area['id']}-hint", f"{area['id']}-error"]
    assert f'<a href="#{area["id"]}">Write one.</a>' in html
    assert html.index("One thing is missing") < html.index("<textarea")


def test_a_signpost_has_numbers_to_ring_and_its_own_look() -> None:
    form = Form(
        "signpost",
        "Is someone not safe now?",
        (Contacts((Contact("Front door", "01632 960 100", "all hours"),)),),
        (Button("I will do it now", "passed_on"),),
        tone="sign",
    )
    html = render_form(form, frame=FRAME, once="o")
    assert 'class="sign f f-signpost"' in html
    assert '<a href="tel:01632960100">01632 960 100</a>, all hours' in html


def test_two_forms_on_one_page_share_no_id() -> None:
    first = Reader(render_form(sample_form(), frame=FRAME, once="o-1"))
    second = Reader(render_form(sample_form(), frame=FRAME, once="o-2"))
    assert not set(first.ids) & set(second.ids)


def test_details_are_marked_and_numbered_in_order() -> None:
    part = Marked("Mrs Hale at Cliffe", ((12, 18), (0, 8)))
    assert marked(part) == ("<mark>Mrs Hale<sup>1</sup></mark> at <mark>Cliffe<sup>2</sup></mark>")


@given(
    text=st.text(max_size=60),
    spans=st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=5),
)
def test_marking_changes_no_character_and_lets_none_out(
    text: str, spans: list[tuple[int, int]]
) -> None:
    html = marked(Marked(text, tuple(spans)))
    bare = re.sub(r"<sup>\d+</sup>|</?mark>", "", html)
    assert unescape(bare) == text


@given(st.text(max_size=80))
def test_words_let_only_bold_through(text: str) -> None:
    left = re.sub(r"</?strong>", "", words(text))
    assert "<" not in left
    assert ">" not in left


def test_the_newline_a_text_begins_with_survives_the_textarea() -> None:
    html = render_form(Form("f", "t", (Field("w", "W", value="\nsecond"),)), frame=FRAME, once="")
    assert ">\n\nsecond</textarea>" in html


def test_the_demo_waits_with_a_bar_that_needs_no_script() -> None:
    html = page("demo", frame=FRAME, **BARE["demo"])
    assert '<noscript><meta http-equiv="refresh"' in html
    assert 'value="40" data-progress="/demo/progress"' in html
    assert "/demo/next-week" not in html


def test_static_files_ask_nothing_of_other_places() -> None:
    for path in STATIC.glob("*.[cj]s*"):
        text = path.read_text(encoding="utf-8")
        assert "http" not in text
        assert "@import" not in text
    assert {p.name for p in (STATIC / "fonts").glob("OFL*")} == {
        "OFL-atkinson-hyperlegible-next.txt",
        "OFL-literata.txt",
    }
