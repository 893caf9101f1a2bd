"""A paper as an A4 file: the very page, printed by Chromium, or one sentence where there is none."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from bot import papers, pdf
from handlers import permissions, place
from tests.bot.test_answering import came_in
from tests.dialogues.test_loop import issue, speak
from tests.story import Story
from tests.visiting import Visitor

printing = pytest.mark.skipif(pdf.browser() is None, reason="Chromium is not here")


@pytest.fixture
def chair(story: Story) -> Visitor:
    """The chair, signed in, after a digest has gone out."""
    speak(story, 8)
    assert issue(story)
    return came_in(story, permissions.CHAIR)


@pytest.fixture
def anybodys() -> Iterator[Path]:
    """A folder that others on the machine may look into."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@printing
@pytest.mark.parametrize("page", ["/digest/1.pdf", "/pack.pdf", "/board.pdf"])
def test_a_paper_is_an_a4_file_for_who_may_read_it(chair: Visitor, page: str) -> None:
    got = chair.get(page)
    assert (got.status_code, got.headers["content-type"]) == (200, "application/pdf")
    assert got.content.startswith(b"%PDF")
    width, height = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", got.content)[0]
    assert (round(float(width)), round(float(height))) == (595, 842)
    assert ".pdf" in got.headers["content-disposition"]


def test_nobody_else_gets_it_and_without_a_browser_there_is_a_sentence_and_no_link(
    chair: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "browser", lambda: None)
    assert ".pdf" not in chair.get("/digest").text
    refused = chair.get("/digest/1.pdf")
    assert refused.status_code == 503
    assert "Printing the page gives the same" in refused.text
    assert chair.get("/digest/99.pdf").status_code == 404
    chair.cookies = httpx.Cookies()
    assert chair.get("/digest/1.pdf").status_code == 401


def test_nobody_keeps_the_browser_busy_for_everybody_else(
    chair: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "browser", lambda: "/bin/true")
    monkeypatch.setattr(pdf, "printed", lambda html: b"%PDF")
    got = [chair.get("/board.pdf").status_code for _ in range(6)]
    assert got == [200] * 5 + [429]
    assert "In a minute" in chair.get("/digest/1.pdf").text


def test_a_page_on_paper_fetches_nothing_and_holds_no_script_form_or_name(story: Story) -> None:
    speak(story, 8)
    issue(story)
    with story.database.reading() as session:
        html, number = papers.digest(session, place.of(session, "northport"), None) or ("", 0)
    still = pdf.still(html)
    assert number == 1
    assert not re.search(r"<script|<form|https?://|=\"/static", still)
    assert all(Path(path).exists() for path in re.findall(r'="file://([^"]+)"', still))


def test_the_browser_keeps_its_sandbox_and_is_given_nothing_of_ours(
    monkeypatch: pytest.MonkeyPatch, anybodys: Path
) -> None:
    """A stand-in writes down how it was called; as root it must run as nobody who exists."""
    seen = anybodys / "seen"
    seen.touch()
    seen.chmod(0o666)
    stand_in = anybodys / "chromium"
    stand_in.write_text(f'#!/bin/sh\n{{ id -u; echo "$@"; env; }} > {seen}\nexit 3\n')
    stand_in.chmod(0o755)
    monkeypatch.setattr(pdf, "browser", lambda: str(stand_in))
    monkeypatch.setenv("HEARDBACK_KEYS", "a secret of ours")
    with pytest.raises(pdf.NoPdfError, match="it failed"):
        pdf.printed("<p>words</p>")
    said = seen.read_text()
    assert "--print-to-pdf" in said
    assert "sandbox" not in said
    assert "secret" not in said
    assert int(said.split()[0]) == (pdf.STRANGER if os.geteuid() == 0 else os.geteuid())


def test_without_a_sandbox_nothing_is_printed_and_the_reason_is_said(
    monkeypatch: pytest.MonkeyPatch, anybodys: Path
) -> None:
    stand_in = anybodys / "chromium"
    stand_in.write_text('#!/bin/sh\necho "No usable sandbox!" >&2\nexit 1\n')
    stand_in.chmod(0o755)
    monkeypatch.setattr(pdf, "browser", lambda: str(stand_in))
    with pytest.raises(pdf.NoPdfError, match="allow unprivileged user namespaces"):
        pdf.printed("<p>words</p>")


def test_a_browser_that_fails_is_said_so_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(pdf, "browser", lambda: "/bin/false")
    with pytest.raises(pdf.NoPdfError):
        pdf.printed("<p>words</p>")
    assert list(tmp_path.iterdir()) == []
