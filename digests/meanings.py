"""Words that agencies may each mean otherwise: the company that a word keeps, and with whom.

Keeps the promise that nobody is picked out by how they use a word: what is said of all, or of one part of
the agencies, clears there by the whole of the practitioners' rule, as a theme would, and each part holds several
agencies. It names no agency and counts nobody. It knows which words stand near each other and not what anybody
means; so what it finds is worth a question, and no more.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

import numpy as np

from digests import release
from digests.release import Roster, Spoken
from digests.release.roster import NOBODY_KNOWN
from digests.themes import cues

MOST = 3  # of what a word is said beside
SURE = 1.96  # standard errors between two parts, or between a word and all other talk
PRIOR = 10.0  # people's worth of ordinary talk that each part starts from
CHANCE = 0.01  # how often people shuffled among agencies may differ as much
_SHUFFLES = 300
_SENTENCE = re.compile(r"[^.!?\n]+")
_REPLACED = re.compile(r"\[[^\]\n]{1,40}\]")  # as `digests.protect` puts it


@dataclass(frozen=True, slots=True)
class Said:
    """What a practitioner wrote: protected words, what they were asked, and tags of who and where."""

    contribution: str
    words: str
    asked: str
    person: str
    agency: str


@dataclass(frozen=True)
class Beside:
    """What a word is said beside, with the phrases of it that clear by themselves; ids are never shown."""

    name: str
    phrases: tuple[str, ...]
    contributions: frozenset[str]


@dataclass(frozen=True)
class Meaning:
    """A word, and either what it is said beside everywhere or what by some agencies and what by others.

    `parts` holds one part, of everybody, or two, of whole agencies. Their order and that within them say nothing.
    """

    word: str
    parts: tuple[tuple[Beside, ...], ...]

    @property
    def differs(self) -> bool:
        return len(self.parts) > 1


_Found = tuple[frozenset[int], frozenset[int]]
"""Words of the field and phrases, by number."""


@dataclass(frozen=True, slots=True)
class _Use:
    """One use of a word: the phrases beside it, by number, and their company."""

    said: Said
    phrases: frozenset[int]
    company: frozenset[int]


@dataclass(frozen=True)
class Lists:
    """Words of the field and what they may be said beside: name and forms of each."""

    words: Mapping[str, Sequence[str]]
    company: Mapping[str, Sequence[str]]

    @cached_property
    def phrases(self) -> tuple[tuple[int, str], ...]:
        """Each phrase that a word may be said beside, and the number of the company it is of."""
        forms = enumerate(self.company.values())
        return tuple((n, phrase) for n, phrases in forms for phrase in phrases)

    @cached_property
    def _tables(self) -> tuple[cues.Cues, cues.Cues]:
        return cues.table(list(self.words.values())), cues.table([[p] for _, p in self.phrases])

    def found(self, words: Sequence[str]) -> _Found:
        """Which words of the field, and which phrases, stand among these."""
        fields, phrases = (
            frozenset(hit.theme for hit in cues.find(words, t)) for t in self._tables
        )
        return fields, phrases

    def of(self, phrases: Iterable[int]) -> frozenset[int]:
        """The company of these phrases."""
        return frozenset(self.phrases[at][0] for at in phrases)


@lru_cache(maxsize=1)
def lists() -> Lists:
    """The lists that ship."""
    text = resources.files("digests").joinpath("meanings.toml").read_text("utf-8")
    kept = tomllib.loads(text)
    words, company = (
        {row["name"]: row["forms"] for row in kept[name]} for name in ("words", "company")
    )
    return Lists(words, company)


def named(text: str, *, by: Lists | None = None) -> tuple[str, ...]:
    """The words of the field that stand in a text, in the order of the lists."""
    by = by or lists()
    found = by.found(cues.words_of([text])[0])[0]
    return tuple(word for n, word in enumerate(by.words) if n in found)


def find(
    said: Sequence[Said], *, k: int, roster: Roster = NOBODY_KNOWN, by: Lists | None = None
) -> tuple[Meaning, ...]:
    """What can be said of each word of the field, in the order of the lists; nothing of most.

    A word is used in a sentence that holds it, and in all of an answer to a question that holds it. The
    same words in any order give the same meanings. Raises ValueError for `k` below 5.
    """
    by = by or lists()
    talk = _Talk(sorted(said, key=lambda one: one.contribution), by)
    found = (_Word(talk, n, k, roster).meaning() for n in range(len(by.words)))
    return tuple(meaning for meaning in found if meaning is not None)


class _Talk:
    """All that was said, taken apart once: who uses each word, and with which phrases beside it."""

    def __init__(self, said: Sequence[Said], by: Lists) -> None:
        self.by = by
        self.uses: list[list[_Use]] = [[] for _ in by.words]
        self.usual = np.zeros(
            len(by.company)
        )  # contributions with each company, whatever else is in them
        forms = [cues.words_of(some) for some in by.words.values()]
        itself = [frozenset[int]().union(*(by.found(one)[1] for one in some)) for some in forms]
        asked = {
            text: by.found(cues.words_of([text])[0])[0] for text in {one.asked for one in said}
        }
        for one, sentences in zip(said, _sentences(said, by), strict=True):
            whole = frozenset[int]().union(*(phrases for _, phrases in sentences))
            self.usual[list(by.of(whole))] += 1
            for word in asked[one.asked].union(*(words for words, _ in sentences)):
                near = [p for words, p in sentences if word in words or word in asked[one.asked]]
                phrases = frozenset[int]().union(*near) - itself[word]
                self.uses[word].append(_Use(one, phrases, by.of(phrases)))


def _sentences(said: Sequence[Said], by: Lists) -> list[list[_Found]]:
    """What stands in each sentence of each text; what was replaced is nobody's word."""
    apart = [_SENTENCE.findall(_REPLACED.sub(" ", one.words)) for one in said]
    found = map(by.found, cues.words_of([sentence for some in apart for sentence in some]))
    return [[next(found) for _ in some] for some in apart]


