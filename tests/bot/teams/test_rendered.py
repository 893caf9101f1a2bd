"""Every card as somebody else's renderer shows it: npm `adaptivecards`, in chromium.

A developer's tool, installed for the test and never kept. It reads markdown and schema with its own eyes: it has
nothing to complain about, and nothing that anybody typed becomes a link, a bold word or a list.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from bot.teams.surfaces import dialog, message
from handlers.messages import Button, Choice, Contact, Contacts, Field, Form, Marked, Text
from tests.bot.teams.member import CHANNEL, Json, Teams
from tests.bot.teams.validate import card_of
from tests.dialogues.test_loop import ANSWER, issue, speak
from tests.story import Story

pytestmark = [
    pytest.mark.prove,
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not on this machine"),
]
LIVE = "[press](https://x.example) **bold** _leaning_ <at>Everybody</at> <b>html</b> `code`"
SHOW = """card => {
  const made = new AdaptiveCards.AdaptiveCard(), wrong = [];
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = window.markdownit().render(text); result.didProcess = true;
  };
  const context = new AdaptiveCards.SerializationContext();
  made.parse(card, context);
  for (let n = 0; n < context.eventCount; n++) wrong.push(context.getEventAt(n).message);
  made.validateProperties().validationEvents.forEach(event => wrong.push(event.message));
  const frame = document.createElement("section");
  frame.appendChild(made.render());
  document.body.replaceChildren(frame);
  const live = frame.querySelectorAll("a, strong, em, code, ul, ol, b, h1, img").length;
  const cut = [...frame.querySelectorAll("button")].filter(
    press => press.getBoundingClientRect().right > frame.getBoundingClientRect().right).length;
  return {wrong, live, cut, text: frame.innerText, width: frame.scrollWidth};
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    there = tmp_path_factory.mktemp("adaptivecards")
    npm = str(shutil.which("npm"))
    wanted = ["adaptivecards@3.0.5", "markdown-it@14"]
    subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--prefix", str(there), *wanted],
        check=True,
        capture_output=True,
    )
    found = there / "node_modules"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        shown = browser.new_page(viewport={"width": 480, "height": 800})
        shown.set_content("<style>body{font:14px sans-serif;margin:12px}</style><body></body>")
        shown.add_script_tag(path=found / "markdown-it/dist/markdown-it.min.js")
        shown.add_script_tag(path=found / "adaptivecards/dist/adaptivecards.js")
        yield shown
        browser.close()


def seen(story: Story) -> dict[str, Json]:
    """What people are shown once round the loop, by name."""
    teams = Teams(story)
    people = speak(story, 8)
    line = issue(story)[0]
    story.clock("tick_ask")
    story.later(days=2)
    sam, jo = teams.member(people[0], "U1"), teams.member(story.champion("jo", "health"), "U2")
    found = {}
    for kind in ("prompt",):
        found[kind] = message(story.notice(people[0], kind), partnership="northport")
        teams.there.post(sam.chat, found[kind])
    sam.presses("Answer now", on=found["prompt"])
    found["reflect"] = sam.dialog or {}
    sam.fills(words="Call Mrs Hale on 01632 960 123 about the school transfer, it takes months.")
    found["details"] = sam.submits()
    found["receipt"] = sam.submits("Send")
    found["settled"] = sam.cards()[0]
    sam.says("reflect")
    sam.presses("Reflect")
    sam.fills(words="He told me his stepdad hits him and he is scared to go home tonight.")
    found["signpost"] = sam.submits()
    jo.relays("<p>there is nowhere warm after four</p>")
    found["relay"] = jo.dialog or {}
    jo.fills(rendering="paraphrase", voice="young_person", agreement="yes")
    jo.fills(age_band="13_to_15", voices="1", back="phrase")
    found["relay_receipt"] = jo.submits()
    group = teams.member(story.person("strategic_member"), "U3")
    group.says("digest", here=CHANNEL)
    found["digest"] = teams.there.of(CHANNEL)[0]
    group.presses("Hold", on=found["digest"], here=CHANNEL)
    found["answer"] = group.dialog or {}
    sam.says("home")
    found["home"] = sam.latest()
    sam.says("hello")
    found["typed"] = sam.latest()
    story.does(story.person("strategic_member"), "answer_propose", line_id=line, **ANSWER)
    story.later(hours=2)
    chair = story.person("chair")
    proposed = story.notice(chair, "answer_proposed")
    found["proposed"] = message(proposed, partnership="northport")
    story.presses(chair, proposed, "Confirm")
    story.later(days=1)
    told = story.notice(people[0], "answer_to_practitioner")
    found["told"] = message(told, partnership="northport")
    return found


def test_a_renderer_has_nothing_to_complain_about_in_any_card(
    story: Story, page: Page, tmp_path: Path
) -> None:
    for name, shown in seen(story).items():
        card = card_of(shown)
        result = page.evaluate(SHOW, card)
        assert result["wrong"] == [], name
        assert result["live"] == 0, f"{name}: markdown came alive"
        assert result["cut"] == 0, f"{name}: a button is cut off"
        assert result["width"] <= 480, f"{name} scrolls sideways"
        assert len(result["text"]) > 40, name
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)  # to be looked at
        assert len(json.dumps(shown).encode()) < 28 * 1024, name


def test_nothing_typed_comes_alive_in_a_renderer_that_reads_markdown(page: Page) -> None:
    everywhere = Form(
        "x",
        LIVE,
        (
            Text(LIVE.replace("**", "*"), heading=LIVE.replace("**", "*")),
            Text(LIVE, "voice"),
            Marked(LIVE, ((0, 8),)),
            Contacts((Contact(LIVE, LIVE),)),
            Field("a", LIVE, "one_of", LIVE.replace("**", "*"), (Choice("1", LIVE, LIVE),), "1"),
            Field("b", "1. one\n- two", "any_of", choices=(Choice("2", "- three"),)),
            Field("c", LIVE, value=LIVE),
        ),
        (Button(LIVE, "send"),),
    )
    result = page.evaluate(SHOW, card_of(dialog(everywhere, partnership="n")))
    assert result["wrong"] == []
    assert result["live"] == 0
    assert "https://x.example" in result["text"], "it is all there to be read"
