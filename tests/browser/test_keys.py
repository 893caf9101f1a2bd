"""Coding by keyboard alone, in a real browser; the keys can be switched off, and never listen to what is typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from storage import codings
from tests.browser.test_typed import watched
from tests.dialogues.test_loop import draft_lines
from tests.story import AGENCIES, Story

pytestmark = pytest.mark.browser
CHOSEN = "inputs => inputs.filter(one => one.checked).map(one => one.value)"
FOCUSED = "one => one === document.activeElement"


def test_words_are_coded_by_keyboard_alone_and_the_keys_can_be_switched_off(
    told: tuple[Story, str], chromium: Browser
) -> None:
    story, address = told
    for n in range(15):
        who = story.person(f"speaker {n}", agency=AGENCIES[n % len(AGENCIES)])
        words = f"The bus station is where they wait, and number {n} of us has seen it."
        assert story.does(who, "reflect", words=words).name == "receipt"
    assert draft_lines(story)
    page = watched(chromium, story, address, story.person("theme_editor").person).page
    page.goto("/lines")
    keys, words_of = page.keyboard, page.locator("[data-recode]")
    page.locator("#sentence").press("j")
    assert page.evaluate("document.activeElement.id") == "sentence", "typed, and no key"
    page.evaluate("document.activeElement.blur()")
    for key in "jjkx1b":
        keys.press(key)
    first, second = words_of.nth(0), words_of.nth(1)
    assert first.evaluate(FOCUSED)
    assert first.locator("input[name=theme_id]").evaluate_all(CHOSEN) == ["safe_places"]
    assert "Not saved yet" in page.locator("[data-said]").inner_text()
    keys.press("s")
    page.locator("[data-said]", has_text="Coded").wait_for()
    assert second.evaluate(FOCUSED), "and on to the next words"
    assert "A person says" in first.inner_text()
    for key in "k1as":  # a second saving of the same words is not taken for a repeat of the first
        keys.press(key)
    second.and_(page.locator(":focus")).wait_for()
    id = first.locator("input[name=contribution_id]").first.get_attribute("value") or ""
    with story.database.reading() as session:
        assert set(codings.deciding(session, [id])[id]) == {"safe_places", "trusted_adult"}
    page.get_by_label("Keys are on").uncheck()
    page.reload()
    keys.press("j")
    assert not words_of.nth(0).evaluate(FOCUSED), "off, and it stays so"
    page.context.close()