class _Word:
    """One word: who says it beside what."""

    def __init__(self, talk: _Talk, word: int, k: int, roster: Roster) -> None:
        self._by, self._name = talk.by, list(talk.by.words)[word]
        self._uses, self._k, self._roster = talk.uses[word], k, roster
        self._usual = talk.usual
        shares = talk.usual + 0.5
        self._prior = PRIOR * shares / shares.sum()

    def meaning(self) -> Meaning | None:
        if not self._clears(self._uses):
            return None
        speakers = _Speakers(self._uses, self._roster, len(self._by.company))
        parts = self._apart(speakers) or self._together(speakers)
        return Meaning(self._name, parts) if all(parts) else None

    def _together(self, speakers: _Speakers) -> tuple[tuple[Beside, ...], ...]:
        """What stands beside the word more than in what is said without it, whoever says it."""
        here = np.zeros(len(self._usual))
        for use in self._uses:
            here[list(use.company)] += 1
        sure = _sure(speakers.beside.sum(axis=0), np.maximum(self._usual - here, 0), self._prior)
        return (self._beside(self._uses, sure),)

    def _apart(self, speakers: _Speakers) -> tuple[tuple[Beside, ...], ...]:
        """The same for each of two parts of the agencies, where they differ more than chance would."""
        split = _Split(speakers, self._prior, self._k)
        best, first = split.best(speakers.beside)
        if best < SURE or not split.beyond_chance(best):
            return ()
        here = {block for block, inside in zip(speakers.blocks, first, strict=True) if inside}
        sure = split.sure(speakers.beside, first)
        parts: list[tuple[Beside, ...]] = []
        for mine, surely in ((True, sure), (False, -sure)):
            uses = [u for u in self._uses if (self._roster.block(u.said.agency) in here) == mine]
            parts.append(self._beside(uses, surely))
        parts.sort(key=lambda part: [one.name for one in part])
        return tuple(parts) if all(parts) else ()

    def _beside(self, uses: Sequence[_Use], sure: Any) -> tuple[Beside, ...]:
        """What clears among these uses and is surely theirs: the surest few, in the order of names."""
        kept: list[Beside] = []
        for at in map(int, np.argsort(-sure, kind="stable")):
            if sure[at] < SURE or len(kept) == MOST:
                break
            these = [use for use in uses if at in use.company]
            if self._clears(these):
                name = list(self._by.company)[at]
                behind = frozenset(use.said.contribution for use in these)
                kept.append(Beside(name, self._phrases(at, these), behind))
        return tuple(sorted(kept, key=lambda one: one.name))

    def _phrases(self, company: int, uses: Sequence[_Use]) -> tuple[str, ...]:
        """Phrases of this company that clear by themselves among these uses."""
        found = [
            phrase
            for n, (of, phrase) in enumerate(self._by.phrases)
            if of == company and self._clears([use for use in uses if n in use.phrases])
        ]
        return tuple(sorted(found[:MOST]))

    def _clears(self, uses: Sequence[_Use]) -> bool:
        rows = [
            Spoken(use.said.contribution, use.said.person, use.said.agency, "it", "", relayed=False)
            for use in uses
        ]
        return bool(
            release.stands(rows, subject="it", level="theme", k=self._k, roster=self._roster)
        )


