"""The digest on one screen and on A4, printed by a real browser."""

from __future__ import annotations

import re

import pytest
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


def test_nothing_to_press_is_printed(chair: Visitor) -> None:
    chair.go("/digest")
    chair.page.emulate_media(media="print")
    assert chair.page.locator("main .btn:visible").count() == 0
