"""A partnership ends, as its people see it in a real browser: asked, agreed, closed honestly, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page

from bot.web.app import wall_clock
from bot.web.entrance import COOKIE
from storage import sign_in
from tests.dialogues.test_closing import CHILD, REASON, WHO, finish
from tests.dialogues.test_loop import issue, speak
from tests.story import Story

pytestmark = pytest.mark.browser


@contextmanager
def signed_in(chromium: Browser, story: Story, address: str, person: str) -> Iterator[Page]:
    """Somebody at their own browser, which is theirs until the end of the block."""
    context = chromium.new_context(base_url=address)
    context.set_default_timeout(20_000)
    now = wall_clock()
    with story.database.writing() as session:
        token = sign_in.begin(
            session, person=person, partnership="northport", now=now, proved_at=now
        )
    context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    yield context.new_page()
    context.close()


def pressed(page: Page, button: Locator) -> str:
    """What stands on the page to which a button leads."""
    with page.expect_navigation():
        button.click()
    return page.locator("main").inner_text()


def test_two_people_end_a_partnership_and_everybody_reads_what_became_of_it(
    told: tuple[Story, str], chromium: Browser
) -> None:
    story, address = told
    speaker = speak(story, 8)[0].person
    issue(story)
    officer, chair = (story.person(name).person for name in ("privacy_officer", "chair"))
    last_day = (story.now + timedelta(days=60)).date()
    with signed_in(chromium, story, address, officer) as page:
        page.goto("/privacy")
        form = page.locator("form.f-close-ask")
        page.locator("details", has=form).locator("summary").click()
        form.locator("input[type=date]").fill(last_day.isoformat())
        form.locator("[name=to_whom]").fill(WHO)
        send = "form.f-close-ask .acts button"
        assert "reference of the file" in pressed(page, page.locator(send))
        assert page.locator("[name=to_whom]").input_value() == WHO, "what was typed stays"
        page.locator("[name=reference]").fill("END-1")
        pressed(page, page.locator(send))
        page.goto("/privacy")
        waits = page.locator("main").inner_text()
        assert "Somebody else has to decide this" in waits
        assert f"The records go to: {WHO}" in waits
    with signed_in(chromium, story, address, chair) as page:
        page.goto("/privacy")
        agreed = pressed(page, page.locator("form.f-decision button.main"))
        assert "the last day is Friday 6 November" in agreed
        story.clock("tick_keeping")
        story.later(days=1)
        page.goto("/privacy")
        asked = pressed(page, page.get_by_role("button", name="Close what is open"))
        assert "Bus station, trains and journeys" in asked
        page.locator("[name=answer]").fill(REASON)
        page.locator("[name=child_words]").fill(CHILD)
        told_all = pressed(page, page.get_by_role("button", name="Tell everybody"))
        assert "Questions closed: 1" in told_all
    story.later(days=61)
    with signed_in(chromium, story, address, officer) as page:
        page.goto("/privacy")
        assert "Nothing is in the way any more" in page.locator("main").inner_text()
    with signed_in(chromium, story, address, speaker) as page:
        page.goto("/chat")
        assert REASON in page.locator("main").inner_text()
        finish(story)
        page.goto("/chat")
        shown = page.locator("main").inner_text()
        assert "Sign in" in shown, "nobody is anybody there any more"
        assert REASON not in shown
