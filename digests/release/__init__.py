"""Who may be shown what: a subject is released only when nobody can be picked out of it."""

from digests.release.clearing import Cleared, clear, stands
from digests.release.ledger import HORIZON, Entry, Unit, Why, entry, refusal
from digests.release.lenses import LENSES, Seen, through
from digests.release.roster import Roster
from digests.release.rules import LEAVING, LOWEST_BAR, Level, Rule, Spoken

__all__ = [
    "HORIZON",
    "LEAVING",
    "LENSES",
    "LOWEST_BAR",
    "Cleared",
    "Entry",
    "Level",
    "Roster",
    "Rule",
    "Seen",
    "Spoken",
    "Unit",
    "Why",
    "clear",
    "entry",
    "refusal",
    "stands",
    "through",
]
