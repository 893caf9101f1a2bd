"""The formats of one digest: mail that works with pictures off, Markdown, and JSON by its schema."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from digests.content import Digest, Line, Material
from digests.digest import build, to_json
from digests.render import digest_email, digest_markdown, digest_text
from tests.digests.test_digest import bare, line, material, materials

ROOT = Path(__file__).parents[2]
SCHEMA = Draft202012Validator(
    json.loads(ROOT.joinpath("docs/digest.schema.json").read_text("utf-8"))
)
FIXED = "heardback is not a referral channel, and nobody watches it for urgent messages."


def mail(digest: Digest) -> tuple[str, str, str]:
    return digest_email(
        digest,
        answer_url=lambda key: f"https://heardback.example/answer?line={key}",
        read_url="https://heardback.example/digest/34",
        footer=(FIXED,),
    )


class Tags(HTMLParser):
    """Every start tag with its attributes, and the text that is not hidden."""

    VOID = frozenset({"br", "meta", "link", "img", "input", "hr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.hidden: list[bool] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = {name: value or "" for name, value in attrs}
        self.tags.append((tag, kept))
        if tag not in self.VOID:
            hide = tag in {"style", "title"} or "display: none" in kept.get("style", "")
            self.hidden.append(hide or bool(self.hidden and self.hidden[-1]))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not (self.hidden and self.hidden[-1]):
            self.words += data.split()


@given(materials())
@settings(max_examples=40, deadline=None)
def test_every_digest_is_what_the_schema_says(given: Material) -> None:
    SCHEMA.validate(json.loads(to_json(build(given))))


@pytest.mark.parametrize("band", ["7", "1–4", "10"])
def test_the_schema_refuses_a_number_of_people(band: str) -> None:
    kept = json.loads(to_json(build(material())))
    kept["digest"]["lines"][0]["practitioners_band"] = band
    assert not SCHEMA.is_valid(kept)


@given(materials())
@settings(max_examples=30, deadline=None)
def test_a_mail_fetches_nothing_and_carries_every_rule_inline(given: Material) -> None:
    _, _, html = mail(build(given))
    seen = Tags(html)
    names = {tag for tag, _ in seen.tags}
    assert not names & {"img", "script", "link", "svg", "form", "input", "iframe", "video"}
    assert not re.search(r"url\(|@import|\bsrc=", html)
    assert {tag for tag, kept in seen.tags if "href" in kept} <= {"a"}
    styled = [kept for tag, kept in seen.tags if tag in {"p", "h1", "h2", "h3", "a"}]
    assert all(kept.get("style") for kept in styled)
    assert len(html.encode()) < 102_000  # above this, mail is clipped


@given(materials())
@settings(max_examples=30, deadline=None)
def test_both_parts_of_a_mail_say_every_word_of_the_digest(given: Material) -> None:
    digest = build(given)
    _, text, html = mail(digest)
    said = set(bare(digest_text(digest).replace("\n- ", "\n").split()))
    assert said <= set(bare(text.replace("\n- ", "\n").split()))
    shown = {word.rstrip(".,;:") for word in Tags(html).words}
    assert {word.rstrip(".,;:") for word in said} - shown <= set(FRAME_ONLY)


# What only a page with charts, an annex of its own and a front of one screen needs to say.
FRAME_ONLY = "A block is one release; dots are weeks too few to show The rest annex".replace(
    ";", ""
).split()


def test_the_subject_names_no_theme() -> None:
    subject, _, html = mail(build(material()))
    assert subject == "Northport weekly digest 34"
    hidden = re.search(r'<div class="pre"[^>]*>(.*?)</div>', html)
    assert hidden is not None
    assert hidden[1] == "Two of your loops wait. Three themes have cleared."


def test_a_mail_has_five_equal_buttons_for_each_question_and_none_for_a_reader() -> None:
    digest = build(material())
    _, _, html = mail(digest)
    assert html.count('class="bsa"') == 15
    assert len(set(re.findall(r'class="bsa"[^>]*style="([^"]*)"', html))) == 1
    assert "nothing is recorded until you press there" in html
    assert 'class="bsa"' not in digest_email(digest)[2]


@pytest.mark.parametrize("lines", [(), (line(1),)])
def test_words_in_a_mail_are_escaped(lines: tuple[Line, ...]) -> None:
    nasty = "<img src=x onerror=alert(1)>"
    _, _, html = mail(build(material(lines=lines, partnership=nasty, what_helps=nasty)))
    assert "<img" not in html


def test_markdown_says_the_same_words_and_leaves_none_of_them_as_markup() -> None:
    digest = build(material(lines=(line(1, sentence="Use *this* [link](x) # and `that`."),)))
    written = digest_markdown(digest)
    assert r"\*this\* \[link\](x) \# and \`that\`" in written
    plain = re.sub(r"\\(.)", r"\1", written.replace("**", ""))
    plain = re.sub(r"(?m)^(#+|-) ", "", plain)
    spoken = re.sub(r"(?m)^- ", "", digest_text(digest))
    assert plain.split() == spoken.split()


def test_markdown_has_one_title_and_headings_in_order() -> None:
    written = digest_markdown(build(material()))
    assert len(re.findall(r"(?m)^# ", written)) == 1
    assert "\n## Your own loops first\n" in written
    assert not re.search(r"\n{3,}", written)
