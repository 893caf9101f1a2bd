"""The few sentences that a partnership words itself: where things belong that do not belong here, its welcome, why
it asks. What keeps people safe (numbers, signposts, the fixed line, what happens to words) is not among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import tomlkit

from handlers.messages import Field
from handlers.own_texts import checks
from handlers.own_texts.entry import Entry, RefusedText, Values
from handlers.place import Place, read_wording
from handlers.wording import say

LONGEST = 200  # characters


@dataclass(frozen=True)
class Own:
    """A sentence that may be a partnership's own: how old a reader it may need at most; 0 is not looked at."""

    id: str
    oldest: int = 0


OWN = (
    Own("joined", checks.OLDEST_PROMPT),
    Own("purpose_what_for", checks.OLDEST_PURPOSE),
    Own("lado_contact"),
    Own("intelligence_route"),
    Own("whistleblowing_route"),
    Own("staff_support_words", checks.OLDEST_PROMPT),
    Own("parent_agreement_way", checks.OLDEST_PROMPT),
)
KNOWN = {one.id: one for one in OWN}


def _said(place: Place, text: str, id: str) -> str:
    """How it is worded by this text; what holds without one where it says nothing."""
    own = read_wording(text).get(id, "")
    return own or place.shipped(id)


def entries(place: Place, text: str) -> tuple[Entry, ...]:
    return tuple(
        Entry(one.id, say(f"texts_own_{one.id}"), _said(place, text, one.id)) for one in OWN
    )


def values(place: Place, text: str, id: str) -> Values:
    return {"words": _said(place, text, KNOWN[id].id)}


def boxes(place: Place, text: str) -> tuple[Field, ...]:
    return (Field("words", say("texts_own_words"), hint=say("texts_own_words_hint")),)


def faults(place: Place, text: str, id: str, typed: Values) -> Mapping[str, str]:
    words = typed.get("words", "").strip()
    if words == values(place, text, id)["words"]:
        return {}
    oldest = KNOWN[id].oldest
    fault = checks.first(
        "" if words else say("texts_fault_empty"),
        say("texts_fault_one_line") if "\n" in words or "*" in words else "",
        checks.too_long(words, LONGEST),
        checks.loaded(words),
        checks.too_hard(words, oldest) if oldest else "",
        checks.no_such_place(words, {}),
    )
    return {"words": fault} if fault else {}


def put(place: Place, text: str, id: str, typed: Values, *, number: int, why: str) -> str:
    doc: Any = tomlkit.parse(text)
    if "sentences" not in doc:
        doc["sentences"] = tomlkit.table()
    doc["sentences"][KNOWN[id].id] = typed["words"].strip()
    return tomlkit.dumps(doc)


def retire(place: Place, text: str, id: str, retired: bool, *, number: int, why: str) -> str:
    """The wording without one's own for this sentence: what ships, or stands in the settings, holds again."""
    doc: Any = tomlkit.parse(text)
    if not retired or id not in doc.get("sentences", {}):
        raise RefusedText(say("texts_fault_not_own"))
    doc["sentences"].pop(id)
    return tomlkit.dumps(doc)


def take_up(place: Place, text: str, old: str, *, number: int, why: str) -> str:
    return old


def first_number(text: str) -> int:
    return 1
