"""The codebook: a partnership's own list of themes, read from TOML text.

Keeps the promise that what is listened for is the partnership's data and not code. A codebook with
a mistake in it is refused whole, with a sentence that names the theme and the line, so that nobody
finds out weeks later that a theme was never listened for. Every theme has exactly one group, which
is what a digest falls back to.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

STANCES = ("strength", "worry", "mixed", "idea", "question")
PREVENTION_LEVELS = ("primary", "secondary", "tertiary", "unclear")
NETWORK_LEVELS = ("governance", "strategic", "operational", "direct_delivery", "unclear")

_ID = re.compile(r"[a-z][a-z0-9_]*")


class CodebookError(ValueError):
    """Why this codebook can't be used: one sentence, to be read by the person who edits it."""


@dataclass(frozen=True)
class Group:
    """The wider heading a theme belongs to; `plain` is its own sentence for a digest.

    `helps` and `worries` are its sentences for either side; `plain` stands in for an empty one.
    """

    id: str
    name: str
    plain: str
    helps: str = ""
    worries: str = ""


@dataclass(frozen=True)
class Theme:
    """Something that several people talk about.

    `plain` is the sentence a digest shows, `belongs` and `does_not` are for whoever codes, `cues`
    are phrases that point to it, the examples are invented. `stance` is how people usually mean it.
    `helps` and `worries` are the sentences for either side of it; `plain` stands in for one that is
    empty. `transition` is the point of change it belongs to, if any.
    """

    id: str
    group: str
    name: str
    plain: str
    belongs: str
    does_not: str
    stance: str
    prevention_level: str
    network_level: str
    cues: tuple[str, ...]
    practitioner_examples: tuple[str, ...]
    voice_examples: tuple[str, ...]
    transition: str = ""
    helps: str = ""
    worries: str = ""

    @property
    def examples(self) -> tuple[str, ...]:
        """Every example, practitioners' first."""
        return self.practitioner_examples + self.voice_examples


@dataclass(frozen=True)
class Community:
    """People of whom a partnership wants to hear; `cues` are phrases by which they are spoken of."""

    id: str
    name: str
    cues: tuple[str, ...]


@dataclass(frozen=True)
class Codebook:
    """One version of a codebook: its groups and themes in the order in which they are written.

    `retired` are themes that are listened for no longer; they keep their names for what was coded with them.
    """

    id: str
    version: int
    title: str
    groups: tuple[Group, ...]
    themes: tuple[Theme, ...]
    communities: tuple[Community, ...] = ()
    retired: tuple[Theme, ...] = ()

    @property
    def every_theme(self) -> tuple[Theme, ...]:
        """Those in use, then those that are retired."""
        return self.themes + self.retired

    def theme(self, id: str) -> Theme:
        """The theme with this id.

        Raises:
            KeyError: the codebook has no such theme.
        """
        return self._themes_by_id[id]

    def group(self, id: str) -> Group:
        """The group with this id.

        Raises:
            KeyError: the codebook has no such group.
        """
        return self._groups_by_id[id]

    def group_of(self, theme_id: str) -> Group:
        """The one group that this theme belongs to.

        Raises:
            KeyError: the codebook has no such theme.
        """
        return self._groups_by_id[self._themes_by_id[theme_id].group]

    @cached_property
    def _themes_by_id(self) -> Mapping[str, Theme]:
        return {theme.id: theme for theme in self.every_theme}

    @cached_property
    def _groups_by_id(self) -> Mapping[str, Group]:
        return {group.id: group for group in self.groups}


