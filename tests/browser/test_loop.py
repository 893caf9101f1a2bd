"""Once round the loop by hand, in a real browser, as everybody who has a part in it.

Every promise that a page makes is pressed here: details are replaced before anything is kept, danger is
answered with a number, an answer reaches the people behind it, and what was typed is never lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser

from tests.browser.driver import Served, Visitor

pytestmark = pytest.mark.browser

STREET = "A lad on Marlow Street waits outside the shop and asks the younger ones to carry things."
DANGER = "A boy told me that he is going to kill himself tonight and I am scared for him."
CARRIED = "The last bus goes before the club ends, so we walk home."
MEETING = "We wait for the bus times, which come out in the spring, and then we look again."
RUN_AXE = "axe.run({resultTypes: ['violations']})"
RUN_CONTRAST = "axe.run({resultTypes: ['violations'], runOnly: ['color-contrast']})"
LOOKS = ((1280, "light", RUN_AXE), (390, "light", RUN_AXE), (390, "dark", RUN_CONTRAST))
OF_ROLE = {
    "Practitioner": ("/home", "/chat", "/board", "/no-such-page"),
    "Champion": ("/home",),
    "Coordinator": ("/desk", "/texts", "/minutes", "/meeting", "/pilot", "/groups", "/loops"),
    "Theme editor": ("/lines", "/entries", "/session"),
    "Approver": ("/sign",),
    "Strategic member": ("/digest", "/digest/1"),
    "Chair": ("/proposals", "/pack", "/groups", "/neighbours", "/loops"),
    "Safeguarding lead": ("/aside",),
}


@pytest.fixture(params=["with a script", "without a script"])
def anyone(request: pytest.FixtureRequest, chromium: Browser, served: Served) -> Iterator[Visitor]:
    visitor = Visitor(chromium, served, script=request.param == "with a script")
    yield visitor
    visitor.leave()


@pytest.fixture
def visitor(chromium: Browser, served: Served) -> Iterator[Visitor]:
    one = Visitor(chromium, served)
    yield one
    one.leave()


def test_a_street_is_shown_and_replaced_before_the_words_are_kept(anyone: Visitor) -> None:
    anyone.come_in_as("Practitioner")
    anyone.press("Say something else")
    anyone.write("Your words", STREET)
    anyone.press("Check and send")
    assert anyone.page.locator("mark").first.inner_text().startswith("Marlow Street")
    anyone.press("Send with these choices")
    assert "It is in" in anyone.main()
    assert "A lad on [street] waits outside the shop" in anyone.main()
    assert "Marlow" not in anyone.page.content()


def test_danger_gets_numbers_first_and_the_lead_hands_it_over(
    anyone: Visitor, served: Served
) -> None:
    anyone.come_in_as("Practitioner")
    anyone.press("Say something else")
    anyone.write("Your words", DANGER)
    anyone.press("Check and send")
    said = anyone.main()
    assert said.index("01632 960 100") < said.index("set aside")
    assert said.index("999") < said.index("set aside")
    anyone.press("I will do it now")

    anyone.come_in_as("Safeguarding lead")
    anyone.go("/aside")
    assert DANGER not in anyone.page.content()
    today = f"Item from {served.demo.now():%A %-d %B}"
    item = anyone.page.locator("form", has_text=today).filter(has_text="Open it")
    item.first.get_by_role("button", name="Open it").click()
    assert "Why are you opening it?" in anyone.main()
    assert DANGER not in anyone.page.content(), "opened without a reason"
    anyone.choose("reason", "planned")
    anyone.press("Open it")
    assert DANGER in anyone.main()
    anyone.write("Who has it now?", "The front door")
    anyone.write("Their reference", "FD-204")
    anyone.choose("confirmed", "yes")
    anyone.press("Record the hand-off")
    assert "Handed off" in anyone.main()


def test_a_voice_is_passed_on_and_its_three_words_find_it_again(anyone: Visitor) -> None:
    anyone.come_in_as("Champion")
    anyone.press("Pass something on")
    anyone.page.locator("textarea[name=words]").fill(CARRIED)
    for name, value in (
        ("rendering", "paraphrase"),
        ("voice", "young_person"),
        ("agreement", "yes"),
        ("age_band", "16_to_17"),
        ("voices", "1"),
        ("agreed_to", "theme"),
        ("back", "phrase"),
    ):
        anyone.choose(name, value)
    anyone.press("Check and pass on")
    anyone.press("Print a tear-off")
    words = anyone.page.locator(".tear .words span").all_inner_texts()
    assert len(words) == 3
    assert "bus" not in anyone.page.locator(".tear").inner_text()

    anyone.go("/home")
    anyone.write("Three words from a tear-off", "badger lemon kettle")
    anyone.press("Look it up")
    anyone.press("Find")
    assert anyone.page.get_by_label("The three words").input_value() == "badger lemon kettle"
    anyone.write("The three words", " ".join(words))
    anyone.press("Find")
    assert "Found" in anyone.main()


def test_an_answer_keeps_what_was_typed_and_reaches_somebody_behind_it(
    visitor: Visitor, served: Served
) -> None:
    line, way_in = served.line_with_somebody_behind()
    visitor.come_in_as("Strategic member")
    visitor.go(f"/answer?line={line}&button=hold")
    visitor.write("The same for a young person", "We look again in spring.")
    visitor.press("Propose this answer")
    assert visitor.page.locator("textarea[name=answer][aria-invalid=true]").count() == 1
    assert visitor.page.locator("[name=child_words]").input_value() == "We look again in spring."
    visitor.write("What, and why, in words people will be told", MEETING)
    visitor.page.locator("aside", has_text=MEETING).wait_for()  # while it is typed
    assert "We look again in spring." in visitor.page.locator("aside").inner_text()
    visitor.page.locator("[name=due_on]").fill("2026-01-05")
    visitor.press("Propose this answer")
    assert "That day has passed." in visitor.main()
    assert visitor.page.locator("[name=answer]").input_value() == MEETING
    later = served.demo.now().date() + timedelta(days=60)
    visitor.page.locator("[name=due_on]").fill(later.isoformat())
    visitor.press("Propose this answer")
    assert "Nobody has been told yet" in visitor.main()

    visitor.come_in_as("Chair")
    visitor.go("/proposals")
    card = visitor.page.locator("li.card", has_text=MEETING)
    card.get_by_role("button", name="Confirm").click()
    assert "Confirmed" in visitor.main()

    served.demo.tick()
    visitor.go(way_in)
    end = time.monotonic() + 8
    while MEETING not in visitor.page.content() and time.monotonic() < end:
        visitor.page.wait_for_timeout(300)
        visitor.go("/chat")
    assert MEETING in visitor.main()


def test_an_unknown_sign_in_link_gets_a_plain_sentence(anyone: Visitor) -> None:
    anyone.go("/in/not-a-link-of-ours")
    assert "This link does not open" in anyone.main()


def test_fifty_thousand_characters_get_a_plain_sentence_and_stay_in_the_box(
    anyone: Visitor,
) -> None:
    long = "walking " * 6250
    anyone.come_in_as("Practitioner")
    anyone.press("Say something else")
    anyone.write("Your words", long)
    anyone.press("Check and send")
    assert "longer than I can take" in anyone.main()
    assert anyone.page.get_by_label("Your words").input_value().strip() == long.strip()


def _the_words_form(visitor: Visitor) -> None:
    visitor.press("Say something else")


def _the_details_form(visitor: Visitor) -> None:
    visitor.press("Say something else")
    visitor.write("Your words", STREET)
    visitor.press("Check and send")


def _the_relay_form(visitor: Visitor) -> None:
    visitor.press("Pass something on")
    visitor.press("Check and pass on")


def _the_answer_form(visitor: Visitor) -> None:
    visitor.go("/digest")
    visitor.page.locator("main a[href^='/answer']").first.click()
    visitor.press("Propose this answer")


FORMS: tuple[tuple[str, Callable[[Visitor], None]], ...] = (
    ("Practitioner", _the_words_form),
    ("Practitioner", _the_details_form),
    ("Champion", _the_relay_form),
    ("Strategic member", _the_answer_form),
)


def _faults(visitor: Visitor, where: str) -> list[str]:
    """What axe finds, and what runs out of the window, at both widths; in the dark only colours differ."""
    found = []
    page = visitor.page
    page.evaluate(Axe().axe_script)
    for width, scheme, run in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{where} is {wide} wide in a window of {width}")
        for fault in page.evaluate(run)["violations"]:
            where_in = [node["target"] for node in fault["nodes"][:3]]
            found.append(f"{where} {width} {scheme}: {fault['id']} {where_in}")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def test_every_page_of_every_role_passes_axe_and_fits_a_phone(visitor: Visitor) -> None:
    visitor.go("/demo")
    found = _faults(visitor, "/demo")
    for role, paths in OF_ROLE.items():
        visitor.come_in_as(role)
        for path in paths:
            visitor.go(path)
            found += _faults(visitor, f"{role} {path}")
    assert found == []


def test_every_form_passes_axe_and_fits_a_phone(visitor: Visitor) -> None:
    found = []
    for role, open_form in FORMS:
        visitor.come_in_as(role)
        open_form(visitor)
        found += _faults(visitor, open_form.__name__)
    assert found == []
