"""The digest and the meeting pack on A4, printed by a real browser."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from docx import Document
from playwright.sync_api import Browser

from tests.browser.driver import Served, Visitor

pytestmark = pytest.mark.browser
MARGIN = dict.fromkeys(("top", "bottom", "left", "right"), "14mm")


@pytest.fixture
def chair(chromium: Browser, served: Served):  # type: ignore[no-untyped-def]
    one = Visitor(chromium, served)
    one.come_in_as("Chair")
    yield one
    one.leave()


def sides(chair: Visitor) -> int:
    """How many A4 sides the page prints on."""
    printed = chair.page.pdf(format="A4", margin=MARGIN, print_background=True)  # type: ignore[arg-type]
    return len(re.findall(rb"/Type\s*/Page[^s]", printed))


def test_the_front_fits_one_screen_and_the_digest_four_sides(chair: Visitor) -> None:
    chair.go("/digest")
    bottom = chair.page.evaluate("document.querySelector('.front').getBoundingClientRect().bottom")
    assert bottom <= 800
    assert 1 < sides(chair) <= 4


def test_a_pack_prints_its_decision_sheet_on_a_side_of_its_own(chair: Visitor) -> None:
    chair.go("/pack")
    whole = sides(chair)
    chair.page.evaluate("document.querySelector('#sheet').remove()")
    assert 1 <= whole - sides(chair) <= 2
    assert whole <= 9


def test_nothing_to_press_is_printed(chair: Visitor) -> None:
    for path in ("/digest", "/pack"):
        chair.go(path)
        chair.page.emulate_media(media="print")
        assert chair.page.locator("main .btn:visible").count() == 0
        chair.page.emulate_media(media="screen")


def test_the_document_of_a_pack_is_one_that_opens(chair: Visitor) -> None:
    chair.go("/pack")
    got = chair.page.request.get("/pack.docx")
    assert got.ok
    assert "attachment" in got.headers["content-disposition"]
    assert "Decision sheet" in [p.text for p in Document(BytesIO(got.body())).paragraphs]
