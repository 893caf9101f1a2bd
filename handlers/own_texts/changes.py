"""What changes between two versions of a text, in words: entry by entry, and what stays is not repeated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from handlers.messages import Choice, Field, Text
from handlers.own_texts.documents import Kind
from handlers.own_texts.entry import lines_of
from handlers.own_texts.themes import LISTS
from handlers.place import Place
from handlers.wording import say

ONE_A_LINE = frozenset({*LISTS, "questions"})


def between(kind: Kind, place: Place, before: str, after: str) -> tuple[Text, ...]:
    """One paragraph for each entry that is other than it was; none when nothing is."""
    old = {one.id: one for one in kind.entries(place, before)}
    new = {one.id: one for one in kind.entries(place, after)}
    boxes = {box.name: box for box in kind.boxes(place, after)}
    found = []
    for id, entry in new.items():
        was = kind.values(place, before, id) if id in old else {}
        said = [*_retiring(old[id].retired if id in old else False, entry.retired)]
        said += _boxes(boxes, was, kind.values(place, after, id))
        if said:
            heading = entry.name if id in old else say("texts_new_entry", name=entry.name)
            found.append(Text("\n".join(said), heading=heading))
    return tuple(found)


def _retiring(was: bool, now: bool) -> list[str]:
    if was == now:
        return []
    return [say("texts_is_retired" if now else "texts_is_back")]


def _boxes(boxes: Mapping[str, Field], was: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    said = []
    for name, box in boxes.items():
        before, after = was.get(name, ""), now.get(name, "")
        if before == after:
            continue
        if box.kind == "select":
            before, after = _label(box.choices, before), _label(box.choices, after)
        said += _lists(box, before, after) if name in ONE_A_LINE else _words(box, before, after)
    return said


def _label(choices: Sequence[Choice], value: str) -> str:
    return next((choice.label for choice in choices if choice.value == value), value)


def _lists(box: Field, before: str, after: str) -> list[str]:
    old, new = lines_of(before), lines_of(after)
    added = [line for line in new if line not in old]
    gone = [line for line in old if line not in new]
    if not added and not gone:
        return [say("texts_changed_order", box=box.label)]
    if len(added) == len(gone) == 1:
        return _words(box, gone[0], added[0])
    said = []
    if added:
        said.append(say("texts_changed_added", box=box.label, lines=_quoted(added)))
    if gone:
        said.append(say("texts_changed_taken_out", box=box.label, lines=_quoted(gone)))
    return said


def _quoted(lines: Sequence[str]) -> str:
    return "; ".join(f"‘{line}’" for line in lines)


def _words(box: Field, before: str, after: str) -> list[str]:
    if not before:
        return [say("texts_changed_new", box=box.label, words=after)]
    if not after:
        return [say("texts_changed_emptied", box=box.label, words=before)]
    old, new = (re.sub(r"\*+", "", text).split() for text in (before, after))
    was, will = _marked(old, new)
    return [
        say("texts_changed_was", box=box.label, words=was),
        say("texts_changed_will", box=box.label, words=will),
    ]


def _marked(old: Sequence[str], new: Sequence[str]) -> tuple[str, str]:
    """Both texts, with the words that the other has not in bold."""
    was: list[str] = []
    will: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        for into, words in ((was, old[a:b]), (will, new[c:d])):
            if words:
                run = " ".join(words)
                into.append(run if tag == "equal" else f"**{run}**")
    return " ".join(was), " ".join(will)
