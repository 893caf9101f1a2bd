"""Who may be shown what: a subject is released only when nobody can be picked out of it."""

from digests.release.clearing import Cleared, clear, stands
from digests.release.ledger import HORIZON, SIDE, Entry, Unit, Why, entry, refusal
from digests.release.roster import Roster
from digests.release.rules import LEAVING, LOWEST_BAR, RULES, Level, Rule, Spoken

__all__ = [
    "HORIZON",
    "LEAVING",
    "LOWEST_BAR",
    "RULES",
    "SIDE",
    "Cleared",
    "Entry",
    "Level",
    "Roster",
    "Rule",
    "Spoken",
    "Unit",
    "Why",
    "clear",
    "entry",
    "refusal",
    "stands",
]
