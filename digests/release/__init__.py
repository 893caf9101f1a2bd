"""Who may be shown what: a subject is released only when nobody can be picked out of it."""

from digests.release.clearing import (
    AGENCIES,
    CHAMPIONS,
    LOWEST_BAR,
    Cleared,
    Level,
    Rule,
    Spoken,
    clear,
    isolates,
)

__all__ = [
    "AGENCIES",
    "CHAMPIONS",
    "LOWEST_BAR",
    "Cleared",
    "Level",
    "Rule",
    "Spoken",
    "clear",
    "isolates",
]
