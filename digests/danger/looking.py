"""Looking for possible danger, and for what belongs elsewhere.

Keeps the promise that the signpost comes at once: the check runs on the words as typed, before
protection changes one. It is cautious and can be wrong; when it finds nothing it says nothing about
safety. Danger wins over every other route; where raising and lowering signals meet, raising wins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from digests.danger.cues import CATEGORIES, Cues, cues, signals
from digests.danger.scorer import Score, score

_URGENT = frozenset(
    {"self_harm_suicide", "immediate_danger", "missing_now", "weapon", "threat_to_others"}
)
_ABOUT_SELF = re.compile(
    r"\b(?:i|im|ive|id|ill|me|my|myself)\b(?!.{0,30}\b(?:son|daughter|mate|friend|brother|sister|mum|dad|client)\b)"
)
_ABOUT_OTHER = re.compile(r"\b(?:he|she|hes|shes|they|theyre|him|her|his|them)\b")
_STAFF = re.compile(
    r"\b(?:coach|teacher|volunteer|(?:support|youth|social|key|case)? ?worker|officer|tutor|instructor|staff|"
    r"foster carer|carer|caretaker|mentor|nurse|leader|still teaching|still coaching|somebody who helps|"
    r"someone who helps|from your lot|driver|teaching assistant|guard|counsellor|imam|priest|vicar)\b"
)


# Log-odds of the scorer, chosen on one half of the invented blind lines (docs/words.md): from `UNSURE` the
# person is asked, from `SURE` the words are set aside, from `NOW` it may be happening now.
UNSURE, SURE, NOW, ELSEWHERE = -1.0, 0.8, -0.7, -1.5
_CATEGORY = {
    "self_harm_suicide": ("suicide", "low", "selfharm"),
    "missing_now": ("gone", "noanswer"),
    "weapon": ("weapon",),
    "threat_to_others": ("stab", "follow"),
    "sexual_harm": ("sexual", "online", "fgm"),
    "adult_of_concern": ("man", "staff", "covert", "gifts"),
    "trafficking_exploitation": ("debt", "abroad", "vehicle"),
    "domestic_abuse": ("partner", "confine", "control", "marry"),
    "request_for_help": ("help", "untold"),
    "immediate_danger": ("now", "injury", "hit"),
}
_OF_IDEA = {idea: category for category, ideas in _CATEGORY.items() for idea in ideas}


@dataclass(frozen=True)
class Danger:
    """Possible danger: how soon, of what kind, which words were the cue, and which signpost.

    When the check is `unsure`, the person is asked, and shown who can help, before anything is set aside.
    """

    level: Literal["immediate", "possible"]
    category: str
    cue: str
    route: Literal["danger", "staff", "about_self"]
    unsure: bool = False


@dataclass(frozen=True)
class Elsewhere:
    """Nobody seems to be in danger, but the words belong to another route."""

    route: Literal["intelligence", "whistleblowing"]
    cue: str


def look(words: str) -> Danger | Elsewhere | None:
    """What a cautious check spots; `None` means only that no cue was spotted."""
    folded = fold(words)
    found = matched(folded)
    sounds = score(folded)
    if isinstance(found, Danger):
        return replace(found, level="immediate") if sounds.now >= NOW else found
    if sounds.danger >= SURE:
        return _heard(folded, sounds)
    if found is None and (route := _other_route(sounds)):
        found = Elsewhere(route, sounds.cue)
    if found is None and sounds.danger >= UNSURE and not _says_nothing(folded):
        return replace(_heard(folded, sounds), unsure=True)
    return found


# Answers that say nothing of anybody. The scorer knows hardly a word of so short a text and is unsure of it.
_SAYING_NOTHING = frozenset(
    f"{before}{said}"
    for before in ("", "for me ", "really ", "sorry ", "no ", "theres ", "there is ")
    for said in (
        "a little", "cant fault it", "cant fault them", "dont know", "dont really know", "fine", "have no idea",
        "i cannot fault it", "i cannot fault them", "i cant fault it", "i cant fault them", "i dont know",
        "i dont really know", "i have no idea", "idk", "im not sure", "little", "n a", "na", "no idea", "none",
        "not really", "not sure", "nothing", "nothing really", "nothing at all", "ok", "okay", "quite", "sometimes",
    )
)  # fmt: skip


def _says_nothing(folded: str) -> bool:
    """Whether the whole text is one of the answers that say nothing."""
    return len(folded) < 40 and " ".join(re.findall(r"[^\W_]+", folded)) in _SAYING_NOTHING


def _heard(folded: str, sounds: Score) -> Danger:
    """What the scorer alone found."""
    category = _OF_IDEA.get(sounds.idea, "child_disclosure")
    found = _danger(category, sounds.cue, folded, raised=sounds.now >= NOW)
    level: Literal["immediate", "possible"] = "immediate" if sounds.now >= NOW else "possible"
    if sounds.staff > 0 and found.route == "danger":
        found = replace(found, route="staff")
    return replace(found, level=level)


def _other_route(sounds: Score) -> Literal["intelligence", "whistleblowing"] | None:
    if max(sounds.whistleblowing, sounds.intelligence) < ELSEWHERE:
        return None
    return "whistleblowing" if sounds.whistleblowing > sounds.intelligence else "intelligence"


def matched(folded: str) -> Danger | Elsewhere | None:
    """What the reviewed patterns alone find in folded words."""
    raised = _any("raise", "now", folded)
    untold = _any("raise", "untold", folded)
    lowered = [
        name for name in ("frame", "past", "acted", "negated") if _any("lower", name, folded)
    ]
    for category in CATEGORIES:
        cue = _cue(cues(category), folded, raised=raised, untold=untold, lowered=lowered)
        if cue:
            return _danger(category, cue, folded, raised=raised)
    for route in ("whistleblowing", "intelligence"):
        for pattern in cues(route).sure:
            if found := pattern.search(folded):
                return Elsewhere(
                    "whistleblowing" if route == "whistleblowing" else "intelligence", found.group()
                )
    return None


def fold(words: str) -> str:
    """Lower case, apostrophes gone, blanks and letters drawn out more than twice made one."""
    text = words.casefold()
    text = re.sub(r"['’‘`´]", "", text)
    text = re.sub(r"(?<=[a-z])([a-z])\1{2,}", r"\1", text)
    return re.sub(r"[\s\-–—]+", " ", text)


def _any(heading: str, name: str, folded: str) -> bool:
    return any(pattern.search(folded) for pattern in signals(heading, name))


def _cue(found: Cues, folded: str, *, raised: bool, untold: bool, lowered: list[str]) -> str:
    """The words that count as a cue, given the signals around them; empty if none do."""
    quiet = not lowered
    if quiet or untold or (raised and lowered == ["acted"]):
        for pattern in (*found.always, *found.sure):
            if match := pattern.search(folded):
                return match.group()
    if (raised or untold) and quiet:
        for pattern in found.maybe:
            if match := pattern.search(folded):
                return match.group()
    return ""


def _danger(category: str, cue: str, folded: str, *, raised: bool) -> Danger:
    level: Literal["immediate", "possible"] = (
        "immediate" if raised or category in _URGENT else "possible"
    )
    route: Literal["danger", "staff", "about_self"] = "danger"
    if (
        category == "self_harm_suicide"
        and _ABOUT_SELF.search(folded)
        and not _ABOUT_OTHER.search(folded)
    ):
        route = "about_self"
    elif category in {"adult_of_concern", "sexual_harm", "request_for_help"} and _STAFF.search(
        folded
    ):
        route = "staff"
    return Danger(level, category, cue.strip(), route)
