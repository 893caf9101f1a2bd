"""What somebody says to the bot in Teams, and the message that they pass on, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from handlers.messages import Incoming

MOST = 3_000
HTML = 100_000
BREAKS = frozenset({"br", "p", "div", "li", "blockquote", "tr", "h1", "h2", "h3", "pre"})
LEFT_OUT = frozenset({"attachment", "script", "style", "codeblock"})


def relayed(value: Any) -> Incoming:
    """The relay form, with a message's own words in it where it was opened from one."""
    message = value.get("messagePayload") if isinstance(value, Mapping) else None
    body = message.get("body") if isinstance(message, Mapping) else None
    content = body.get("content") if isinstance(body, Mapping) else None
    if not isinstance(content, str):
        return Incoming("relay")
    html = body.get("contentType") != "text" if isinstance(body, Mapping) else True
    words = read(content) if html else content
    return Incoming("relay", {"words": words[:MOST]} if words.strip() else {})


def said(text: Any) -> str:
    """What was typed to the bot, without the mention of it that a channel asks for."""
    if not isinstance(text, str):
        return ""
    return " ".join(read(text, without=frozenset({"at"})).split())


def read(html: str, *, without: frozenset[str] = frozenset()) -> str:
    """The text of a Teams message: no tags, no addresses of links, lines where it had lines."""
    reader = _Reader(LEFT_OUT | without)
    try:
        reader.feed(html[:HTML])
        reader.close()
    except (
        AssertionError
    ):  # how the parser refuses a broken declaration; what was read so far stands
        reader.found.append("\n")
    lines = (" ".join(line.split()) for line in "".join(reader.found).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self, left_out: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.left_out = left_out
        self.found: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.left_out:
            self.silent.append(tag)
        elif tag in BREAKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.silent:
            self.silent.remove(tag)
        elif tag in BREAKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)
