"""What somebody types to do harm, in a real browser: nothing runs, nothing is fetched, nothing leads away."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from handlers import permissions
from storage import people
from tests.bot.test_entrance import link
from tests.bot.test_hostile import CORPUS
from tests.story import Story

pytestmark = pytest.mark.browser
TYPED = [bad.replace("\x00", "") for bad in CORPUS]
ALIVE = """() => ({
  away: [...document.querySelectorAll('a[href], area[href], form[action]')]
    .map((one) => one.getAttribute('href') || one.getAttribute('action') || '')
    .filter((to) => !/^(\\/(?!\\/)|#|tel:)/.test(to) && to !== ''),
  scripts: [...document.scripts].map((one) => one.getAttribute('src') || 'inline')
    .filter((from) => !from.startsWith('/static/')),
  made: document.querySelectorAll(
    'iframe, object, embed, base, meta[http-equiv], math, style, marquee, [onclick], [onerror], [onload],'
    + ' [onmouseover], main img, main svg[onload]').length,
  hit: Boolean(window.hit) || document.title.includes('hit'),
})"""


@dataclass
class Watched:
    """A page, and what happened in it that nobody meant."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)

    def look(self, where: str) -> None:
        found = self.page.evaluate(ALIVE)
        if found != {"away": [], "scripts": [], "made": 0, "hit": False}:
            self.wrong.append(f"{where}: {found}")


def watched(chromium: Browser, story: Story, address: str, person: str) -> Watched:
    context = chromium.new_context(base_url=address)
    context.set_default_timeout(20_000)
    seen = Watched(context.new_page(), address)
    seen.page.on("dialog", lambda dialog: (seen.wrong.append("a dialog"), dialog.dismiss()))

    def asked(request: object) -> None:
        url = str(getattr(request, "url", ""))
        if not url.startswith(address) and not url.startswith("data:"):
            seen.wrong.append(f"asked {url}")

    seen.page.on("request", asked)
    seen.page.goto(f"/in/{link(story, person)}")
    seen.page.get_by_role("button").first.click()
    seen.page.wait_for_url("**/home")
    return seen


def test_a_real_browser_runs_nothing_that_was_typed(
    told: tuple[Story, str], chromium: Browser
) -> None:
    story, address = told
    ana = story.person("ana")
    with story.database.writing() as session:
        for place, bad in enumerate(TYPED):
            name = people.enrol(session, name=bad, email=f"a{place}@housing.example")
            people.seat(
                session,
                partnership="northport",
                person=name,
                role=permissions.PRACTITIONER,
                agency="housing",
                on=story.now.date(),
            )
    seen = watched(chromium, story, address, ana.person)
    for bad in (*TYPED[:2], "\n".join(TYPED[:14]), "\n".join(TYPED[14:])):
        seen.page.goto("/reflect")
        seen.page.locator("textarea[name=words]").fill(bad)
        seen.page.get_by_role("button", name="Check").first.click()
        seen.page.wait_for_load_state("load")
        seen.look(f"after typing {bad!r}")
    for path in ("/home", "/chat", "/my-data"):
        seen.page.goto(path)
        seen.look(path)
    seen.page.context.close()
    desk = watched(chromium, story, address, story.person("coordinator").person)
    for number in (1, 2):
        desk.page.goto(f"/desk?page={number}")
        desk.look("/desk")
        shown = desk.page.locator("main").inner_text()
        assert number > 1 or "<script>alert(1)</script>" in shown, "shown as the words that it is"
    desk.page.goto('/desk?find="><script>alert(1)</script>')
    desk.look("/desk?find")
    assert seen.wrong + desk.wrong == []
    desk.page.evaluate(
        "document.querySelector('main').innerHTML = '<a href=https://evil.example>x</a>'"
    )
    desk.look("what was planted")
    assert desk.wrong != []
    desk.page.context.close()
