"""What comes from outside to do harm: it is shown as the words that it is, or refused in a sentence."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import aiohttp
import pytest

from bot import readers
from bot.answers import body_of
from bot.clock import wall_clock
from bot.mail.letters import Letter, compose
from bot.slack.text import entities, mrkdwn, plain, quoted
from bot.web.pages import Frame, page, render_form
from handlers.messages import Button, Choice, Contact, Contacts, Field, Form, Marked, Text
from tests.loops import run

CORPUS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\"><a href='https://evil.example'>x</a>",
    "' onmouseover='alert(1)",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<!--<script>-->alert(1)",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<style>@import 'https://evil.example'</style>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "**<b onclick=alert(1)>bold</b>**",
    "[a link](https://evil.example) ![a picture](https://evil.example/x.png)",
    "[a link](javascript:alert(1))",
    "https://evil.example/login",
    "<https://evil.example|our own page>",
    "<!channel> <!here> <!everyone> <@U012AB3CD> <#C012AB3CD>",
    "<at>Ana</at> @everyone",
    "mailto:a@evil.example tel:999",
    "{{ 7 * 7 }} {% for x in y %} ${7*7} #{7*7} <%= 7*7 %> {0.__class__}",
    '=HYPERLINK("https://evil.example") +1 -1 @SUM(1)',
    "\u202egnp.exe \u2066a\u2069 \u200b\ufeff",
    "\x00\x1b[31m\x07",
    "line one\r\nBcc: a@evil.example\r\n\r\nbody",
    "𝒂" * 50,
)
FRAME = Frame("Northport", (), "", "", "csrf", "")


class Looking(HTMLParser):
    """Notes every tag and attribute that a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.wrong.append(f"{tag} {name}")
            inward = ("/", "#", "tel:", "")
            if name in ("href", "src", "action", "formaction") and not (value or "").startswith(
                inward[:3]
            ):
                self.wrong.append(f"{tag} {name}={value}")


def form_of(bad: str) -> Form:
    return Form(
        name="reflect",
        title=bad,
        parts=(
            Text(bad, heading=bad),
            Text(bad, style="voice"),
            Marked(bad, ((0, min(5, len(bad))),)),
            Contacts((Contact(bad, bad, bad),)),
            Field("words", bad, hint=bad, value=bad, error=bad),
            Field("name", bad, "short_text", value=bad),
            Field("role", bad, "select", choices=(Choice(bad, bad),), value=bad),
            Field("one", bad, "one_of", choices=(Choice(bad, bad),), value=bad),
        ),
        buttons=(Button(bad, "reflect", bad, tail=bad),),
        state={"item": bad},
    )


def test_nothing_typed_becomes_a_tag_an_attribute_or_a_link_on_a_page() -> None:
    plain_tags = _looked(render_form(form_of("words"), frame=FRAME, once="1")).tags
    for bad in CORPUS:
        seen = _looked(render_form(form_of(bad), frame=FRAME, once="1"))
        assert seen.wrong == [], bad
        assert seen.tags <= plain_tags | {"strong"}, bad
        around = page("message", frame=FRAME, title=bad, sentence=bad)
        harmless = page("message", frame=FRAME, title="x", sentence="**x**")
        assert _looked(around).tags <= _looked(harmless).tags, bad
        assert "{{ 7 * 7 }}" not in bad or "{{ 7 * 7 }}" in around, "shown as typed, and not run"


def _looked(html: str) -> Looking:
    seen = Looking()
    seen.feed(str(html))
    seen.close()
    return seen


def test_nothing_typed_becomes_a_link_or_a_header_in_a_mail() -> None:
    def parts(bad: str) -> tuple[set[str], list[str], list[str]]:
        form = Form("prompt", bad, (Text(bad, heading=bad), Text(bad, style="voice")))
        one_line = " ".join(bad.split()).replace("\x00", "")
        letter = Letter("ana@housing.example", one_line, "Northport", form, "footer", "key")
        made = compose(letter, sender="heardback@northport.example", at=wall_clock())
        html = made.get_body(("html",))
        assert html is not None
        seen = _looked(html.get_content())
        return seen.tags, [w for w in seen.wrong if "style" not in w], list(made.keys())

    tags, wrong, headers = parts("words **bold**")
    for bad in CORPUS:
        found = parts(bad)
        assert found[0] <= tags, bad
        assert found[1] == wrong, bad
        assert found[2] == headers, bad


def test_nothing_typed_becomes_a_mention_or_a_link_in_slack() -> None:
    for bad in CORPUS:
        assert not {"<", ">"} & set(entities(bad)), bad
        assert mrkdwn(bad)["verbatim"] is True
        assert not {"<", ">"} & set(mrkdwn(bad)["text"]), bad
        assert plain(bad, 75)["type"] == "plain_text"
        runs = quoted(bad)["elements"][0]["elements"]
        assert {run["type"] for run in runs} == {"text"}, bad
        for sign in "\u202e\u2066\x00\x1b":
            assert sign not in mrkdwn(bad)["text"] + plain(bad, 75)["text"], bad


def packed(path: Path, parts: dict[str, Callable[[zipfile.ZipFile, str], None]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, write in parts.items():
            write(made, name)
    return path


def zeros(megabytes: int) -> Callable[[zipfile.ZipFile, str], None]:
    def write(made: zipfile.ZipFile, name: str) -> None:
        with made.open(name, "w", force_zip64=True) as out:
            for _ in range(megabytes):
                out.write(b" " * 1024**2)

    return write


def text(said: str) -> Callable[[zipfile.ZipFile, str], None]:
    return lambda made, name: made.writestr(name, said)


def test_a_workbook_that_would_burst_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "bomb.xlsx", {"xl/sharedStrings.xml": zeros(96)})
    many = packed(tmp_path / "many.xlsx", {f"xl/{n}.xml": text("x") for n in range(5_001)})
    for path in (bomb, many):
        with pytest.raises(readers.NotASpreadsheet, match="far more than any workbook"):
            list(readers.rows(path))


def test_a_workbook_of_entities_inside_entities_is_refused(tmp_path: Path) -> None:
    layers = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    laughs = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{layers}]><x>&a11;</x>'
    outside = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    )
    for said in (laughs, outside):
        made = packed(tmp_path / "x.xlsx", {"[Content_Types].xml": text(said)})
        with pytest.raises(readers.NotASpreadsheet):
            list(readers.rows(made))


class Slowly(BaseHTTPRequestHandler):
    """Answers in pieces, as what comes over a real network does."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "300000")
        self.end_headers()
        for _ in range(3):
            self.wfile.write(b"x" * 100_000)
            self.wfile.flush()

    def log_message(self, *said: object) -> None:
        pass


def test_an_answer_in_pieces_is_read_whole_and_one_too_long_is_refused() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slowly)
    Thread(target=server.serve_forever, daemon=True).start()

    async def ask(most: int) -> int:
        address = f"http://127.0.0.1:{server.server_port}/"
        async with aiohttp.ClientSession() as http, http.get(address) as answer:
            return len(await body_of(answer, most=most))

    assert run(ask(300_000)) == 300_000
    with pytest.raises(ValueError, match="too long"):
        run(ask(299_999))
    server.shutdown()
    server.server_close()
