"""The prompt bank, prompt by prompt: what is asked. A prompt is retired and never deleted.

A round that is open keeps its question; the next one asks what was asked longest ago, and what was never asked
comes first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import tomlkit

from handlers.messages import Choice, Field
from handlers.own_texts import checks
from handlers.own_texts.entry import (
    Entry,
    RefusedText,
    Values,
    lines_of,
    new_id,
    put_lines,
    put_retired,
    row_of,
)
from handlers.place import Place, Prompt, minutes_words, read_prompts
from handlers.wording import say

MOST_QUESTIONS = 2
LONGEST, LONGEST_PURPOSE = 160, 160  # characters
ASKS = re.compile(r"(?:\?|\.\.\.|…)['’\"]?$")  # a question, or a sentence to finish
MINUTES = ("0.5", "1", "1.5", "2")


def entries(place: Place, text: str) -> tuple[Entry, ...]:
    used, retired = read_prompts(text)
    return tuple(
        Entry(one.id, " ".join(one.questions), one.what_for, group_words(one.group), one in retired)
        for one in (*used, *retired)
    )


def group_words(group: str) -> str:
    """What a group of prompts is called: its id in words."""
    return group.replace("_", " ").capitalize() if group else say("texts_prompt_no_group")


def _prompt(text: str, id: str) -> Prompt:
    used, retired = read_prompts(text)
    return next(one for one in (*used, *retired) if one.id == id)


def values(place: Place, text: str, id: str) -> Values:
    if not id:
        return {"minutes": "1.5", "group": read_prompts(text)[0][0].group}
    one = _prompt(text, id)
    return {
        "questions": "\n".join(one.questions),
        "what_for": one.what_for,
        "minutes": f"{one.minutes:g}",
        "group": one.group,
    }


def boxes(place: Place, text: str) -> tuple[Field, ...]:
    used, retired = read_prompts(text)
    groups = dict.fromkeys(one.group for one in (*used, *retired))
    minutes = tuple(Choice(value, minutes_words(float(value))) for value in MINUTES)
    return (
        Field("questions", say("texts_prompt_questions"), hint=say("texts_prompt_questions_hint")),
        Field("what_for", say("texts_prompt_what_for"), hint=say("texts_prompt_what_for_hint")),
        Field("minutes", say("texts_prompt_minutes"), "select", choices=minutes),
        Field(
            "group",
            say("texts_prompt_group"),
            "select",
            choices=tuple(Choice(group, group_words(group)) for group in groups),
        ),
    )


def faults(place: Place, text: str, id: str, typed: Values) -> Mapping[str, str]:
    """What is wrong with a prompt as it was typed, by box; of unchanged boxes nothing."""
    before = values(place, text, id)
    groups = {field.name: field.choices for field in boxes(place, text)}["group"]
    found = {
        "questions": _questions(lines_of(typed.get("questions", ""))),
        "what_for": _what_for(typed.get("what_for", "").strip(), place.words),
        "minutes": "" if typed.get("minutes") in MINUTES else say("error_choose_one"),
        "group": ""
        if typed.get("group") in {choice.value for choice in groups}
        else say("error_choose_one"),
    }
    used, retired = read_prompts(text)
    asked = lines_of(typed.get("questions", ""))
    if any(one.questions == asked and one.id != id for one in (*used, *retired)):
        found["questions"] = say("texts_fault_asked_already")
    return {n: fault for n, fault in found.items() if fault and typed.get(n) != before.get(n)}


def _questions(asked: tuple[str, ...]) -> str:
    if not asked:
        return say("texts_fault_empty")
    if len(asked) > MOST_QUESTIONS:
        return say("texts_fault_questions", most=str(MOST_QUESTIONS))
    for question in asked:
        fault = checks.first(
            "" if ASKS.search(question) else say("texts_fault_no_question"),
            checks.too_long(question, LONGEST),
            checks.loaded(question),
            checks.never_asked(question),
            checks.points(question),
            checks.too_hard(question, checks.OLDEST_PROMPT),
            checks.no_such_place(question, {}),
        )
        if fault:
            return fault
    return ""


def _what_for(words: str, known: Mapping[str, str]) -> str:
    if not words:
        return say("texts_fault_empty")
    return checks.first(
        checks.too_long(words, LONGEST_PURPOSE),
        checks.loaded(words),
        checks.points(words),
        checks.too_hard(words, checks.OLDEST_PROMPT),
        checks.no_such_place(words, known),
    )


def put(place: Place, text: str, id: str, typed: Values, *, number: int, why: str) -> str:
    """The whole bank with this prompt as typed; a new one gets an id of its own."""
    doc: Any = tomlkit.parse(text)
    if id:
        row = row_of(doc["prompts"], id)
    else:
        used, retired = read_prompts(text)
        made = tomlkit.table()
        made["id"] = new_id(
            typed["group"] or "own", {one.id for one in (*used, *retired)} | {typed["group"]}
        )
        doc["prompts"].append(made)
        row = doc["prompts"][-1]
    put_lines(row, "questions", lines_of(typed["questions"]))
    row["what_for"], row["group"] = typed["what_for"].strip(), typed["group"]
    minutes = float(typed["minutes"])
    row["minutes"] = int(minutes) if minutes.is_integer() else minutes
    return _numbered(doc, number)


def retire(place: Place, text: str, id: str, retired: bool, *, number: int, why: str) -> str:
    """The whole bank with this prompt retired, or asked again; raises RefusedText for the last one."""
    doc: Any = tomlkit.parse(text)
    put_retired(row_of(doc["prompts"], id), retired)
    return _numbered(doc, number)


def take_up(place: Place, text: str, old: str, *, number: int, why: str) -> str:
    """An older bank, with the prompts that came after it as retired ones."""
    now: Any = tomlkit.parse(text)
    doc: Any = tomlkit.parse(old)
    there = {row["id"] for row in doc["prompts"]}
    for row in now["prompts"]:
        if row["id"] not in there:
            put_retired(row, True)
            doc["prompts"].append(row)
    return _numbered(doc, number)


def first_number(text: str) -> int:
    return max(1, int(tomlkit.parse(text).get("bank", {}).get("version", 1)))


def _numbered(doc: Any, number: int) -> str:
    if "bank" not in doc:
        doc["bank"] = tomlkit.table()
    doc["bank"]["version"] = number
    text = tomlkit.dumps(doc)
    if not read_prompts(text)[0]:
        raise RefusedText(say("texts_fault_last_prompt"))
    return text
