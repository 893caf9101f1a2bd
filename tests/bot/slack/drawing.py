"""Draws what people see in Slack, from the blocks that the app really sends, for docs/how-to/slack.md.

`python -m tests.bot.slack.drawing docs/pictures`. Slack has no renderer of its own to run here; this one
knows the block kinds that we use and nothing else, and fails on any other.
"""

from __future__ import annotations

import argparse
import html
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests import databases
from tests.bot.slack.conftest import Slack
from tests.bot.slack.test_delivery import delivers
from tests.bot.slack.workspace import Workspace, running
from tests.story import Story

Json = dict[str, Any]
STYLE = """
body { margin: 0; padding: 20px; background: #e8e8e8; font: 15px/1.46 Lato, "Noto Sans", sans-serif; color: #1d1c1d; display: inline-block; }
.card { width: 520px; background: #fff; border-radius: 8px; box-shadow: 0 1px 6px #0003; overflow: hidden; }
.bar { display: flex; justify-content: space-between; padding: 14px 20px; border-bottom: 1px solid #ddd; font-weight: 800; font-size: 18px; }
.in { padding: 8px 20px 16px; } .foot { padding: 12px 20px; border-top: 1px solid #ddd; text-align: right; }
h3 { font-size: 18px; margin: 14px 0 4px; } p { margin: 6px 0; white-space: pre-wrap; } .ctx { color: #616061; font-size: 12px; }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0; }
button { font: inherit; font-weight: 700; font-size: 13px; padding: 5px 12px; border: 1px solid #bbb; border-radius: 4px; background: #fff; color: #1d1c1d; }
button.main { background: #007a5a; border-color: #007a5a; color: #fff; }
label { display: block; font-weight: 700; margin-top: 12px; } .opt { color: #616061; font-weight: 400; }
.box { border: 1px solid #888; border-radius: 4px; padding: 8px 12px; min-height: 20px; white-space: pre-wrap; } .long { min-height: 84px; }
blockquote { margin: 8px 0; padding-left: 12px; border-left: 4px solid #ddd; white-space: pre-wrap; } code { color: #c01343; background: #f6f6f6; border: 1px solid #ddd; border-radius: 3px; padding: 1px 3px; }
hr { border: 0; border-top: 1px solid #ddd; } .who { font-weight: 800; } .app { font-size: 10px; background: #ddd; border-radius: 2px; padding: 1px 3px; font-weight: 700; }
"""  # noqa: E501
WORDS = (
    "Ryan Pardew told me the bus shelter on Harbour Road is where it starts. The youth workers "
    "who sit there on Fridays are the reason it has been quiet."
)


def text(of: Json) -> str:
    """Text as HTML: entities stay as they are, and bold is the only markup."""
    said = of["text"] if of["type"] == "mrkdwn" else html.escape(of["text"])
    return re.sub(r"\*([^*\n]+)\*", r"<b>\1</b>", said) if of["type"] == "mrkdwn" else said


def element(of: Json) -> str:
    chosen = [one["value"] for one in of.get("initial_options", ())]
    chosen += [of["initial_option"]["value"]] if "initial_option" in of else []
    match of["type"]:
        case "button":
            main = ' class="main"' if of.get("style") == "primary" else ""
            return f"<button{main}>{text(of['text'])}</button>"
        case "overflow":
            return "<button>⋯</button>"
        case "plain_text_input":
            kind = "box long" if of["multiline"] else "box"
            return f'<div class="{kind}">{html.escape(of.get("initial_value", ""))}</div>'
        case "datepicker":
            return f'<div class="box">{of.get("initial_date", "Choose a date")}</div>'
        case "static_select":
            said = [text(o["text"]) for o in of["options"] if o["value"] in chosen]
            return f'<div class="box">{said[0] if said else "Choose one"} ▾</div>'
        case "radio_buttons" | "checkboxes":
            on, off = ("◉", "○") if of["type"] == "radio_buttons" else ("☑", "☐")
            rows = (
                f"{on if o['value'] in chosen else off} {text(o['text'])}" for o in of["options"]
            )
            return "<br>".join(rows)
    raise ValueError(of["type"])


def block(of: Json) -> str:
    match of["type"]:
        case "header":
            return f"<h3>{text(of['text'])}</h3>"
        case "section":
            return f"<p>{text(of['text'])}</p>"
        case "context":
            return "".join(f'<p class="ctx">{text(one)}</p>' for one in of["elements"])
        case "divider":
            return "<hr>"
        case "actions":
            return f'<div class="row">{"".join(map(element, of["elements"]))}</div>'
        case "input":
            hint = f'<p class="ctx">{text(of["hint"])}</p>' if "hint" in of else ""
            free = ' <span class="opt">(optional)</span>' if of["optional"] else ""
            label = f"<label>{text(of['label'])}{free}</label>"
            return f"{label}{element(of['element'])}{hint}"
        case "rich_text":
            quote = of["elements"][0]["elements"]
            marked = (
                f"<code>{html.escape(run['text'])}</code>"
                if run.get("style")
                else html.escape(run["text"])
                for run in quote
            )
            return f"<blockquote>{''.join(marked)}</blockquote>"
    raise ValueError(of["type"])


def page(place: Json) -> str:
    inside = "".join(map(block, place["blocks"]))
    if place.get("type") == "modal":
        submit = (
            f'<button class="main">{text(place["submit"])}</button>' if "submit" in place else ""
        )
        close = f"<button>{text(place['close'])}</button> " if "close" in place else ""
        bar = f'<div class="bar">{text(place["title"])}<span>×</span></div>'
        shown = f'{bar}<div class="in">{inside}</div><div class="foot">{close}{submit}</div>'
    else:
        name = '<p><span class="who">heardback</span> <span class="app">APP</span></p>'
        shown = f'<div class="in">{name}{inside}</div>'
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><div class="card">{shown}</div>'


def scenes(slack: Slack) -> dict[str, str]:
    """Each picture's name and page, in the order in which somebody meets them."""
    story, found = slack.story, {}
    sam = slack.member(story.person("sam"), "U1")
    story.clock("tick_ask")
    delivers(slack)
    asked = sam.latest()
    found["slack-prompt"] = page(asked)
    sam.presses("Answer now", where=asked)
    sam.fills(words=WORDS)
    assert sam.modal is not None
    typed = {name: next(iter(box.values())) for name, box in sam.typed.items()}
    for one in sam.modal["blocks"]:
        if one.get("block_id") == "words":
            one["element"]["initial_value"] = typed["words"]["value"]
    found["slack-reflect"] = page(sam.modal)
    sam.submits()
    assert sam.modal is not None
    found["slack-check"] = page(sam.modal)
    found["slack-home"] = page(sam.opens_home())
    return found


def main() -> None:
    choice = argparse.ArgumentParser(description=__doc__)
    choice.add_argument("folder", type=Path)
    folder = choice.parse_args().folder
    with tempfile.TemporaryDirectory() as data, running(Workspace()) as workspace:
        made = scenes(Slack(Story(databases.sqlite(Path(data))), workspace))
    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        sheet = browser.new_page(viewport={"width": 560, "height": 400}, device_scale_factor=1.5)
        for name, shown in made.items():
            sheet.set_content(shown)
            sheet.screenshot(path=folder / f"{name}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main()
