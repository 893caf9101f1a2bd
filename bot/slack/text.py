"""Text as Slack shows it: nothing that anybody typed can become a mention, a link or a broadcast.

Sentences of ours are `mrkdwn` with `&`, `<` and `>` as entities and `verbatim` set, so that Slack makes
no link or mention of its own. Words of people are rich text, which Slack never reads as markup.
Source of the three entities and of the limits: Slack's reference of formatting and of blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.plain_text import cut, shown

Json = dict[str, Any]

SECTION = 3_000  # characters in a section's text
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


def plain(text: str, most: int) -> Json:
    """A plain text object of at most so many characters; a longer one ends in an ellipsis."""
    text = " ".join(shown(text).split()) or "…"
    return {"type": "plain_text", "text": cut(text, most), "emoji": False}


def entities(text: str) -> str:
    """The three characters that mean something to Slack, as entities."""
    return shown(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mrkdwn(text: str) -> Json:
    """A `mrkdwn` object; `**bold**` is the only markup that goes in."""
    return {"type": "mrkdwn", "text": _BOLD.sub(r"*\1*", entities(text)), "verbatim": True}


def pieces(text: str, most: int = SECTION) -> Iterator[str]:
    """The text in parts that stay within the limit once their entities are written out; none is blank."""
    part, length = "", 0
    for word in re.split(r"(?<=\s)", shown(text)) if len(entities(text)) > most else (shown(text),):
        while len(entities(word)) > most:
            if part.strip():
                yield part
            part, word = word[: most // 5], word[most // 5 :]
            length = len(entities(part))
        longer = len(entities(word))
        if length + longer > most:
            if part.strip():
                yield part
            part, length = "", 0
        part, length = part + word, length + longer
    if part.strip():
        yield part


def quoted(words: str, spans: tuple[tuple[int, int], ...] = ()) -> Json:
    """Somebody's own words as a quote, each marked span in code style; offsets are code points."""
    elements = []
    done = 0
    for start, end in sorted(spans):
        start, end = max(start, done), min(end, len(words))
        if start >= end:
            continue
        elements += [_run(words[done:start]), _run(words[start:end], code=True)]
        done = end
    elements.append(_run(words[done:]))
    kept = [element for element in elements if element["text"]]
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_quote", "elements": kept or [_run("…")]}],
    }


def _run(text: str, *, code: bool = False) -> Json:
    run: Json = {"type": "text", "text": shown(text)}
    return run | {"style": {"code": True}} if code else run
