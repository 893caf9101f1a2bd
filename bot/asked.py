"""Plain words said to the bot in any chat, and what they ask for.

What is not understood is not kept and not repeated.
"""

from __future__ import annotations

import re
from datetime import date

from handlers.messages import Incoming

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WORDS = {
    "reflect": "ask_me",
    "answer": "ask_me",
    "something else": "something_else",
    "relay": "relay",
    "pass something on": "relay",
    "away": "away",
    "back": "back",
    "stop": "stop",
    "pace": "pace",
    "my words": "my_words",
    "why": "purpose",
    "privacy": "purpose",
    "what happened": "what_happened",
    "help": "help",
    "": "help",
}
LINK = frozenset({"link", "sign in", "browser", "web"})
_CONNECT = re.compile(r"\s*connect\s+([\w-]{10,80})\s*\Z", re.IGNORECASE)
_INVITE = re.compile(r"\s*invite\b([^\n]{0,120})\Z", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})(?:\s+(\d{4}))?\Z")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def agency(text: str) -> str:
    """The agency after `invite`; a space when none was named, and empty when that is not what was said."""
    found = _INVITE.match(text)
    return (found[1].strip() or " ") if found else ""


def command(text: str, *, today: date) -> Incoming | None:
    """What these words ask for; None when they are not among those that we know."""
    said = " ".join(text.lower().split())[:200].strip(" .!?")
    if said.startswith("away until "):
        until = day(said.removeprefix("away until "), today=today)
        return Incoming("away_set", {"until": until.isoformat()}) if until else Incoming("away")
    return Incoming(WORDS[said]) if said in WORDS else None


def wants_link(text: str) -> bool:
    """Whether somebody asks for a way into their pages in a browser."""
    return " ".join(text.lower().split())[:40].strip(" .!?") in LINK


def code(text: str) -> str:
    """The one-time words after `connect`; empty when that is not what was said."""
    found = _CONNECT.match(text)
    return found[1] if found else ""


def day(said: str, *, today: date) -> date | None:
    """`3 jan`, `3rd January 2027` or `2027-01-03`; without a year, the next such day."""
    if _ISO.match(said):
        return _date(int(said[:4]), int(said[5:7]), int(said[8:]))
    found = _DAY.match(said)
    if found is None or found[2][:3] not in MONTHS:
        return None
    month = MONTHS.index(found[2][:3]) + 1
    if found[3]:
        return _date(int(found[3]), month, int(found[1]))
    this_year = _date(today.year, month, int(found[1]))
    if this_year is not None and this_year > today:
        return this_year
    return _date(today.year + 1, month, int(found[1]))


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
