"""One text, read in every way there is: for an analyst's dry run, and for measuring each part.

Danger is looked for on the words as typed. Themes, stance and tone are read on the protected words
whenever details are looked for too, so that no phrase repeats a name; without that part they are
read on the words as they came. Nothing here is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from digests import danger, language, protect, stance, tone
from digests.themes import Coder

PARTS = ("protect", "danger", "themes", "stance", "tone", "language")

Reading = dict[str, Any]
"""What was asked for, by the names of `heardback read`: clean, spans, danger, themes and so on."""


def read_many(texts: Sequence[str], *, parts: Sequence[str], coder: Coder | None) -> list[Reading]:
    """One reading for each text, in order; `coder` is needed for themes and for nothing else."""
    readings: list[Reading] = [{} for _ in texts]
    words = list(texts)
    if "protect" in parts:
        for at, text in enumerate(texts):
            details = protect.find(text)
            words[at] = protect.replace(text, details)
            readings[at]["clean"] = words[at]
            readings[at]["spans"] = [
                {"start": d.start, "end": d.end, "kind": d.kind, "replacement": d.replacement}
                for d in details
            ]
    if "danger" in parts:
        for reading, text in zip(readings, texts, strict=True):
            reading["danger"] = _danger(text)
    if "themes" in parts and coder is not None:
        for reading, text, labels in zip(readings, words, coder.read_many(words), strict=True):
            reading["themes"] = [
                {"id": x.theme, "score": x.score, "phrase": text[x.start : x.end]} for x in labels
            ]
    if "stance" in parts:
        for reading, said in zip(readings, stance.read_many(words), strict=True):
            reading["stance"] = said
    if "tone" in parts:
        for reading, found in zip(readings, tone.read_many(words), strict=True):
            reading["tone"] = {"label": found.label, "number": found.polarity}
    if "language" in parts:
        for reading, text in zip(readings, texts, strict=True):
            reading["language"] = language.of(text).code
    return readings


def _danger(text: str) -> dict[str, str]:
    """The level and the cue; what belongs on another route is no danger."""
    found = danger.look(text)
    if isinstance(found, danger.Danger):
        return {"level": found.level, "cue": found.cue}
    return {"level": "none", "cue": ""}
