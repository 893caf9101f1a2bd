"""The codebook, theme by theme: what is listened for. A theme is retired and never deleted.

Labels keep pointing to a retired theme, and an older version that is taken up again keeps the themes that came
after it as retired ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit

from digests import codebook
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
    put_words,
    row_of,
)
from handlers.place import Place
from handlers.wording import say

NAME, LINE, DESCRIPTION, PHRASE, EXAMPLE = 60, 240, 600, 60, 300  # characters at most
MOST_PHRASES, MOST_EXAMPLES = 80, 30
FEWEST = 3  # cues and examples by which a machine can know a theme
WORDS = ("name", "plain", "helps", "worries", "belongs", "does_not")
LISTS = ("cues", "practitioner_examples", "voice_examples")
LENSES = ("prevention_level", "network_level")


def entries(place: Place, text: str) -> tuple[Entry, ...]:
    book = codebook.read(text)
    names = {group.id: group.name for group in book.groups}
    gone = {theme.id for theme in book.retired}
    return tuple(
        Entry(one.id, one.name, one.plain, names[one.group], one.id in gone)
        for one in book.every_theme
    )


def values(place: Place, text: str, id: str) -> Values:
    """What stands in the boxes for a theme; of a new one, what most themes have."""
    book = codebook.read(text)
    if not id:
        return {"group": book.groups[0].id, "stance": "worry"} | dict.fromkeys(LENSES, "unclear")
    theme = book.theme(id)
    said = {name: getattr(theme, name) for name in (*WORDS, "group", "stance", *LENSES)}
    return said | {name: "\n".join(getattr(theme, name)) for name in LISTS}


def boxes(place: Place, text: str) -> tuple[Field, ...]:
    groups = tuple(Choice(group.id, group.name) for group in codebook.read(text).groups)

    def one_of(name: str, known: tuple[str, ...]) -> Field:
        options = tuple(Choice(value, say(f"texts_{name}_{value}")) for value in known)
        return Field(name, say(f"texts_theme_{name}"), "select", choices=options)

    def box(name: str) -> Field:
        kind: Any = "short_text" if name == "name" else "long_text"
        return Field(name, say(f"texts_theme_{name}"), kind, hint=say(f"texts_theme_{name}_hint"))

    return (
        box("name"),
        Field("group", say("texts_theme_group"), "select", choices=groups),
        *(box(name) for name in WORDS[1:]),
        *(box(name) for name in LISTS),
        one_of("stance", codebook.STANCES),
        one_of("prevention_level", codebook.PREVENTION_LEVELS),
        one_of("network_level", codebook.NETWORK_LEVELS),
    )


def faults(place: Place, text: str, id: str, typed: Values) -> Mapping[str, str]:
    """What is wrong with a theme as it was typed, by box; of unchanged boxes nothing."""
    book, before = codebook.read(text), values(place, text, id)
    found = {name: _in_words(name, typed.get(name, "")) for name in WORDS}
    found |= {name: _in_list(name, typed.get(name, ""), before.get(name, "")) for name in LISTS}
    found |= {
        name: _chosen(name, typed.get(name, ""), book) for name in ("group", "stance", *LENSES)
    }
    name = typed.get("name", "").strip().lower()
    if any(one.name.lower() == name and one.id != id for one in book.every_theme):
        found["name"] = say("texts_fault_name_taken")
    found = {box: fault for box, fault in found.items() if typed.get(box, "") != before.get(box)}
    said = sum(len(lines_of(typed.get(name, ""))) for name in LISTS)
    if said < FEWEST:
        found["cues"] = say("texts_fault_few", least=str(FEWEST))
    return {box: fault for box, fault in found.items() if fault}


def _in_words(name: str, words: str) -> str:
    words = words.strip()
    if not words:
        return say("texts_fault_empty") if name in ("name", "plain") else ""
    if name in ("belongs", "does_not"):
        return checks.first(checks.too_long(words, DESCRIPTION), checks.points(words))
    return checks.first(
        checks.too_long(words, NAME if name == "name" else LINE),
        checks.points(words),
        checks.loaded(words),
        checks.too_hard(words, checks.OLDEST_LINE) if name != "name" else "",
    )


def _in_list(name: str, typed: str, before: str) -> str:
    lines, cues = lines_of(typed), name == "cues"
    most, longest = (MOST_PHRASES, PHRASE) if cues else (MOST_EXAMPLES, EXAMPLE)
    if len(lines) > most:
        return say("texts_fault_many", most=str(most))
    for line in lines:
        if line in lines_of(before):
            continue
        # A cue is looked at within a sentence: alone, every short word looks like a name.
        said = say("texts_cue_said", cue=line) if cues else line
        if fault := checks.first(checks.too_long(line, longest), checks.points(said)):
            return say("texts_fault_in_line", line=line[:40], fault=fault)
    return ""


def _chosen(name: str, value: str, book: codebook.Codebook) -> str:
    known = {
        "group": tuple(group.id for group in book.groups),
        "stance": codebook.STANCES,
        "prevention_level": codebook.PREVENTION_LEVELS,
        "network_level": codebook.NETWORK_LEVELS,
    }
    return "" if value in known[name] else say("error_choose_one")


def put(place: Place, text: str, id: str, typed: Values, *, number: int, why: str) -> str:
    """The whole codebook with this theme as typed; a new one gets an id of its own."""
    doc: Any = tomlkit.parse(text)
    if id:
        row = row_of(doc["themes"], id)
    else:
        taken = {one.id for one in codebook.read(text).every_theme}
        row = tomlkit.table()
        row["id"] = new_id(typed["name"], taken)
        doc["themes"].append(row)
        row = doc["themes"][-1]
    for name in (*WORDS, "group", "stance"):
        put_words(row, name, typed.get(name, "").strip())
    for name in LISTS:
        put_lines(row, name, lines_of(typed.get(name, "")))
    lens = row.get("lens")
    if lens is None:
        lens = row["lens"] = tomlkit.inline_table()
    for name in LENSES:
        if lens.get(name) != typed[name]:
            lens[name] = typed[name]
    return _numbered(doc, number, why)


def retire(place: Place, text: str, id: str, retired: bool, *, number: int, why: str) -> str:
    """The whole codebook with this theme retired, or in use again; raises RefusedText for the last one."""
    doc: Any = tomlkit.parse(text)
    put_retired(row_of(doc["themes"], id), retired)
    return _numbered(doc, number, why)


def take_up(place: Place, text: str, old: str, *, number: int, why: str) -> str:
    """An older codebook, with the themes that came after it as retired ones."""
    now: Any = tomlkit.parse(text)
    doc: Any = tomlkit.parse(old)
    there = {row["id"] for row in doc["themes"]}
    groups = {row["id"] for row in doc["groups"]}
    for row in now["themes"]:
        if row["id"] in there:
            continue
        if row["group"] not in groups:
            doc["groups"].append(row_of(now["groups"], row["group"]))
            groups.add(row["group"])
        put_retired(row, True)
        doc["themes"].append(row)
    return _numbered(doc, number, why)


def first_number(text: str) -> int:
    return codebook.read(text).version


def _numbered(doc: Any, number: int, why: str) -> str:
    """The codebook as text, with its version and the reason in it; raises RefusedText where it cannot hold."""
    doc["codebook"]["version"] = number
    change = tomlkit.table()
    change.update({"version": number, "what": why, "why": why})
    if "changes" not in doc:
        doc["changes"] = tomlkit.aot()
    doc["changes"].append(change)
    text = tomlkit.dumps(doc)
    try:
        codebook.read(text)
    except codebook.CodebookError as error:
        raise RefusedText(str(error)) from error
    return text