def read(text: str) -> Codebook:
    """A codebook from TOML text.

    Raises:
        CodebookError: one sentence that names what is wrong, with the theme and the line.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise CodebookError(f"The codebook is not valid TOML: {problem}.") from problem
    head = tables.get("codebook", {})
    if not isinstance(head, dict):
        raise CodebookError("The codebook's [codebook] part must be a table.")
    version = head.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise CodebookError("The codebook needs a version: a whole number from 1, in [codebook].")
    groups = tuple(_group(row) for row in _rows(tables, "groups", text))
    group_ids = frozenset(group.id for group in groups)
    rows = _rows(tables, "themes", text)
    retired = frozenset(row.id for row in rows if row.flag("retired"))
    themes = tuple(_theme(row, group_ids) for row in rows)
    if len(retired) == len(themes):
        raise CodebookError("The codebook has no theme in use: every one is retired.")
    return Codebook(
        id=str(head.get("id", "")),
        version=version,
        title=str(head.get("title", "")),
        groups=groups,
        themes=tuple(theme for theme in themes if theme.id not in retired),
        retired=tuple(theme for theme in themes if theme.id in retired),
        communities=tuple(_community(row) for row in _rows(tables, "communities", text)),
    )


def _community(row: _Row) -> Community:
    cues = row.phrases("cues")
    if not cues:
        raise CodebookError(f"{row.where} has no 'cues', by which it is spoken of.")
    return Community(id=row.id, name=row.needed("name"), cues=cues)


@dataclass(frozen=True)
class _Row:
    """One [[groups]] or [[themes]] table, with the words that say where it stands."""

    table: Mapping[str, Any]
    id: str
    where: str

    def words(self, field: str) -> str:
        value = self.table.get(field, "")
        if not isinstance(value, str):
            raise CodebookError(f"{self.where}: '{field}' must be words in quotes.")
        return value.strip()

    def needed(self, field: str) -> str:
        value = self.words(field)
        if not value:
            raise CodebookError(f"{self.where} has no '{field}'.")
        return value

    def flag(self, field: str) -> bool:
        value = self.table.get(field, False)
        if not isinstance(value, bool):
            raise CodebookError(f"{self.where}: '{field}' must be true or false.")
        return value

    def phrases(self, field: str) -> tuple[str, ...]:
        value = self.table.get(field, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            raise CodebookError(f"{self.where}: '{field}' must be a list of phrases in quotes.")
        return tuple(phrase.strip() for phrase in value)


def _rows(tables: Mapping[str, Any], kind: str, text: str) -> tuple[_Row, ...]:
    """Each table of this kind, with a proper id that no earlier one has."""
    found = tables.get(kind, [])
    one = "community" if kind == "communities" else kind.removesuffix("s")
    if kind == "communities" and found == []:
        return ()
    if not isinstance(found, list) or not found:
        raise CodebookError(f"The codebook has no [[{kind}]].")
    lines = _lines_of(text, kind)
    rows: dict[str, _Row] = {}
    for number, table in enumerate(found, start=1):
        # An inline array of tables has no header line of its own; its ordinal is all we can name.
        line = f"line {lines[number - 1]}" if len(lines) == len(found) else f"number {number}"
        if not isinstance(table, dict):
            raise CodebookError(f"The {one} at {line} is not a table.")
        id = table.get("id")
        if not isinstance(id, str) or not _ID.fullmatch(id):
            raise CodebookError(
                f"The {one} at {line} needs an id of small letters, figures and underscores."
            )
        row = _Row(table, id, f"The {one} '{id}' at {line}")
        if id in rows:
            raise CodebookError(f"{row.where} has an id that is already used.")
        rows[id] = row
    return tuple(rows.values())


def _lines_of(text: str, kind: str) -> Sequence[int]:
    """The line numbers (from 1) on which a [[kind]] header stands."""
    header = re.compile(rf"\s*\[\[\s*{kind}\s*\]\]")
    return [number for number, line in enumerate(text.split("\n"), 1) if header.match(line)]


def _group(row: _Row) -> Group:
    return Group(
        id=row.id,
        name=row.needed("name"),
        plain=row.needed("plain"),
        helps=row.words("helps"),
        worries=row.words("worries"),
    )


def _theme(row: _Row, group_ids: frozenset[str]) -> Theme:
    group = row.needed("group")
    if group not in group_ids:
        raise CodebookError(f"{row.where} belongs to the group '{group}', which does not exist.")
    lens = row.table.get("lens", {})
    if not isinstance(lens, dict):
        raise CodebookError(f"{row.where}: 'lens' must be a table.")
    theme = Theme(
        id=row.id,
        group=group,
        name=row.needed("name"),
        plain=row.words("plain"),
        belongs=row.words("belongs"),
        does_not=row.words("does_not"),
        stance=_one_of(row, "stance", row.table.get("stance", "mixed"), STANCES),
        prevention_level=_one_of(
            row, "prevention_level", lens.get("prevention_level", "unclear"), PREVENTION_LEVELS
        ),
        network_level=_one_of(
            row, "network_level", lens.get("network_level", "unclear"), NETWORK_LEVELS
        ),
        cues=row.phrases("cues"),
        practitioner_examples=row.phrases("practitioner_examples"),
        voice_examples=row.phrases("voice_examples"),
        transition=_transition(row, lens.get("transition", "")),
        helps=row.words("helps"),
        worries=row.words("worries"),
    )
    if not theme.plain:
        if not theme.belongs and not theme.examples:
            raise CodebookError(f"{row.where} has no examples and no description.")
        raise CodebookError(f"{row.where} has no 'plain', the sentence that a digest shows.")
    return theme


def _transition(row: _Row, value: object) -> str:
    if not isinstance(value, str):
        raise CodebookError(f"{row.where}: 'transition' must be a word in quotes.")
    return "" if value == "none" else value.strip()


def _one_of(row: _Row, field: str, value: object, known: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in known:
        raise CodebookError(
            f"{row.where} has the {field} '{value}'; it must be one of {', '.join(known)}."
        )
    return value
