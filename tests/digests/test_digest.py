"""The digest's budgets, its frozen form, and the page that comes of it. Everybody is invented."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.charts import band_strip, icon, loop_dots
from digests.digest import (
    Block,
    Digest,
    HeldQuestion,
    Lens,
    Line,
    Loop,
    Material,
    Promise,
    Shared,
    Strength,
    Tally,
    TaskGroup,
    build,
    fingerprint,
    from_json,
    to_json,
)
from digests.render import digest_body, digest_text

ON = date(2026, 11, 23)


def line(number: int = 1, **changes: object) -> Line:
    made = Line(
        key=f"theme_{number}",
        title=f"Stairs that nobody lights {number}",
        practitioners_band="10–19",
        voices_band="5–9",
        sentence="A caretaker who says good evening to everyone.",
        provenance="Paraphrase",
        leaning="strength",
        other_side="The lamp has been out since the spring.",
        question="Who walks here after six, and who have we asked?",
        blocks=(
            Block(ON - timedelta(days=70), ON - timedelta(days=40), "5–9"),
            Block(ON - timedelta(days=20), ON - timedelta(days=1), "10–19"),
        ),
        diversity=number,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def promise(number: int = 1, **changes: object) -> Promise:
    due = ON + timedelta(days=number)
    made = Promise(f"Lamp {number}", "The council mends it.", "held_until", "Held until May", due)
    return replace(made, **changes)  # type: ignore[arg-type]


def material(**changes: object) -> Material:
    made = Material(
        number=34,
        partnership="Northport",
        on=ON,
        next_on=ON + timedelta(days=7),
        answer_by=date(2026, 12, 4),
        asked=42,
        answered=31,
        loops=(Loop("Which words do we use?", 33, "loop_b"), Loop("Who rings back?", 47, "loop_a")),
        promises=(promise(1), promise(2, status="not_now", status_label="Not now, because")),
        lines=(line(1), line(2), line(3)),
        not_heard_from=("Fathers", "Coastal villages"),
        what_helps="Someone who waits at the gate.",
        audit_hash="5f" * 32,
        held=HeldQuestion("theme_9", "The gate", "Who keeps the key?", date(2026, 12, 9)),
        safe=(Strength("The gate", "Someone who waits at the gate.", 31),),
        lenses=(
            Lens(
                "prevention",
                (Tally("primary", 1), Tally("secondary", 4, 3), Tally("tertiary", 3, 2)),
            ),
            Lens("network", (Tally("direct_delivery", 5, 2), Tally("strategic", 2, 1))),
            Lens("transition", (Tally("turning_18", 1),)),
        ),
        groups=(TaskGroup("Warm places", "Two rooms open until seven.", date(2026, 12, 18)),),
        shared=(Shared("Turning 18", "Wolds", "Could one plan run across both places?"),),
        too_much=True,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def words_of(count: int) -> str:
    return " ".join(f"word{n}" for n in range(count))


class Seen(HTMLParser):
    """What a reader sees as text: no drawings, no hidden tails, no buttons, no discs, no rail."""

    VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hidden: list[bool] = []
        self.words: list[str] = []
        self.feed(html)
        assert not self.hidden, "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = dict(attrs)
        names = set((kept.get("class") or "").split())
        hide = tag in {"svg", "nav"} or bool(names & {"vh", "btn"}) or "aria-hidden" in kept
        self.hidden.append(hide or bool(self.hidden and self.hidden[-1]))

    def handle_endtag(self, tag: str) -> None:
        self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not (self.hidden and self.hidden[-1]):
            self.words += data.split()


def read(digest: Digest) -> list[str]:
    return Seen(digest_body(digest, answer_url=lambda key: f"/answer/{key}")).words


def bare(words: list[str]) -> list[str]:
    """Words without the stops that only reading aloud needs."""
    return [word.rstrip(".,") for word in words if any(c.isalnum() for c in word)]


short = st.text(st.sampled_from("ab <&\"'’\n{%é"), max_size=12)
sizes = st.integers(0, 120)
any_band = st.sampled_from(["5–9", "10–19", "20+"])
days = st.dates(date(2026, 1, 1), date(2027, 1, 1))


@st.composite
def any_line(draw: st.DrawFn, number: int) -> Line:
    start = draw(days)
    return line(
        number,
        title=f"t{number} {draw(short)}",
        practitioners_band=draw(any_band),
        voices_band=draw(st.sampled_from(["", "5–9", "20+"])),
        sentence=words_of(draw(st.integers(1, 60))),
        leaning=draw(st.sampled_from(["strength", "worry"])),
        other_side=draw(st.sampled_from(["", "A short other side."])),
        question=f"{draw(short)} who asks?",
        blocks=tuple(
            Block(start + timedelta(days=n), start + timedelta(days=n + 9), draw(any_band))
            for n in draw(st.lists(st.integers(0, 90), max_size=4))
        ),
        diversity=draw(st.integers(0, 5)),
        differs=draw(st.booleans()),
        first_contact=draw(st.booleans()),
    )


@st.composite
def materials(draw: st.DrawFn) -> Material:
    asked = draw(st.integers(0, 90))
    return material(
        asked=asked,
        answered=draw(st.integers(0, asked)),
        loops=tuple(
            Loop(words_of(draw(st.integers(1, 20))), draw(st.integers(0, 90)), f"k{n}")
            for n in range(draw(st.integers(0, 6)))
        ),
        promises=tuple(
            promise(
                n,
                sentence=words_of(draw(sizes)),
                due=draw(st.none() | days),
                status=draw(st.sampled_from(["being_looked_at", "not_now", "changed"])),
                owner=draw(st.sampled_from(["", "the travel planner"])),
            )
            for n in range(draw(st.integers(0, 9)))
        ),
        lines=tuple(draw(any_line(n)) for n in range(draw(st.integers(0, 6)))),
        what_helps=draw(st.sampled_from(["", "Someone who waits at the gate."])),
        held=draw(st.sampled_from([None, material().held])),
        audit_hash=draw(st.sampled_from(["", "5f" * 32])),
        safe=tuple(
            Strength(f"s{n}", words_of(draw(st.integers(1, 30))), n)
            for n in range(draw(st.integers(0, 3)))
        ),
        lenses=draw(st.sampled_from([(), material().lenses])),
        groups=tuple(
            TaskGroup(f"g{n}", words_of(draw(sizes)), draw(days))
            for n in range(draw(st.integers(0, 9)))
        ),
        too_much=draw(st.booleans()),
        first_contact=draw(st.sampled_from([(), ("help",), ("help", "justice")])),
    )


@given(materials())
@settings(max_examples=80, deadline=None)
def test_every_page_keeps_to_its_budgets_and_says_aloud_what_it_shows(given: Material) -> None:
    digest = build(given)
    assert digest.front_words <= 350
    assert digest.front_words <= digest.words <= 900
    assert len(digest.lines) == min(len(given.lines), 3) or digest.cut
    assert bool(digest.lines) == bool(given.lines)
    aloud = bare(digest_text(digest).replace("\n- ", "\n").split())
    assert bare(read(digest)) == aloud
    assert len(aloud) == digest.words


@given(materials())
@settings(max_examples=60, deadline=None)
def test_a_frozen_digest_thaws_to_the_same_page(given: Material) -> None:
    digest = build(given)
    frozen = to_json(digest)
    assert from_json(frozen) == digest
    assert to_json(from_json(frozen)) == frozen
    assert fingerprint(frozen) == fingerprint(to_json(build(given)))


@given(materials(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_lines_changes_nothing(given: Material, random: object) -> None:
    shuffled = sorted(given.lines, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert build(replace(given, lines=tuple(shuffled))).lines == build(given).lines


@given(materials())
@settings(max_examples=60, deadline=None)
def test_a_strength_is_never_cut_and_neither_is_a_question_that_is_shown(given: Material) -> None:
    digest = build(given)
    html = digest_body(digest, answer_url=None)
    assert html.count('class="q"') == len(digest.lines) + (digest.quiet and digest.held is not None)
    if given.what_helps or any(shown.helps for shown in given.lines):
        assert digest.what_helps or any(shown.helps for shown in digest.lines)


def test_at_most_three_themes_are_shown_and_the_least_diverse_is_cut_first() -> None:
    digest = build(material(lines=tuple(line(n) for n in range(1, 6))))
    assert [shown.key for shown in digest.lines] == ["theme_3", "theme_4", "theme_5"]
    assert digest.cut == (
        "theme theme_1: more than 3 cleared",
        "theme theme_2: more than 3 cleared",
    )


def test_rank_does_not_order_the_page() -> None:
    lines = (line(1, title="Zebra", diversity=9), line(2, title="Apple", diversity=1))
    assert [shown.title for shown in build(material(lines=lines)).lines] == ["Apple", "Zebra"]
    assert "diversity" not in digest_text(build(material()))


def test_a_theme_goes_before_a_promise_and_the_furthest_promise_first() -> None:
    long = tuple(promise(n, title=f"p{n}", sentence=words_of(150)) for n in range(1, 6))
    bare_week = material(promises=long, lenses=(), groups=(), shared=(), safe=(), too_much=False)
    digest = build(bare_week)
    assert [reason.split(":")[0] for reason in digest.cut] == [
        "theme theme_1",
        "theme theme_2",
        "promise p5",
        "promise p4",
    ]
    assert [kept.title for kept in digest.promises] == ["p1", "p2", "p3"]


def test_lenses_go_before_a_theme_and_the_last_lens_first() -> None:
    long = tuple(promise(n, title=f"p{n}", sentence=words_of(120)) for n in range(1, 6))
    cut = [reason.split(":")[0] for reason in build(material(promises=long)).cut]
    assert cut[:4] == ["lens transition", "lens network", "lens prevention", "theme theme_1"]


def test_the_only_strength_outlives_a_more_diverse_worry() -> None:
    worry = {"leaning": "worry", "other_side": ""}
    lines = (line(1), line(2, **worry), line(3, **worry), line(4, **worry))
    digest = build(material(lines=lines, what_helps=""))
    assert "theme_1" in {shown.key for shown in digest.lines}


def test_a_line_too_long_for_any_page_is_sent_back_to_a_person() -> None:
    with pytest.raises(ValueError, match="shorten a line"):
        build(material(lines=(line(1, sentence=words_of(400)),)))


@pytest.mark.parametrize("changes", [{"practitioners_band": "7"}, {"voices_band": "1–4"}])
def test_a_number_that_is_not_a_band_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="no lawful band"):
        build(material(lines=(line(1, **changes),)))
    with pytest.raises(ValueError, match="no lawful band"):
        build(material(lines=(line(1, practitioners_band="", voices_band=""),)))


def test_the_oldest_loop_comes_first_and_before_anything_heard() -> None:
    aloud = digest_text(build(material()))
    assert aloud.index("47 days") < aloud.index("33 days") < aloud.index("Cleared this week")
    assert "31 of 42 themes have had an answer. These two have waited longest." in aloud


def test_the_group_sees_about_itself_what_share_was_answered_and_what_led_to_a_change() -> None:
    said = digest_text(build(material(asked=9, answered=4, changed=2)))
    assert "4 of 9 themes have had an answer. Two led to a change." in " ".join(said.split())
    assert "led to a change" not in digest_text(build(material(asked=9, answered=4)))
    with pytest.raises(ValueError, match="changed"):
        build(material(asked=9, answered=1, changed=2))


def test_a_quiet_week_has_one_line_own_loops_and_no_zero() -> None:
    far = promise(30, title="Far away")
    digest = build(material(lines=(), promises=(promise(1), far)))
    aloud = digest_text(digest)
    assert digest.quiet
    assert digest.opening == "Nothing new to show. Two answers are still yours to give."
    assert "There is nothing new that can be shown safely this week." in aloud
    assert "Who keeps the key?" in aloud
    assert "Far away" not in aloud
    assert "Not heard from" not in aloud
    assert "0 of" not in digest_text(build(material(lines=(), answered=0)))
    bare = build(material(lines=(), asked=0, answered=0, loops=(), promises=(), held=None))
    html = digest_body(bare, answer_url=None)
    assert "<ul" not in html
    assert "Your own loops" not in html


def test_five_equal_links_carry_the_answer_and_a_reader_who_may_not_answer_has_none() -> None:
    digest = build(material())
    html = digest_body(digest, answer_url=lambda key: f"/answer?of={key}")
    for button in ("act", "hold", "discuss", "not_now", "not_ours"):
        assert f'class="btn" href="/answer?of=theme_1&amp;button={button}"' in html
    plain = digest_body(digest, answer_url=lambda key: f"/answer/{key}")
    assert 'href="/answer/theme_2?button=act"' in plain
    assert 'href="/answer/loop_a"' in plain
    assert 'class="btn"' not in digest_body(digest, answer_url=None)


@pytest.mark.parametrize("lines", [(), (line(1), line(2))])
def test_the_page_has_no_inline_style_or_script_and_no_id_twice(lines: tuple[Line, ...]) -> None:
    html = digest_body(build(material(lines=lines)), answer_url=lambda key: f"/answer/{key}")
    assert not re.search(r"\sstyle=|<script|<style|\son[a-z]+=", html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)
    assert set(re.findall(r'aria-labelledby="([^"]+)"', html)) <= set(ids)
    assert html.count("<h1>") == 1


def test_words_are_escaped_wherever_they_stand() -> None:
    nasty = "<img src=x onerror=alert(1)>"
    digest = build(
        material(
            loops=(Loop(nasty, 3, 'k"><b>'),),
            lines=(line(1, title=nasty, sentence=nasty, other_side=nasty, question=nasty),),
            promises=(promise(1, title=nasty, sentence=nasty, status=nasty, status_label=nasty),),
            not_heard_from=(nasty,),
        )
    )
    html = digest_body(digest, answer_url=lambda key: f"/answer/{key}")
    assert "<img" not in html
    assert "<b>" not in html.replace("<b>3 days</b>", "").replace("<b>10–19 this time", "")


def test_a_worry_never_stands_alone_and_a_strength_may() -> None:
    worry = line(1, leaning="worry", other_side="")
    html = digest_body(build(material(lines=(worry,), safe=())), answer_url=None)
    assert html.count("Not enough to show.") == 1
    assert html.count('class="side ') == 3  # both sides, and what helps on the front
    html = digest_body(build(material(lines=(line(1, other_side=""),), safe=())), answer_url=None)
    assert "Not enough to show." not in html
    assert html.count('class="side ') == 1


def test_one_sentence_for_both_sides_is_said_once() -> None:
    alike = line(1, sentence="The bus comes late.", other_side="The bus comes late.", differs=True)
    text = digest_text(build(material(lines=(alike,))))
    assert text.count("The bus comes late.") == 2  # on the front, and once in the annex
    assert "A help to some, a worry to others" in text
    assert "Both are here" not in text
    unlike = digest_text(build(material(lines=(replace(alike, other_side="The driver waits."),))))
    assert "Both are here, the same size." in unlike


def test_a_trend_sets_people_beside_people_and_never_says_a_number() -> None:
    aloud = digest_text(build(material(lines=(line(1),))))
    assert "10–19 this time, after 5–9 before." in aloud
    first = line(1, blocks=line().blocks[1:])
    assert "Not shown in the twelve weeks before." in digest_text(build(material(lines=(first,))))


def test_lenses_count_themes_and_ask_from_what_is_missing() -> None:
    aloud = digest_text(build(material()))
    assert "- Before anybody is worried. 1 theme, none answered." in aloud
    assert "Most of this happens once harm is here, and little before it." in aloud
    even = Lens("prevention", (Tally("primary", 2, 1), Tally("tertiary", 2, 1)))
    assert "little before it" not in digest_text(build(material(lenses=(even,))))


def test_the_bar_is_the_partnerships_own() -> None:
    assert "A theme waits until ten people in two agencies" in digest_text(build(material(bar=10)))


def test_a_frozen_form_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown form"):
        from_json('{"form":99,"digest":{}}')


def test_a_digest_that_was_frozen_by_the_first_version_still_opens() -> None:
    kept = json.loads(to_json(build(material())))
    for later in ("safe", "lenses", "groups", "shared", "too_much", "bar"):
        del kept["digest"][later]
    for loop in kept["digest"]["loops"]:
        del loop["theme"]
    kept["form"] = 1
    thawed = from_json(json.dumps(kept))
    assert thawed.lines == build(material()).lines
    assert thawed.safe == ()


def heights(svg: str) -> list[str]:
    return re.findall(r'<rect[^>]* height="(\d+)"', svg)


@given(st.lists(st.tuples(days, st.integers(0, 40), any_band), max_size=8))
def test_a_band_strip_has_three_heights_stays_inside_and_never_overlaps(
    made: list[tuple[date, int, str]],
) -> None:
    blocks = [Block(start, start + timedelta(days=long), band) for start, long, band in made]
    svg = band_strip(blocks, first=date(2026, 8, 31), last=date(2026, 11, 20))
    ElementTree.fromstring(svg)  # noqa: S314 - made two lines above
    assert set(heights(svg)) <= {"20", "42", "64"}
    places = re.findall(r'<rect[^>]* x="([\d.]+)"[^>]* width="([\d.]+)"', svg)
    edges = [(float(x), float(x) + float(w)) for x, w in places]
    assert all(58 <= left < right <= 300.5 for left, right in edges)
    assert all(a[1] <= b[0] + 0.1 for a, b in pairwise(edges))
    assert svg.count('class="f-h"') == bool(edges)


def test_an_empty_strip_is_dots_alone() -> None:
    svg = band_strip((), first=date(2026, 8, 31), last=date(2026, 11, 20))
    assert heights(svg) == []
    assert "stroke-dasharray" in svg


@pytest.mark.parametrize(
    "draw",
    [
        lambda: band_strip((Block(ON, ON, "7"),), first=ON - timedelta(days=9), last=ON),
        lambda: band_strip((), first=ON, last=ON),
        lambda: loop_dots(3, 2),
        lambda: build(material(asked=1, answered=2)),
    ],
)
def test_pictures_and_pages_refuse_what_cannot_be_true(draw: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"band|one day|than asked"):
        draw()


def test_loop_dots_tick_as_many_as_were_answered() -> None:
    svg = loop_dots(31, 42)
    assert (svg.count('class="f-h"'), svg.count("<circle"), svg.count('class="k-on"')) == (
        31,
        42,
        31,
    )
    assert loop_dots(0, 0) == ""
    assert loop_dots(1, 500) == ""
    assert icon("nothing of ours") == ""