class _Speakers:
    """Each person in each agency who says a word, and beside what they do: 0 or 1, however often."""

    def __init__(self, uses: Sequence[_Use], roster: Roster, company: int) -> None:
        keys = [(use.said.person, roster.block(use.said.agency)) for use in uses]
        self.blocks = sorted({block for _, block in keys})
        rows = {key: n for n, key in enumerate(sorted(set(keys)))}
        self.beside = np.zeros((len(rows), company))
        self.among = np.zeros((len(self.blocks), len(rows)))
        for key, use in zip(keys, uses, strict=True):
            self.among[self.blocks.index(key[1]), rows[key]] = 1
            self.beside[rows[key], list(use.company)] = 1


class _Split:
    """The division of the agencies in two between which a word's company differs most."""

    def __init__(self, speakers: _Speakers, prior: Any, k: int) -> None:
        self._speakers, self._prior, self._k = speakers, prior, k
        self._people = speakers.among.sum(axis=1)

    def best(self, beside: Any) -> tuple[float, Any]:
        """How surely the two parts differ, each having something of its own, and which is the first."""
        table = self._speakers.among @ beside
        found = (0.0, np.zeros(len(table), dtype=bool))
        for first in self._cuts(table):
            sure = self.sure(beside, first, table)
            here, there = table[first].sum(axis=0), table[~first].sum(axis=0)
            ours = sure[here >= self._k].max(initial=0.0)
            theirs = (-sure)[there >= self._k].max(initial=0.0)
            if min(ours, theirs) > found[0]:
                found = float(min(ours, theirs)), first
        return found

    def sure(self, beside: Any, first: Any, table: Any = None) -> Any:
        table = self._speakers.among @ beside if table is None else table
        return _sure(table[first].sum(axis=0), table[~first].sum(axis=0), self._prior)

    def beyond_chance(self, best: float) -> bool:
        """Whether the same people, shuffled among the agencies, hardly ever differ as much as this."""
        chance = np.random.default_rng(20261124)
        beside, may = self._speakers.beside, int(CHANCE * _SHUFFLES)
        for _ in range(_SHUFFLES):
            may -= self.best(beside[chance.permutation(len(beside))])[0] >= best
            if may < 0:
                return False
        return True

    def _cuts(self, table: Any) -> Iterator[Any]:
        """Along the two directions in which the agencies differ most, wherever both parts are large enough."""
        usual = np.outer(table.sum(axis=1), table.sum(axis=0)) / max(table.sum(), 1.0)
        apart = (table - usual) / np.sqrt(np.maximum(usual, 1e-9))
        for direction in np.linalg.svd(apart, full_matrices=False)[0].T[:2]:
            order = np.argsort(direction, kind="stable")
            for at in range(2, len(order) - 1):
                first = np.zeros(len(order), dtype=bool)
                first[order[:at]] = True
                if self._large(first) and self._large(~first):
                    yield first

    def _large(self, part: Any) -> bool:
        people = self._people[part]
        return bool(people.sum() - people.max() >= self._k)


def _sure(here: Any, there: Any, prior: Any) -> Any:
    """Log-odds in standard errors, with an informative prior (Monroe, Colaresi and Quinn, 2008)."""
    all_here, all_there, all_prior = here.sum(), there.sum(), prior.sum()
    ours = np.log((here + prior) / (all_here + all_prior - here - prior))
    theirs = np.log((there + prior) / (all_there + all_prior - there - prior))
    return (ours - theirs) / np.sqrt(1 / (here + prior) + 1 / (there + prior))
