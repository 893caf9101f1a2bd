"""The tear-off that a champion prints: three words and a day, from the form that has just shown them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any


def tear_off(fields: Mapping[str, str]) -> dict[str, Any] | None:
    """What the page shows; None when the three words are not there, for they are shown once only."""
    words = fields.get("phrase", "").split()
    try:
        by = date.fromisoformat(fields.get("by", ""))
    except ValueError:
        return None
    if len(words) != 3:
        return None
    return {"words": words, "answer_by": f"{by:%A %-d %B}", "childline_number": "0800 1111"}
